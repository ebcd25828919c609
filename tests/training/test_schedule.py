import json
from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import pytest

from laplace_landmarks.training.config import Config, Optimiser
from laplace_landmarks.training.run_files import LOG
from laplace_landmarks.training.schedule import SCHEDULES, learning_rate, length_in_words, total_steps
from laplace_landmarks.training.trainer import train


@pytest.mark.parametrize(
    ("step", "expected"), [(0, 1.0), (25, 0.853553), (50, 0.5), (75, 0.146447), (100, 0.0)]
)  # (1 + cos 45°) / 2 = 0.853553
def test_half_a_cosine(step: int, expected: float) -> None:
    assert learning_rate("cosine", 1.0, step, 100) == pytest.approx(expected, abs=1e-6)
    assert learning_rate("constant", 0.3, step, 100) == 0.3


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_can_be_configured_and_begins_at_the_rate(name: Any) -> None:
    assert learning_rate(name, 0.3, 0, 10) == 0.3
    assert name in get_args(get_type_hints(Optimiser)["schedule"])


def test_a_training_follows_it(tiny_config: Callable[..., Config]) -> None:
    """The rate that the log tells at the last of 4 steps is the one used there: after 3 of 4, (1 + cos 135°) / 2."""
    run: Any = train(tiny_config(optimiser={"schedule": "cosine", "steps": 4, "learning_rate": 0.01}))
    lines = [json.loads(line) for line in (run / LOG).read_text().splitlines()]
    last = [line for line in lines if line["kind"] == "train"][-1]
    assert last["learning_rate"] == pytest.approx(0.01 * 0.146447, rel=1e-4)


def test_steps_are_as_set_or_as_many_as_the_epochs_take() -> None:
    assert total_steps(Optimiser(), 644) == 8050  # 200 times 644 pictures, 16 a step
    assert total_steps(Optimiser(), 3) == 38  # 600 pictures: 37.5
    assert total_steps(Optimiser(steps=7), 644) == 7


def test_the_length_is_told_in_steps_and_epochs() -> None:
    assert length_in_words(Optimiser(), 8050, 644) == "8,050 steps of 16 labeled pictures, 200.0 epochs"
    assert length_in_words(Optimiser(batch=8), 40_000, 12) == "40,000 steps of 8 labeled pictures, 26,666.7 epochs"
