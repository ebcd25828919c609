"""What two trainings must have in common to count as the same, and trainings that draw nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laplace_landmarks.training import loop, trainer
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.run_files import CHECKPOINT, LOG


def outcome(run: Path) -> tuple[dict[str, bytes], dict[str, Any], list[dict[str, Any]]]:
    """All tensors of the last checkpoint as bytes, what it says of the best weights, and the log without its clock."""
    checkpoint = load_checkpoint(run / CHECKPOINT)
    lines = [json.loads(line) for line in (run / LOG).read_text().splitlines()]
    for line in lines:
        line.pop("images_per_second", None)
        line.pop("seconds", None)
        line.pop("start", None)
    tensors = {name: tensor.numpy().tobytes() for name, tensor in checkpoint.tensors.items()}
    return tensors, {key: checkpoint.facts[key] for key in ("step", "best")}, lines


@pytest.fixture(scope="session")
def outcome_of() -> Callable[[Path], object]:
    return outcome


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page and no heatmaps, which take half of a short training's time."""
    monkeypatch.setattr(trainer.LivePage, "write", lambda *_, **__: None)
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)
