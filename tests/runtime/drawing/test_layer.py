"""Shapes on a layer: how much of each pixel they cover, and where."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.runtime.drawing.layer import MOST, Layer, inks, lay, paste

RED = inks((255, 0, 0))
FINENESS = [0.2, 0.5, 1.0, 3.0]  # of the thinnest line, which decides how fine the grid is


@pytest.mark.parametrize("thinnest", FINENESS)
@pytest.mark.parametrize("axes", [(6.0, 3.0), (2.0, 2.0), (9.5, 9.5)])
def test_a_disc_covers_its_area_about_its_centre(thinnest: float, axes: tuple[float, float]) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    layer = Layer.over(picture, (10, 5, 50, 30), thinnest)
    layer.ellipses([(30.25, 17.5)], axes, RED)
    layer.merge()

    red = picture[..., 0] / 255.0
    y, x = np.mgrid[:40, :60]
    assert red.sum() == pytest.approx(np.pi * axes[0] * axes[1], rel=0.15)
    assert (red * x).sum() / red.sum() == pytest.approx(30.25, abs=0.1)
    assert (red * y).sum() / red.sum() == pytest.approx(17.5, abs=0.1)
    assert not picture[..., 1:].any()


def test_an_ellipse_reaches_as_far_as_its_half_axes() -> None:
    picture = np.zeros((80, 120, 3), np.uint8)
    layer = Layer.over(picture, (0, 0, 120, 80), 1.0)
    layer.ellipses([(60, 40)], (50, 20), RED)
    layer.merge()

    half = picture[..., 0] > 127
    assert np.flatnonzero(half.any(axis=0))[[0, -1]] == pytest.approx([10, 110], abs=1)
    assert np.flatnonzero(half.any(axis=1))[[0, -1]] == pytest.approx([20, 60], abs=1)


@pytest.mark.parametrize("last", [(110, 15), (90, 75), (10, 95)])
@pytest.mark.parametrize("width", [0.4, 1.0, 3.0, 7.0])
def test_a_line_covers_its_length_times_its_width(last: tuple[int, int], width: float) -> None:
    picture = np.zeros((110, 130, 3), np.uint8)
    layer = Layer.over(picture, (0, 0, 130, 110), width)
    layer.lines([(10, 15)], [last], width, RED)
    layer.merge()

    length = np.hypot(last[0] - 10, last[1] - 15)
    assert (picture[..., 0] / 255.0).sum() == pytest.approx(length * width, rel=0.2)


def test_many_transparent_shapes_are_as_transparent_as_one() -> None:
    picture = np.full((20, 20, 3), 100, np.uint8)
    layer = Layer.over(picture, (0, 0, 20, 20), 1.0)
    layer.ellipses([(10, 10)] * 5, (6, 6), inks([(200, 100, 0)] * 5, 0.25))
    layer.merge()

    # 100 · 0.75 + 200 · 0.25, and so on
    np.testing.assert_allclose(picture[10, 10].astype(int), [125, 100, 75], atol=1)


def test_shapes_far_outside_are_no_trouble() -> None:
    picture = np.zeros((9, 9, 3), np.uint8)
    for box in ((1e9, 1e9, 2e9, 2e9), (-1e9, -1e9, 1e9, 1e9)):
        layer = Layer.over(picture, box, 1.0)
        layer.lines([(-1e9, 1e12)], [(1e9, 1e12)], 1, RED)
        layer.ellipses([(1e9, 1e9)], (2, 2), RED)
        layer.merge()

    assert not picture.any()


def test_a_shape_larger_than_all_covers_all() -> None:
    picture = np.zeros((9, 9, 3), np.uint8)
    layer = Layer.over(picture, (-1e9, -1e9, 1e9, 1e9), 1.0)
    layer.ellipses([(4, 4)], (1e12, 1e12), RED)
    layer.merge()

    assert (picture == (255, 0, 0)).all()


def test_a_large_layer_is_no_finer_than_memory_allows() -> None:
    layer = Layer.over(np.zeros((3000, 3000, 3), np.uint8), (0, 0, 3000, 3000), 0.1)

    assert layer.fine == 1
    assert layer.cells[..., 0].size <= MOST


@given(st.integers(-30, 30), st.integers(-30, 30))
@settings(max_examples=40, deadline=None)
def test_what_is_pasted_lies_where_it_belongs_and_nowhere_else(left: int, top: int) -> None:
    picture = np.full((10, 12, 3), 7, np.uint8)
    paste(picture, np.full((4, 6, 4), 255, np.uint8), left, top)

    y, x = np.mgrid[:10, :12]
    inside = (x >= left) & (x < left + 6) & (y >= top) & (y < top + 4)
    assert (picture[inside] == 255).all()
    assert (picture[~inside] == 7).all()


def test_nothing_laid_over_a_picture_leaves_it_as_it_is() -> None:
    picture = np.arange(256 * 3, dtype=np.int64).astype(np.uint8).reshape(16, 16, 3)
    laid = picture.copy()
    lay(laid, np.zeros((16, 16, 4), np.uint8))

    np.testing.assert_array_equal(laid, picture)
