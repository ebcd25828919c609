"""A contact sheet of the pictures to label next, with what the model makes of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.drawing import draw_faces, seen_in, sheet_of
from laplace_landmarks.runtime.drawing.style import PAPER
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.ranked import Ranked

TILE, COLUMNS = 200, 8  # pixels of a side; tiles in a row


def ranking_sheet(ranked: Sequence[Ranked], info: ModelInfo) -> Picture:
    """A tile a picture, in their order: the crop that the network saw, with the landmarks and how certain they are.

    An asterisk stands where the lot chose, as in the table.
    """
    captions = [
        f"{number}{'*' if entry.by_lot else ''}: {Path(entry.face.picture).name}, {entry.ignorance:.1f} %"
        for number, entry in enumerate(ranked, start=1)
    ]
    return sheet_of([_tile(entry.face, info) for entry in ranked], COLUMNS, captions=captions)


def _tile(prediction: Prediction, info: ModelInfo) -> Picture:
    crop, spread = prediction.crop, prediction.spread
    assert crop is not None and spread is not None  # a detector's own always have both
    try:
        picture = read_picture(Path(prediction.picture))
    except InputError:  # gone since it was ranked
        return np.full((TILE, TILE, 3), PAPER, np.uint8)
    view = replace(crop, size=TILE)
    radii = info.calibration and info.calibration.radii
    face = Face(prediction.landmarks, spread, crop, tight_box(prediction.landmarks), radii=radii)
    return draw_faces(view.cut(picture), [seen_in(view, face)], info.markup)
