"""Heatmaps laid over what they are of: a crop, or the whole picture through the face's crop (the paper's Fig. 3)."""

from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.faces.boxes import Crop, turn
from laplace_landmarks.runtime.drawing.given import checked_heatmaps
from laplace_landmarks.runtime.drawing.layer import Transparent, lay
from laplace_landmarks.runtime.given import check_picture

DIM = 0.7  # how bright the picture remains where no heatmap is
BRIGHT = 0.9  # the quantile of the heatmaps' peaks that is white: the sharpest alone would outshine the rest
FIRST = 50  # of the colour map: before it, it is black


def draw_heatmaps(crop: Picture, heatmaps: NDArray[np.float32] | None) -> Picture:
    """The crop, at any enlargement, under the largest of the heatmaps (K, H, W) at each pixel (the paper's Fig. 3).

    All are shown relative to one peak, the 90th percentile of theirs, so one wider than the others is fainter.
    InputError: no heatmaps, as of a face whose detector was not asked for them; a crop that is not RGB uint8.
    """
    check_picture(crop)
    heatmaps = checked_heatmaps(heatmaps)
    height, width = crop.shape[:2]
    drawn = dimmed(crop)
    strength = cv2.resize(_strength(heatmaps), (width, height), interpolation=cv2.INTER_CUBIC)
    lay(drawn, _glow(strength))  # pyright: ignore[reportArgumentType]
    return drawn


def dimmed(picture: Picture) -> Picture:
    """The picture, darker, so that heatmaps glow on it."""
    return cv2.convertScaleAbs(picture, alpha=DIM)  # pyright: ignore[reportReturnType]


def lay_heatmaps(picture: Picture, crop: Crop, heatmaps: NDArray[np.float32]) -> None:
    """Lays the heatmaps (K, size, size) of a crop over the picture that it was cut from, in place."""
    strength = _strength(heatmaps)
    cells = len(strength)
    step = ceil(cells / crop.side) // 2 * 2 + 1  # odd: as wide on either side
    if cells > crop.side:  # a face smaller than its heatmaps: widen them, else peaks fall between the pixels
        strength = cv2.dilate(strength, np.ones((step, step), np.uint8))
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = crop.box()
    left, right = (int(np.clip(edge, 0, width)) for edge in (x0, x1 + 2))
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (y0, y1 + 2))
    if left >= right or top >= bottom:
        return
    to_cells = turn(crop.angle).T * (cells / crop.side)
    first = to_cells @ np.array([left - crop.x, top - crop.y]) + (cells - 1) / 2
    matrix = np.column_stack([to_cells, first])
    size = (right - left, bottom - top)
    strength = cv2.warpAffine(strength, matrix, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    lay(picture[top:bottom, left:right], _glow(strength))  # pyright: ignore[reportArgumentType]


def _strength(heatmaps: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W) from 0 to 1; the square root, because a heatmap of one pixel's spread falls to 1/e within a pixel."""
    peak = max(float(np.quantile(heatmaps.max(axis=(1, 2)), BRIGHT)), 1e-12)
    return np.sqrt(np.clip(heatmaps.max(axis=0) / peak, 0, 1), dtype=np.float32)


def _glow(strength: NDArray[np.float32]) -> Transparent:
    strength = np.clip(strength, 0, 1)
    warmth = (FIRST + strength * (255 - FIRST)).astype(np.uint8)
    opacity = (np.minimum(1.25 * strength, 1) * 255).astype(np.uint8)
    colours = cv2.cvtColor(cv2.applyColorMap(warmth, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    colours = cv2.multiply(colours, cv2.cvtColor(opacity, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    return cv2.merge([colours, opacity])  # pyright: ignore[reportReturnType]
