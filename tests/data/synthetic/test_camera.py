"""Projection and the jaw's outline, with answers worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.synthetic.camera import NECK, View, jaw_line, landmarks_in_picture, level
from laplace_landmarks.data.synthetic.shape import Expression, Identity, place

FAR = 1e9  # a camera so far away that perspective vanishes


def test_the_middle_of_the_face_stands_where_the_view_says_whatever_the_roll():
    for roll in (0.0, 30.0, -90.0):
        seen = View(roll=roll, x=70, y=50).project(np.array((0.0, 0.8, 0.0)))
        assert seen == pytest.approx((70, 50))


def test_scale_is_pixels_per_head_unit():
    ends = View(scale=25, distance=FAR).project(np.array(((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0))))
    assert ends[1] - ends[0] == pytest.approx((50, 0), abs=1e-5)


def test_perspective_shows_what_is_near_larger():
    near, middle = View(distance=10).see(np.array(((1.0, 0.8, 5.0), (1.0, 0.8, 0.0))))
    assert middle == pytest.approx((1, 0))
    assert near == pytest.approx((2, 0))  # half as far away


@pytest.mark.parametrize(
    ("turned", "way"),
    [
        (View(yaw=90), (1, 0, 0)),  # the nose points to the picture's right
        (View(yaw=-90), (-1, 0, 0)),
        (View(pitch=90), (0, 1, 0)),  # and to the ground
    ],
)
def test_a_turned_head_looks_that_way(turned: View, way: tuple[float, float, float]):
    assert turned.turn(np.add(NECK, (0, 0, 1))) - NECK == pytest.approx(way, abs=1e-12)


def test_roll_is_clockwise():
    top = View(roll=90, distance=FAR, scale=1, x=0, y=0).project(np.array((0.0, -0.2, 0.0)))
    assert top == pytest.approx((1, 0), abs=1e-6)  # the top of the head goes to the right


@given(st.floats(6, 50), st.floats(-20, 20), st.floats(0.9, 1.1))
@settings(deadline=None, max_examples=30)
def test_a_symmetric_face_from_the_front_has_mirror_symmetric_landmarks(distance: float, pitch: float, width: float):
    view = View(pitch=pitch, distance=distance, x=64, y=64)
    landmarks = landmarks_in_picture(Identity(width=width), Expression(smile=0.5), view)
    mirrored = landmarks[IBUG68.mirror_order()] * (-1, 1) + (128, 0)
    np.testing.assert_allclose(landmarks, mirrored, atol=1e-4)


@given(st.floats(0, 45))
@settings(deadline=None, max_examples=30)
def test_turning_the_other_way_mirrors_the_landmarks(yaw: float):
    right, left = (landmarks_in_picture(Identity(), Expression(), View(yaw=side * yaw)) for side in (1, -1))
    np.testing.assert_allclose(right, left[IBUG68.mirror_order()] * (-1, 1) + (128, 0), atol=1e-3)


def test_from_the_front_the_jaw_runs_from_the_left_down_to_the_chin_and_up_again():
    jaw = landmarks_in_picture(Identity(), Expression(), View())[:17]
    assert (np.diff(jaw[:, 0]) > 0).all()
    assert (np.diff(jaw[:9, 1]) > 0).all()
    assert (np.diff(jaw[8:, 1]) < 0).all()


@pytest.mark.parametrize("yaw", [15.0, 30.0, 45.0])
def test_the_far_side_of_a_turned_face_ends_where_the_cheek_does(yaw: float):
    view = View(yaw=yaw)
    jaw = jaw_line(Identity(), Expression(), view)
    skin = view.project(place(level(np.linspace(0, 2.5, 61), 61), Identity(), Expression(), bare=True)).reshape(-1, 2)
    outline = np.interp(skin[:, 1], jaw[:8:-1, 1], jaw[:8:-1, 0])
    beside = (skin[:, 1] > jaw[16, 1]) & (skin[:, 1] < jaw[9, 1])
    assert (skin[beside, 0] - outline[beside]).max() < 0.5  # no skin beyond the jaw line, to half a pixel
    near, far = view.project(place([(-1.62, -0.02), (1.62, -0.02)], Identity(), Expression(), bare=True))
    assert jaw[16, 0] > far[0]  # the face's edge before the ear is hidden behind the cheek
    assert jaw[0] == pytest.approx(near)  # and on the near side the jaw line is that edge
