"""What cannot be drawn is refused in words."""

from typing import Any

import numpy as np
import pytest

from fixtures.faces_to_draw import LINE, SEEN, face_at
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.drawing import Style, draw_faces, side_by_side


def test_what_a_face_lacks_cannot_be_drawn() -> None:
    picture, face = np.zeros((10, 10, 3), np.uint8), face_at((1, 1), (5, 5))

    with pytest.raises(InputError, match="not calibrated"):
        draw_faces(picture, [face], LINE, style=Style(uncertainty="radius"))
    with pytest.raises(InputError, match="ask the detector for them"):
        draw_faces(picture, [face], LINE, style=Style(heatmaps=True))


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (np.zeros((10, 10), np.uint8), r"\(10, 10\), is grey: np.repeat it"),
        (np.zeros((10, 10, 3), np.float32), "is float32: scale it"),
        ("face.jpg", "not str; read a file"),
    ],
)
def test_pictures_of_other_kinds_cannot_be_drawn_on(picture: Any, says: str) -> None:
    for draw in (draw_faces, lambda *given: side_by_side(given[0], {"model": given[1]}, given[2])):
        with pytest.raises(InputError, match=says):
            draw(picture, [face_at((1, 1), (5, 5))], LINE)


@pytest.mark.parametrize(
    "truth",
    [
        (np.zeros((2, 2)), SEEN),  # not in a list
        [np.zeros((2, 2))],
        [(np.zeros((2, 2)), SEEN, SEEN)],
        [(np.zeros((3, 2)), np.ones(3, np.bool_))],  # of another markup
        [(np.zeros((2, 2)), None)],
    ],
)
def test_truth_of_another_form_is_refused(truth: Any) -> None:
    picture, face = np.zeros((10, 10, 3), np.uint8), face_at((1, 1), (5, 5))
    says = r"truth is a sequence, \[\(landmarks, visible\)\] of one face, landmarks \(2, 2\) and visible \(2,\) each"
    with pytest.raises(InputError, match=says):
        draw_faces(picture, [face], LINE, truth)
    with pytest.raises(InputError, match=says):
        side_by_side(picture, {"model": [face]}, LINE, truth, view=face.crop)


def test_faces_are_several_and_of_the_markup() -> None:
    picture, face = np.zeros((10, 10, 3), np.uint8), face_at((1, 1), (5, 5))
    with pytest.raises(InputError, match=r"a sequence of them: give \[face\]"):
        draw_faces(picture, face, LINE)  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="a face of 2 landmarks cannot be drawn by markup ibug68, which has 68"):
        draw_faces(picture, [face], IBUG68)
