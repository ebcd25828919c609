"""The one-euro filter (Casiez, Roussel and Vogel, CHI 2012): a low-pass whose cut-off rises with speed.

It knows nothing of how certain a landmark is; it stands here for comparison, and for models without a calibration.
"""

from math import pi

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CUTOFF = 0.5  # Hz
RISE = 400.0  # Hz a crop side a second
SPEED_CUTOFF = 1.0  # Hz, as the authors advise
SHORTEST = 1e-3  # seconds; time stamps are rounded to milliseconds, so two frames may bear the same


class OneEuro:
    """Smooths each coordinate of one face's landmarks by itself, frame by frame.

    cutoff: of a landmark at rest, in Hz. rise: by how much it grows with speed, in Hz a crop side a second.
    speed_cutoff: that of the speed's own low-pass, in Hz.
    """

    def __init__(self, cutoff: float = CUTOFF, rise: float = RISE, speed_cutoff: float = SPEED_CUTOFF) -> None:
        self._cutoff, self._rise, self._speed_cutoff = cutoff, rise, speed_cutoff
        self._time = 0.0
        self._measured: Array | None = None
        self._place: Array = np.empty(0)
        self._speed: Array = np.empty(0)

    def __call__(self, time: float, landmarks: Array, deviation: Array, side: float) -> Array:
        """(K, 2) smoothed landmarks at this time, from those measured (K, 2), in pixels; the deviation is not used."""
        if self._measured is None:
            self._time, self._measured, self._place, self._speed = time, landmarks, landmarks, np.zeros_like(landmarks)
            return landmarks
        step = max(time - self._time, SHORTEST)
        speed = (landmarks - self._measured) / (step * side)
        self._speed = self._speed + _share(self._speed_cutoff, step) * (speed - self._speed)
        share = _share(self._cutoff + self._rise * np.abs(self._speed), step)
        self._place = self._place + share * (landmarks - self._place)
        self._time, self._measured = time, landmarks
        return self._place


def _share(cutoff: Array | float, step: float) -> Array:
    """The new value's part in a first-order low-pass: 1 / (1 + tau / step), tau = 1 / (2 pi cutoff)."""
    return np.asarray(1 / (1 + 1 / (2 * pi * cutoff * step)))
