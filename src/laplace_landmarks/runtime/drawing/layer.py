"""Lines and ellipses of any width, even below a pixel, on a transparent layer over a part of a picture.

opencv's smooth lines have whole widths and bleed. So shapes are polygons on a finer grid, which is averaged down and
laid over the picture once. In a layer a shape takes the place of what it covers, so nothing adds up where many overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Box, Picture

Ink: TypeAlias = tuple[int, int, int, int]  # red, green, blue, already times the opacity, and the opacity, 0 to 255
Transparent: TypeAlias = NDArray[np.uint8]  # (H, W, 4), each pixel an Ink

FRACTION_BITS = 6  # opencv draws at 1/64 of the finer grid's pixel
BLEED, ROUND_BLEED = 0.7, 0.5  # measured: cells that opencv's smooth polygons and ellipses reach beyond their edge
ENOUGH = 2.5  # cells across the thinnest line: the least that opencv draws covers 1.8
FINEST = 8
MOST = 2**24  # cells of a layer, 64 MB
FAR = 2.0**16  # cells: opencv fills shapes row by row, beginning where they begin


@dataclass(frozen=True, eq=False)
class Layer:
    """A part of a picture to draw on; lengths and points are in the whole picture's pixels."""

    part: Picture  # a view, so that merging changes the picture
    left: int
    top: int
    fine: int  # cells along a pixel
    cells: Transparent  # (H · fine, W · fine, 4)

    @staticmethod
    def over(picture: Picture, box: Box, thinnest: float) -> "Layer":
        """The part of the picture within the box, maybe empty; thinnest: width of the finest line to be drawn."""
        height, width = picture.shape[:2]
        x0, x1 = (int(np.clip(edge, 0, width)) for edge in (box[0], box[2] + 2))
        y0, y1 = (int(np.clip(edge, 0, height)) for edge in (box[1], box[3] + 2))
        part, fine = picture[y0:y1, x0:x1], 1
        while fine < FINEST and fine * thinnest < ENOUGH and (2 * fine) ** 2 * part[..., 0].size <= MOST:
            fine *= 2
        return Layer(part, x0, y0, fine, np.zeros((part.shape[0] * fine, part.shape[1] * fine, 4), np.uint8))

    def lines(self, firsts: ArrayLike, lasts: ArrayLike, width: float, inks: Sequence[Ink]) -> None:
        """A line from each of the firsts (N, 2) to its last, with blunt ends."""
        firsts, lasts = self._place(firsts), self._place(lasts)
        along = lasts - firsts
        length = np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9)
        across = along[:, ::-1] * (-1, 1) / length * max(width * self.fine / 2 - BLEED, 0)
        corners = np.stack([firsts + across, lasts + across, lasts - across, firsts - across], axis=1)
        touched = self._touched(corners.min(axis=1), corners.max(axis=1))
        corners = _bits(corners)
        for place in touched:
            cv2.fillConvexPoly(self.cells, corners[place], inks[place], cv2.LINE_AA, FRACTION_BITS)

    def ellipses(self, centres: ArrayLike, axes: ArrayLike, inks: Sequence[Ink]) -> None:
        """Filled ellipses with these half axes along x and y: (N, 2), or (N, 1) and one number for circles."""
        centres = self._place(centres)
        axes = np.broadcast_to(np.maximum(np.asarray(axes, np.float64) * self.fine - ROUND_BLEED, 0), centres.shape)
        touched = self._touched(centres - axes, centres + axes)
        places, halves = _bits(centres).tolist(), _bits(axes).tolist()
        for n in touched:
            cv2.ellipse(self.cells, places[n], halves[n], 0, 0, 360, inks[n], cv2.FILLED, cv2.LINE_AA, FRACTION_BITS)

    def merge(self) -> None:
        """Lays the layer over the picture."""
        if self.part.size == 0:
            return
        cells, fine = self.cells, self.fine
        while fine > 1:  # halving is the one step that opencv does fast
            fine //= 2
            size = (self.part.shape[1] * fine, self.part.shape[0] * fine)
            cells = cv2.resize(cells, size, interpolation=cv2.INTER_AREA)
        lay(self.part, cells)  # pyright: ignore[reportArgumentType]

    def _place(self, points: ArrayLike) -> NDArray[np.float64]:
        # pixel centres at integers on both grids
        return (np.asarray(points, np.float64).reshape(-1, 2) - (self.left, self.top) + 0.5) * self.fine - 0.5

    def _touched(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> list[int]:
        """Which of the shapes between these corners (N, 2) reach into the layer."""
        height, width = self.cells.shape[:2]
        inside = (high > -2).all(axis=-1) & (low < (width + 1, height + 1)).all(axis=-1)
        return np.flatnonzero(inside).tolist() if self.cells.size else []


def inks(colours: ArrayLike, opacity: float = 1.0) -> list[Ink]:
    """The ink of each colour (N, 3) at this opacity, 0 to 1."""
    parts = np.rint(np.asarray(colours, np.float64).reshape(-1, 3) * opacity).astype(int).tolist()
    return [(red, green, blue, round(255 * opacity)) for red, green, blue in parts]


def lay(part: Picture, over: Transparent) -> None:
    """Lays a transparent picture over a picture of the same size, in place."""
    covered = cv2.cvtColor(cv2.extractChannel(over, 3), cv2.COLOR_GRAY2RGB)
    colour = cv2.cvtColor(over, cv2.COLOR_RGBA2RGB)
    part[...] = cv2.add(cv2.multiply(part, cv2.bitwise_not(covered), scale=1 / 255), colour)


def paste(picture: Picture, over: Transparent, left: int, top: int) -> None:
    """Lays a small transparent picture over a picture with its corner there, in place; what is outside is cut."""
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + over.shape[1], width), min(top + over.shape[0], height)
    if x0 < x1 and y0 < y1:
        lay(picture[y0:y1, x0:x1], np.ascontiguousarray(over[y0 - top : y1 - top, x0 - left : x1 - left]))


def _bits(lengths: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.rint(np.clip(lengths, -FAR, FAR) * 2**FRACTION_BITS).astype(np.int32)
