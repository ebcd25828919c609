"""Predictions files: there and back, against their schema, and broken lines."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.outputs import (
    Prediction,
    from_line,
    predictions_of,
    read_predictions,
    to_line,
    write_predictions,
)

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "predictions.schema.json").read_text())

FACE = Face(
    landmarks=np.array([[1.23456, 2], [3, 4]], np.float32),
    spread=np.array([[0.5, 1], [1, 0.25]], np.float32),
    crop=Crop(10.5, 20, 60.25, 80),
    box=(1.0, 2.0, 3.0, 4.0),
    anchors=np.array([[1, 1], [2, 2], [3, 1]], np.float32),
    score=0.98765,
    id=7,
)
LINE = (
    '{"picture":"a/ä.jpg","face":0,"model":"tiny","score":0.988,"id":7,"box":[1.0,2.0,3.0,4.0],'
    '"crop":{"x":10.5,"y":20.0,"side":60.25,"size":80,"angle":0.0},"anchors":[[1.0,1.0],[2.0,2.0],[3.0,1.0]],'
    '"landmarks":[[1.235,2.0],[3.0,4.0]],"spread":[[0.5,1.0],[1.0,0.25]],"radius":null}'
)


def test_a_line_is_as_documented() -> None:
    (prediction,) = predictions_of("a/ä.jpg", [FACE], "tiny")

    assert to_line(prediction) == LINE
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(LINE), SCHEMA)


def test_a_calibrated_face_has_its_radius_written() -> None:
    """0.5 · spread of a crop pixel, times picture pixels a crop pixel; the levels are those of a calibration."""
    radii = Radii((0.5, 0.9), (1.0, 2.0), {"other": 1.0}, (1.0, 0.0), (0.01, 0.01), ("other", "other"))
    (prediction,) = predictions_of("a.jpg", [replace(FACE, radii=radii)], "tiny")

    assert json.loads(to_line(prediction))["radius"] == [1.5, 1.25]  # twice the mean of x and y
    jsonschema.validate(json.loads(to_line(prediction)), SCHEMA)
    again = from_line(to_line(prediction), "here").radius
    assert again is not None and again.tolist() == [1.5, 1.25]
    (other,) = predictions_of("a.jpg", [replace(FACE, radii=replace(radii, levels=(0.5, 0.8)))], "tiny")
    assert other.radius is None


def test_the_documented_line_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "predictions.md").read_text()
    line = page.split("```json")[1].split("```")[0].strip()

    jsonschema.validate(json.loads(line), SCHEMA)
    assert to_line(from_line(line, "here")) == line


def test_a_line_is_read_back() -> None:
    prediction = from_line(LINE, "here")

    assert prediction.picture == "a/ä.jpg"
    assert (prediction.face, prediction.model, prediction.id, prediction.score) == (0, "tiny", 7, 0.988)
    assert prediction.box == FACE.box
    assert prediction.crop == FACE.crop
    np.testing.assert_array_equal(prediction.anchors, FACE.anchors)
    np.testing.assert_allclose(prediction.landmarks, FACE.landmarks, atol=0.0005)
    np.testing.assert_array_equal(prediction.spread, FACE.spread)
    assert prediction.landmarks.dtype == np.float32


def test_picture_and_landmarks_are_enough() -> None:
    line = '{"picture": "1.png", "landmarks": [[1, 2]], "colour": "an unknown field"}'

    prediction = from_line(line, "here")

    jsonschema.validate(json.loads(line), SCHEMA)
    assert (prediction.spread, prediction.crop, prediction.box, prediction.anchors) == (None,) * 4
    assert (prediction.score, prediction.id, prediction.face, prediction.model) == (None, None, 0, "")
    jsonschema.validate(json.loads(to_line(prediction)), SCHEMA)


def test_files_keep_their_order_and_count_the_faces_of_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"

    write_predictions(path, [*predictions_of("a.jpg", [FACE, FACE], "m"), *predictions_of("b.jpg", [FACE], "m")])

    assert [(p.picture, p.face) for p in read_predictions(path)] == [("a.jpg", 0), ("a.jpg", 1), ("b.jpg", 0)]


@given(st.lists(st.tuples(*2 * [st.floats(-1e4, 1e4, width=32)]), min_size=1, max_size=5))
def test_no_coordinate_moves_by_more_than_a_thousandth(points: list[tuple[float, float]]) -> None:
    landmarks = np.array(points, np.float32)

    read = from_line(to_line(Prediction("a.jpg", landmarks)), "here")

    np.testing.assert_allclose(read.landmarks, landmarks, atol=0.0015)  # float32 itself is coarser than 0.0005 there


GOOD = '{"picture": "1.png", "landmarks": [[1, 2], [3, 4]]}'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "no JSON"),
        ("[]", "must be a JSON object"),
        ('{"landmarks": [[1, 2]]}', "picture is missing"),
        ('{"picture": "1.png"}', "landmarks is missing"),
        ('{"picture": "", "landmarks": [[1, 2]]}', "picture must be a text that is not empty"),
        ('{"picture": "1.png", "landmarks": []}', "landmarks must be finite numbers (N, 2)"),
        ('{"picture": "1.png", "landmarks": [[1, 2, 3]]}', "landmarks must be finite numbers (N, 2)"),
        ('{"picture": "1.png", "landmarks": [["a", "b"]]}', "landmarks must be finite numbers (N, 2)"),
        ('{"picture": "1.png", "landmarks": [[1, NaN]]}', "no JSON: NaN"),
        (GOOD[:-1] + ', "spread": [[1, 1]]}', "spread must be finite numbers (2, 2)"),
        (GOOD[:-1] + ', "spread": [[1, 1], [1, -1]]}', "spread must be numbers of at least 0"),
        (GOOD[:-1] + ', "radius": [1]}', "radius must be finite numbers (2)"),
        (GOOD[:-1] + ', "radius": [1, -1]}', "radius must be numbers of at least 0"),
        (GOOD[:-1] + ', "box": [1, 2, 3]}', "box must be finite numbers (4)"),
        (GOOD[:-1] + ', "crop": {"x": 1, "y": 1, "side": 0, "size": 80}}', "crop.side"),
        (GOOD[:-1] + ', "face": -1}', "face must be a whole number"),
        (GOOD[:-1] + ', "score": "high"}', "score must be a finite number"),
    ],
)
def test_a_broken_line_is_named(line: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"
    path.write_text(f"{GOOD}\n\n{line}\n")
    with pytest.raises(InputError) as error:
        read_predictions(path)
    assert str(error.value).startswith(f"{path}, line 3: {says}".replace("crop.side", "crop: side must be"))


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n \n")
    (tmp_path / "latin.jsonl").write_bytes('{"picture": "ä", "landmarks": [[1, 2]]}'.encode("latin-1"))
    with pytest.raises(InputError, match=r"no\.jsonl: cannot be read"):
        read_predictions(tmp_path / "no.jsonl")
    with pytest.raises(InputError, match=r"empty\.jsonl: no predictions in it"):
        read_predictions(tmp_path / "empty.jsonl")
    with pytest.raises(InputError, match=r"latin\.jsonl, line 1: no JSON"):
        read_predictions(tmp_path / "latin.jsonl")
    with pytest.raises(InputError, match="cannot be written"):
        write_predictions(tmp_path / "no" / "found.jsonl", [])


def test_the_crop_of_a_turned_face_says_by_how_much() -> None:
    (written,) = predictions_of("a.jpg", [replace(FACE, crop=Crop(10.5, 20, 60.25, 80, -12.3456))], "tiny")
    assert '"angle":-12.346}' in to_line(written)
    assert from_line(to_line(written), "here").crop == Crop(10.5, 20, 60.25, 80, -12.346)


def test_a_file_of_old_tells_of_no_turn() -> None:
    assert from_line(LINE.replace(',"angle":0.0', ""), "here").crop == Crop(10.5, 20, 60.25, 80)


def test_the_smallest_crop_can_be_read_again() -> None:
    (written,) = predictions_of("a.jpg", [replace(FACE, crop=Crop(10.5, 20, 2e-4, 80))], "tiny")
    assert from_line(to_line(written), "here").crop == Crop(10.5, 20, 0.001, 80)
