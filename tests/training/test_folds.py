"""Folds from end to end: what they leave behind, that they go on where they were cut off, and what they refuse."""

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.tiny_folds import SMALL, outcome_in
from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.training import trainer
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config, Folds
from laplace_landmarks.training.folds import fold_of, train_folds
from laplace_landmarks.training.judging import judge
from laplace_landmarks.training.log_lines import read_lines
from laplace_landmarks.training.parts import parts_of
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, FOLDS, LOG, SPLIT

MakeConfig = Callable[..., Config]
Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("plain")


def test_every_label_is_judged_once_and_trained_on(tiny_config: MakeConfig, capsys: Captured) -> None:
    config = tiny_config(**SMALL, data={"unlabeled": ()})

    run = train_folds(config)

    outcome, labeled = outcome_in(run), read_labeled(Path(config.data.root) / "labeled", IBUG68)
    assert sorted(outcome.errors_percent) == [f"{number:02}" for number in range(12)]
    assert outcome.nmse_percent == pytest.approx(np.mean(list(outcome.errors_percent.values())), abs=0.001)
    assert outcome.guard is None
    assert outcome.own_percent == pytest.approx(float(judge(config, labeled, "inter_ocular").errors.mean()), abs=0.001)
    assert load_checkpoint(run / CHECKPOINT).facts["labeled"] == 12
    parts = parts_of(labeled, 3)
    for part in (1, 2, 3):
        fold, facts = run / f"fold-{part}", load_checkpoint(run / f"fold-{part}" / CHECKPOINT).facts
        assert (facts["labeled"], facts["validation"]) == (8, 4)
        assert facts["best"]["step"] == 2, "nothing is chosen by what judges: the last weights are kept"
        # the validation of the training itself, in torch, saw the same network and the same pictures
        own = [outcome.errors_percent[s.name] for s, p in zip(labeled.samples, parts, strict=True) if p == part]
        (*_, last) = [line for line in read_lines(fold / LOG) if line["kind"] == "validation"]
        assert np.mean(own) == pytest.approx(last["nmse_raw"], abs=0.001)
    assert {path.name for path in run.iterdir()} == {
        CONFIG,
        SPLIT,
        LOG,
        CHECKPOINT,
        FOLDS,
        "fold-1",
        "fold-2",
        "fold-3",
    }
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("folds: 12 labeled objects in 3 parts")
    assert any(line.startswith("fold 2 of 3: step 1/2  validation NMSE") for line in said)
    assert any(line.startswith("fold 2 of 3: NMSE ") for line in said)
    assert any(line.startswith("out-of-fold NMSE ") for line in said)


def test_a_stopped_fold_goes_on_and_finished_ones_are_left(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, outcome_of: Callable[[Path], object]
) -> None:
    config = tiny_config(**SMALL, data={"unlabeled": ()})
    whole = train_folds(replace(config, run=f"{config.run}-whole"))
    step, stepped = trainer.Training.step, Counter[str]()

    def interrupted(self: trainer.Training) -> dict[str, float]:
        stepped[self.run.name] += 1
        if stepped["fold-2"] == 1 and self.run.name == "fold-2":
            os.kill(os.getpid(), signal.SIGINT)
        return step(self)

    monkeypatch.setattr(trainer.Training, "step", interrupted)
    with pytest.raises(Stopped, match="fold 2 of 3: stopped after step 1 of 2; the same command goes on from there"):
        train_folds(config)
    assert not (Path(config.run) / FOLDS).exists()
    run = train_folds(config)

    assert stepped == {"fold-1": 2, "fold-2": 2, "fold-3": 2, "run": 2}
    assert outcome_of(run) == outcome_of(whole)
    assert outcome_in(run) == outcome_in(whole)
    train_folds(config)
    assert stepped.total() == 8, "all is done"


def test_a_fold_is_a_training_of_its_own_that_selects_nothing() -> None:
    fold = fold_of(Config(run="runs/few", folds=Folds(5)), "fold", 3)
    assert fold == Config(run="runs/few/fold-3", keep="last", folds=Folds(5, without=3))


