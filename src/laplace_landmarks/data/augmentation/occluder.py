"""Something in front of the face: a hand, hair, a cup, drawn as a soft-edged shape of one material.

It hides pixels and leaves the landmarks visible: where they are is to be guessed, with a wide heatmap.
"""

from math import pi, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture

OUTLINE = 48  # points
BITS = 4  # of a pixel, below the point, in opencv's drawing
SMALLEST = 0.1  # of the largest area
LONGEST = 2.0  # times as long as a round one of the same area, and half as wide
EDGE = 0.6  # pixels, standard deviation of the edge's softness
RELIEF = (5, 5)  # the light and shade on it, as a grid
TURNS = np.arange(OUTLINE) * (2 * pi / OUTLINE)


def occluded(picture: Picture, part: float, random: np.random.Generator) -> Picture:
    """(size, size, 3) the picture with something that covers up to this part of it; less where it juts out."""
    size = picture.shape[0]
    outline = random.uniform(0, size, 2) + _shape(random) * sqrt(random.uniform(SMALLEST, 1) * part * size * size)
    cover = np.zeros((size, size), np.uint8)
    points = np.rint((outline - 0.5) * 2**BITS).astype(np.int32)
    cv2.fillPoly(cover, [points], 255, cv2.LINE_AA, BITS)
    cover = cv2.GaussianBlur(cover, (0, 0), EDGE)
    material = _material(picture, random)
    return cv2.blendLinear(  # pyright: ignore[reportReturnType]
        material, picture, *(np.float32(1 / 255) * weight for weight in (cover, 255 - cover))
    )


def _shape(random: np.random.Generator) -> NDArray[np.float64]:
    """(OUTLINE, 2) an outline about 0 of area 1: from ellipse to rounded box, long or not, bent in and out."""
    power = random.uniform(2, 8)  # 2 an ellipse, above it a box
    away = (np.abs(np.cos(TURNS)) ** power + np.abs(np.sin(TURNS)) ** power) ** (-1 / power)
    for waves in (2, 3, 5):
        away = away + random.uniform(0, 0.4 / waves) * np.cos(waves * TURNS + random.uniform(0, 2 * pi))
    outline = away[:, None] * np.stack([np.cos(TURNS), np.sin(TURNS)], axis=1)
    longer, turn = LONGEST ** random.uniform(-1, 1), random.uniform(0, 2 * pi)
    outline = outline * (longer, 1 / longer) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return outline / sqrt(cv2.contourArea(outline.astype(np.float32)))


def _material(picture: Picture, random: np.random.Generator) -> Picture:
    """A surface in one colour, as often one from the picture (a hand, hair, clothes) as any, with light and shade."""
    size = picture.shape[0]
    x, y = random.integers(0, size - 3, 2)
    own, any_other = picture[y : y + 4, x : x + 4].mean(axis=(0, 1)), random.uniform(20, 235, 3)
    colour = random.uniform(0.6, 1.1) * own if random.random() < 0.5 else any_other
    relief = random.uniform(5, 30) * random.standard_normal((*RELIEF, 1)) + 4 * random.standard_normal((*RELIEF, 3))
    surface = cv2.resize((colour + relief).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(surface, 0, 255).astype(np.uint8)
