"""How well a stated uncertainty fits the errors: do radii hold what they promise, and do they rank errors?

Arrays in, numbers out, whatever the uncertainty is: a radius, a spread, a heatmap's peak (see width_of), another
model's. The greater, the less certain. errors, radii, uncertainty and visible are arrays of one shape, (N, K) where
faces matter; without visible everything counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Bin:
    """Errors whose radii are alike: their number, mean radius, and the fraction that the radii hold."""

    count: int
    radius: float
    coverage: float


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's, of uncertainty and error: 1 where the less certain is always the worse, 0 where it tells nothing.

    faces: of the means over each face. pooled: over all landmarks of all faces. within: over the faces for each
    landmark by itself, the mean over landmarks; None where no landmark is seen in two faces.
    """

    faces: float
    pooled: float
    within: float | None


def width_of(peaks: ArrayLike) -> NDArray[np.float64]:
    """A heatmap's highest value as an uncertainty in pixels: the side of a flat heatmap of that height.

    The mean over a face's landmarks is then a width; the mean of its peaks would be ruled by its sharpest landmark.

    >>> width_of([0.25, 0.01])
    array([ 2., 10.])
    """
    return 1 / np.sqrt(np.maximum(np.asarray(peaks, np.float64), 1e-12))


def coverage(errors: ArrayLike, radii: ArrayLike, visible: ArrayLike | None = None) -> float:
    """The fraction of errors within their radius.

    >>> coverage([1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 2.0, 9.0])
    0.75
    """
    away, radius = _pooled(errors, radii, visible)
    return float(np.mean(away <= radius))


def coverage_of_faces(errors: ArrayLike, radii: ArrayLike, visible: ArrayLike) -> NDArray[np.float64]:
    """The same for each face of (N, K) that has a visible landmark."""
    seen = np.asarray(visible, np.bool_)
    held = (np.asarray(errors) <= np.asarray(radii)) & seen
    shown = seen.any(axis=1)
    return held[shown].sum(axis=1) / seen[shown].sum(axis=1)


def held_share(errors: ArrayLike, radii: ArrayLike, visible: ArrayLike, pictures: Sequence[Path] = ()) -> Estimate:
    """The coverage of (N, K), each landmark counting alike, with its interval over faces.

    pictures: (N,) of the faces; () where each has its own.
    """
    seen = np.asarray(visible, np.bool_)
    held = (np.asarray(errors) <= np.asarray(radii)) & seen
    shown = np.asarray(seen.any(axis=1))
    files = tuple(compress(pictures, shown))
    return mean_of(held[shown].sum(axis=1), pictures=files, sizes=seen[shown].sum(axis=1))


def reliability(
    errors: ArrayLike, radii: ArrayLike, visible: ArrayLike | None = None, bins: int = 10
) -> tuple[Bin, ...]:
    """Errors in bins of equal number by their radius, from the smallest; a good radius holds the same in each."""
    away, radius = _pooled(errors, radii, visible)
    parts = np.array_split(np.argsort(radius, kind="stable"), min(bins, len(radius)))
    return tuple(
        Bin(len(part), float(radius[part].mean()), float(np.mean(away[part] <= radius[part]))) for part in parts
    )


def pinball(errors: ArrayLike, radii: ArrayLike, p: float, visible: ArrayLike | None = None) -> float:
    """The mean loss whose smallest value is that of the true p-quantile: p a pixel too small, 1 - p a pixel too large.

    >>> pinball([1.0, 5.0], [2.0, 2.0], 0.75)
    1.25
    """
    away, radius = _pooled(errors, radii, visible)
    return float(np.mean(np.where(away > radius, p * (away - radius), (1 - p) * (radius - away))))


def error_rejection(errors: ArrayLike, uncertainty: ArrayLike, visible: ArrayLike | None = None) -> Curve:
    """Fraction rejected, the least certain first, and the mean error of what is kept; (n,) each, from 0 to 1 - 1/n."""
    away, doubt = _pooled(errors, uncertainty, visible)
    count = len(away)
    # ties are rejected in no order, so each error among them counts as their mean
    _, group = np.unique(doubt, return_inverse=True)
    away = (np.bincount(group, away) / np.bincount(group))[group]
    kept = np.cumsum(away[np.argsort(doubt, kind="stable")]) / np.arange(1, count + 1)
    return np.arange(count) / count, kept[::-1]


def rejection_ratio(errors: ArrayLike, uncertainty: ArrayLike, visible: ArrayLike | None = None) -> float:
    """How much of what a perfect ranking gains by rejection this one gains: 1 for perfect, 0 for none.

    The gain is the area between the error-rejection curve and the mean error (Malinin 2019).
    """
    away, doubt = _pooled(errors, uncertainty, visible)
    gained, possible = (np.mean(away.mean() - error_rejection(away, by)[1]) for by in (doubt, away))
    return float(gained / possible) if possible > 0 else 0.0


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Spearman's rank correlation of two arrays (n,), ties sharing their mean rank; 0 where one of them is constant.

    >>> spearman([1, 2, 3], [10, 30, 20])
    0.5
    """
    ranks = [_ranks(np.asarray(values, np.float64)) for values in (first, second)]
    x, y = (rank - rank.mean() for rank in ranks)
    length = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / length) if length > 0 else 0.0


def rank_correlation(errors: ArrayLike, uncertainty: ArrayLike, visible: ArrayLike) -> RankCorrelation:
    """How the order of uncertainty agrees with that of errors, three ways; arrays (N, K)."""
    away, doubt = np.asarray(errors, np.float64), np.asarray(uncertainty, np.float64)
    seen = np.asarray(visible, np.bool_)
    pooled = spearman(*_pooled(away, doubt, seen))
    shown = seen.any(axis=1)
    of_faces = [np.where(seen, values, 0)[shown].sum(axis=1) / seen[shown].sum(axis=1) for values in (away, doubt)]
    columns = [column for column in range(seen.shape[1]) if seen[:, column].sum() > 1]
    within = [spearman(away[seen[:, column], column], doubt[seen[:, column], column]) for column in columns]
    return RankCorrelation(spearman(*of_faces), pooled, float(np.mean(within)) if within else None)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[group]


def _pooled(
    errors: ArrayLike, other: ArrayLike, visible: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both in one row, of what is visible."""
    away, others = np.asarray(errors, np.float64), np.asarray(other, np.float64)
    seen = np.ones(away.shape, np.bool_) if visible is None else np.asarray(visible, np.bool_)
    if not away.shape == others.shape == seen.shape:
        raise InputError(f"errors {away.shape}, radii or uncertainty {others.shape} and visible {seen.shape} differ")
    if not seen.any():
        raise InputError("no visible landmarks, so there are no errors to compare with")
    if not (np.isfinite(away[seen]).all() and np.isfinite(others[seen]).all()):
        raise InputError("errors, radii and uncertainty must be finite; leave out faces that were not found")
    return away[seen], others[seen]
