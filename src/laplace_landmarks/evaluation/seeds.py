"""What trainings with other seeds would have given, as far as those at hand tell.

A few trainings drawn with replacement, as faces are, would tell much too narrow an interval: of two, one of 95 % holds
the truth in 77 of 100 experiments. So what is drawn here is as wide as Student's interval (1908) for as many: 12.7
standard errors of two trainings, 4.3 of three. One training says nothing of others, unless several methods tell
together what seeds do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, pi, sqrt, tan
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWS = 1000
LEVEL = 0.95  # of every interval


@dataclass(frozen=True)
class SeedNoise:
    """How far apart trainings fall that differ in their seeds alone.

    share: standard deviation of a training's mean, as a share of it.
    freedom: the degrees of freedom that tell it.
    """

    share: float
    freedom: int


def seed_error(values: ArrayLike, noise: SeedNoise | None = None) -> float:
    """How far the mean over the seeds of values (S, N) may be off as they differ, of one seed 0: a standard error, as
    many times wider as Student's interval is than the normal one.

    noise: how trainings differ, where more than these tell it.
    """
    means = np.atleast_2d(np.asarray(values, np.float64)).mean(axis=1)
    count = len(means)
    if noise is not None:
        return _wider(noise.freedom) * noise.share * float(means.mean()) / sqrt(count)
    return _wider(count - 1) * float(means.std(ddof=1)) / sqrt(count) if count > 1 else 0.0


def seed_error_of_difference(
    first: ArrayLike, second: ArrayLike, noise: SeedNoise | tuple[SeedNoise, SeedNoise] | None = None
) -> float:
    """The same of the second's mean less the first's. Where there are as many of both, row i of both is of one seed,
    and what that does to both falls out; with noise, of both or of each, each has luck of its own."""
    pair = [np.atleast_2d(np.asarray(values, np.float64)) for values in (first, second)]
    ours, theirs = (values.mean(axis=1, keepdims=True) for values in pair)
    if noise is None and len(ours) == len(theirs):
        return seed_error(theirs - ours)
    of_each = noise if isinstance(noise, tuple) else (noise, noise)
    return hypot(seed_error(ours, of_each[0]), seed_error(theirs, of_each[1]))


def with_seeds(of_faces: NDArray[np.float64], error: float, seed: int = 0) -> NDArray[np.float64]:
    """Draws (draws,) of means over faces, with a normal error of that size added to each, and taken off it.

    The normal numbers are the quantiles in an order by chance, so that few draws tell their part exactly; both signs
    make the difference of two methods the same whichever is first.
    """
    if not error:
        return of_faces
    count = len(of_faces)
    normals = np.array([NormalDist().inv_cdf((place + 0.5) / count) for place in range(count)])
    drawn = error * np.random.default_rng((seed, count)).permutation(normals)
    return np.concatenate([of_faces + drawn, of_faces - drawn])


def pooled_noise(methods: Iterable[ArrayLike]) -> SeedNoise | None:
    """Of several methods' (S, N) errors together, taken to differ alike in relation to their means; None: one each.

    >>> pooled_noise([[[1.0, 3.0], [3.0, 5.0]], [[2.0, 2.0]]])  # means 2 and 4 of 3, and one alone
    SeedNoise(share=0.4714045207910317, freedom=1)
    """
    squares, freedom = 0.0, 0
    for values in methods:
        means = np.atleast_2d(np.asarray(values, np.float64)).mean(axis=1)
        squares += float(np.square(means / means.mean() - 1).sum())
        freedom += len(means) - 1
    return SeedNoise(sqrt(squares / freedom), freedom) if freedom else None


def _wider(freedom: int) -> float:
    """How many times wider Student's interval is than the normal one."""
    return student(freedom) / NormalDist().inv_cdf((1 + LEVEL) / 2)


def student(freedom: int) -> float:
    """How many standard errors to each side of a mean hold LEVEL, where that many degrees of freedom tell the error.

    Exact of one and two, then by the first terms of Cornish and Fisher's series (Abramowitz and Stegun 26.7.5).

    >>> [round(student(freedom), 2) for freedom in (1, 2, 3, 5, 1000)]
    [12.71, 4.3, 3.18, 2.57, 1.96]
    """
    if freedom == 1:
        return tan(pi * LEVEL / 2)
    if freedom == 2:
        return LEVEL * sqrt(2 / (1 - LEVEL**2))
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))
