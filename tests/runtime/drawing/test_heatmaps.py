"""Heatmaps over crops and pictures: they light up where their mass is."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.drawing.heatmaps import DIM, draw_heatmaps, lay_heatmaps


def one_pixel(size: int, x: int, y: int, height: float = 1.0) -> NDArray[np.float32]:
    heatmaps = np.zeros((1, size, size), np.float32)
    heatmaps[0, y, x] = height
    return heatmaps


def brightest(drawn: np.ndarray) -> tuple[float, float]:
    """Centre (x, y) of the brightest pixels."""
    light = drawn.sum(axis=2).astype(float)
    y, x = np.nonzero(light >= light.max() - 1)
    return float(x.mean()), float(y.mean())


def test_heatmaps_light_up_where_their_mass_is() -> None:
    crop = np.full((80, 80, 3), 100, np.uint8)
    heatmaps = np.concatenate([one_pixel(20, 10, 5), one_pixel(20, 3, 15, 0.5)])

    drawn = draw_heatmaps(crop, heatmaps)

    # the middle of pixel (10, 5) at four times the size is (41.5, 21.5)
    assert brightest(drawn) == pytest.approx((41.5, 21.5), abs=1)
    light = drawn.sum(axis=2)
    assert light[21, 41] > light[61, 13] > light[40, 70]
    assert (crop == 100).all()


@pytest.mark.parametrize(
    ("crop", "heatmaps", "says"),
    [
        (np.zeros((9, 9, 3), np.uint8), None, "no heatmaps to draw: ask the detector for them, with heatmaps=True"),
        (np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.float32), r"an array \(K, H, W\), not \(9, 9\)"),
        (np.zeros((9, 9, 3), np.uint8), [1.0], r"an array \(K, H, W\), not list"),
        (np.zeros((9, 9), np.uint8), one_pixel(9, 4, 4), "is grey"),
    ],
)
def test_what_cannot_be_drawn_is_told(crop: np.ndarray, heatmaps: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        draw_heatmaps(crop, heatmaps)


def test_heatmaps_of_nothing_leave_the_crop_visible() -> None:
    drawn = draw_heatmaps(np.full((8, 8, 3), 100, np.uint8), np.zeros((1, 8, 8), np.float32))

    assert (drawn == round(100 * DIM)).all()


def test_one_sharp_heatmap_does_not_outshine_the_rest() -> None:
    crop = np.zeros((40, 40, 3), np.uint8)
    faint = [one_pixel(40, x, 20, 0.1) for x in range(2, 38, 2)]

    alone = draw_heatmaps(crop, np.concatenate(faint))
    beside = draw_heatmaps(crop, np.concatenate([*faint, one_pixel(40, 20, 5)]))

    np.testing.assert_allclose(beside[20].astype(int), alone[20].astype(int), atol=2)


def test_over_a_small_face_they_lie_no_half_of_a_cell_aside() -> None:
    """Of many peaks, each on another part of its pixel, the mean is where the mean of the places is."""
    away = []
    for number in range(20):
        drawn = np.zeros((60, 60, 3), np.uint8)
        crop = Crop(x=30 + number / 20, y=30 - number / 20, side=50, size=80)
        lay_heatmaps(drawn, crop, one_pixel(80, 40, 40))
        light = drawn.sum(axis=2).astype(float)
        middle = [(light * place).sum() / light.sum() for place in np.indices(light.shape)[::-1]]
        away.append(middle - crop.to_picture((40, 40)))

    assert np.abs(np.mean(away, axis=0)).max() < 0.1


@pytest.mark.parametrize("side", [20.0, 100.0, 333.0])
def test_in_the_picture_they_lie_where_the_crop_was_cut(side: float) -> None:
    picture = np.full((400, 500, 3), 40, np.uint8)
    crop = Crop(x=260, y=190, side=side, size=80)

    drawn = picture.copy()
    lay_heatmaps(drawn, crop, one_pixel(80, 20, 64))

    assert brightest(drawn) == pytest.approx(crop.to_picture((20, 64)).tolist(), abs=max(1, side / 160))
    x0, y0, x1, y1 = (round(edge) for edge in crop.box())
    changed = (drawn != picture).any(axis=2)
    changed[y0 : y1 + 1, x0 : x1 + 1] = False
    assert not changed.any()


def test_a_peak_is_not_lost_on_a_face_smaller_than_its_heatmaps() -> None:
    for x in range(30, 50):
        drawn = np.zeros((20, 20, 3), np.uint8)
        lay_heatmaps(drawn, Crop(10, 10, 12, 80), one_pixel(80, x, 40))
        assert drawn.max() > 30


@pytest.mark.parametrize("centre", [(-500, 10), (10, 500), (1e7, -1e7), (0, 0)])
def test_crops_outside_the_picture_are_no_trouble(centre: tuple[float, float]) -> None:
    drawn = np.zeros((20, 30, 3), np.uint8)
    lay_heatmaps(drawn, Crop(*centre, 40, 80), one_pixel(80, 79, 79))

    assert drawn.any() == (centre == (0, 0))


def test_those_of_a_turned_crop_lie_where_it_was_cut() -> None:
    crop = Crop(x=260, y=190, side=160, size=80, angle=-30)
    drawn = np.full((400, 500, 3), 40, np.uint8)
    lay_heatmaps(drawn, crop, one_pixel(80, 20, 64))
    assert brightest(drawn) == pytest.approx(tuple(crop.to_picture((20, 64))), abs=1)
