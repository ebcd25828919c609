"""How sure a mean over faces, and over trainings, is: the percentile bootstrap (Efron 1979), in two levels.

Faces are drawn with replacement; what other trainings than those at hand would have given, `seeds` draws.
Faces of one picture are not independent, so where the pictures are told, whole pictures are drawn.

The draws depend on `seed` and the numbers of faces and seeds only, so methods that were measured on the same faces with
the same seeds are drawn alike, and the difference of two such samples is a paired one, of faces and of seeds.

Draws of faces that all passed never hold a failure, so a rate of failures has Wilson's interval instead (1927).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.seeds import DRAWS, LEVEL, SeedNoise, seed_error, with_seeds

AT_ONCE = 2**22  # numbers drawn at a time


@dataclass(frozen=True)
class Estimate:
    """A mean over faces, and the interval that holds it at LEVEL.

    known: whether there is an interval. A single face, or picture, says nothing of others: both ends are the mean then.
    """

    value: float
    low: float
    high: float
    known: bool = True

    @property
    def in_percent(self) -> "Estimate":
        """The same, of a fraction."""
        return Estimate(100 * self.value, 100 * self.low, 100 * self.high, self.known)


def mean_of(
    values: ArrayLike,
    seed: int = 0,
    draws: int = DRAWS,
    pictures: Sequence[Path] = (),
    sizes: ArrayLike | None = None,
    noise: SeedNoise | None = None,
) -> Estimate:
    """The mean of values (N,) of faces, or (S, N) of trainings and faces, with its interval.

    pictures: (N,) of the faces; () where each has its own.
    sizes: (N,) where a value is the sum over so many, all of which count alike in the mean; None: a face is one.
    noise: of the seeds, where more trainings than these tell it (`pooled_noise`).
    """
    of_faces = resampled_means(values, seed, draws, pictures, sizes)
    each = 1.0 if sizes is None else float(np.mean(np.asarray(sizes, np.float64)))
    mean = float(np.mean(np.asarray(values, np.float64))) / each
    off = seed_error(values, noise) / each
    if noise is None or not mean:
        low, high = interval(with_seeds(of_faces, off, seed))
    else:  # noise is a share, so that a mean that cannot be below 0 has no interval that is
        factors = np.exp(with_seeds(np.zeros_like(of_faces), off / mean, seed))
        low, high = interval(np.resize(of_faces, factors.shape) * factors)
    return Estimate(mean, low, high, has_interval(values, pictures))


def has_interval(values: ArrayLike, pictures: Sequence[Path] = ()) -> bool:
    """Whether values (N,) or (S, N) are of two faces or more, and of as many pictures."""
    return (len(set(pictures)) if pictures else np.shape(values)[-1]) > 1


def rate_of(events: ArrayLike) -> Estimate:
    """The fraction of faces (N,) that an event befell, with Wilson's score interval, which none at all do not close.

    >>> rate_of([False] * 17).low, round(rate_of([False] * 17).high, 3)
    (0.0, 0.184)
    """
    happened = np.asarray(events, np.bool_)
    count = happened.size
    if not count:
        raise InputError("no faces to take a rate of")
    rate, z = float(happened.mean()), NormalDist().inv_cdf((1 + LEVEL) / 2)
    middle = (rate + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z * sqrt(rate * (1 - rate) / count + (z / (2 * count)) ** 2) / (1 + z**2 / count)
    return Estimate(rate, max(0.0, min(rate, middle - reach)), min(1.0, max(rate, middle + reach)))


def check_seed(seed: int) -> None:
    """InputError where nothing can be drawn by it."""
    if seed < 0:
        raise InputError(f"--seed must not be negative (it is {seed})")


def resampled_means(
    values: ArrayLike,
    seed: int = 0,
    draws: int = DRAWS,
    pictures: Sequence[Path] = (),
    sizes: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """(draws,) means of samples of the faces of values (N,) or (S, N), over all of its seeds.

    pictures: (N,), of which those with several faces are drawn whole; () where each face has its own.
    sizes: (N,) of how many each value is the sum; None: of one.
    """
    values = np.atleast_2d(np.asarray(values, np.float64))
    if values.ndim != 2 or values.size == 0:
        raise InputError("no faces to take a mean of")
    seeds, faces = values.shape
    if pictures and len(pictures) != faces:
        raise InputError(f"{len(pictures)} pictures for {faces} faces: one is needed for each")
    members = numbered(pictures) if pictures else np.arange(faces)
    counts = np.bincount(members, None if sizes is None else np.asarray(sizes, np.float64))
    units = len(counts)
    sums = np.array([np.bincount(members, errors) for errors in values])
    generator = np.random.default_rng(seed)
    of_seeds = np.empty((seeds, draws))
    rows = max(1, AT_ONCE // units)
    for first in range(0, draws, rows):
        some = of_seeds[:, first : first + rows]
        chosen = generator.integers(units, size=(some.shape[1], units))
        drawn = counts[chosen].sum(axis=1)  # faces, or what they are sums of
        for means, errors in zip(some, sums, strict=True):
            means[:] = errors[chosen].sum(axis=1) / drawn
    return of_seeds.mean(axis=0)


def numbered(pictures: Sequence[Path]) -> NDArray[np.int_]:
    """(N,) each picture's number, in the order in which they first come.

    >>> numbered([Path("b"), Path("a"), Path("b")]).tolist()
    [0, 1, 0]
    """
    numbers = {picture: number for number, picture in enumerate(dict.fromkeys(pictures))}
    return np.array([numbers[picture] for picture in pictures], np.int_)


def interval(means: NDArray[np.float64]) -> tuple[float, float]:
    """The percentiles that hold LEVEL of the means."""
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
