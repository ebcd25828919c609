"""Runs at any moment, without training anything."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from laplace_landmarks.training.report.standing import DEFAULTS, Standing

FACTS = {
    "steps": 100, "labeled": 644, "validation": 161, "unlabeled": 0, "split": "0123456789abcdef", "commit": "abc",
    "command": "laplace-landmarks train my.yaml", "versions": {"torch": "2.13.0"}, "hardware": "a computer",
}  # fmt: skip


def train_line(step: int, **more: Any) -> dict[str, Any]:
    return {"kind": "train", "step": step, "loss": 40 / step, "images_per_second": 80.0, "seconds": step / 5, **more}


def validation_line(step: int, raw: float, ema: float) -> dict[str, Any]:
    return {"kind": "validation", "step": step, "nmse_raw": raw, "nmse_ema": ema, "spread_raw": 1.5, "spread_ema": 1.4}


@pytest.fixture
def standing(tmp_path: Path) -> Callable[..., Standing]:
    """standing(train lines and validation lines, settings={"seed": 1}, facts={"unlabeled": 5}, running=True, ...)."""

    def make(*lines: dict[str, Any], settings: dict | None = None, facts: dict | None = None, **more: Any) -> Standing:
        at, folder = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC), tmp_path / "mine"
        told = {} if facts is None else FACTS | facts
        return Standing(folder, lines, DEFAULTS | (settings or {}), told, at, **more)

    return make
