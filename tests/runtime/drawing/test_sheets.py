"""Pictures on one page: where each stands, and how large the page is."""

from dataclasses import replace

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.drawing.sheets import GAP, seen_in, sheet_of, side_by_side
from laplace_landmarks.runtime.face import Face

LINE = Markup("line", ("left", "right"), edges=((0, 1),))
LANDMARKS = np.array([(30, 40), (70, 40)], np.float32)
FACE = Face(LANDMARKS, np.full((2, 2), 2, np.float32), Crop(50, 40, 80, 80), (30, 40, 70, 40), anchors=LANDMARKS)


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


def test_captions_stand_below_their_pictures_and_cover_nothing() -> None:
    pictures = [np.full((100, 120, 3), 90, np.uint8)] * 3

    plain, told = sheet_of(pictures, 2), sheet_of(pictures, 2, captions=["first", "second", "a long one " * 20])

    strip = (told.shape[0] - plain.shape[0]) // 2
    assert told.shape == (plain.shape[0] + 2 * strip, plain.shape[1], 3)
    assert (told[GAP : GAP + 100, GAP : GAP + 120] == 90).all()
    below = told[GAP + 100 : GAP + 100 + strip]
    for left in (GAP, 2 * GAP + 120):
        assert below[:, left : left + 120].max() > 150
    assert below[:, GAP + 120 : 2 * GAP + 120].max() < 50  # between the columns
    assert told[-GAP:].max() < 50 and told[:, :GAP].max() < 50  # even the long one keeps within its column


@pytest.mark.parametrize(
    ("count", "columns", "captions", "what"),
    [
        (0, 3, (), "at least one picture"),
        (2, 0, (), "at least one column"),
        (2, 2, ("a",), "1 captions are given for 2"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(count: int, columns: int, captions: tuple[str, ...], what: str) -> None:
    with pytest.raises(InputError, match=what):
        sheet_of([np.zeros((5, 5, 3), np.uint8)] * count, columns, captions=captions)


def test_models_stand_side_by_side_on_the_same_picture() -> None:
    picture = np.full((90, 110, 3), 60, np.uint8)

    page = side_by_side(picture, {"good": [FACE], "blind": [], "again": [FACE]}, LINE, columns=3)

    assert page.shape[1] == 3 * 110 + 4 * GAP
    good, blind, again = (page[GAP : GAP + 90, left : left + 110] for left in (GAP, 2 * GAP + 110, 3 * GAP + 220))
    np.testing.assert_array_equal(good, again)
    assert (blind == 60).all()
    assert (good != 60).any()


def test_a_view_enlarges_picture_and_face_alike() -> None:
    picture = np.zeros((90, 110, 3), np.uint8)
    picture[40, 30] = picture[40, 70] = 255
    view = Crop(x=50, y=40, side=60, size=240)

    page = side_by_side(picture, {"model": [FACE]}, LINE, view=view)

    assert page.shape[1] == 240 + 2 * GAP
    seen = seen_in(view, FACE)
    # four times as large about the view's centre, which lies at (119.5, 119.5)
    np.testing.assert_allclose(seen.landmarks, [(39.5, 119.5), (199.5, 119.5)])
    np.testing.assert_allclose(seen.spread, 8)
    assert seen.box == (39.5, 119.5, 199.5, 119.5)
    assert (seen.crop.x, seen.crop.y, seen.crop.side, seen.crop.size) == (119.5, 119.5, 320, 80)
    assert seen.anchors is not None
    np.testing.assert_array_equal(seen.anchors, seen.landmarks)


def test_a_turned_view_sees_an_upright_face() -> None:
    """A face that lies on its side, in a view that is turned as it is: a quarter clockwise."""
    lying = replace(FACE, landmarks=np.array([(50, 20), (50, 60)], np.float32), box=(50, 20, 50, 60),
                    spread=np.array([(1, 3)] * 2, np.float32), crop=replace(FACE.crop, angle=90))  # fmt: skip
    seen = seen_in(Crop(x=50, y=40, side=60, size=240, angle=90), lying)
    np.testing.assert_allclose(seen.landmarks, [(39.5, 119.5), (199.5, 119.5)])
    np.testing.assert_allclose(seen.spread, [(12, 4)] * 2)
    assert seen.box == pytest.approx((39.5, 119.5, 199.5, 119.5))
    assert seen.crop.angle == 0
