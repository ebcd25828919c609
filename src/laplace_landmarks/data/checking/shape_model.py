"""What shapes a set of labels has: a mean shape, the few ways in which shapes vary, and how exact landmarks are.

All of it robust, for it is fitted to the very labels among which wrong ones are sought. A shape is placed on the mean
by shift, turn and scale (Procrustes); then each landmark is predicted from the others: the mean, moved along the
main ways of varying. What a landmark is off from that, over what it usually is off, is its deviation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError

FEWEST = 20  # samples from which a model can be fitted at all
SUMS, SOFT = 15, 4  # turns of a robust placing
TURNS = 6  # alternations of placing and averaging; more change nothing
EXPLAINED = 0.95  # share of the variance that the ways of varying must hold
SAMPLES_A_WAY = 10  # at least so many for each, so that a wrong label does not become a way of varying of its own
RAYLEIGH = 1.1774  # median distance of a normal error in the plane, over its standard deviation
FINEST = 0.01  # of the shape's size: nobody labels more exactly, so no smaller scatter makes a deviation large

Shapes = NDArray[np.complex128]  # (N, K), x + iy
Seen = NDArray[np.bool_]  # (N, K)


@dataclass(frozen=True, eq=False)
class ShapeModel:
    """A mean shape of size 1 (root mean square distance from its centre), and how shapes differ from it.

    mean: (K,) complex. ways: (W, 2K) orthonormal. weights: (W,) variance along each. exact: (K,) standard deviation
    of a landmark about its prediction.
    """

    mean: NDArray[np.complex128]
    ways: NDArray[np.float64]
    weights: NDArray[np.float64]
    exact: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fit:
    """Shapes held against a model. deviations: (N, K), 0 where not seen. pixels: (N, K), the same in pixels.

    placed: (N, K) shapes in the mean's frame. predicted: (N, K) what the model says there.
    """

    deviations: NDArray[np.float64]
    pixels: NDArray[np.float64]
    placed: Shapes
    predicted: Shapes


def fit_shape_model(landmarks: NDArray[np.float32], seen: Seen) -> ShapeModel:
    """The model of (N, K, 2) landmarks, of which `seen` (N, K) count; InputError where they are too few."""
    shapes = as_complex(landmarks)
    enough = seen.sum(axis=1) >= 3
    if enough.sum() < FEWEST:
        raise InputError(f"a shape model needs {FEWEST} objects with three landmarks or more; there are {enough.sum()}")
    shapes, seen = shapes[enough], seen[enough]
    mean = shapes[int(seen.sum(axis=1).argmax())]
    known = seen[int(seen.sum(axis=1).argmax())]
    for _ in range(TURNS):
        placed, _ = place(shapes, seen & known, unit(mean, known))
        known = seen.sum(axis=0) > 0
        mean = np.array([median(placed[seen[:, k], k]) for k in range(seen.shape[1])])
    mean = unit(mean, known)
    placed, _ = place(shapes, seen, mean, robust=True)
    away = _flat(np.where(seen, placed - mean, 0))
    scatter = np.array([_scatter(np.abs(placed[seen[:, k], k] - mean[k])) for k in range(len(mean))])
    limit = np.repeat(3 * scatter, 2)
    away = np.clip(away, -limit, limit)
    ways, weights = _ways(away)
    model = ShapeModel(mean, ways, weights, np.maximum(scatter, FINEST))
    for _ in range(2):  # the scatter about the prediction is smaller than about the mean; unseen ones are filled in
        fit = hold_against(model, shapes, seen)
        exact = [_scatter(np.abs(fit.placed - fit.predicted)[seen[:, k], k]) for k in range(len(mean))]
        away = np.clip(_flat(np.where(seen, fit.placed, fit.predicted) - mean), -limit, limit)
        ways, weights = _ways(away)
        model = ShapeModel(mean, ways, weights, np.maximum(exact, FINEST))
    return model


def hold_against(model: ShapeModel, shapes: Shapes, seen: Seen) -> Fit:
    """Deviations of shapes (N, K) from what the model predicts of each landmark from the others."""
    placed, scale = place(shapes, seen, model.mean, robust=True)
    away = _flat(np.where(seen, placed - model.mean, 0))
    predicted = np.tile(model.mean, (len(shapes), 1))
    if len(model.weights):
        prior = np.diag(1 / model.weights)
        for row in range(len(shapes)):
            trust = np.repeat(seen[row] / model.exact**2, 2)
            for _ in range(4):  # what fits badly is trusted less, so that it does not bend the prediction to itself
                weighted = model.ways * trust
                along = np.linalg.solve(weighted @ model.ways.T + prior, weighted @ away[row])
                rest = _pairs(away[row] - along @ model.ways)
                deviation = np.abs(rest) / model.exact
                trust = np.repeat(seen[row] / model.exact**2 / (1 + (deviation / 3) ** 2), 2)
            predicted[row] = model.mean + _pairs(along @ model.ways)
    rest = np.where(seen, np.abs(placed - predicted), 0)
    return Fit(rest / model.exact, rest / scale[:, None], placed, predicted)


def place(
    shapes: Shapes, seen: Seen, mean: NDArray[np.complex128], *, robust: bool = False
) -> tuple[Shapes, NDArray[np.float64]]:
    """Shapes shifted, turned and scaled onto the mean, and the scale of each; robust: landmarks far off count less."""
    weights = seen.astype(np.float64)
    for turn in range(SUMS + SOFT if robust else 1):
        total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
        middle, target = (
            (weights * shapes).sum(1, keepdims=True) / total,
            (weights * mean).sum(1, keepdims=True) / total,
        )
        from_middle, from_target = shapes - middle, mean - target
        size = np.maximum((weights * np.abs(from_middle) ** 2).sum(axis=1, keepdims=True), 1e-12)
        factor = (weights * from_middle.conj() * from_target).sum(axis=1, keepdims=True) / size
        placed = factor * from_middle + target
        rest = np.abs(placed - mean)
        if turn < SUMS:  # toward the least sum of distances, which has one minimum and is not led astray by a few
            weights = seen / np.maximum(rest, 1e-4)
        else:
            typical = np.array([np.median(r[s]) if s.any() else 1 for r, s in zip(rest, seen, strict=True)])[:, None]
            weights = seen / (1 + (rest / np.maximum(2 * typical, 1e-4)) ** 2)
    return placed, np.maximum(np.abs(factor[:, 0]), 1e-12)


def as_complex(landmarks: NDArray) -> Shapes:
    """(N, K, 2) → (N, K)."""
    return landmarks[..., 0].astype(np.float64) + 1j * landmarks[..., 1].astype(np.float64)


def unit(mean: NDArray[np.complex128], known: NDArray[np.bool_]) -> NDArray[np.complex128]:
    """(K,) a shape about 0 and of size 1 by its known landmarks; 0 for the others."""
    centred = mean - mean[known].mean()
    size = np.sqrt((np.abs(centred[known]) ** 2).mean())
    if not size > 0:
        raise InputError("the landmarks of a typical object lie all in one point")
    return np.where(known, centred / size, 0)


def median(points: NDArray[np.complex128]) -> complex:
    """The middle of points (N,), along x and along y; 0 of none."""
    return complex(np.median(points.real), np.median(points.imag)) if len(points) else 0j


def _scatter(distances: NDArray[np.float64]) -> float:
    """Standard deviation of an error in the plane, by the median of its length."""
    return float(np.median(distances)) / RAYLEIGH if len(distances) else FINEST


def _ways(away: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The main directions of (N, 2K) rows, and the variance along each."""
    _, sizes, directions = np.linalg.svd(away, full_matrices=False)
    variance = sizes**2 / len(away)
    share = np.cumsum(variance) / max(variance.sum(), 1e-12)
    count = min(int(np.searchsorted(share, EXPLAINED)) + 1, len(away) // SAMPLES_A_WAY, len(variance))
    count = min(count, int((variance > 1e-8).sum()))
    return directions[:count], variance[:count]


def _flat(shapes: Shapes) -> NDArray[np.float64]:
    return np.stack([shapes.real, shapes.imag], axis=-1).reshape(len(shapes), -1)


def _pairs(flat: NDArray[np.float64]) -> NDArray[np.complex128]:
    return flat[0::2] + 1j * flat[1::2]
