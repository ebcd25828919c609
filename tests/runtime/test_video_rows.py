"""Rows of a video: what a reader of JSON lines or of a table finds in them."""

import csv
import json
from io import StringIO

import numpy as np

from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.outputs import from_line
from laplace_landmarks.runtime.video import Frame
from laplace_landmarks.runtime.video_rows import csv_header, to_csv_rows, to_json_lines

FRAME = Frame(12, 0.48, np.zeros((4, 4, 3), np.uint8))
RADII = Radii((0.5, 0.9), (1.0, 2.0), {"all": 1.0}, (1.0, 0.0), (0.1, 0.1), ("all", "all"))


def face(**changes: object) -> Face:
    given = {
        "landmarks": np.array([(1.23456, 2), (3, 4)], np.float32),
        "spread": np.array([(0.5, 0.7), (1, 1)], np.float32),
        "crop": Crop(2.0, 3.0, 80.0, 80),
        "box": (1.0, 2.0, 3.0, 4.0),
        "score": 0.99,
        "id": 3,
        "radii": RADII,
    }
    return Face(**given | changes)  # pyright: ignore[reportArgumentType]


def test_a_line_has_frame_and_time_and_is_a_prediction() -> None:
    text = to_json_lines("talk.mp4", FRAME, [face(), face(id=4)], "tiny")

    first, second = (json.loads(line) for line in text.splitlines())
    assert text.endswith("\n")
    assert (first["frame"], first["seconds"], first["picture"], first["model"]) == (12, 0.48, "talk.mp4#12", "tiny")
    assert (first["id"], first["face"], first["score"], first["box"]) == (3, 0, 0.99, [1, 2, 3, 4])
    assert first["landmarks"] == [[1.235, 2], [3, 4]]
    assert first["radius"] == [1.2, 2.0]  # twice the mean of the spread along x and y
    assert (second["id"], second["face"]) == (4, 1)
    assert from_line(text.splitlines()[0], "talk.jsonl").id == 3


def test_a_frame_without_a_face_has_no_row() -> None:
    assert to_json_lines("talk.mp4", FRAME, [], "tiny") == to_csv_rows(FRAME, []) == ""


def test_a_table_has_a_named_column_for_each_number() -> None:
    text = csv_header(2) + to_csv_rows(FRAME, [face(), face(score=None, radii=None)])

    first, second = csv.DictReader(StringIO(text))
    assert {name: float(value) for name, value in first.items()} == {
        "frame": 12, "seconds": 0.48, "id": 3, "score": 0.99,
        "box_x0": 1, "box_y0": 2, "box_x1": 3, "box_y1": 4,
        "x0": 1.235, "y0": 2, "x1": 3, "y1": 4,
        "spread_x0": 0.5, "spread_y0": 0.7, "spread_x1": 1, "spread_y1": 1,
        "radius0": 1.2, "radius1": 2,
    }  # fmt: skip
    assert (second["score"], second["radius0"], second["radius1"], second["spread_y1"]) == ("", "", "", "1.0")
