"""Drawings: what is changed, in which colour, and what is left alone."""

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.drawing import FOUND, GAP, TRUTH, draw_faces, draw_heatmaps, sheet_of
from laplace_landmarks.runtime.face import Face

LINE = Markup("line", ("left", "right"), edges=((0, 1),))
SEEN = np.ones(2, np.bool_)


def face_at(*points: tuple[float, float], spread: float = 1.0) -> Face:
    landmarks = np.array(points, np.float32)
    return Face(landmarks, np.full_like(landmarks, spread), Crop(50, 50, 100, 80), (0, 0, 100, 100))


def near(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() < 40)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_landmarks_and_edges_stand_out(shade: int) -> None:
    picture = np.full((100, 300, 3), shade, np.uint8)

    drawn = draw_faces(picture, [face_at((50, 50), (250, 50))], LINE)

    assert near(drawn[50, 50], FOUND)
    assert near(drawn[50, 250], FOUND)
    assert np.abs(drawn[48:53, 150].astype(int) - shade).max() > 60  # the edge
    assert (picture == shade).all()  # the one given is not touched
    assert (drawn[:40] == shade).all()


def test_truth_has_another_colour_and_hidden_landmarks_are_not_drawn() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    points = np.array([(50, 50), (250, 50)], np.float32)

    whole = draw_faces(picture, [], LINE, truth=[(points, SEEN)])
    half = draw_faces(picture, [], LINE, truth=[(points, np.array([True, False]))])
    none = draw_faces(picture, [], LINE, truth=[(points, ~SEEN)])

    assert near(whole[50, 50], TRUTH)
    assert near(whole[50, 250], TRUTH)
    assert near(half[50, 50], TRUTH)
    assert not half[:, 100:].any()
    assert not none.any()


def test_spread_is_drawn_to_scale() -> None:
    picture = np.zeros((200, 200, 3), np.uint8)

    drawn = draw_faces(picture, [face_at((60, 100), (140, 100), spread=30)], LINE)

    touched = np.flatnonzero(drawn[:, 60].any(axis=1))
    assert touched.min() == pytest.approx(70, abs=1)
    assert touched.max() == pytest.approx(130, abs=1)


def test_faces_beyond_the_picture_are_no_trouble() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)

    assert not draw_faces(picture, [face_at((-500, -500), (-400, -400))], LINE).any()
    assert draw_faces(picture, [face_at((-50, 10), (70, 10))], LINE)[10].any()


def test_heatmaps_light_up_where_their_mass_is() -> None:
    crop = np.full((80, 80, 3), 100, np.uint8)
    heatmaps = np.zeros((2, 20, 20), np.float32)
    heatmaps[0, 5, 10] = 1.0
    heatmaps[1, 15, 3] = 0.5

    drawn = draw_heatmaps(crop, heatmaps).sum(axis=2)

    assert drawn.shape == (80, 80)
    # the middle of pixel (10, 5) at four times the size is (41.5, 21.5)
    y, x = np.unravel_index(np.argmax(drawn), drawn.shape)
    assert (x, y) == pytest.approx((41.5, 21.5), abs=1)
    assert drawn[21, 41] > drawn[61, 13] > drawn[40, 70]


def test_heatmaps_of_nothing_leave_the_crop_visible() -> None:
    drawn = draw_heatmaps(np.full((8, 8, 3), 100, np.uint8), np.zeros((1, 8, 8), np.float32))

    assert (drawn == 75).all()


def test_a_sheet_is_a_grid() -> None:
    pictures = [np.full((10, 20, 3), shade, np.uint8) for shade in (50, 100, 150)]

    sheet = sheet_of(pictures, columns=2)

    assert sheet.shape == (2 * 10 + 3 * GAP, 2 * 20 + 3 * GAP, 3)
    assert (sheet[GAP : GAP + 10, GAP : GAP + 20] == 50).all()
    assert (sheet[GAP : GAP + 10, 2 * GAP + 20 : 2 * GAP + 40] == 100).all()
    assert (sheet[2 * GAP + 10 : 2 * GAP + 20, GAP : GAP + 20] == 150).all()


def test_a_sheet_with_cells_fits_pictures_of_all_sizes() -> None:
    pictures = [np.full(shape, 255, np.uint8) for shape in ((300, 100, 3), (5, 10, 3))]

    sheet = sheet_of(pictures, columns=5, cell=60)

    assert sheet.shape == (60 + 2 * GAP, 2 * 60 + 3 * GAP, 3)
    white = (sheet == 255).all(axis=2)
    assert white.sum() == 60 * 20 + 30 * 60


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(InputError, match="at least one picture"):
        sheet_of([], 3)
