"""Words on pictures, legible from a few pixels up.

opencv's letters are ugly when small, so they are drawn large and averaged down; it remembers the last ones, because a
video shows the same words again and again.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.runtime.drawing.layer import Transparent
from laplace_landmarks.runtime.drawing.style import RIM, WHITE, Colour

FINE = 4
CAPITAL = 21.5  # height of opencv's capitals at scale 1; 5 draws real type of the size that 4 gives its strokes
STROKES = not hasattr(cv2, "FontFace")  # opencv 4: letters are lines and need a width
STRONGER = 1.2  # thin strokes averaged down are grey
BELOW, ABOVE = 0.45, 1.4  # from the base line, heights of a capital: g and y reach as far down, brackets as far up


def letters(text: str, height: float) -> NDArray[np.uint8]:
    """(H, W) how far each pixel is covered by a line of text whose capitals are this many pixels high."""
    text = text.encode(errors="replace").decode()  # a name that is not UTF-8 ends the process in opencv
    scale = FINE * height / CAPITAL
    thickness = max(1, round(2.2 * scale)) if STROKES else 1
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    columns, rows, base = (max(1, round(length)) for length in (
        width / FINE + 0.3 * height, (ABOVE + BELOW) * height, ABOVE * height))  # fmt: skip
    large = np.zeros((rows * FINE, columns * FINE), np.uint8)
    corner = (round(0.1 * height * FINE), base * FINE)
    cv2.putText(large, text, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, (255,), thickness, cv2.LINE_AA)
    small = cv2.resize(large, (columns, rows), interpolation=cv2.INTER_AREA)
    return cv2.convertScaleAbs(small, alpha=STRONGER)  # pyright: ignore[reportReturnType]


@lru_cache(maxsize=256)
def rimmed(text: str, height: float, colour: Colour = WHITE) -> Transparent:
    """(H, W, 4) text with a soft dark rim, to lie on a picture."""
    edge = max(1, round(height / 6))
    inner = np.pad(letters(text, height), edge + 1).astype(np.float32) / 255
    spread = 2 * edge + 1
    rim = cv2.dilate(inner, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (spread, spread)))
    rim = cv2.GaussianBlur(rim, (0, 0), edge / 2) * 0.75
    return _layered(rim, RIM, inner, colour)


@lru_cache(maxsize=32)
def tag(text: str, height: float, colour: Colour = WHITE) -> Transparent:
    """(H, W, 4) text on a dark plate with round corners."""
    beside, above = round(0.55 * height), max(1, round(0.2 * height))
    inner = np.pad(letters(text, height), ((above, above), (beside, beside))).astype(np.float32) / 255
    rows, columns = inner.shape
    radius = min(rows, columns) * 0.28
    y, x = (np.abs(np.arange(length) - (length - 1) / 2) - (length / 2 - radius) for length in (rows, columns))
    plate = np.clip(radius + 0.5 - np.hypot(np.maximum(x, 0), np.maximum(y, 0)[:, None]), 0, 1)
    return _layered(plate.astype(np.float32) * 0.72, RIM, inner, colour)


def _layered(
    below: NDArray[np.floating], below_colour: Colour, above: NDArray[np.floating], above_colour: Colour
) -> Transparent:
    below = below * (1 - above)
    inks = [np.array([*colour, 255], np.float32) for colour in (below_colour, above_colour)]
    both = below[..., None] * inks[0] + above[..., None] * inks[1]
    layered = np.rint(both).astype(np.uint8)
    layered.setflags(write=False)  # it is remembered
    return layered
