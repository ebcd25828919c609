"""What is painted lies at the landmarks: colours looked up in a large picture of a plain face seen from the front."""

from dataclasses import replace

import numpy as np
import pytest

from fixtures.plain_look import plain_look
from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.data.synthetic.camera import View
from laplace_landmarks.data.synthetic.dataset import draw_face
from laplace_landmarks.data.synthetic.light import light_map
from laplace_landmarks.data.synthetic.shape import Expression, Identity

SIZE = 384
LARGE = View(scale=75, x=191.5, y=191.5)


def draw(expression: Expression, view: View = LARGE, seed: int = 0) -> tuple[Picture, Landmarks]:
    drawn = draw_face(Identity(), expression, view, plain_look(), SIZE, np.random.default_rng(seed))
    return drawn[:2]


@pytest.fixture(scope="module")
def face() -> tuple[Picture, Landmarks]:
    return draw(Expression())


def redness(picture: Picture) -> np.ndarray:
    """How much more red than green there is: lips have more than skin in the same light."""
    values = picture.astype(float) + 1
    return values[..., 0] / values[..., 1]


def test_the_painted_lips_end_at_the_corners_of_the_mouth(face: tuple[Picture, Landmarks]):
    picture, landmarks = face
    right, left = landmarks[48], landmarks[54]
    row = redness(picture)[round(float(right[1]))]
    lips = np.flatnonzero(row[100:284] > 1.4) + 100
    assert lips[0] == pytest.approx(right[0], abs=2.5)  # 2.5 of 75 pixels per head unit: 0.6 of a pixel in a crop
    assert lips[-1] == pytest.approx(left[0], abs=2.5)


def test_the_painted_lips_begin_and_end_at_their_landmarks(face: tuple[Picture, Landmarks]):
    picture, landmarks = face
    column = redness(picture)[:, round(float(landmarks[51, 0]))]
    lips = np.flatnonzero(column[280:340] > 1.4) + 280 if landmarks[51, 1] > 280 else np.flatnonzero(column > 1.4)
    lips = lips[(lips > landmarks[33, 1] + 8) & (lips < landmarks[8, 1] - 8)]
    assert lips[0] == pytest.approx(landmarks[51, 1], abs=2)
    assert lips[-1] == pytest.approx(landmarks[57, 1], abs=2)


def test_the_pupil_is_the_darkest_place_between_the_lids(face: tuple[Picture, Landmarks]):
    picture, landmarks = face
    for eye in (landmarks[36:42], landmarks[42:48]):
        y = round(float(eye[[1, 2, 4, 5], 1].mean())) - 2
        x0, x1 = round(float(eye[:, 0].min())) + 3, round(float(eye[:, 0].max())) - 3
        row = picture[y, x0:x1].astype(float).sum(axis=-1)
        dark = np.flatnonzero(row < row.min() + 60) + x0
        assert dark.mean() == pytest.approx((eye[0, 0] + eye[3, 0]) / 2, abs=3)


@pytest.mark.parametrize("brow", [slice(17, 22), slice(22, 27)])
def test_the_brow_lies_on_its_landmarks(face: tuple[Picture, Landmarks], brow: slice):
    picture, landmarks = face
    for x, y in landmarks[brow][1:4]:
        column, above = picture[:, round(float(x))].astype(float).sum(axis=-1), round(float(y))
        skin = column[above - 20]
        dark = np.flatnonzero(column[above - 20 : above + 13] < 0.7 * skin) + above - 20
        assert dark.mean() == pytest.approx(y, abs=1.5)


@pytest.mark.parametrize("yaw", [0.0, -25.0, 40.0])
def test_the_skin_ends_at_the_jaw_line(yaw: float):
    # two backgrounds behind the same head differ outside it, and agree inside
    view = replace(LARGE, yaw=yaw)
    (first, landmarks), (second, _) = (draw(Expression(), view, seed) for seed in (0, 1))
    differs = np.abs(first.astype(int) - second.astype(int)).max(axis=-1) > 0
    jaw = landmarks[3:14]
    middle = landmarks[:17].mean(axis=0)
    inside = np.rint(jaw + 3 * (middle - jaw) / np.linalg.norm(middle - jaw, axis=1, keepdims=True)).astype(int)
    assert not differs[inside[:, 1], inside[:, 0]].any()


def test_an_open_mouth_is_dark_or_white_between_the_inner_lips_and_lip_coloured_beside():
    picture, landmarks = draw(Expression(jaw_drop=0.5))
    colours = redness(picture)
    x = round(float(landmarks[62, 0]))
    teeth, throat = (
        round(float(landmarks[62, 1] + part * (landmarks[66, 1] - landmarks[62, 1]))) for part in (0.15, 0.7)
    )
    assert picture[teeth, x].min() > 120
    assert picture[throat, x].max() < 110
    assert colours[round(float((landmarks[66, 1] + landmarks[57, 1]) / 2)), x] > 1.4


def test_light_from_the_right_leaves_the_left_cheek_darker():
    look = replace(plain_look(), light=np.array((1.0, 0.0, 0.5)), ambient=0.3)
    light = light_map(128, Identity(), Expression(), View(), look).astype(int)
    # the cheeks lie one head unit, 25 pixels, to either side of the nose; the map has half the picture's pixels
    assert light[32, 44, 0] > light[32, 19, 0] + 40


def test_the_same_light_from_the_front_falls_on_both_cheeks():
    look = replace(plain_look(), light=np.array((0.0, -0.2, 1.0)))
    light = light_map(129, Identity(), Expression(), View(), look).astype(int)
    assert np.abs(light - light[:, ::-1])[:, 10:-10].mean() < 4
