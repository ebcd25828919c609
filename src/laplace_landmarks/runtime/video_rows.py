"""Faces of a video as rows with time stamps: JSON lines or CSV, one face of one frame a row; docs/video.md lists them.

A JSON line is a line of the predictions file with two more fields, so that `evaluate` scores a video's frames too.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.outputs import DECIMALS, predictions_of, to_line
from laplace_landmarks.runtime.video import Frame


def to_json_lines(video: str, frame: Frame, faces: Sequence[Face], model: str) -> str:
    """One line a face, each with its end; nothing where the frame has no face. Its picture is VIDEO#NUMBER."""
    start = f'{{"frame":{frame.number},"seconds":{frame.seconds},'
    predictions = predictions_of(f"{video}#{frame.number}", faces, model)
    return "".join(start + to_line(prediction).removeprefix("{") + "\n" for prediction in predictions)


def csv_header(landmarks: int) -> str:
    """The first line: what each column of to_csv_rows is."""
    places = [f"{axis}{index}" for index in range(landmarks) for axis in ("x", "y")]
    boxes = ["box_x0", "box_y0", "box_x1", "box_y1"]
    spreads, radii = [f"spread_{place}" for place in places], [f"radius{index}" for index in range(landmarks)]
    return _rows([["frame", "seconds", "id", "score", *boxes, *places, *spreads, *radii]])


def to_csv_rows(frame: Frame, faces: Sequence[Face]) -> str:
    """One row a face; a cell is blank where there is no such number."""
    predictions = predictions_of("", faces, "")
    return _rows(
        [
            frame.number,
            frame.seconds,
            face.id,
            *_cells([] if face.score is None else [face.score], 1),
            *_cells(face.box, 4),
            *_cells(face.landmarks, 0),
            *_cells(face.spread, 0),
            *_cells([] if found.radius is None else found.radius, len(face.landmarks)),
        ]
        for face, found in zip(faces, predictions, strict=True)
    )


def _cells(numbers: ArrayLike, blank: int) -> list[Any]:
    """The numbers in a row; so many blank cells where there are none."""
    return np.round(np.asarray(numbers, np.float64).ravel(), DECIMALS).tolist() or [""] * blank


def _rows(rows: Iterable[Sequence[Any]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
