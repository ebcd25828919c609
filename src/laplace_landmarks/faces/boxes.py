"""The paper's crop: a square placed by five points or a box, and one affine map from the picture to it and back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, cos, radians, sin

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Box, Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.five_points import FIVE_POINTS, roll

FINEST = 64  # samples along a crop pixel at the most: beyond 64 picture pixels a crop pixel no longer gains from more
LARGEST = 2**15 - 2  # pixels of a side that opencv can cut from
MOST = 4096  # pixels of a crop's side
FACTORS = (0.1, 100.0)  # side of a crop over what places it: beyond, it shows nothing


@dataclass(frozen=True)
class Crop:
    """A square of the picture, shown as size × size pixels.

    The square's edges map to the crop's edges: x = -0.5 and size - 0.5 of the crop lie at centre ± side / 2, along axes
    that may be turned.
    """

    x: float  # centre, picture pixels
    y: float
    side: float  # picture pixels
    size: int  # crop pixels
    angle: float = 0.0  # degrees from the picture's axes to the crop's, clockwise as one sees it

    def __repr__(self) -> str:  # caches of crops are keyed by it: that of one that is not turned must not change
        turned = f", angle={self.angle!r}" if self.angle else ""
        return f"Crop(x={self.x!r}, y={self.y!r}, side={self.side!r}, size={self.size!r}{turned})"

    @property
    def scale(self) -> float:
        """Crop pixels per picture pixel."""
        return self.size / self.side

    def to_crop(self, points: ArrayLike) -> NDArray[np.float32]:
        """(..., 2) picture pixels → crop pixels."""
        away = (np.asarray(points, np.float64) - (self.x, self.y)) @ turn(self.angle)
        return (away * self.scale + (self.size - 1) / 2).astype(np.float32)

    def to_picture(self, points: ArrayLike) -> NDArray[np.float32]:
        """(..., 2) crop pixels → picture pixels; the inverse of to_crop."""
        away = (np.asarray(points, np.float64) - (self.size - 1) / 2) / self.scale
        return (away @ turn(self.angle).T + (self.x, self.y)).astype(np.float32)

    def spread_to_picture(self, spread: ArrayLike) -> NDArray[np.float32]:
        """(..., 2) deviations along the crop's axes → along the picture's, in its pixels.

        Of a turned crop they are combined like standard deviations of independent parts, which mean absolute deviations
        follow nearly. The mean of both stays what it is: a radius, which is calibrated on it, does not turn.
        """
        return (_along(turn(self.angle), spread) / self.scale).astype(np.float32)

    def spread_to_crop(self, spread: ArrayLike) -> NDArray[np.float32]:
        """The same the other way round; of an upright crop its inverse."""
        return (_along(turn(self.angle).T, spread) * self.scale).astype(np.float32)

    def box(self) -> Box:
        """The edges of the square in the picture, or of the upright box around it where it is turned."""
        half = float(np.abs(turn(self.angle)[0]).sum()) * self.side / 2
        return (self.x - half, self.y - half, self.x + half, self.y + half)

    def cut(self, picture: Picture) -> Picture:
        """(size, size, 3) the crop's pixels, anti-aliased; outside the picture its edge pixels go on.

        Each crop pixel is the mean of a grid of bilinear samples, as fine as the picture's own pixels.
        """
        fine = min(max(1, ceil(1 / self.scale)), FINEST)
        samples = self.size * fine
        step = self.side / samples
        across, down = turn(self.angle).T
        first = (self.x, self.y) - (across + down) * (self.side / 2) + (across + down) * step / 2
        matrix = np.column_stack([across * step, down * step, first])
        return sampled(picture, matrix, samples, self.size, self.box())


@dataclass(frozen=True)
class CropRule:
    """How a model's crops are placed; stored in its file, so that a picture is cut as in training.

    size: pixels of the crop's side.
    factor: side of the crop over the longer side of the anchors' hull. The paper's text allows 2 ("the square hull
        extended by 2x the radii"); 2.8 is the smallest that keeps nearly all of 68 points inside.
    box_factor, box_shift: the same from a tight box around all landmarks: side over the box's longer side, and the
        crop's centre minus the box's, in units of that longer side. Fitted to the training set (see fit_box_rule).
    whole_picture: of objects that fill their picture: where nobody gives a box, the whole picture is the box.
    upright: the model learned from crops that are turned as the five anchors of a face are; the paper's are not.
    """

    size: int = 80
    factor: float = 2.8
    box_factor: float = 1.35
    box_shift: tuple[float, float] = (0.0, 0.0)
    whole_picture: bool = False
    upright: bool = False

    def from_anchors(self, anchors: ArrayLike, upright: bool = False) -> Crop:
        """The paper's crop: the hull of the anchor points (A, 2), made square about its centre and grown.

        upright: hull and square are turned as five points of a face are, whatever the model learned from.
        """
        anchors = np.asarray(anchors, np.float64)
        if anchors.ndim != 2 or anchors.shape[1] != 2 or len(anchors) < 2 or not np.isfinite(anchors).all():
            raise InputError(f"anchors must be at least two finite points (x, y), not {anchors.tolist()}")
        angle = roll(anchors) if (upright or self.upright) and anchors.shape == FIVE_POINTS.shape else 0.0
        along = anchors @ turn(angle)
        low, high = along.min(axis=0), along.max(axis=0)
        centre = turn(angle) @ (low + high) / 2
        return self._square(centre, float((high - low).max()) * self.factor, "anchor points", angle)

    def from_box(self, box: Sequence[float]) -> Crop:
        """The crop for an object with this tight box."""
        corners = np.asarray(box, np.float64)
        if corners.shape != (4,) or not np.isfinite(corners).all():
            raise InputError(f"a box is four finite numbers x0, y0, x1, y1, not {box!r}")
        if (corners[2:] < corners[:2]).any():
            raise InputError(f"a box is x0, y0, x1, y1 with x0 <= x1 and y0 <= y1, not {corners.tolist()}")
        longer = float((corners[2:] - corners[:2]).max())
        centre = (corners[:2] + corners[2:]) / 2 + np.asarray(self.box_shift) * longer
        return self._square(centre, longer * self.box_factor, "edges of the box")

    def _square(self, centre: NDArray[np.float64], side: float, what: str, angle: float = 0.0) -> Crop:
        if not side > 0:
            raise InputError(f"the {what} of the crop lie all in one point, so the crop has no size; correct them")
        return Crop(float(centre[0]), float(centre[1]), side, self.size, angle)


def turn(angle: float) -> NDArray[np.float64]:
    """(2, 2) whose columns are the x and the y axis after a turn by so many degrees, clockwise as one sees it.

    >>> turn(90).round().tolist()  # x points down, where y was
    [[0.0, -1.0], [1.0, 0.0]]
    """
    c, s = cos(radians(angle)), sin(radians(angle))
    return np.array([[c, -s], [s, c]])


def _along(axes: NDArray[np.float64], spread: ArrayLike) -> NDArray[np.float64]:
    """(..., 2) deviations along other axes, whose directions in the old ones are the rows."""
    spread = np.asarray(spread, np.float64)
    parts = spread[..., None, :] * axes
    along = np.hypot(parts[..., 0], parts[..., 1])
    mean = along.mean(axis=-1, keepdims=True)
    return along * np.divide(spread.mean(axis=-1, keepdims=True), mean, out=np.ones_like(mean), where=mean > 0)


def sampled(picture: Picture, matrix: NDArray[np.float64], samples: int, size: int, box: Box) -> Picture:
    """(size, size, 3) means of a grid of samples × samples bilinear samples; outside the picture its edge goes on.

    matrix: (2, 3) from places in the grid to the picture's. box: the part of the picture that the grid covers.
    """
    picture, matrix = _neighbourhood(picture, matrix, box)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(picture, matrix, (samples, samples), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if samples > size:
        cut = cv2.resize(cut, (size, size), interpolation=cv2.INTER_AREA)
    return cut  # pyright: ignore[reportReturnType]


def picture_box(height: int, width: int) -> Box:
    """The box that holds a whole picture, from edge to edge."""
    return (-0.5, -0.5, width - 0.5, height - 0.5)


def tight_box(points: ArrayLike) -> Box:
    """The smallest box that holds the points (..., 2)."""
    points = np.asarray(points, np.float64).reshape(-1, 2)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return (float(x0), float(y0), float(x1), float(y1))


def fit_box_rule(rule: CropRule, crops: Sequence[Crop], boxes: Sequence[Box]) -> CropRule:
    """The rule whose box mapping reproduces the crops best: the median side ratio and the median shift."""
    corners = np.asarray(boxes, np.float64)
    longer = (corners[:, 2:] - corners[:, :2]).max(axis=1)
    shifts = (np.array([(c.x, c.y) for c in crops]) - (corners[:, :2] + corners[:, 2:]) / 2) / longer[:, None]
    ratios = np.array([c.side for c in crops]) / longer
    right, down = (round(float(part), 4) for part in np.median(shifts, axis=0))
    return replace(rule, box_factor=round(float(np.median(ratios)), 4), box_shift=(right, down))


def _neighbourhood(picture: Picture, matrix: NDArray[np.float64], box: Box) -> tuple[Picture, NDArray[np.float64]]:
    """The part of the picture that a crop can touch (at least one pixel), and the map moved into it.

    opencv holds a picture's coordinates in 16 bits, so of a part still larger only every n-th pixel is taken.
    """
    height, width = picture.shape[:2]
    x0, x1 = (int(np.clip(edge, 0, width - 1)) for edge in (box[0] - 2, box[2] + 3))
    y0, y1 = (int(np.clip(edge, 0, height - 1)) for edge in (box[1] - 2, box[3] + 3))
    moved = matrix.copy()
    moved[:, 2] -= (x0, y0)
    every = ceil(max(x1 - x0 + 1, y1 - y0 + 1) / LARGEST)
    return picture[y0 : y1 + 1 : every, x0 : x1 + 1 : every], moved / every
