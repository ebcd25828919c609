"""The mouse's config on its real pictures, from training to predictions, with a markup that knows no faces."""

import json
import runpy
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.sources import read_labeled, read_split
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.outputs import read_predictions

ROOT = Path(__file__).parents[2]
CONFIG, SPLIT = ROOT / "configs" / "mirror-mouse.yaml", ROOT / "configs" / "mirror-mouse.json"


def test_the_config_is_short() -> None:
    assert len(CONFIG.read_text().splitlines()) < 15


def test_the_ten_held_out_are_those_that_the_benchmark_says(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    held_out = runpy.run_path(str(ROOT / "benchmarks" / "mirror_mouse.py"))["held_out"]
    names = [sample.picture.stem for sample in read_labeled(shared_data / "mirror-mouse", None).samples]
    train, validation = (read_split(SPLIT, key) for key in ("train", "validation"))
    assert list(validation) == held_out(names)
    assert sorted([*train, *validation]) == sorted(names)
    assert (len(train), len(validation)) == (80, 10)


def test_from_the_config_to_predictions(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    mouse = shared_data / "mirror-mouse"
    quick = ["--optimiser.steps", "2", "--network.size", "32", "--machine.threads", "1"]
    main([
        "train", str(CONFIG), "--data.labeled", str(mouse), "--data.split", str(SPLIT), "--run", "run",
        "--init", "laplace68-eighth", *quick,
    ])  # fmt: skip
    main(["calibrate", "run/model.onnx", str(mouse), "--split", str(SPLIT), "--output", "calibrated.onnx"])
    pictures = ["--split", str(SPLIT), "--output", "scores.json"]
    main(["evaluate", "calibrated.onnx", str(mouse), *pictures, "--faces", "faces.png", "--report", "report"])
    main(["compare", "run/model.onnx", "calibrated.onnx", str(mouse), "--split", str(SPLIT)])
    capsys.readouterr()
    (tmp_path / "new").mkdir()
    for number in (1, 2):
        shutil.copy(mouse / f"labeled-data/img{number:02}.png", tmp_path / "new")
    main(["predict", "new", "--model", "calibrated.onnx", "--output", "found"])

    said = capsys.readouterr()
    assert (said.out, said.err) == ("2 pictures, 2 objects, 0 skipped, 0 without an object; see found\n", "")
    _, info = open_model(Path("calibrated.onnx"))
    assert (len(info.markup), info.markup.anchors, info.finds) == (17, (), "whole pictures")
    assert info.calibration is not None
    assert info.calibration.protocol == "whole pictures"
    assert "The network sees whole pictures" in Path("report/index.html").read_text()
    rows = json.loads(Path("scores.json").read_text())["rows"]
    assert {row["normaliser"] for row in rows} == {"sqrt_box", "box_diagonal"}
    for found in read_predictions("found/predictions.jsonl"):
        assert found.landmarks.shape == (17, 2)
        assert np.ptp(found.landmarks, axis=0).max() < 406
