"""Whether one method is better than another: the difference on the same faces, and what could have been seen at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import expm1
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import has_interval, interval, resampled_means
from laplace_landmarks.evaluation.seeds import DRAWS, LEVEL, SeedNoise, seed_error_of_difference, with_seeds

POWER = 0.8


@dataclass(frozen=True)
class Difference:
    """Second minus first, and the interval that holds it at LEVEL.

    detectable: the smallest true difference that an experiment of this size would tell from 0 with probability POWER.
        Where it is larger than what matters, "no difference found" means that the experiment was too small.
    known: whether there is an interval, as of an Estimate; detectable means nothing either where there is none.
    """

    value: float
    low: float
    high: float
    detectable: float
    known: bool = True

    @property
    def clear(self) -> bool:
        """Whether there is an interval, and it leaves out 0."""
        return self.known and (self.low > 0 or self.high < 0)


def paired_difference(
    first: ArrayLike,
    second: ArrayLike,
    *,
    relative: bool = False,
    seed: int = 0,
    draws: int = DRAWS,
    pictures: Sequence[Path] = (),
    noise: SeedNoise | tuple[SeedNoise, SeedNoise] | None = None,
) -> Difference:
    """Mean error of the second method minus that of the first; relative: in percent of the first's.

    first, second: (N,) errors on the same faces in the same order, or (S, N) of several trainings. Trainings are paired
        too where both methods have as many: row i of both then is of the same seed.
    pictures: (N,) of the faces, drawn whole; () where each face has its own.
    noise: of the seeds, told by more trainings than these: of both methods, or of each; they are not paired then.

    >>> paired_difference([2.0, 4.0], [1.0, 2.0], relative=True).value
    -50.0
    """
    pair = [np.atleast_2d(np.asarray(errors, np.float64)) for errors in (first, second)]
    if pair[0].shape[-1] != pair[1].shape[-1]:
        raise InputError(f"errors on {pair[0].shape[-1]} and on {pair[1].shape[-1]} faces cannot be paired")
    if not all(np.isfinite(errors).all() for errors in pair):
        raise InputError("errors must be finite to be compared; leave out, from both, the faces that one did not find")
    ours, theirs = (resampled_means(errors, seed, draws, pictures) for errors in pair)
    before, after = (float(errors.mean()) for errors in pair)
    if relative and (before <= 0 or (ours <= 0).any()):
        raise InputError("the first method has no error, so nothing is relative to it")
    # how many standard errors a true difference needs so that its estimate is, as a rule, that far from 0
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) + NormalDist().inv_cdf(POWER)
    known = has_interval(pair[0], pictures)
    if not relative:
        differences = with_seeds(theirs - ours, seed_error_of_difference(pair[0], pair[1], noise), seed)
        low, high = interval(differences)
        return Difference(after - before, low, high, reach * float(differences.std(ddof=1)), known)
    if (theirs <= 0).any():  # a method without errors has no luck to have either
        change = 100 * (theirs / ours - 1)
        low, high = interval(change)
        return Difference(100 * (after / before - 1), low, high, reach * float(change.std(ddof=1)), known)
    # as logarithms: whichever method is first, the verdict is the same, and none has less than no error
    off = seed_error_of_difference(pair[0] / before, pair[1] / after, noise)
    logs = with_seeds(np.log(theirs / ours), off, seed)
    low, high = interval(logs)
    return Difference(
        100 * (after / before - 1),
        100 * expm1(low),
        100 * expm1(high),
        100 * expm1(reach * float(logs.std(ddof=1))),
        known,
    )
