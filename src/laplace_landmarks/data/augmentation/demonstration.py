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
LABEL_WIDTH = 190  # page pixels


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
    """The column left of the crops: each row's name, and the setting below it."""
    column = np.zeros((height, LABEL_WIDTH, 3), np.uint8)
    for row, name in enumerate(names):
        middle = round((row + 0.5) * height / len(names))
        value = "" if name == TOGETHER else Path(str(getattr(settings, name))).name
        _write(column, name.replace("_", " "), middle - 6, 0.6)
        _write(column, f"{value}, p {settings.probability}" if name in BY_CHANCE else value, middle + 18, 0.5)
    return column


def _write(column: Picture, text: str, bottom: int, scale: float) -> None:
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    scale *= min(1, (LABEL_WIDTH - 16) / max(width, 1))
    cv2.putText(column, text, (8, bottom), cv2.FONT_HERSHEY_SIMPLEX, scale, (230, 230, 230), 1, cv2.LINE_AA)
