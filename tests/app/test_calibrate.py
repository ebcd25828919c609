"""The command that calibrates, from end to end."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.app.commands import calibrate as calibrate_command
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, UPRIGHT_CROPS
from laplace_landmarks.runtime import released
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import read_info

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def model(tiny_model: Callable[..., Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(tiny_model(markup=IBUG68, size=32), tmp_path / "tiny.onnx"))


def test_in_place(model: Path, tiny_data: Path, capsys: Captured) -> None:
    before = read_info(model)

    main(["calibrate", str(model), str(tiny_data / "labeled")])

    said = capsys.readouterr().out
    assert said.startswith(f"tiny on labeled · {UPRIGHT_CROPS}\n")
    assert "12 faces are few" in said
    assert said.endswith(f"calibrated: {model}\n")
    calibration = read_info(model).calibration
    assert before.calibration is None
    assert calibration is not None
    assert (calibration.faces, calibration.folds, calibration.data) == (12, 10, "labeled")
    assert LandmarkDetector(model).info.calibration == calibration
    main(["info", str(model)])
    page = capsys.readouterr().out
    assert re.search(r"radius +for 50 / 90 / 95 % of errors; held .* in cross-validation on 12 faces \(labeled, ", page)
    assert "not calibrated" not in page


def test_pictures_that_the_model_was_trained_on_are_told(
    tiny_run_model: Path, tiny_data: Path, tmp_path: Path, capsys: Captured
) -> None:
    """The radii go into the file, whose reader does not see which pictures they are from."""
    words = ["calibrate", str(tiny_run_model), "--output", str(tmp_path / "out.onnx")]
    main([*words, str(tiny_data / "labeled")])
    assert capsys.readouterr().err == (
        "note: tiny was trained on pictures of labeled: its errors on those, and radii that are fitted to them, are "
        "too small; --split with the split.json of its run takes those held out\n"
    )
    shutil.copytree(tiny_data / "labeled", tmp_path / "others")
    main([*words, str(tmp_path / "others")])
    assert capsys.readouterr().err == ""


def test_radii_are_of_crops_as_predict_cuts_them(model: Path, tiny_data: Path, tmp_path: Path) -> None:
    """The drawn faces lean a little, each otherwise: along the axes their crops, and the radii, are others."""
    turned, along = tmp_path / "turned.onnx", tmp_path / "along.onnx"

    main(["calibrate", str(model), str(tiny_data / "labeled"), "--output", str(turned)])
    main(["calibrate", str(model), str(tiny_data / "labeled"), "--output", str(along), "--no-upright"])

    one, other = read_info(turned).calibration, read_info(along).calibration
    assert one is not None
    assert other is not None
    assert (one.protocol, other.protocol) == (UPRIGHT_CROPS, TRUE_POINT_CROPS)
    assert one.radii != other.radii


def test_to_another_file_with_a_split(model: Path, tiny_data: Path, tmp_path: Path, capsys: Captured) -> None:
    split, output, whole = tmp_path / "split.json", tmp_path / "out.onnx", model.read_bytes()
    split.write_text(json.dumps({"validation": [f"{number:02}" for number in range(6)]}))

    main(["calibrate", str(model), str(tiny_data / "labeled"), "--split", str(split), "--output", str(output)])

    assert model.read_bytes() == whole
    calibration = read_info(output).calibration
    assert calibration is not None
    assert (calibration.faces, calibration.data) == (6, "labeled, validation of split.json")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nope.onnx", "labeled"], "nope.onnx: there is no such model file"),
        (["tiny.onnx", "nope"], "nope: there is no such file or folder of labeled pictures"),
        (["tiny.onnx", "labeled", "--split", "few.json"], "4 labeled faces are too few to calibrate with"),
        (["tiny.onnx", "labeled", "--output", "no/out.onnx"], "no/out.onnx: cannot be written"),
        (["tiny.onnx", "labeled", "--part", "challenge"], "challenge"),
    ],
)  # fmt: skip
def test_what_cannot_be_used(
    words: list[str], says: str, model: Path, tiny_data: Path, tmp_path: Path, monkeypatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "labeled").symlink_to(tiny_data / "labeled")
    (tmp_path / "few.json").write_text('{"validation": ["00", "01", "02", "03"]}')
    whole = model.read_bytes()

    with pytest.raises(SystemExit) as ended:
        main(["calibrate", *words])

    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    assert model.read_bytes() == whole


def test_released_models_have_names_everywhere(
    model: Path, tiny_data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "released"
    folder.mkdir()
    file = Path(shutil.copy(model, folder / "tiny.onnx"))
    (folder / released.HASHES).write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  tiny.onnx\n")
    for module in (released, calibrate_command):
        monkeypatch.setattr(module, "FOLDER", folder)
    labeled, other = str(tiny_data / "labeled"), Path(shutil.copy(model, tmp_path / "other.onnx"))

    with pytest.raises(SystemExit):
        main(["calibrate", "tiny", labeled])
    assert "tiny is a released model, which is not changed" in capsys.readouterr().err
    main(["calibrate", "tiny", labeled, "--output", str(tmp_path / "out.onnx")])
    assert read_info(tmp_path / "out.onnx").calibration is not None
    main(["info", "tiny"])
    main(["evaluate", "tiny", labeled])
    main(["compare", "tiny", str(other), labeled])
    assert "tiny" in capsys.readouterr().out
