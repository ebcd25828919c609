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

from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.training import folds, loop, trainer
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Adversarial, Config, Data, Folds, Teaching, UnlabeledPictures
from laplace_landmarks.training.config_file import save_config
from laplace_landmarks.training.folds import fold_of, labels_alone, may_have_seen, train_folds
from laplace_landmarks.training.judging import Judged, judge
from laplace_landmarks.training.log_lines import read_lines
from laplace_landmarks.training.outcome import Outcome, read_outcome
from laplace_landmarks.training.parts import parts_of
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, FOLDS, LOG, REPORT

MakeConfig = Callable[..., Config]
Captured = pytest.CaptureFixture[str]
SMALL = {"folds": {"count": 3}, "optimiser": {"steps": 2}, "machine": {"validate_every": 1}}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page and no heatmaps, which take most of a short training's time."""
    monkeypatch.setattr(trainer.LivePage, "write", lambda *_, **__: None)
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)


def outcome_in(run: Path) -> Outcome:
    outcome = read_outcome(run, load_checkpoint(run / CHECKPOINT).facts["split"])
    assert outcome is not None
    return outcome


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
    assert {path.name for path in run.iterdir()} == {CONFIG, LOG, CHECKPOINT, FOLDS, "fold-1", "fold-2", "fold-3"}
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


@pytest.mark.parametrize("helps", [True, False])
def test_unlabeled_pictures_stay_only_where_they_help(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, capsys: Captured, helps: bool
) -> None:
    def judged(config: Config, left_out: LabeledSet, normaliser: str) -> Judged:
        error = 3.0 if bool(config.data.unlabeled) == helps else 4.0
        return replace(judge(config, left_out, normaliser), errors=np.full(len(left_out), error))

    monkeypatch.setattr(folds, "judge", judged)
    teaching = {"teacher": "average"}
    config = tiny_config(folds={"count": 2}, optimiser={"steps": 1}, teaching=teaching)

    run = train_folds(config)

    assert {path.name for path in run.glob("fold*")} == {
        "fold-1", "fold-2", "fold-labels-only-1", "fold-labels-only-2", FOLDS
    }  # fmt: skip
    unlabeled = [load_checkpoint(path / CHECKPOINT).facts["unlabeled"] for path in sorted(run.glob("fold*-[12]"))]
    assert unlabeled == [8, 8, 0, 0]
    final, outcome = load_checkpoint(run / CHECKPOINT).facts, outcome_in(run)
    assert (final["labeled"], final["unlabeled"]) == (12, 8 if helps else 0)
    assert final["config"]["teaching"]["teacher"] == ("average" if helps else "")
    assert outcome.guard is not None
    assert (outcome.guard.kept, outcome.nmse_percent) == (helps, 3.0)
    said = capsys.readouterr().err
    numbers = "3.00 % with them, 4.00 % without" if helps else "4.00 % with them, 3.00 % without"
    assert f"{'' if helps else 'warning: '}unlabeled pictures {'help' if helps else 'do not help'}: " in said
    assert numbers in said
    assert "fold 2 of 2, labels alone: step 1/1" in said
    assert train_folds(config) == run, "a second time there is nothing to do, whichever was kept"


