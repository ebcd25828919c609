"""The head in three dimensions, against what is known of faces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.synthetic.shape import Expression, Identity, features, landmarks_in_space, place

people = st.builds(
    Identity,
    width=st.floats(0.9, 1.12),
    jaw=st.floats(0.88, 1.14),
    nose_length=st.floats(0.85, 1.15),
    chin=st.floats(0.85, 1.3),
    eye_tilt=st.floats(-0.08, 0.12),
    mouth_width=st.floats(0.85, 1.18),
    lower_lip=st.floats(0.65, 1.6),
)
faces = st.builds(
    Expression,
    jaw_drop=st.floats(0, 0.6),
    lips_apart=st.floats(0, 0.25),
    smile=st.floats(-0.4, 1),
    frown=st.floats(0, 1),
    brow_raise=st.floats(-1, 1).map(lambda lift: (lift, lift)),
    eyes_open=st.floats(0, 1.25).map(lambda opening: (opening, opening)),
)


def test_the_unit_is_half_the_distance_of_the_outer_eye_corners():
    points = landmarks_in_space(Identity(), Expression())
    assert points[36, :2] == pytest.approx((-1, 0))
    assert points[45, :2] == pytest.approx((1, 0))


@given(people, faces)
@settings(deadline=None, max_examples=50)
def test_a_face_that_does_the_same_on_both_sides_is_its_own_mirror_image(identity: Identity, expression: Expression):
    points = landmarks_in_space(identity, expression)
    mirrored = points[IBUG68.mirror_order()] * (-1, 1, 1)
    np.testing.assert_allclose(points, mirrored, atol=1e-9)


@given(people, faces)
@settings(deadline=None, max_examples=50)
def test_brows_eyes_nose_lips_and_chin_follow_each_other_downward(identity: Identity, expression: Expression):
    y = landmarks_in_space(identity, expression)[:, 1]
    assert y[19] < y[37] < y[41] + 0.01 < y[30] < y[33] < y[51] < y[57] < y[8]
    assert (np.diff(y[:9]) > 0).all()  # the jaw runs down to the chin


def test_the_nose_tip_is_the_nearest_landmark_and_the_ends_of_the_jaw_the_farthest():
    depth = landmarks_in_space(Identity(), Expression())[:, 2]
    assert depth.argmax() == 30
    assert set(np.argsort(depth)[:2]) == {0, 16}


def test_the_nose_stands_on_the_face_and_nowhere_else():
    front = [(0.0, 0.86), (0.0, -1.0), (1.0, 0.86), (0.0, 2.4)]
    nose = features(front, 1.0) - features(front, 0.0)
    assert nose[0] == pytest.approx(0.62)
    assert nose[1:] == pytest.approx(0, abs=1e-3)


def test_a_bare_surface_has_no_nose_and_no_eye_sockets_and_the_same_cheeks():
    tip_eye_and_cheek = [(0.0, 0.86), (0.66, 0.0), (1.2, 1.0)]
    bare, whole = (place(tip_eye_and_cheek, Identity(), Expression(), bare=bare)[:, 2] for bare in (True, False))
    assert whole[0] > bare[0] + 0.5
    assert whole[1] < bare[1] - 0.1
    assert whole[2] == pytest.approx(bare[2], abs=1e-4)


def test_a_closed_eye_has_its_upper_lid_on_the_lower():
    points = landmarks_in_space(Identity(eye_tilt=0.1), Expression(eyes_open=(0.0, 1.0)))
    height = points[[41, 40], 1] - points[[37, 38], 1]
    assert height == pytest.approx(0, abs=0.003)
    assert points[46, 1] - points[44, 1] > 0.15  # the other one is open


def test_a_dropped_jaw_takes_chin_and_lower_lip_down_and_leaves_the_rest_of_the_face():
    moved = landmarks_in_space(Identity(), Expression(jaw_drop=0.5)) - landmarks_in_space(Identity(), Expression())
    assert moved[8, 1] == pytest.approx(0.5)
    assert moved[66, 1] == pytest.approx(0.5, abs=0.01)
    assert np.abs(moved[17:48]).max() == 0
    assert moved[62, 1] == pytest.approx(0, abs=0.01)


def test_a_smile_lifts_and_widens_the_corners_of_the_mouth():
    moved = landmarks_in_space(Identity(), Expression(smile=1.0)) - landmarks_in_space(Identity(), Expression())
    assert moved[48, 0] < -0.05 < 0.05 < moved[54, 0]
    assert moved[48, 1] == moved[54, 1] < -0.05
