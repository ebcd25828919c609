"""The config for few labels on its real pictures: folds, a start from a released model, and what the file then says."""

from dataclasses import replace
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.augmentation.settings import what_is_on
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.training.config_file import load_config

CONFIGS = Path(__file__).parents[2] / "configs"


def test_but_for_the_folds_it_is_the_recipe_for_own_faces_cut_short() -> None:
    few, whole = load_config(CONFIGS / "few-labels.yaml"), load_config(CONFIGS / "augmented.yaml")
    assert few.augmentation == load_config(CONFIGS.parent / "benchmarks/configs/strong.yaml").augmentation
    assert what_is_on(few.augmentation).keys() == what_is_on(whole.augmentation).keys()
    assert (few.loss, few.select) == (whole.loss, whole.select)
    assert replace(few.network, init="") == whole.network
    assert few.optimiser.steps < whole.optimiser.steps


def test_from_the_config_to_a_model_that_says_how_it_was_judged(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    quick = ["--folds.count", "2", "--optimiser.steps", "1", "--network.size", "32", "--machine.threads", "1"]

    main(["train", str(CONFIGS / "few-labels.yaml"), "--data.root", str(shared_data), "--run", "few", *quick])

    said = capsys.readouterr()
    assert "warning: laplace68-eighth-fast was trained on 300w/lfpw/trainset, too" in said.err
    assert ", out-of-fold NMSE " in said.out
    info = read_info(Path("few/model.onnx"))
    assert (info.training["labeled"], info.training["folds"], info.training["init"]) == (50, 2, "laplace68-eighth-fast")
    (score,) = info.scores
    assert (score["part"], score["faces"]) == ("out of fold", 50)
    assert "laplace68-eighth-fast may have seen them all" in score["protocol"]
    assert info.calibration is not None
    assert info.calibration.faces == 50
    capsys.readouterr()
    main(["export", "few", "--output", "again.onnx"])
    assert read_info(Path("again.onnx")).scores == info.scores
    main(["export", "few", "--output", "raw.onnx", "--weights", "raw"])
    assert read_info(Path("raw.onnx")).scores == ()  # the folds judged averaged weights