def test_what_cannot_be(tiny_config: MakeConfig, tiny_run: Path, tmp_path: Path, tiny_data: Path) -> None:
    few = {"folds": {"count": 13}, "data": {"unlabeled": ()}}
    with pytest.raises(InputError, match="12 labeled pictures cannot be dealt into 13 parts; set it to 12 or less"):
        train_folds(tiny_config(**few))
    other = shutil.copytree(tiny_run, tmp_path / "other")
    with pytest.raises(InputError, match=r"other holds another training .*folds\.count: 0 there, 3 now"):
        train_folds(tiny_config(**SMALL, run=str(other)))
    lists = {"train": [f"{number:02}" for number in range(6)], "more": [f"{number:02}" for number in range(7)]}
    split = tmp_path / "split.json"
    split.write_text(json.dumps(lists))
    data = {"split": str(split), "validation": "", "unlabeled": ()}
    config = tiny_config(**SMALL, data=data)
    train_folds(config)
    split.write_text(json.dumps({"train": lists["more"]}))
    with pytest.raises(InputError, match="was trained on other labels than there are now; choose another --run"):
        train_folds(config)


def test_objects_without_a_size_are_left_out_and_the_file_says_by_what_errors_are_divided(
    tiny_config: MakeConfig, tmp_path: Path, capsys: Captured
) -> None:
    """One whole part shows one landmark a face: its network is judged by nobody, and nothing is deflated by zeros."""
    config = tiny_config(folds={"count": 6}, optimiser={"steps": 1}, data={"unlabeled": ()})
    labeled, file = read_labeled(Path(config.data.root) / "labeled", IBUG68), tmp_path / "labels.csv"
    write_table(file, labeled)
    lone = {place for place, part in enumerate(parts_of(read_labeled(file, IBUG68), 6)) if part == 2}
    samples = tuple(
        replace(sample, visible=np.arange(68) == 30, box=tight_box(sample.landmarks)) if place in lone else sample
        for place, sample in enumerate(labeled.samples)
    )
    write_table(file, replace(labeled, samples=samples))

    outcome = outcome_in(train_folds(replace(config, data=replace(config.data, labeled=str(file)))))

    assert (len(outcome.errors_percent), outcome.left_out, outcome.normaliser) == (10, 2, "inter_ocular")
    assert outcome.nmse_percent == pytest.approx(np.mean(list(outcome.errors_percent.values())), abs=0.001)
    assert 0 < outcome.interval[0] < outcome.nmse_percent
    said = capsys.readouterr().err
    assert "fold 2 of 6: no error on the 0 of 2 objects that it left out" in said
    assert "divided by inter-ocular; 2 left out, their labels give no inter-ocular" in said


def test_a_corrected_label_is_not_judged_by_the_old_networks(
    tiny_config: MakeConfig, tiny_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_data / "labeled", tmp_path / "own" / "labeled")
    config = tiny_config(
        data={"root": str(tmp_path / "own"), "unlabeled": ()}, folds={"count": 2}, optimiser={"steps": 1}
    )
    train_folds(config)
    points = tmp_path / "own" / "labeled" / "00.pts"
    first, *_ = [line for line in points.read_text().splitlines() if line[0].isdecimal()]
    points.write_text(points.read_text().replace(first, "20.5 30.5", 1))
    with pytest.raises(InputError, match="was trained on other labels than there are now; choose another --run"):
        train_folds(config)


def test_a_landmark_without_any_label_is_warned_of_once_and_the_file_names_it(
    tiny_config: MakeConfig, tiny_data: Path, tmp_path: Path, capsys: Captured
) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    seen = np.arange(68) != 2
    samples = tuple(replace(sample, visible=sample.visible & seen) for sample in labeled.samples)
    write_table(tmp_path / "labels.csv", replace(labeled, samples=samples))
    data = {"root": str(tmp_path), "labeled": "labels.csv", "markup": "ibug68", "unlabeled": ()}
    run = train_folds(tiny_config(**SMALL, data=data))
    said = capsys.readouterr().err
    assert said.count("warning: no label of jaw 3") == 1
    assert load_checkpoint(run / CHECKPOINT).facts["never_labeled"] == ["jaw 3"]
    outcome = outcome_in(run)
    assert outcome.calibration is None or "no label of jaw 3" in outcome.calibration["protocol"]
