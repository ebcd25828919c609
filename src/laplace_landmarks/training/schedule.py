"""How long a training is, and its learning rate, a function of the step alone: a run that goes on restores nothing."""

from collections.abc import Callable
from math import cos, pi

from laplace_landmarks.training.config import Optimiser

SCHEDULES: dict[str, Callable[[float], float]] = {  # from the share of the steps that are done
    "constant": lambda done: 1.0,
    "cosine": lambda done: (1 + cos(pi * done)) / 2,
}


def learning_rate(schedule: str, highest: float, step: int, steps: int) -> float:
    """The rate of the step after `step` finished ones, of `steps` in all.

    >>> learning_rate("cosine", 0.001, 50, 100)
    0.0005
    """
    return highest * SCHEDULES[schedule](step / steps)


def total_steps(settings: Optimiser, labeled: int) -> int:
    """Steps of the whole training: as set, or as many as the epochs take."""
    return settings.steps or -(-settings.epochs * labeled // settings.batch)


def length_in_words(settings: Optimiser, steps: int, labeled: int) -> str:
    """How long so many steps are, of how many labeled pictures."""
    return f"{steps:,} steps of {settings.batch} labeled pictures, {steps * settings.batch / labeled:,.1f} epochs"
