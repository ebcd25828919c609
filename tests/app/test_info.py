"""What the page of a model file says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main


def test_what_is_on_is_told_in_words(tiny_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    training = {"recipe": "best", "augmentation": {"mirror": 0.5, "blur": 1.5}}
    main(["info", str(tiny_model(training=training))])
    assert "recipe best, augmentation (mirror 0.5, blur 1.5)" in capsys.readouterr().out
    main(["info", str(tiny_model(training={"recipe": "paper", "augmentation": None}))])
    assert "augmentation" not in capsys.readouterr().out
