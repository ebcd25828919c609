"""A picture at many sizes: whole, for windows that slide over it, and cut, for crops of any size.

Boxes in this folder count from the picture's outer edge: x runs from 0 to W, half a pixel beside the points of the rest
of the package. Windows and crops then scale with one factor, and the finder converts at its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture

WINDOW = 12  # pixels of P-Net's window
FACTOR = 0.709  # from each size to the next: half of the area, as published
FINEST_CROP = 48  # pixels of O-Net's crop: of a face that has more, more cannot be used
LARGEST = 2**15 - 2  # pixels of a side that opencv can sample from
OUTSIDE = (127, 127, 127)  # what is seen beyond the edges: the networks' zero

Boxes = NDArray[np.float64]  # (N, 4) x0, y0, x1, y1


@dataclass(frozen=True, eq=False)
class Level:
    """The picture at one size; across, down: pixels of the picture in one of this."""

    pixels: Picture
    across: float
    down: float


def scales(shorter: int, min_face: float) -> list[float]:
    """Sizes at which P-Net's window covers faces from min_face pixels to the whole picture; none in a smaller one.

    >>> [round(scale, 3) for scale in scales(480, 240)]
    [0.05, 0.035, 0.025]
    """
    if shorter < min_face:
        return []
    steps = floor(log(min_face / shorter) / log(FACTOR))
    return [WINDOW / min_face * FACTOR**step for step in range(steps + 1)]


def octaves(picture: Picture, min_face: float) -> list[Level]:
    """The picture, as large as faces of min_face pixels need, then again and again at half of its size."""
    found = [_shrunk(Level(picture, 1, 1), min(1, FINEST_CROP / min_face, LARGEST / max(picture.shape)))]
    while min(found[-1].pixels.shape[:2]) >= 2 * WINDOW:
        found.append(_shrunk(found[-1], 0.5))
    return found


def level(octaves: Sequence[Level], scale: float) -> Level:
    """The picture at a scale, averaged from the smallest octave at least twice as large, else from the first."""
    source = next((one for one in reversed(octaves) if one.across * scale <= 0.5), octaves[0])
    return _shrunk(source, scale * source.across)


def crops(octaves: Sequence[Level], squares: Boxes, size: int) -> NDArray[np.uint8]:
    """(N, size, size, 3) what the squares hold, each sampled from the octave whose pixels are nearest to its own."""
    cut = np.empty((len(squares), size, size, 3), np.uint8)
    steps = (squares[:, 2] - squares[:, 0]) / size  # pixels of the picture
    sizes = np.array([octave.across for octave in octaves])
    nearest = np.abs(np.log(steps[:, None] / sizes)).argmin(axis=1)
    for number in np.unique(nearest):
        chosen = nearest == number
        cut[chosen] = _sampled(octaves[number], squares[chosen], size)
    return cut


def _sampled(level: Level, squares: Boxes, size: int) -> NDArray[np.uint8]:
    places = (np.arange(size) + 0.5) / size  # of sample centres, fractions of a square
    x = squares[:, :1] + places * (squares[:, 2:3] - squares[:, :1])
    y = squares[:, 1:2] + places * (squares[:, 3:] - squares[:, 1:2])
    shape = (len(squares), size, size)
    columns = np.broadcast_to((x / level.across - 0.5)[:, None, :], shape).astype(np.float32).reshape(-1, size)
    rows = np.broadcast_to((y / level.down - 0.5)[:, :, None], shape).astype(np.float32).reshape(-1, size)
    cut = cv2.remap(level.pixels, columns, rows, cv2.INTER_LINEAR, borderValue=OUTSIDE)
    return np.asarray(cut, np.uint8).reshape(*shape, 3)


def _shrunk(level: Level, scale: float) -> Level:
    height, width = level.pixels.shape[:2]
    new_height, new_width = (max(1, round(side * scale)) for side in (height, width))
    if (new_height, new_width) == (height, width):
        return level
    pixels = np.asarray(cv2.resize(level.pixels, (new_width, new_height), interpolation=cv2.INTER_AREA), np.uint8)
    return Level(pixels, level.across * width / new_width, level.down * height / new_height)
