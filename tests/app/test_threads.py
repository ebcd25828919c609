"""--threads is a promise for the whole process: opencv, which cuts the crops, keeps it too."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.runtime.detector import LandmarkDetector


@pytest.fixture
def pool() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    yield
    cv2.setNumThreads(before)


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    "words",
    [
        "predict labeled --model a.onnx --points labeled --no-draw",
        "rank a.onnx labeled --points labeled",
        "evaluate a.onnx labeled",
        "compare a.onnx b.onnx labeled",
        "calibrate a.onnx labeled",
        "live gone.mp4 --model a.onnx --no-open",
    ],
)
def test_opencv_has_as_many(
    words: str, tiny_model: Callable[..., Path], tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        shutil.copy(tiny_model(markup=IBUG68, size=16, name=name), f"{name}.onnx")
    Path("labeled").symlink_to(tiny_data / "labeled")

    with suppress(SystemExit):  # there is no gone.mp4
        main(words.split())

    assert cv2.getNumThreads() == 1


@pytest.mark.usefixtures("pool")
def test_a_detector_leaves_the_processs_threads_alone(tiny_model: Callable[..., Path]) -> None:
    LandmarkDetector(tiny_model())
    assert cv2.getNumThreads() == 3
