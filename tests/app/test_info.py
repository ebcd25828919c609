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


def test_a_network_says_where_it_is_not_the_papers(
    tiny_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    network = {
        "name": "recombinator",
        "width": 8,
        "head": "light",
        "fusion": "separable",
        "growth": "1 1 2 2",
        "parameters": 1234,
    }
    main(["info", str(tiny_model(network=network))])
    assert (
        "recombinator, width 8, head light, fusion separable, growth 1 1 2 2, 1,234 parameters"
        in capsys.readouterr().out
    )
