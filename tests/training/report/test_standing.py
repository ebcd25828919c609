"""Where a run stands, read from its folder, whatever is missing there."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.training.report.standing import Standing, read_standing
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, LOG

from .conftest import validation_line


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_a_finished_run(run: Path) -> None:
    found = read_standing(run)
    assert (found.name, found.step, found.steps, found.finished, found.running) == ("run", 12, 12, True, False)
    assert [len(found.trained), len(found.validated)] == [2, 5]
    assert found.adversarial
    assert found.settings["network.width"] == 2
    assert found.settings["data.unlabeled"] == [{"pictures": "unlabeled", "points": "", "grow": 1.0, "limit": 0}]
    counts = [found.facts[name] for name in ("labeled", "validation", "unlabeled")]
    assert counts[0] + counts[1] == 12 and counts[2] == 8


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 20, (9).to_bytes(8, "little") + b'{"a": {}}'])
def test_without_a_whole_checkpoint_the_settings_still_tell_the_steps(content: bytes | None, run: Path) -> None:
    (run / CHECKPOINT).unlink() if content is None else (run / CHECKPOINT).write_bytes(content)
    found = read_standing(run)
    assert (found.facts, found.step, found.steps) == ({}, 12, 12)


def test_a_run_that_was_killed_in_the_middle_of_a_line(run: Path) -> None:
    (run / CHECKPOINT).unlink()
    text = (run / LOG).read_text()
    (run / LOG).write_text(text[: text.index('"step": 12') + 5])
    found = read_standing(run)
    assert (found.step, found.finished) == (10, False)


def test_settings_of_another_version_are_read_all_the_same(run: Path) -> None:
    (run / CONFIG).write_text("seed: 7\nnetwork: {width: 4, wings: 2}\n")
    settings = read_standing(run).settings
    assert (settings["seed"], settings["network.width"], settings["network.wings"]) == (7, 4, 2)
    assert settings["optimiser.batch"] == 16  # the default


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda run: (run / LOG).unlink(), r"not the folder of a run, which has a config.yaml and a log.jsonl"),
        (lambda run: (run / CONFIG).unlink(), r"not the folder of a run"),
        (lambda run: (run / CONFIG).write_text("a: [1"), r"config.yaml: not valid YAML"),
        (lambda run: (run / CONFIG).write_bytes(b"\xff\xfe\xfd"), r"config.yaml: not a text file; a config is YAML"),
        (lambda run: (run / CONFIG).write_text("words"), r"config.yaml: holds no settings"),
    ],
)
def test_what_is_no_run_is_told(spoil: Callable[[Path], object], complaint: str, run: Path) -> None:
    spoil(run)
    with pytest.raises(InputError, match=complaint):
        read_standing(run)


def test_folds_whose_last_training_has_not_begun_are_named(run: Path, tmp_path: Path) -> None:
    for name in ("fold-1", "fold-labels-only-1"):
        shutil.copytree(run, tmp_path / "few" / name)
    shutil.copy(run / CONFIG, tmp_path / "few")
    (tmp_path / "few" / "fold-2").mkdir()
    with pytest.raises(InputError, match=r"few: its last training.* has no page; name one of the folds: ") as refused:
        read_standing(tmp_path / "few")
    folds = [str(tmp_path / "few" / name) for name in ("fold-1", "fold-labels-only-1")]
    assert str(refused.value).endswith(": " + ", ".join(folds))
    assert read_standing(tmp_path / "few" / "fold-1").finished


def test_the_best_is_the_last_of_equals_as_the_training_keeps_it(standing: Callable[..., Standing]) -> None:
    lines = [validation_line(step, raw, ema) for step, raw, ema in [(0, 9, 9), (10, 5, 8), (20, 5, 7), (30, 6, 7.5)]]
    found = standing(*lines)
    assert (found.best("raw"), found.best("ema")) == (lines[2], lines[2])
    assert standing().best("raw") is None
