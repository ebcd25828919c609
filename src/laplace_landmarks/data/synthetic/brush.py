"""Drawing below the pixel: a canvas finer than the picture, curves through points, fills and strokes.

All points are picture pixels; the canvas has FINE × FINE pixels for each of the picture's.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Picture

FINE = 2
STEPS = 5
BITS = 4  # of a canvas pixel, below the point, in opencv's drawing
Colour = ArrayLike  # red, green, blue, 0..255


def canvas(size: int) -> Picture:
    """An empty canvas for a picture of size × size pixels."""
    return np.empty((size * FINE, size * FINE, 3), np.uint8)


def shrink(fine: Picture) -> Picture:
    """The picture of a canvas: the mean of each pixel's part."""
    return cv2.resize(fine, None, fx=1 / FINE, fy=1 / FINE, interpolation=cv2.INTER_AREA)  # pyright: ignore[reportReturnType]


def values_at(fine: Picture, points: NDArray[np.floating]) -> NDArray[np.uint8]:
    """(N, 3) the colours of a canvas at points (N, 2) of the picture; of points outside, those of the border."""
    places = np.clip(np.rint((points + 0.5) * FINE - 0.5), 0, len(fine) - 1).astype(np.intp)
    return fine[places[:, 1], places[:, 0]]


def curve(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """A smooth open line through the points (N, 2), with STEPS pieces between neighbours (Catmull-Rom)."""
    return _weights(len(points)) @ points


def fill(fine: NDArray[np.uint8], points: NDArray[np.floating], colour: Colour, *, per_pixel: float = FINE) -> None:
    """Fill a polygon (N, 2); a canvas of another fineness says how many pixels it has for one of the picture."""
    cv2.fillPoly(fine, [_fixed(points, per_pixel)], _channels(colour), shift=BITS)


def stroke(
    fine: NDArray[np.uint8], points: NDArray[np.floating], colour: Colour, width: float, *, per_pixel: float = FINE
) -> None:
    """Draw an open line through (N, 2), width in picture pixels."""
    thickness = max(1, round(width * per_pixel))
    cv2.polylines(fine, [_fixed(points, per_pixel)], False, _channels(colour), thickness, cv2.LINE_AA, BITS)


def disc(fine: NDArray[np.uint8], centre: ArrayLike, across: float, down: float, turn: float, colour: Colour) -> None:
    """Fill an ellipse: half axes in picture pixels, turned clockwise by degrees."""
    x, y = _fixed(np.asarray(centre, np.float64), FINE)
    axes = (max(1, round(across * FINE * 2**BITS)), max(1, round(down * FINE * 2**BITS)))
    cv2.ellipse(fine, (int(x), int(y)), axes, turn, 0, 360, _channels(colour), -1, cv2.LINE_8, BITS)


def mix(first: Colour, second: Colour, part: float) -> NDArray[np.float64]:
    """The first colour with a part, 0 to 1, of the second."""
    return np.asarray(first, np.float64) * (1 - part) + np.asarray(second, np.float64) * part


def _fixed(points: NDArray[np.floating], per_pixel: float) -> NDArray[np.int32]:
    # the centre of picture pixel 0 lies between canvas pixels 0 and 1: the half pixel of resizing
    fine = (np.asarray(points) + 0.5) * per_pixel - 0.5
    return np.rint(np.clip(fine, -4096, 4096) * 2**BITS).astype(np.int32)


def _channels(colour: Colour) -> tuple[float, ...]:
    return tuple(np.clip(np.atleast_1d(colour), 0, 255).tolist())


@cache
def _weights(count: int) -> NDArray[np.float64]:
    """((count - 1) · STEPS + 1, count) what each point of a curve takes from each of the given points."""
    weights = np.zeros(((count - 1) * STEPS + 1, count))
    for row in range(len(weights)):
        piece = min(row // STEPS, count - 2)
        t = row / STEPS - piece
        parts = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
        for neighbour, part in zip(range(piece - 1, piece + 3), parts, strict=True):
            weights[row, min(max(neighbour, 0), count - 1)] += part / 2
    return weights
