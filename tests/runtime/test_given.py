"""What callers and finders give, and what they are told where it cannot be used."""

from typing import Any

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.given import check_picture, found_faces


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        ("face.jpg", "not str; read a file with read_picture(path)"),
        (None, "not NoneType"),
        ([[[0, 0, 0]]], "not list"),
        (np.zeros((9, 9), np.uint8), "is grey: np.repeat"),
        (np.zeros((9, 9, 1), np.uint8), "is grey: np.repeat"),
        (np.zeros((9, 9, 4), np.uint8), "has an alpha channel: give picture[..., :3]"),
        (np.zeros((3, 9, 9), np.uint8), "has its channels first"),
        (np.zeros((1, 9, 9, 3), np.uint8), "give several pictures to detector.batch(pictures)"),
        (np.zeros((2, 3, 9, 9), np.uint8), "not (2, 3, 9, 9)"),
        (np.zeros((0, 9, 3), np.uint8), "has no pixels"),
        (np.zeros((9, 9, 3), np.float32), "is float32: scale it to 0..255"),
    ],
)
def test_pictures_of_other_kinds_are_refused(picture: Any, says: str) -> None:
    with pytest.raises(InputError) as error:
        check_picture(picture)
    assert says in str(error.value)


@pytest.mark.parametrize(
    "found",
    [
        np.array([[1, 2, 3, 4]]),
        np.array([[1, 2, 3, 4]], np.int64),
        [(1, 2, 3, 4)],
        ([1.0, 2, 3, 4],),
        [np.array([1, 2, 3, 4], np.float32)],
        iter([(1, 2, 3, 4)]),
    ],
)
def test_boxes_in_any_form(found: Any) -> None:
    (face,) = found_faces(found)
    assert (face.box, face.score, face.anchors) == ((1.0, 2.0, 3.0, 4.0), None, None)


def test_scores_and_order_are_kept() -> None:
    assert [(f.box[0], f.score) for f in found_faces(np.array([[1, 2, 3, 4, 0.5], [9, 2, 13, 4, 0.75]]))] == [
        (1.0, 0.5), (9.0, 0.75),
    ]  # fmt: skip
    faces = [FoundFace((0, 0, 1, 1), 0.1), FoundFace((0, 0, 2, 2))]
    assert found_faces(faces) == tuple(faces)


def test_a_score_of_an_array_becomes_a_plain_number() -> None:
    (face,) = found_faces([FoundFace((0, 0, 9, 9), np.float32(0.5))])  # pyright: ignore[reportArgumentType]
    assert (face.score, type(face.score)) == (0.5, float)


@pytest.mark.parametrize("score", [float("nan"), float("inf"), "0.9", [0.9]])
def test_a_score_is_a_number_that_can_be_written(score: Any) -> None:
    rows: list[Any] = [[FoundFace((0, 0, 9, 9), score)]]
    rows += [[(0, 0, 9, 9, score)]] if isinstance(score, float) else []
    for found in rows:
        with pytest.raises(InputError, match="score of a face that a finder returns is a finite number or None, not"):
            found_faces(found)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (3, "not int"),
        ([(1, 2, 3)], "not an array (1, 3)"),
        ((1, 2, 3, 4), "not an array (4,)"),
        (np.zeros((2, 5, 2)), "not an array (2, 5, 2)"),
        ([(1, 2, 3, 4), (1, 2, 3, 4, 5)], "not a sequence of tuple"),
        (["face"], "not a sequence of str"),
        ([FoundFace((0, 0, 1, 1)), (1, 2, 3, 4)], "not a sequence of FoundFace, tuple"),
        ([{"box": (1, 2, 3, 4)}], "not a sequence of dict"),
    ],
)
def test_a_wrong_return_says_what_is_expected(found: Any, says: str) -> None:
    with pytest.raises(InputError) as error:
        found_faces(found)
    assert "a finder returns FoundFace objects, or boxes x0, y0, x1, y1 (N, 4), or with a score (N, 5)" in str(
        error.value
    )
    assert says in str(error.value)
