"""A sheet that shows what each augmentation does by itself, and what all of them do together."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.augmenter import Augmenter
from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.augmentation.settings import BY_CHANCE, HOW, Augmentation, what_is_on
from laplace_landmarks.data.augmentation.sources import Sources
from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.sheet import sheet

TOGETHER = "all together"
SURE: dict[str, float] = {"mirror": 1.0, "grey": 1.0}  # probabilities themselves
SCALE = 3  # page pixels along a crop's
MARGIN = 8  # page pixels beside the words
CAPITALS = 10  # so many of a row's capitals, one above the other, are as high as the row
LEAST = 10  # page pixels of a capital, however small the crops are
CAPITAL = 21.5  # page pixels of opencv's capitals at scale 1


def demonstration(crops: Crops, sources: Sources, augmenter: Augmenter, columns: int, together: int = 4) -> Picture:
    """One row for each augmentation that is on, and the last ones for all: a plain crop, then draws of it.

    A row shows the augmentation in every crop, however rare it is in a training. crops, sources: the same faces, which
    take turns from row to row. columns: crops in a row.
    """
    rows = [*single(augmenter.settings), *[(TOGETHER, augmenter.settings)] * together]
    shown: list[Crops] = []
    for number, (_, settings) in enumerate(rows):
        face = number % len(sources)
        shown.append(_row(crops, sources, replace(augmenter, settings=settings), face, columns))
    page = sheet(
        Crops(
            pictures=np.concatenate([row.pictures for row in shown]),
            landmarks=np.concatenate([row.landmarks for row in shown]),
            visible=np.concatenate([row.visible for row in shown]),
            names=tuple(name for row in shown for name in row.names),
            crops=tuple(crop for row in shown for crop in row.crops),
        ),
        columns,
        SCALE,
    )
    return np.concatenate([_labels([name for name, _ in rows], page.shape[0], augmenter.settings), page], axis=1)


def single(settings: Augmentation) -> list[tuple[str, Augmentation]]:
    """Each augmentation that is on, by its name, as the only one and in every crop."""
    off = replace(Augmentation(), jitter_strength=settings.jitter_strength, probability=1.0)
    on = [name for name in what_is_on(settings) if name not in HOW]
    return [(name, replace(off, **{name: SURE.get(name, getattr(settings, name))})) for name in on]


def _row(crops: Crops, sources: Sources, augmenter: Augmenter, face: int, columns: int) -> Crops:
    """A plain crop, then columns - 1 draws of it."""
    if not augmenter.settings.jitter:
        augmenter = replace(augmenter, errors=None)
    chosen = np.full(columns - 1, face)
    drawn = augmenter.labeled(sources, chosen, Key(0, 0, face, 0), crops.landmarks[chosen], crops.visible[chosen])
    return Crops(
        pictures=np.concatenate([crops.pictures[[face]], drawn[0]]),
        landmarks=np.concatenate([crops.landmarks[[face]], drawn[1]]),
        visible=np.concatenate([crops.visible[[face]], drawn[2]]),
        names=(crops.names[face],) * columns,
        crops=(crops.crops[face],) * columns,
    )


def _labels(names: list[str], height: int, settings: Augmentation) -> NDArray[np.uint8]:
    """The column left of the crops, as narrow as its words: each row's name, a word a line, then the setting."""
    side = height // len(names)
    capital = max(LEAST, side / CAPITALS)
    rows = [[_line(text, capital, side) for text in (*name.replace("_", " ").split(), *_setting(name, settings))]
            for name in names]  # fmt: skip
    width = max(line.shape[1] for lines in rows for line in lines)
    column = np.zeros((height, width + 2 * MARGIN, 3), np.uint8)
    for row, lines in enumerate(rows):
        top = row * side + (side - sum(line.shape[0] for line in lines)) // 2
        for line in lines:
            place = column[top : top + line.shape[0], MARGIN : MARGIN + line.shape[1]]
            place[:] = line[: place.shape[0], :, None]
            top += line.shape[0]
    return column


def _setting(name: str, settings: Augmentation) -> list[str]:
    """What is below a row's name: nothing where all are together."""
    if name == TOGETHER:
        return []
    value = Path(str(getattr(settings, name))).name
    return [f"{value}, p {settings.probability}" if name in BY_CHANCE else value]


def _line(text: str, capital: float, widest: int) -> NDArray[np.uint8]:
    """(H, W) a line of text, as wide as it is; capitals this many pixels high, less where a file has a long name."""
    scale = capital / CAPITAL
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    scale *= min(1, widest / max(width, 1))
    strokes = max(1, round(2 * scale))
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, strokes)
    line = np.zeros((round(1.8 * capital), width + strokes), np.uint8)
    cv2.putText(line, text, (0, round(1.3 * capital)), cv2.FONT_HERSHEY_SIMPLEX, scale, (230,), strokes, cv2.LINE_AA)
    return line
