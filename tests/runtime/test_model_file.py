"""Model files opened: whole ones run, and every kind of broken one is refused in one line."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.model_file import open_model, read_info, write_score


def test_a_whole_file_runs(tiny_model: Callable[..., Path], dots: Markup) -> None:
    session, info = open_model(tiny_model())

    landmarks, spread = session.run(["landmarks", "spread"], {"crops": np.zeros((5, 16, 16, 3), np.uint8)})

    assert info.markup == dots
    np.testing.assert_allclose(np.asarray(landmarks), np.full((5, 4, 2), 7.5), atol=1e-4)  # the middle of 0..15
    np.testing.assert_allclose(
        np.asarray(spread), np.full((5, 4, 2), 4.0), atol=1e-4
    )  # mean |x - 7.5| = 2·(0.5+...+7.5)/16


def test_info_is_read_without_a_runtime(tiny_model: Callable[..., Path]) -> None:
    path = tiny_model()
    program = (
        "import sys; from laplace_landmarks.runtime.model_file import read_info; "
        f"print(read_info({str(path)!r}).name); assert 'onnxruntime' not in sys.modules"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout == "tiny\n"


def test_a_file_cut_at_any_byte_is_refused(
    tiny_model: Callable[..., Path], tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    whole = tiny_model().read_bytes()
    cut = tmp_path / "cut.onnx"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"cut\.onnx: ") as error:
            open_model(cut)
        assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "the model file is empty", id="empty"),
        pytest.param(b"{}", "cut off, or no ONNX file (2 bytes)", id="JSON"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(100), "cut off, or no ONNX file (108 bytes)", id="a picture"),
    ],
)
def test_other_files_are_refused(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        open_model(path)
    assert str(error.value).startswith(f"{path}: {says}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "no.onnx", tmp_path):  # a folder is no file either
        with pytest.raises(InputError, match="there is no such model file"):
            read_info(path)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"metadata": None}, "an ONNX file without 'laplace_landmarks' metadata"),
        ({"metadata": "{}"}, "format is missing"),
        (
            {"graph_landmarks": 3},
            "landmarks of two crops are float32 (2, 3, 2), not float32 (2, 4, 2) as its metadata say",
        ),
        ({"input_name": "pictures"}, "the graph's input must be crops, uint8 (N, 16, 16, 3), not [('pictures'"),
        ({"batch": 1}, "the graph's batch size is fixed"),
    ],
)
def test_a_graph_that_disagrees_with_its_metadata_is_refused(
    settings: dict, says: str, tiny_model: Callable[..., Path]
) -> None:
    path = tiny_model(**settings)
    with pytest.raises(InputError) as error:
        open_model(path)
    assert str(error.value).startswith(f"{path}: {says}")


def test_outputs_that_the_graph_lacks_are_missed(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    info = read_info(tiny_model())
    path = tiny_model(outputs=("landmarks", "spread"), metadata=info.to_json())
    with pytest.raises(
        InputError, match="the graph gives landmarks, spread; its metadata say landmarks, spread, heatmaps"
    ):
        open_model(path)


def test_a_broken_graph_is_told_in_one_line(
    tiny_model: Callable[..., Path], tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    path = tmp_path / "unknown.onnx"
    path.write_bytes(tiny_model().read_bytes().replace(b"Softmax", b"Sofdmax"))
    with pytest.raises(InputError, match=r"unknown\.onnx: onnxruntime cannot run this model file: .*Sofdmax") as error:
        open_model(path)
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_threads_and_providers_are_checked(tiny_model: Callable[..., Path]) -> None:
    threads: Any
    for threads in (0, -1, 1025, 100_000, "2", 2.0, True, None):
        with pytest.raises(InputError, match=f"^threads are a whole number from 1 to 1024, not {threads!r}$"):
            open_model(tiny_model(), threads)
    threads = np.int64(2)
    session, _ = open_model(tiny_model(), threads)
    assert session.get_session_options().intra_op_num_threads == 2
    with pytest.raises(InputError, match=r"has no 'NoSuchProvider'; it has .*cpu"):
        open_model(tiny_model(), providers=("NoSuchProvider",))


def test_a_score_is_added_and_one_of_the_same_data_replaced(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    path, before = tmp_path / "model.onnx", read_info(tiny_model())
    first = {"data": "faces", "part": "test", "faces": 3, "nmse_percent": 5.0, "protocol": "boxes"}
    write_score(tiny_model(), first, path)
    write_score(path, first | {"data": "others"}, path)
    write_score(path, first | {"nmse_percent": 4.0}, path)

    info = read_info(path)
    assert [(score["data"], score["nmse_percent"]) for score in info.scores] == [("others", 5.0), ("faces", 4.0)]
    assert replace(info, scores=()) == replace(before, scores=())
