"""The correction of the five points follows the face's size, place and roll."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.faces.mtcnn.points import as_marked

FACE = np.array([[(-10.0, -8), (10, -8), (0, 2), (-8, 12), (8, 12)]])


@given(st.floats(-3, 3), st.floats(0.1, 20), st.floats(-500, 500), st.floats(-500, 500))
def test_it_turns_and_grows_with_the_face(roll: float, size: float, x: float, y: float) -> None:
    turn = size * np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    np.testing.assert_allclose(as_marked(FACE @ turn + (x, y)), as_marked(FACE) @ turn + (x, y), atol=1e-6)


def test_both_sides_of_a_face_move_alike() -> None:
    moved = as_marked(FACE)
    np.testing.assert_allclose(moved[0, [1, 0, 2, 4, 3]] * (-1, 1), moved[0])


def test_pairs_move_down_and_nearer_the_nose_up() -> None:
    across, down = (as_marked(FACE) - FACE)[0].T
    assert (down > 0).tolist() == [True, True, False, True, True]
    assert np.sign(across).tolist() == [1, -1, 0, 1, -1]


def test_no_faces() -> None:
    assert as_marked(np.empty((0, 5, 2))).shape == (0, 5, 2)
