"""Where a crop's pixels go: mirror, rotation, scale, shift, jitter and perspective as one homography.

It is composed in the crop's own frame: its centre at 0, its edges at -1 and 1.
"""

from functools import cache
from math import ceil, cos, exp, log1p, pi, radians, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks, Spread, Visible
from laplace_landmarks.data.augmentation.draws import Draws
from laplace_landmarks.data.augmentation.settings import Augmentation

Matrix = NDArray[np.float64]  # (3, 3)
Errors = NDArray[np.float64]  # (M, 3) dx, dy, log_scale: CropErrors.drawn

NEAREST = 0.05  # of the camera's distance to the crop's centre: what lies nearer, or behind, is far outside
STEP = 0.25  # of a reach, so that a slight change of the settings needs no other sources


class View(NamedTuple):
    """One draw of the geometry. matrix: crop pixels → pixels of the augmented crop."""

    matrix: Matrix
    mirrored: bool


def drawn_view(settings: Augmentation, errors: Errors | None, size: int, draws: Draws) -> View:
    """The view of one crop at one step.

    errors: those of a face detector, a row of which misplaces the crop; None for none.
    """
    mirrored = bool(draws.row("mirror")[0] < settings.mirror)
    angle = radians(settings.rotation) * _either_way(draws.row("rotation")[0])
    scale = exp(log1p(settings.scale) * _either_way(draws.row("scale")[0]))
    right, down = (2 * settings.shift * _either_way(number) for number in draws.row("shift")[:2])
    dx, dy, log_side = _error(settings, errors, draws.row("jitter")[0])
    tilt, direction = settings.perspective * draws.row("perspective")[0], 2 * pi * draws.row("perspective")[1]

    # mirrored, turned and scaled about the centre, moved; then cut by a crop whose centre lies at 2 dx, 2 dy
    across, narrower = -1 if mirrored else 1, exp(-log_side)
    cosine, sine = narrower * scale * cos(angle), narrower * scale * sin(angle)
    similar = np.array(
        [
            [across * cosine, -sine, narrower * (right - 2 * dx)],
            [across * sine, cosine, narrower * (down - 2 * dy)],
            [0, 0, 1],
        ]
    )
    tilted = np.array([[1, 0, 0], [0, 1, 0], [tilt * cos(direction), tilt * sin(direction), 1]])
    to_frame, to_pixels = _frame(size)
    return View(to_pixels @ tilted @ similar @ to_frame, mirrored)


def reach(settings: Augmentation, errors: Errors | None) -> float:
    """How far from a crop's centre any view of it can see, along x and along y, in half sides of the crop."""
    farthest = 1 / (1 - sqrt(2) * settings.perspective)
    if errors is not None:
        dx, dy, log_side = settings.jitter_strength * np.abs(errors).max(axis=0)
        farthest = farthest * exp(log_side) + 2 * max(dx, dy)
    angle = min(radians(settings.rotation), pi / 4)
    farthest = (farthest + 2 * settings.shift) * (1 + settings.scale) * (cos(angle) + sin(angle))
    return ceil(farthest / STEP - 1e-9) * STEP


def seen(
    view: View, landmarks: Landmarks, visible: Visible, mirror_order: NDArray[np.int64], size: int
) -> tuple[Landmarks, Visible]:
    """(K, 2) where the landmarks (K, 2) of the crop are in the view, and (K,) which of them still count.

    A landmark beyond the crop's edge, half a pixel outside the outermost pixel centres, is a place that no heatmap can
    have as its mean: it is not visible in this view, though its numbers remain true. What was not visible stays so.

    mirror_order: the markup's; a mirrored right eye is a left one.
    """
    if view.mirrored:
        landmarks, visible = landmarks[mirror_order], visible[mirror_order]
    moved = through(view.matrix, landmarks)
    inside = ((moved >= -0.5) & (moved <= size - 0.5)).all(axis=1)
    return np.where(visible[:, None], moved, 0).astype(np.float32), visible & inside


def seen_spread(view: View, landmarks: Landmarks, spread: Spread, mirror_order: NDArray[np.int64]) -> Spread:
    """(K, 2) the spread of the view's landmarks, from the crop's landmarks and spread (K, 2), each of the two (K, 2).

    Near a landmark the view is a linear map, each row of which mixes two independent Laplace variables; of scales a and
    b, their sum has the mean absolute deviation (a² + ab + b²) / (a + b).
    """
    if view.mirrored:
        landmarks, spread = landmarks[mirror_order], spread[mirror_order]
    points = landmarks.astype(np.float64)
    depth = np.maximum(points @ view.matrix[2, :2] + view.matrix[2, 2], NEAREST)[:, None, None]
    moved = through(view.matrix, landmarks)
    slope = (view.matrix[:2, :2] - moved[:, :, None] * view.matrix[2, :2]) / depth  # (K, 2, 2), the map's derivative
    a, b = np.moveaxis(np.abs(slope) * spread[:, None, :], -1, 0)
    return ((a * a + a * b + b * b) / np.maximum(a + b, 1e-12)).astype(np.float32)


def through(matrix: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N, 2) points after a homography, in float64."""
    moved = points.astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]
    return moved[:, :2] / np.maximum(moved[:, 2:], NEAREST)


def _error(settings: Augmentation, errors: Errors | None, number: float) -> tuple[float, float, float]:
    if errors is None:
        return 0.0, 0.0, 0.0
    dx, dy, log_side = settings.jitter_strength * errors[int(number * len(errors))]
    return float(dx), float(dy), float(log_side)


def _either_way(number: float) -> float:
    """From [0, 1) to [-1, 1)."""
    return 2 * number - 1


@cache
def _frame(size: int) -> tuple[Matrix, Matrix]:
    """From crop pixels to the crop's own frame, and back."""
    half, centre = size / 2, (size - 1) / 2
    to_pixels = np.array([[half, 0, centre], [0, half, centre], [0, 0, 1]])
    return np.linalg.inv(to_pixels), to_pixels
