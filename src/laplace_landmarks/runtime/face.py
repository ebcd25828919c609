"""What a detector says of one object: the single currency between running, drawing, writing and scoring."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Box, Landmarks, Spread
from laplace_landmarks.faces.boxes import Crop


@dataclass(frozen=True, eq=False)
class Face:
    """Landmarks of one face (or other object) with their spread, in pixels of the picture.

    landmarks: (K, 2). spread: (K, 2), mean absolute deviation of the heatmap along x and y.
    crop: the square that the network saw. box: tight box around the landmarks.
    anchors: the points that placed the crop, where it was placed by points.
    score: the face detector's, None where the caller gave the box. id: of a track, None in single pictures.
    heatmaps: (K, size, size) probabilities in the crop, kept only when asked for.
    """

    landmarks: Landmarks
    spread: Spread
    crop: Crop
    box: Box
    anchors: Landmarks | None = None
    score: float | None = None
    id: int | None = None
    heatmaps: NDArray[np.float32] | None = None
