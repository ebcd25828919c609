"""The learning rate, a function of the step alone: a run that goes on has nothing to restore."""

from collections.abc import Callable
from math import cos, pi

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
