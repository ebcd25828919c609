"""Sizes, octaves and crops, worked by hand."""

import numpy as np
import pytest

from laplace_landmarks.faces.mtcnn.pyramid import FACTOR, LARGEST, OUTSIDE, crops, level, octaves, scales


def ramp(height: int, width: int) -> np.ndarray:
    """A picture whose red is x and whose green is y."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 0], picture[..., 1] = np.arange(width), np.arange(height)[:, None]
    return picture


@pytest.mark.parametrize(
    ("shorter", "min_face", "expected"),
    [
        (1, 20, []),
        (19, 20, []),
        (20, 20, [0.6]),
        (28, 20, [0.6]),  # 28 · 0.6 · 0.709 = 11.9: no window fits
        (29, 20, [0.6, 0.6 * FACTOR]),
        (100, 24, [0.5, 0.5 * FACTOR, 0.5 * FACTOR**2, 0.5 * FACTOR**3, 0.5 * FACTOR**4]),  # 50 35 25 18 12.6
        (12, 12, [1.0]),
    ],
)
def test_scales(shorter: int, min_face: float, expected: list[float]) -> None:
    assert scales(shorter, min_face) == pytest.approx(expected)


def test_octaves_halve_the_picture_until_no_window_fits_in_the_next() -> None:
    found = octaves(ramp(100, 200), min_face=20)
    assert [octave.pixels.shape[:2] for octave in found] == [(100, 200), (50, 100), (25, 50), (12, 25)]
    assert [octave.across for octave in found] == [1, 2, 4, 8]
    assert found[-1].down == 100 / 12


def test_a_large_picture_is_reduced_as_far_as_the_smallest_face_allows() -> None:
    first = octaves(np.zeros((400, 600, 3), np.uint8), min_face=192)[0]  # which has 48 pixels then
    assert (first.pixels.shape[:2], first.across, first.down) == ((100, 150), 4, 4)


def test_a_strip_longer_than_opencv_can_sample_is_reduced() -> None:
    assert octaves(np.zeros((24, 2 * LARGEST, 3), np.uint8), min_face=20)[0].pixels.shape[:2] == (12, LARGEST)


def test_a_level_keeps_what_lies_where() -> None:
    found = level(octaves(ramp(120, 240), 20), 0.1)
    assert found.pixels.shape == (12, 24, 3)
    assert (found.across, found.down) == (10, 10)
    # the level's pixel 7 covers the picture's 70 to 79, whose mean is 74.5
    assert found.pixels[5, 7].tolist() == pytest.approx([74.5, 54.5, 0], abs=1)


def test_crops_of_two_sizes() -> None:
    levels = octaves(ramp(200, 200), 20)
    squares = np.array([[10, 20, 34, 44], [40, 60, 136, 156.0]])  # pixels of 1 and of 4

    small, large = crops(levels, squares, 24)

    assert small[0, 0, :2].tolist() == [10, 20]
    assert small[23, 5, :2].tolist() == [15, 43]
    assert large[0, 0, :2].tolist() == pytest.approx([41.5, 61.5], abs=1)  # the mean of four
    assert large[23, 23, :2].tolist() == pytest.approx([133.5, 153.5], abs=1)


def test_beyond_the_edge_lies_the_networks_zero() -> None:
    (crop,) = crops(octaves(np.full((60, 60, 3), 255, np.uint8), 20), np.array([[-24, 0, 24, 48.0]]), 48)
    assert (crop[:, :23] == OUTSIDE).all()
    assert (crop[:, 25:] == 255).all()


def test_no_crops() -> None:
    assert crops(octaves(ramp(50, 50), 20), np.empty((0, 4)), 24).shape == (0, 24, 24, 3)
