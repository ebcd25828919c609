"""Steadier landmarks in video: each track has a filter of its own, chosen by name.

A filter takes one frame after the other. docs/video.md tells what each costs and gains.
"""

from collections.abc import Callable
from dataclasses import replace
from math import log, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.kalman import Kalman
from laplace_landmarks.runtime.one_euro import OneEuro

Array: TypeAlias = NDArray[np.float64]
Filter: TypeAlias = Callable[[float, Array, Array, float], Array]
"""(seconds, landmarks (K, 2), their deviation (K,), side of the crop) → smoothed landmarks (K, 2); picture pixels."""

SMOOTHINGS: dict[str, Callable[[], Filter] | None] = {"off": None, "kalman": Kalman, "one-euro": OneEuro}
GAP = 0.5  # seconds without a frame, after which a filter begins anew
P = 0.5  # the probability whose radius is made a deviation: half of the errors, so that the rare large ones say little


class Smoother:
    """The filter of one track, with its memory of the frames so far."""

    def __init__(self, smoothing: str = "off") -> None:
        check_smoothing(smoothing)
        self._make = SMOOTHINGS[smoothing]
        self._filter: Filter | None = None
        self._time = 0.0

    def __call__(self, time: float, face: Face) -> Face:
        """The face of this frame with smoothed landmarks, and the box around them; the rest is as it was found."""
        if self._make is None:
            return face
        if self._filter is None or not 0 <= time - self._time <= GAP:
            self._filter = self._make()
        self._time = time
        found = face.landmarks.astype(np.float64)
        landmarks = self._filter(time, found, deviation_of(face), face.crop.side).astype(np.float32)
        landmarks.setflags(write=False)
        return replace(face, landmarks=landmarks, box=tight_box(landmarks))


def deviation_of(face: Face) -> Array:
    """(K,) standard deviation of each landmark along x and along y, in picture pixels: its measurement noise.

    The radius at 0.5 by deviation_at; of a model that is not calibrated the spread, which is of that order.
    """
    if face.radii is None:
        return face.spread.mean(axis=-1).astype(np.float64)
    p = float(np.clip(P, face.radii.levels[0], face.radii.levels[-1]))
    return deviation_at(face.radius(p).astype(np.float64), p)


def deviation_at(radius: Array, p: float) -> Array:
    """The deviation along each axis of round Gaussian errors of which a part p is below the radius.

    Such an error's length r follows a Rayleigh distribution: p = 1 - exp(-r² / (2 σ²)), so σ = r / sqrt(-2 log(1 - p)).

    >>> float(deviation_at(np.array([2.0]), 1 - np.exp(-0.5))[0])
    2.0
    """
    return radius / sqrt(-2 * log(1 - p))


def check_smoothing(name: str) -> None:
    """InputError where no smoothing has this name."""
    if name not in SMOOTHINGS:
        raise InputError(f"smoothing is one of {', '.join(SMOOTHINGS)}, not {name!r}")
