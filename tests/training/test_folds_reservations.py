"""What folds say of their own number: unlabeled pictures that do not help, and starts that may have seen the labels."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.tiny_folds import outcome_in
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.training import folds
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Adversarial, Config, Data, Teaching, UnlabeledPictures
from laplace_landmarks.training.config_file import load_config, save_config
from laplace_landmarks.training.folds import labels_alone, may_have_seen, train_folds
from laplace_landmarks.training.judging import Judged, judge
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, FOLDS, REPORT

MakeConfig = Callable[..., Config]
Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("plain")


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
    own = load_config(run / CONFIG)
    assert own.uses_unlabeled == helps
    assert train_folds(own) == run, "nor for the config in its folder"
    assert outcome_in(run) == outcome
    assert len(list(run.rglob(CHECKPOINT))) == 5


def test_what_is_told_is_of_the_way_that_was_kept(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, tiny_data: Path, tmp_path: Path
) -> None:
    """Unlabeled pictures that were left out are no difference: the labels are, or the steps."""

    def judged(config: Config, left_out: LabeledSet, normaliser: str) -> Judged:
        errors = np.full(len(left_out), 4.0 if config.data.unlabeled else 3.0)
        return replace(judge(config, left_out, normaliser), errors=errors)

    monkeypatch.setattr(folds, "judge", judged)
    own = shutil.copytree(tiny_data, tmp_path / "own")
    config = tiny_config(folds={"count": 2}, optimiser={"steps": 1}, data={"root": str(own)})
    train_folds(config)

    with pytest.raises(InputError, match=r"holds another training \(optimiser\.steps: 1 there, 2 now\); choose"):
        train_folds(replace(config, optimiser=replace(config.optimiser, steps=2)))
    points = own / "labeled" / "00.pts"
    first, *_ = [line for line in points.read_text().splitlines() if line[0].isdecimal()]
    points.write_text(points.read_text().replace(first, "20.5 30.5", 1))
    with pytest.raises(InputError, match="was trained on other labels than there are now"):
        train_folds(config)


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
    page = " ".join((run / REPORT).read_text(encoding="utf-8").split())
    assert "this model errs by 9.00 %" in page, "the page is written anew"
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
