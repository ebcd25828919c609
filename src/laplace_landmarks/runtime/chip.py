"""Aligned face pictures: what recognition, age, or any other model of faces takes next."""

from math import ceil, hypot

import numpy as np
from numpy.typing import ArrayLike

from laplace_landmarks.conventions import Picture
from laplace_landmarks.faces.boxes import FINEST, sampled, tight_box
from laplace_landmarks.faces.five_points import FIVE_POINTS, SIDE, similarity


def aligned(picture: Picture, points: ArrayLike, size: int = SIDE) -> Picture:
    """(size, size, 3) the face with these five points (5, 2) turned, scaled and moved to the widely used places.

    The places are FIVE_POINTS; for another size they grow with the picture. Anti-aliased; outside the picture its edge
    pixels go on.
    """
    points = np.asarray(points, np.float64)
    places = (FIVE_POINTS + 0.5) * size / SIDE - 0.5  # pixel centres at integers at any size
    turn, move = similarity(places, points)
    grain = hypot(*turn[:, 0])  # picture pixels a pixel of the chip
    fine = min(max(1, ceil(grain)), FINEST)
    samples = size * fine
    matrix = np.column_stack([turn / fine, move + turn @ np.full(2, (1 / fine - 1) / 2)])
    corners = np.array([(-0.5, -0.5), (size - 0.5, -0.5), (-0.5, size - 0.5), (size - 0.5, size - 0.5)])
    return sampled(picture, matrix, samples, size, tight_box(corners @ turn.T + move))
