"""A Kalman filter for each landmark, whose measurement noise is its radius and whose process noise is what it sees.

State: the place of a landmark, with a variance v (the same along x and y). For each frame, with the crop's side s, the
time dt since the last frame and the measurement's variance r:

    v ← v + s² · drift · dt + (trust · d)² + (own · e)²        it may have moved
    k = v / (v + r),   x ← x + k · (z - x),   v ← (1 - k) · v

d is how far the motion of the whole face moves this landmark: the similarity (shift, turn, zoom) that takes the states
to the measurements best, each weighed by its certainty. All landmarks speak for it, so it sees a slow turn of the head
under noise that hides it from each of them. e is what remains: how far the landmark itself is off that motion, as an
eyelid is in a blink. While neither exceeds the noise, k is small and the landmark stands still.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DRIFT = 1e-5  # squared crop sides a second
TRUST = 3.0
OWN = 1.0


class Kalman:
    """Smooths the landmarks of one face, frame by frame.

    drift: variance that a landmark gains each second, in squared crop sides. trust, own: deviation of the process
    noise over the step that the whole face was seen to make, and over what a landmark makes beside. Fitted by
    benchmarks/video_jitter.py.
    """

    def __init__(self, drift: float = DRIFT, trust: float = TRUST, own: float = OWN) -> None:
        self._drift, self._trust, self._own = drift, trust, own
        self._time = 0.0
        self._place: Array | None = None
        self._variance = np.empty(0)

    def __call__(self, time: float, landmarks: Array, deviation: Array, side: float) -> Array:
        """(K, 2) smoothed landmarks at this time, from those measured (K, 2) and their deviation (K,), in pixels."""
        noise = np.maximum(deviation, 1e-6 * side) ** 2
        if self._place is None:
            self._time, self._place, self._variance = time, landmarks, noise
            return landmarks
        moved = similarity(self._place, landmarks, 1 / (self._variance + noise))
        seen = self._trust**2 * _squared(moved - self._place) + self._own**2 * _squared(landmarks - moved)
        before = self._variance + side**2 * self._drift * (time - self._time) + seen
        gain = before / (before + noise)
        self._place = self._place + gain[:, None] * (landmarks - self._place)
        self._variance = (1 - gain) * before
        self._time = time
        return self._place


def similarity(start: Array, end: Array, weights: Array) -> Array:
    """(K, 2) the points start, shifted, turned and enlarged so that they come nearest to end in weighted squares.

    >>> square = np.array([(0.0, 0), (1, 0), (1, 1), (0, 1)])
    >>> similarity(square, 2 * square[[1, 2, 3, 0]] + 5, np.ones(4)).tolist()
    [[7.0, 5.0], [7.0, 7.0], [5.0, 7.0], [5.0, 5.0]]
    """
    part = (weights / weights.sum())[:, None]
    centre, centre_after = (part * start).sum(axis=0), (part * end).sum(axis=0)
    away, after = start - centre, end - centre_after
    extent = (part * away**2).sum()
    if extent <= 0:
        return start + (centre_after - centre)
    along = (part * away * after).sum() / extent
    turned = (part[:, 0] * (away[:, 0] * after[:, 1] - away[:, 1] * after[:, 0])).sum() / extent
    return away @ np.array([[along, turned], [-turned, along]]) + centre_after


def _squared(steps: Array) -> Array:
    return (steps**2).sum(axis=1)
