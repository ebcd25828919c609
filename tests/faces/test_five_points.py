"""Five points of a face: the similarity between two sets, and how far a face is turned."""

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.faces.five_points import FIVE_POINTS, roll, similarity


def turned(degrees: float, scale: float, move: tuple[float, float]) -> np.ndarray:
    """(5, 2) the five places, turned, scaled and moved."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return FIVE_POINTS @ np.array([[c, s], [-s, c]]) * scale + move


@given(st.floats(-180, 180), st.floats(0.1, 9), st.tuples(st.floats(-99, 999), st.floats(-99, 999)))
def test_a_similarity_is_found_again(degrees: float, scale: float, move: tuple[float, float]) -> None:
    turn, shift = similarity(FIVE_POINTS, turned(degrees, scale, move))
    c, s = scale * cos(radians(degrees)), scale * sin(radians(degrees))
    np.testing.assert_allclose(turn, [[c, -s], [s, c]], atol=1e-6)
    np.testing.assert_allclose(FIVE_POINTS @ turn.T + shift, turned(degrees, scale, move), atol=1e-5)


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    turn, _ = similarity(FIVE_POINTS, FIVE_POINTS * (-1, 1))
    assert np.linalg.det(turn) > 0


@given(st.floats(-179.9, 179.9), st.floats(0.1, 9), st.tuples(st.floats(-99, 999), st.floats(-99, 999)))
def test_the_roll_of_a_face_is_found(degrees: float, scale: float, move: tuple[float, float]) -> None:
    assert roll(turned(degrees, scale, move)) == pytest.approx(degrees, abs=1e-4)


def test_of_a_face_from_the_side_the_way_down_tells_the_roll() -> None:
    """Seen from the side the eyes nearly meet, and an error of a pixel would turn their line by 45 degrees."""
    profile = (FIVE_POINTS - FIVE_POINTS.mean(axis=0)) * (0.05, 1)
    profile[1] += (0, 1.5)
    eyes = profile[1] - profile[0]
    assert np.degrees(np.arctan2(eyes[1], eyes[0])) > 35
    assert abs(roll(profile)) < 2


def test_points_that_are_all_one_have_no_roll() -> None:
    assert roll(np.ones((5, 2))) == 0


def test_points_that_are_no_face_have_no_roll() -> None:
    """A mirrored face, and an object whose five points lie on a circle."""
    around = np.radians(72 * np.arange(5))
    for points in (FIVE_POINTS * (-1, 1), np.stack([np.cos(around), np.sin(around)], axis=1)):
        assert roll(points) == 0
