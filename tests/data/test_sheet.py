"""What stands where on a contact sheet."""

import numpy as np

from laplace_landmarks.data.crops import Crops, UnlabeledCrops
from laplace_landmarks.data.sheet import DARK, GREEN, sheet
from laplace_landmarks.faces.boxes import Crop


def plain(count: int) -> np.ndarray:
    """Crops of 4 x 4 pixels, the n-th all of brightness 10 n."""
    return np.repeat(np.arange(10, 10 * count + 1, 10, dtype=np.uint8), 48).reshape(count, 4, 4, 3)


def test_rows_of_crops():
    page = sheet(UnlabeledCrops(plain(5), tuple("abcde"), ()), columns=3, scale=2)
    assert (page.shape, page.dtype) == ((2 * 8, 3 * 8, 3), np.uint8)
    assert page[::8, ::8, 0].tolist() == [[10, 20, 30], [40, 50, 0]]
    np.testing.assert_array_equal(page[8:, 8:16], 50)


def test_fewer_crops_than_columns():
    assert sheet(UnlabeledCrops(plain(2), tuple("ab"), ()), columns=12, scale=3).shape == (12, 24, 3)


def test_visible_landmarks_are_drawn_at_the_centre_of_their_pixel():
    landmarks = np.array([[[1, 2], [3, 0]]], np.float32)
    visible = np.array([[True, False]])
    pictures = plain(1)
    page = sheet(Crops(pictures, landmarks, visible, ("a",), (Crop(0, 0, 4, 4),)), scale=15)
    dot = page[2 * 15 : 3 * 15, 1 * 15 : 2 * 15]
    assert tuple(dot[7, 7]) == GREEN
    # the same on all sides of the pixel's centre, but for opencv's rounding
    np.testing.assert_allclose(dot.astype(int), dot[::-1, ::-1].astype(int), atol=8)
    np.testing.assert_allclose(page[2 * 15 + 7, 14], DARK, atol=8)  # its rim, 8 of 9 pixels from the centre
    np.testing.assert_array_equal(page[:15, 45:], 10, "a hidden landmark is not drawn")
    np.testing.assert_array_equal(pictures, 10, "the crops themselves are left as they are")
