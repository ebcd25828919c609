"""What the commands' tests share: data that a test may damage, videos, and faces found without MTCNN."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import laplace_landmarks.app.looking  # noqa: F401 - must not be imported first while MTCNN is another
from laplace_landmarks.app.cli import main
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.video_writer import VideoWriter


@pytest.fixture
def data(tiny_data: Path, tmp_path: Path) -> Path:
    """A copy of the tiny data that a test may damage."""
    return shutil.copytree(tiny_data, tmp_path / "data")


@pytest.fixture
def found_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for MTCNN: a face in the middle of each picture but the first."""

    def start(*_: object, **__: object) -> Callable[[np.ndarray], list[FoundFace]]:
        calls: list[int] = []

        def find(picture: np.ndarray) -> list[FoundFace]:
            calls.append(1)
            return [FoundFace((10, 13, 54, 57), 0.75)] if len(calls) > 1 else []

        return find

    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", start)


@pytest.fixture
def lone_dot(tmp_path: Path) -> Path:
    """Four objects of three landmarks without boxes, the last of which shows only one."""
    rows = ["image,red_x,red_y,green_x,green_y,blue_x,blue_y"]
    for number in range(4):
        write_picture(tmp_path / f"{number}.png", np.full((40, 50, 3), 60 + number, np.uint8))
        rows.append(f"{number}.png,{10 + number},10,30,12,{20 - number},30" if number < 3 else "3.png,10,10,,,,")
    file = tmp_path / "dots.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


@pytest.fixture
def talks(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """monday/talk.avi and tuesday/talk.avi of three frames, below the folder that commands run in."""
    pictures = [read_picture(path) for path in sorted((data / "labeled").glob("*.png"))[:3]]
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        with VideoWriter(tmp_path / folder / "talk.avi", 10.0) as writer:
            for number, picture in enumerate(pictures):
                writer.write(picture, number / 10)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def predict_by(capsys: pytest.CaptureFixture[str]):
    """Runs the command by a model, without drawing; its exit code, and all that it said."""

    def run(*words: str, model: Path) -> tuple[object, str]:
        code: object = 0
        try:
            main(["predict", "--model", str(model), "--output", "out", "--no-draw", *words])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def predict(predict_by, tiny_run_model: Path):
    """The same by a model of faces."""
    return partial(predict_by, model=tiny_run_model)
