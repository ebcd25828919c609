"""How sure a mean over faces is: the percentile bootstrap (Efron 1979)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from laplace_landmarks.errors import InputError

DRAWS = 1000
LEVEL = 0.95
AT_ONCE = 2**22  # numbers drawn at a time


@dataclass(frozen=True)
class Estimate:
    """A mean over faces, and the interval that holds it at LEVEL."""

    value: float
    low: float
    high: float


def mean_of(values: ArrayLike, seed: int = 0, draws: int = DRAWS) -> Estimate:
    """The mean of values (N,), and the percentiles of the means of draws samples of N faces, taken with replacement."""
    values = np.asarray(values, np.float64)
    if values.size == 0:
        raise InputError("no faces to take a mean of")
    generator = np.random.default_rng(seed)
    means = np.empty(draws)
    rows = max(1, AT_ONCE // len(values))
    for first in range(0, draws, rows):
        some = means[first : first + rows]
        some[:] = values[generator.integers(len(values), size=(len(some), len(values)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(values.mean()), float(low), float(high))