def test_a_model_that_did_not_learn_is_told(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def judged(config: Config, left_out: LabeledSet, normaliser: str) -> Judged:
        errors = np.full(len(left_out), 9.0 if len(left_out) == 12 else 5.0)
        return replace(judge(config, left_out, normaliser), errors=errors)

    monkeypatch.setattr(folds, "judge", judged)
    run = train_folds(tiny_config(folds={"count": 2}, optimiser={"steps": 1}, data={"unlabeled": ()}))
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("warning: this model errs by 9.00 % even on the labels that it was trained on")
    assert "this model errs by 9.00 %" in (run / REPORT).read_text(), "the page is written anew"
    assert not outcome_in(run).stands


def test_what_the_branch_is() -> None:
    pictures = Data(unlabeled=(UnlabeledPictures("more"),))
    alone = Adversarial(weight=0)
    assert not Config().uses_unlabeled
    assert Config(data=pictures).uses_unlabeled
    assert not Config(data=pictures, adversarial=alone).uses_unlabeled
    assert Config(data=pictures, adversarial=alone, teaching=Teaching("average")).uses_unlabeled
    of_labeled = Config(data=pictures, adversarial=alone, teaching=Teaching("average", unlabeled=0))
    assert not of_labeled.uses_unlabeled, "a teacher of labeled pictures needs no others"
    assert labels_alone(Config(data=pictures, teaching=Teaching("average"))) == Config()
    of_a_model = Config(data=pictures, teaching=Teaching("laplace68-quarter"))
    assert labels_alone(of_a_model) == Config(teaching=Teaching("laplace68-quarter")), "it teaches labeled ones, too"


def test_pictures_that_nothing_uses_cost_no_second_training(
    tiny_config: MakeConfig, tiny_run_model: Path, capsys: Captured
) -> None:
    teaching = {"teacher": str(tiny_run_model), "unlabeled": 0.0}
    config = tiny_config(folds={"count": 2}, optimiser={"steps": 1}, adversarial={"weight": 0.0}, teaching=teaching)
    run = train_folds(config)
    assert {path.name for path in run.glob("fold*")} == {"fold-1", "fold-2", FOLDS}
    assert outcome_in(run).guard is None
    said = capsys.readouterr().err
    assert "2 trainings, then one on all labels" in said
    # before, both ways were trained, and the last training was of the labels alone: that run goes on
    save_config(labels_alone(config), run / CONFIG)
    assert train_folds(config) == run


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


@pytest.mark.parametrize(
    ("labeled", "warned"), [("labeled", True), ("others/labeled", True), ("faces", False), ("labeled/faces", False)]
)
def test_a_model_that_may_have_seen_the_labels_is_told(
    tiny_config: MakeConfig, tiny_run: Path, tiny_run_model: Path, labeled: str, warned: bool
) -> None:
    data, parent = {"labeled": labeled}, tiny_run_model.parent.name
    config = tiny_config(data=data, network={"init": str(tiny_run_model)})
    assert may_have_seen(config) == (f"{parent}/tiny.onnx" if warned else "")
    assert bool(may_have_seen(tiny_config(data=data, teaching={"teacher": str(tiny_run_model)}))) == warned
    of_run = tiny_config(data=data, network={"init": str(tiny_run)})
    assert bool(may_have_seen(of_run)) == warned
    assert may_have_seen(tiny_config(data=data, teaching={"teacher": "average"})) == ""


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


def test_a_start_that_is_not_known_to_have_seen_them_is_told_too(
    tiny_config: MakeConfig, tiny_run_model: Path, tiny_data: Path, tmp_path: Path, capsys: Captured
) -> None:
    """The same pictures under another name: nothing tells, so nothing is claimed."""
    shutil.copytree(tiny_data / "labeled", tmp_path / "renamed")
    data = {"root": str(tmp_path), "labeled": "renamed", "unlabeled": ()}
    config = tiny_config(data=data, network={"init": str(tiny_run_model)}, folds={"count": 2}, optimiser={"steps": 1})

    outcome = outcome_in(train_folds(config))

    assert (outcome.seen_by, list(outcome.begun_with)) == ("", ["tiny.onnx"])
    unknown = "what tiny.onnx had been trained on is not known beyond the name of its folder"
    assert unknown in outcome.protocol
    said = capsys.readouterr().err.splitlines()
    assert any(line.startswith("tiny.onnx: what it was trained on is not known beyond") for line in said)
    (number,) = [line for line in said if line.startswith("out-of-fold NMSE ")]
    assert unknown in number
    assert "had not seen it" not in number


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
