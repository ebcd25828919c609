"""Model files that are written again: what a file was taught since it was made is not lost without a word."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.export import model as export_model
from laplace_landmarks.export.again import set_aside
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.model_file import read_info, write_score
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import save_config
from laplace_landmarks.training.outcome import Outcome, tell_model

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    """A copy of tiny_run, called ref."""
    return shutil.copytree(tiny_run, tmp_path / "ref")


def calibrated(model: Path, data: Path) -> Calibration:
    main(["calibrate", str(model), str(data)])
    calibration = read_info(model).calibration
    assert calibration is not None
    return calibration


def refused(words: list[str], capsys: Captured) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_radii_and_name_stay_where_the_weights_are_the_same(run: Path, tiny_data: Path) -> None:
    file = run / "model.onnx"
    main(["export", str(run)])
    assert read_info(file).name == "ref", "as the training names it"
    radii = calibrated(file, tiny_data / "labeled")
    write_score(file, {"data": "more", "part": "", "faces": 3, "nmse_percent": 5.0, "protocol": "by hand"}, file)

    main(["export", str(run)])

    info = read_info(file)
    assert (info.name, info.calibration) == ("ref", radii)
    assert [score["data"] for score in info.scores] == ["labeled", "more"]
    main(["export", str(run), "--name", "another"])
    assert (read_info(file).name, read_info(file).calibration) == ("another", radii)


def test_a_finished_run_keeps_its_radii(
    tiny_config: Callable[..., Config], tiny_data: Path, tmp_path: Path, capsys: Captured
) -> None:
    config = tiny_config(optimiser={"steps": 2}, data={"unlabeled": ()})
    file = Path(config.run) / "model.onnx"
    save_config(config, tmp_path / "c.yaml")
    main(["train", str(tmp_path / "c.yaml")])
    radii = calibrated(file, tiny_data / "labeled")

    main(["train", str(tmp_path / "c.yaml")])

    assert read_info(file).calibration == radii
    assert ", validation NMSE " in capsys.readouterr().out

    main(["export", config.run, "--weights", "ema", "--output", str(tmp_path / "ema.onnx")])
    calibrated(tmp_path / "ema.onnx", tiny_data / "labeled")
    other = (tmp_path / "ema.onnx").replace(file).read_bytes()
    main(["train", str(tmp_path / "c.yaml")])

    before = file.with_name("model-before.onnx")
    assert f"{file}: is of other weights, and holds radii: kept as {before}" in capsys.readouterr().err
    assert before.read_bytes() == other
    assert (read_info(file).calibration, read_info(file).name) == (None, "run")


def test_other_weights_and_variants_have_files_of_their_own(run: Path) -> None:
    main(["export", str(run)])
    whole = (run / "model.onnx").read_bytes()

    main(["export", str(run), "--weights", "ema"])
    assert (run / "model.onnx").read_bytes() == whole
    assert read_info(run / "model-ema.onnx").name == "ref-ema"

    main(["export", str(run), "--variant", "int8", "--output", str(run)])
    assert (run / "model.onnx").read_bytes() == whole
    info = read_info(run / "model-int8.onnx")
    assert (info.name, info.precision) == ("ref-int8", "int8")


def test_what_would_be_lost_is_told_before_anything_is_made(
    run: Path, tiny_data: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = run / "model.onnx"
    main(["export", str(run)])
    calibrated(file, tiny_data / "labeled")
    tell_model(Outcome(5, "hash", 4.5, (4.0, 5.0), {"a": 4.5}), file)
    whole = file.read_bytes()
    monkeypatch.setattr(export_model, "make_variant", None)

    for other in (["--weights", "ema"], ["--variant", "int8"]):
        said = refused(["export", str(run), *other, "--output", str(file)], capsys)
        assert f"{file}: holds radii and an out-of-fold score, which would be lost; choose another --output" in said
        assert file.read_bytes() == whole


def test_out_of_fold_radii_give_way_to_those_of_other_pictures(run: Path, tiny_data: Path) -> None:
    file = run / "model.onnx"
    main(["export", str(run)])
    radii = calibrated(file, tiny_data / "labeled")
    tell_model(Outcome(5, "hash", 4.5, (4.0, 5.0), {"a": 4.5}, calibration=radii.to_document() | {"faces": 99}), file)
    assert read_info(file).calibration == radii


def test_the_first_free_name(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        (tmp_path / "model.onnx").touch()
        names.append(set_aside(tmp_path / "model.onnx").name)
    assert names == ["model-before.onnx", "model-before-2.onnx", "model-before-3.onnx"]
