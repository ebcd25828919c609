"""Strokes, dots and ellipses of any width, even below a pixel, on a part of a picture.

opencv's lines are whole pixels wide. So shapes are drawn as masks on a finer grid, averaged down, and blended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Box, Picture

Colour: TypeAlias = tuple[int, int, int]  # RGB
Mask: TypeAlias = NDArray[np.uint8]  # (H · fine, W · fine), 255 where a shape is

FRACTION_BITS = 6  # opencv draws at 1/64 of the finer grid's pixel
FINEST = 8
FAR = 2.0**24  # opencv's coordinates are 32 bits, fraction included


@dataclass(frozen=True, eq=False)
class Canvas:
    """A part of a picture to draw on; lengths and points are in the whole picture's pixels."""

    part: Picture  # a view, so that painting changes the picture
    left: int
    top: int
    fine: int  # cells of the masks along a pixel

    @staticmethod
    def on(picture: Picture, box: Box) -> "Canvas":
        """The part of the picture within the box; it may be empty."""
        height, width = picture.shape[:2]
        x0, x1 = (int(np.clip(edge, 0, width)) for edge in (box[0], box[2] + 1))
        y0, y1 = (int(np.clip(edge, 0, height)) for edge in (box[1], box[3] + 1))
        fine = int(np.clip(ceil(1200 / max(x1 - x0, y1 - y0, 1)), 1, FINEST))
        return Canvas(picture[y0:y1, x0:x1], x0, y0, fine)

    def mask(self) -> Mask:
        """A mask without any shape."""
        return np.zeros((self.part.shape[0] * self.fine, self.part.shape[1] * self.fine), np.uint8)

    def line(self, mask: Mask, first: ArrayLike, last: ArrayLike, width: float) -> None:
        thickness = self._thickness(width)
        cv2.line(mask, self._place(first), self._place(last), 255, thickness, cv2.LINE_AA, FRACTION_BITS)

    def ellipse(self, mask: Mask, centre: ArrayLike, axes: Iterable[float], width: float | None = None) -> None:
        """An ellipse with these half axes along x and y, filled or, with a width, its outline."""
        half_axes = [_bits(length * self.fine) for length in axes]
        thickness = cv2.FILLED if width is None else self._thickness(width)
        cv2.ellipse(mask, self._place(centre), half_axes, 0, 0, 360, 255, thickness, cv2.LINE_AA, FRACTION_BITS)

    def paint(self, mask: Mask, colour: Colour, opacity: float) -> None:
        """Blends the colour into the picture where the mask is."""
        if self.part.size == 0:
            return
        size = (self.part.shape[1], self.part.shape[0])
        cover = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)[..., None] * np.float32(opacity / 255)
        self.part[...] = np.rint(self.part * (1 - cover) + np.asarray(colour, np.float32) * cover).astype(np.uint8)

    def _thickness(self, width: float) -> int:
        # measured: opencv's smooth line of an even thickness t covers t + 1.4, and of an odd one as much as of the next
        return max(1, 2 * round((width * self.fine - 1.4) / 2))

    def _place(self, point: ArrayLike) -> tuple[int, int]:
        x, y = np.asarray(point, np.float64) - (self.left, self.top)
        # pixel centres at integers on both grids
        return _bits((x + 0.5) * self.fine - 0.5), _bits((y + 0.5) * self.fine - 0.5)


def _bits(length: float) -> int:
    return round(float(np.clip(length, -FAR, FAR)) * 2**FRACTION_BITS)
