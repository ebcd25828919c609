"""The part of a picture that the views of a crop can show, and the one resampling from it to a view.

A view is not made from a crop, which is resampled already and ends at its edges, but from the picture around it: each
pixel of a view is the mean of a grid of bilinear samples of the source, as in Crop.cut. The samples lie up to APART of
the source's pixels apart, which is half of Crop.cut's work and changes a photograph's crop by a grey level at the most
(root mean square). A source holds the picture's own pixels; only where those are more than FINE times as fine as the
crop's, they are averaged in blocks first: that costs no sharpness a crop could show, and saves memory.
"""

from dataclasses import replace
from math import ceil, sqrt
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.geometry import View
from laplace_landmarks.faces.boxes import Crop

FINE = 3.5  # source pixels along a crop pixel at the most; where it is reduced, half of that at the least
APART = 1.5  # source pixels between samples at the most: those of bilinear ones still overlap
FINEST = 8  # samples along a pixel of a view at the most


class Source(NamedTuple):
    """A part of a picture. A crop pixel p lies at scale · p + (x, y) in the pixels of the part (h, w, 3)."""

    picture: Picture
    scale: float
    x: float
    y: float


def take_source(picture: Picture, crop: Crop, reach: float) -> Source:
    """The source of a crop, seen as far as `reach` half sides from its centre; it ends where the picture ends.

    Of a turned crop it lies along the crop's axes, for which it is resampled once more.
    """
    if crop.angle:
        picture, crop = _straightened(picture, crop, reach)
    ratio = crop.side / crop.size
    block = max(1, int(2 * ratio / FINE)) if ratio > FINE else 1
    height, width = picture.shape[:2]
    margin = reach * crop.side / 2 + 2 * block  # bilinear samples look at a neighbour
    x0, x1 = _span(crop.x, margin, width)
    y0, y1 = _span(crop.y, margin, height)
    part = picture[y0:y1, x0:x1]
    if block > 1:
        across, down = -(-(x1 - x0) // block), -(-(y1 - y0) // block)
        part = cv2.copyMakeBorder(
            part, 0, down * block - (y1 - y0), 0, across * block - (x1 - x0), cv2.BORDER_REPLICATE
        )
        part = cv2.resize(part, (across, down), interpolation=cv2.INTER_AREA)
    scale, first = ratio / block, (block - 1) / 2  # a block's centre
    offset = scale * (crop.size - 1) / 2
    x, y = (crop.x - x0 - first) / block - offset, (crop.y - y0 - first) / block - offset
    return Source(part, scale, x, y)  # pyright: ignore[reportArgumentType]


def look(source: Source, view: View, size: int) -> Picture:
    """(size, size, 3) the view's pixels, anti-aliased; where the picture ends its edge pixels go on, as in Crop.cut."""
    to_source = np.array([[source.scale, 0, source.x], [0, source.scale, source.y], [0, 0, 1]])
    matrix = to_source @ np.linalg.inv(view.matrix)
    steps = _steps(matrix, size)
    fine = 1 if steps <= 1 else min(max(2, ceil(steps / APART)), FINEST)
    first = (1 / fine - 1) / 2  # of the samples within a pixel
    matrix = matrix @ np.array([[1 / fine, 0, first], [0, 1 / fine, first], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    samples = (size * fine, size * fine)
    shown = cv2.warpPerspective(source.picture, matrix, samples, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if fine > 1:
        shown = cv2.resize(shown, (size, size), interpolation=cv2.INTER_AREA)
    return shown  # pyright: ignore[reportReturnType]


def _straightened(picture: Picture, crop: Crop, reach: float) -> tuple[Picture, Crop]:
    """What a turned crop can show, along its axes and as fine as the picture or a source is; and the crop in it."""
    side = reach * crop.side
    size = ceil(min(side, FINE * side * crop.scale))
    centre = (size - 1) / 2
    return replace(crop, side=side, size=size).cut(picture), Crop(centre, centre, crop.side * size / side, crop.size)


def _span(centre: float, margin: float, length: int) -> tuple[int, int]:
    """First and last + 1 pixel of a line that a part holds; at least one."""
    first = int(np.clip(np.floor(centre - margin), 0, length - 1))
    return first, int(np.clip(np.ceil(centre + margin) + 1, first + 1, length))


def _steps(matrix: NDArray[np.floating], size: int) -> float:
    """Source pixels along a pixel of the view, where there are most: in one of its corners."""
    corners = np.array([[-0.5, -0.5, 1], [size - 0.5, -0.5, 1], [-0.5, size - 0.5, 1], [size - 0.5, size - 0.5, 1]])
    depth = float((corners @ matrix[2]).min())
    return sqrt(abs(np.linalg.det(matrix)) / depth**3)  # area of a homography's pixel: |det| / depth³
