"""What is written on a picture: a face's id and score, the numbers of its landmarks, and what the drawing shows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.drawing.layer import paste
from laplace_landmarks.runtime.drawing.style import Style, uncertainty_of
from laplace_landmarks.runtime.drawing.text import rimmed, tag
from laplace_landmarks.runtime.face import Face

SMALLEST = 5.5  # pixels of a capital that is easy to read
UNREADABLE = 4


def draw_name(drawn: Picture, face: Face, style: Style) -> None:
    """The face's id and score on a plate above its box, or within the picture's edge; nothing where it has neither."""
    words = [] if face.id is None else [f"#{face.id}"]
    words += [] if face.score is None else [f"{face.score:.2f}"]
    x0, y0, x1, y1 = face.box
    if not words or not np.isfinite(face.box).all():
        return
    height = letter_height(max(x1 - x0, y1 - y0, 0), drawn, style)
    plate = tag("  ".join(words), height)
    gap = max(2, round(0.5 * height))
    above = round(y0) - gap - plate.shape[0]
    top = above if above >= 0 else max(0, min(round(y0) + gap, drawn.shape[0] - plate.shape[0]))
    left = max(0, min(round(x0), drawn.shape[1] - plate.shape[1]))
    if x1 >= 0 and y1 >= 0 and x0 < drawn.shape[1] and y0 < drawn.shape[0]:
        paste(drawn, plate, left, top)


def draw_numbers(
    drawn: Picture, landmarks: Landmarks, markup: Markup, colours: NDArray[np.uint8], style: Style
) -> None:
    """The index of each landmark, from 0, on the outer side of the curve it lies on."""
    finite = np.isfinite(landmarks).all(axis=-1)
    if not finite.any():
        return
    x0, y0, x1, y1 = tight_box(landmarks[finite])
    wanted = 0.016 * style.weight * max(x1 - x0, y1 - y0)
    height = _half_pixels(max(SMALLEST, min(wanted, drawn.shape[0] / 12)))
    outward = _outward(landmarks, markup)
    lighter = colours // 2 + 127
    for place in np.flatnonzero(finite):
        number = rimmed(str(place), height, tuple(lighter[place].tolist()))
        rows, columns = number.shape[:2]
        x, y = landmarks[place] + outward[place] * (0.9 * height + columns * abs(outward[place, 0]) / 4)
        if abs(x) < 2**24 and abs(y) < 2**24:
            paste(drawn, number, round(float(x) - columns / 2), round(float(y) - rows / 2))


def draw_legend(drawn: Picture, faces: Sequence[Face], truth: bool, style: Style) -> None:
    """What the drawing shows, in the lower left corner."""
    words = legend(faces, truth, style)
    if not words:
        return
    height = _half_pixels(max(SMALLEST, min(drawn.shape[:2]) / 45))
    plate = tag(words, height)
    if plate.shape[1] > drawn.shape[1] - height:
        height = _half_pixels(height * (drawn.shape[1] - height) / plate.shape[1])
    if height < UNREADABLE:
        return
    plate, edge = tag(words, height), round(height / 2)
    paste(drawn, plate, edge, drawn.shape[0] - plate.shape[0] - edge)


def legend(faces: Sequence[Face], truth: bool, style: Style) -> str:
    """What a drawing of these faces in this style shows, in words."""
    kinds = {uncertainty_of(face, style) for face in faces}
    words = [f"each circle holds the true place with probability {100 * style.p:g} %"] if "radius" in kinds else []
    words += ["ellipses: the heatmaps' spread"] if "spread" in kinds else []
    words += ["glow: heatmaps"] if style.heatmaps and faces else []
    words += ["thin lines: truth"] if truth else []
    return "  ·  ".join(words)


def letter_height(longer: float, picture: Picture, style: Style) -> float:
    """Pixels of a capital beside a face of this size: at most a tenth of it, but never too small to be read."""
    wanted = max(0.4 * longer**0.58, min(0.1 * longer, max(picture.shape[:2]) / 90))
    return _half_pixels(max(SMALLEST, min(style.weight * wanted, picture.shape[0] / 12)))


def _half_pixels(height: float) -> float:
    # few sizes, because letters once drawn are remembered
    return max(round(2 * height), 1) / 2


def _outward(landmarks: Landmarks, markup: Markup) -> NDArray[np.float64]:
    """(K, 2) unit vectors away from each landmark's neighbours along the edges; upward where it has none."""
    away = np.zeros(landmarks.shape, np.float64)
    for first, last in markup.edges:
        step = landmarks[last].astype(np.float64) - landmarks[first]
        step /= max(np.linalg.norm(step), 1e-9)
        away[first] -= step
        away[last] += step
    length = np.linalg.norm(np.nan_to_num(away), axis=-1, keepdims=True)
    return np.where(length > 0.05, away / np.maximum(length, 1e-9), (0.0, -1.0))
