"""A contact sheet of crops: what the network sees, and where the labels say its landmarks are."""

import cv2
import numpy as np

from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.data.crops import Crops, UnlabeledCrops

GREEN, DARK = (80, 255, 80), (0, 50, 0)
FINE = 4  # bits: landmarks are drawn to a sixteenth of a pixel


def sheet(crops: Crops | UnlabeledCrops, columns: int = 12, scale: int = 3) -> Picture:
    """All crops in rows, each pixel shown as scale × scale, with the visible landmarks drawn; the rest is black."""
    count, size = len(crops.pictures), crops.pictures.shape[1] * scale
    columns = min(columns, count)
    rows = -(-count // columns)
    page = np.zeros((rows * size, columns * size, 3), np.uint8)
    for number in range(count):
        shown = crops.pictures[number].repeat(scale, axis=0).repeat(scale, axis=1)
        if isinstance(crops, Crops):
            _dots(shown, crops.landmarks[number][crops.visible[number]], scale)
        top, left = number // columns * size, number % columns * size
        page[top : top + size, left : left + size] = shown
    return page


def _dots(shown: Picture, landmarks: Landmarks, scale: int) -> None:
    """Draws landmarks, crop pixels, on a crop enlarged by scale."""
    for x, y in (landmarks + 0.5) * scale - 0.5:
        centre = (round(x * 2**FINE), round(y * 2**FINE))
        cv2.circle(shown, centre, round(0.6 * scale * 2**FINE), DARK, cv2.FILLED, cv2.LINE_AA, FINE)
        cv2.circle(shown, centre, round(0.4 * scale * 2**FINE), GREEN, cv2.FILLED, cv2.LINE_AA, FINE)
