"""What a detector says of one object: the single currency between running, drawing, writing and scoring."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Box, Landmarks, Spread
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.calibration import Radii


@dataclass(frozen=True, eq=False)
class Face:
    """Landmarks of one face (or other object) with their spread, in pixels of the picture.

    landmarks: (K, 2). spread: (K, 2), mean absolute deviation of the heatmap along x and y.
    crop: the square that the network saw. box: tight box around the landmarks.
    anchors: the points that placed the crop, where it was placed by points.
    score: the face detector's, None where the caller gave the box. id: of a track, None in single pictures.
    heatmaps: (K, size, size) probabilities in the crop, kept only when asked for.
    radii: what makes a radius of the spread, None where the model is not calibrated.
    """

    landmarks: Landmarks
    spread: Spread
    crop: Crop
    box: Box
    anchors: Landmarks | None = None
    score: float | None = None
    id: int | None = None
    heatmaps: NDArray[np.float32] | None = None
    radii: Radii | None = None

    def radius(self, p: float) -> NDArray[np.float32]:
        """(K,) pixels of the picture around each landmark within which its true place lies with probability p.

        p: from the first calibrated level to the last, as a rule 0.5 to 0.95. No radius exceeds the crop's diagonal.
        InputError: another p, or a model that is not calibrated.
        """
        if self.radii is None:
            raise InputError(
                "the model is not calibrated, so its spread is not a radius in pixels: "
                "run `laplace-landmarks calibrate MODEL DATA` with labeled pictures it was not trained on"
            )
        scale = self.crop.scale
        pixels = self.radii.at(self.spread * scale, p) / scale
        return np.minimum(pixels, self.crop.side * sqrt(2)).astype(np.float32)
