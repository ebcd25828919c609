"""Released models are found by name, and only as they were released."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime import released
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import FOLDER, HASHES, families, find_model, find_model_file, released_models


@pytest.fixture
def folder(tiny_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two released models."""
    lines = []
    for name in ("face-a", "face-b"):
        shutil.copy(tiny_model(name=name), tmp_path / f"{name}.onnx")
        lines.append(f"{hashlib.sha256((tmp_path / f'{name}.onnx').read_bytes()).hexdigest()}  {name}.onnx\n")
    (tmp_path / HASHES).write_text("".join(lines))
    monkeypatch.setattr(released, "FOLDER", tmp_path)
    return tmp_path


def test_names_lead_to_files(folder: Path) -> None:
    assert list(released_models()) == ["face-a", "face-b"]
    assert find_model("face-b") == folder / "face-b.onnx"
    assert LandmarkDetector("face-a").info.name == "face-a"


def test_smaller_files_belong_to_the_model_whose_name_they_begin_with(folder: Path) -> None:
    for name in ("face-a-int8", "face-a-fast-int8", "face-ab"):
        shutil.copy(folder / "face-a.onnx", folder / f"{name}.onnx")
    assert {name: list(files) for name, files in families().items()} == {
        "face-a": ["", "int8", "fast-int8"],
        "face-ab": [""],
        "face-b": [""],
    }
    assert families()["face-a"]["fast-int8"] == folder / "face-a-fast-int8.onnx"
    with pytest.raises(InputError, match=r"there are: face-a \(or with -int8, -fast-int8\), face-ab, face-b \("):
        find_model("nobody")


def test_a_path_stays_a_path(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_bytes(b"")
    for path in ("other.onnx", "models/face-a", "mine", Path("/x/face-a.onnx")):
        assert find_model(path) == Path(path)


def test_a_run_s_folder_stands_for_the_model_file_in_it(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "runs" / "mine"
    run.mkdir(parents=True)
    with pytest.raises(InputError, match=r"mine: a folder without model\.onnx, which a run writes at its end"):
        LandmarkDetector(run)
    shutil.copy(folder / "face-b.onnx", run / "model.onnx")
    assert find_model_file(run) == run / "model.onnx"
    assert LandmarkDetector(str(run)).info.name == "face-b"


@pytest.mark.parametrize("model", [None, 3, b"face-a"])
def test_what_is_no_name_and_no_path_is_refused(model: Any) -> None:
    with pytest.raises(InputError, match=f"^a model is a released model's name, or the path of a .*, not {model!r}$"):
        LandmarkDetector(model)


def test_an_unknown_name_gets_the_known_ones(folder: Path) -> None:
    with pytest.raises(
        InputError, match=r"named 'face-c'; there are: face-a, face-b \(a file's name ends with \.onnx\)"
    ):
        find_model("face-c")


def test_a_changed_or_missing_file_is_refused(folder: Path) -> None:
    content = (folder / "face-a.onnx").read_bytes()
    (folder / "face-a.onnx").write_bytes(content[:-1])
    with pytest.raises(InputError, match=r"face-a\.onnx: not the file that was released under this name"):
        find_model("face-a")
    (folder / HASHES).unlink()
    with pytest.raises(InputError, match=r"SHA256SUMS: cannot be read .*install the package again"):
        find_model("face-b")


def test_the_package_s_own_models_are_whole_and_named_as_their_files() -> None:
    for name in released_models():
        info = read_info(find_model(name))
        assert info.name == name
        assert info.licence and info.scores
    listed = (FOLDER / HASHES).read_text().split()[1::2] if (FOLDER / HASHES).exists() else []
    assert sorted(listed) == sorted(file.name for file in FOLDER.glob("*.onnx"))
