"""The three stages of MTCNN (Zhang et al. 2016, Sec. 2.1): windows everywhere, then a closer look, then the last.

Boxes count from the picture's outer edge, as in pyramid.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.faces.mtcnn.overlap import Share, suppress
from laplace_landmarks.faces.mtcnn.pyramid import WINDOW, Boxes, Level, crops, level

STRIDE = 2  # pixels between windows
SAME_SIZE, ALL_SIZES = 0.5, 0.7  # overlaps at which windows show the same face, in one level and in all
SAME_FACE = 0.7  # and of R-Net's boxes; of O-Net's, as a fraction of the smaller
MOST = 10_000  # windows kept of a level, the best: more are never faces, and would take minutes to compare
PIXELS_AT_ONCE = 2**18  # of a level
CROPS_AT_ONCE = 128

Network: TypeAlias = Callable[[NDArray[np.uint8]], Sequence[NDArray[np.float32]]]  # pictures (N, H, W, 3) → outputs


@dataclass(frozen=True, eq=False)
class Found:
    """N boxes, and their scores, (N,)."""

    boxes: Boxes
    scores: NDArray[np.float32]

    def best(self, threshold: float, limit: float, of: Share = "union") -> NDArray[np.intp]:
        """Places of the boxes above the threshold, best first; of those that overlap too much, the best alone."""
        likely = np.flatnonzero(self.scores > threshold)
        return likely[suppress(self.boxes[likely], self.scores[likely], limit, of)]

    def squares(self, places: NDArray[np.intp]) -> "Found":
        """Those at these places, made square."""
        return Found(square(self.boxes[places]), self.scores[places])


def propose(network: Network, octaves: Sequence[Level], scales: Sequence[float], threshold: float) -> Found:
    """P-Net on windows over every level; the squares that may hold a face."""
    levels = [_windows(network, level(octaves, scale), threshold) for scale in scales]
    found = Found(np.concatenate([one.boxes for one in levels]), np.concatenate([one.scores for one in levels]))
    return found.squares(found.best(threshold, ALL_SIZES))


def refine(network: Network, octaves: Sequence[Level], squares: Boxes, threshold: float) -> Found:
    """R-Net on each square; better squares, and fewer."""
    scores, offsets = _looked_at(network, octaves, squares, size=24)
    found = Found(moved(squares, offsets), scores[:, 0])
    return found.squares(found.best(threshold, SAME_FACE))


def decide(
    network: Network, octaves: Sequence[Level], squares: Boxes, threshold: float
) -> tuple[Found, NDArray[np.float64]]:
    """O-Net on each square: the faces, best first, and the five points (N, 5, 2) of each."""
    scores, offsets, points = _looked_at(network, octaves, squares, size=48)
    found = Found(moved(squares, offsets), scores[:, 0])
    best = found.best(threshold, SAME_FACE, of="smaller")
    fractions = points[best].reshape(-1, 2, 5).swapaxes(1, 2)  # of the square: five x, then five y → five (x, y)
    corners = squares[best].reshape(-1, 2, 2)
    return Found(found.boxes[best], found.scores[best]), corners[:, :1] + fractions * (corners[:, 1:] - corners[:, :1])


def moved(boxes: Boxes, offsets: NDArray[np.float32]) -> Boxes:
    """Boxes whose edges are moved by offsets (N, 4), fractions of the box's sides."""
    return boxes + offsets * np.tile(boxes[:, 2:] - boxes[:, :2], 2)


def square(boxes: Boxes) -> Boxes:
    """The squares about the boxes' centres with their longer sides."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    halves = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.concatenate([centres - halves, centres + halves], axis=1)


def _windows(network: Network, level: Level, threshold: float) -> Found:
    """The windows of one level above the threshold, each face's best; in pixels of the picture."""
    boxes, scores = [np.empty((0, 4))], [np.empty(0, np.float32)]
    for first, strip in _strips(level.pixels):
        faces, offsets = network(strip[None])
        down, across = np.nonzero(faces[0, 0] > threshold)
        corners = np.stack([across, down + first], axis=1) * STRIDE
        windows = np.concatenate([corners, corners + WINDOW], axis=1).astype(np.float64)
        boxes.append(moved(windows, offsets[0, :, down, across]))
        scores.append(faces[0, 0, down, across])
    found = Found(np.concatenate(boxes) * ([level.across, level.down] * 2), np.concatenate(scores))
    if len(found.scores) > MOST:
        threshold = float(np.partition(found.scores, -MOST)[-MOST])
    best = found.best(threshold, SAME_SIZE)
    return Found(found.boxes[best], found.scores[best])


def _strips(pixels: NDArray[np.uint8]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The level in strips that share no window, with the row of windows at which each begins."""
    height, width = pixels.shape[:2]
    rows = max(1, PIXELS_AT_ONCE // width // STRIDE)
    count = (height - WINDOW) // STRIDE + 1
    for first in range(0, count, rows):
        end = height if first + rows >= count else STRIDE * (first + rows - 1) + WINDOW
        yield first, pixels[STRIDE * first : end]


def _looked_at(network: Network, octaves: Sequence[Level], squares: Boxes, size: int) -> list[NDArray[np.float32]]:
    """The network's outputs for the crops of all squares."""
    parts = [
        network(crops(octaves, squares[first : first + CROPS_AT_ONCE], size))
        for first in range(0, max(len(squares), 1), CROPS_AT_ONCE)
    ]
    return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]
