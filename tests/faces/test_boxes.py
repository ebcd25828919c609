"""The crop's arithmetic worked by hand, and what its pixels show."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import FINEST, LARGEST, Crop, CropRule, fit_box_rule, tight_box, turn
from laplace_landmarks.faces.five_points import FIVE_POINTS, roll

places = st.floats(-2000, 2000, width=32)
sides = st.floats(1, 4000)
angles = st.floats(-180, 180)
crops = st.builds(Crop, x=places, y=places, side=sides, size=st.sampled_from([16, 64, 80, 256]))


def grey(rows: np.ndarray) -> np.ndarray:
    """A picture from (H, W) brightness."""
    return np.repeat(np.asarray(rows, np.uint8)[:, :, None], 3, axis=2)


def test_edges_map_to_edges():
    crop = Crop(x=10, y=20, side=40, size=80)
    assert crop.scale == 2
    assert crop.box() == (-10, 0, 30, 40)
    np.testing.assert_allclose(crop.to_crop([[-10, 0], [30, 40], [10, 20]]), [[-0.5, -0.5], [79.5, 79.5], [39.5, 39.5]])


def test_a_crop_of_the_whole_picture_keeps_its_coordinates():
    crop = Crop(x=39.5, y=39.5, side=80, size=80)
    np.testing.assert_allclose(crop.to_crop([[0, 0], [3.25, 79]]), [[0, 0], [3.25, 79]])


@given(crops, st.floats(-3, 3), st.floats(-3, 3))
def test_there_and_back(crop: Crop, across: float, down: float):
    point = np.array([crop.x + across * crop.side, crop.y + down * crop.side], np.float32)
    error = np.abs(crop.to_picture(crop.to_crop(point)) - point).max()
    assert error <= 1e-6 * (crop.side + np.abs(point).max()), "float32 keeps seven digits"


def test_the_papers_crop_by_hand():
    # hull 30 wide and 40 high about (25, 40): the side is 2.8 x 40
    anchors = [[10, 20], [40, 20], [25, 45], [15, 60], [35, 60]]
    assert CropRule(size=80, factor=2.8).from_anchors(anchors) == Crop(25, 40, pytest.approx(112), 80)  # pyright: ignore[reportArgumentType]


def test_a_crop_from_a_box_by_hand():
    rule = CropRule(size=64, box_factor=1.5, box_shift=(0.0, -0.1))
    crop = rule.from_box((0, 0, 10, 20))
    assert (crop.x, crop.y, crop.side, crop.size) == (5, 8, 30, 64)


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.5, 20))
def test_moving_or_scaling_the_anchors_does_so_to_the_crop(x: float, y: float, scale: float):
    anchors = np.array([[10, 20], [40, 20], [25, 45], [15, 60], [35, 60]])
    before, after = CropRule().from_anchors(anchors), CropRule().from_anchors(anchors * scale + (x, y))
    assert after.side == pytest.approx(before.side * scale)
    assert (after.x, after.y) == pytest.approx((before.x * scale + x, before.y * scale + y), abs=1e-6)


@pytest.mark.parametrize(
    ("anchors", "words"),
    [
        ([[5, 5]] * 5, "one point"),
        ([[5, 5]], "two finite points"),
        ([[5, 5], [np.nan, 1]], "two finite points"),
        ([[5, 5, 1], [3, 3, 1]], "two finite points"),
    ],
)
def test_anchors_that_place_no_crop(anchors: list, words: str):
    with pytest.raises(InputError, match=words):
        CropRule().from_anchors(anchors)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((5, 5, 5, 5), "one point"),
        ((10, 0, 5, 20), "x0 <= x1"),
        ((0, 30, 10, 20), "y0 <= y1"),
        ((0, 0, np.inf, 1), "finite"),
        ((0, 0, 1), "four"),
    ],
)
def test_boxes_that_place_no_crop(box: tuple, words: str):
    with pytest.raises(InputError, match=words):
        CropRule().from_box(box)


def test_tight_box():
    assert tight_box([[3, 9], [1, 2], [2, 11]]) == (1, 2, 3, 11)


def test_fitting_takes_the_medians():
    # three boxes 10 wide; sides 12, 14, 99 and centres 0, 1, 1 below the boxes' own
    boxes = [(0.0, 0.0, 10.0, 8.0)] * 3
    cut = [Crop(5, 4, 12, 80), Crop(5, 5, 14, 80), Crop(5, 5, 99, 80)]
    assert fit_box_rule(CropRule(), cut, boxes) == CropRule(box_factor=1.4, box_shift=(0.0, 0.1))


@given(
    st.integers(100, 300).map(lambda hundredths: hundredths / 100),
    st.tuples(*[st.integers(-50, 50).map(lambda hundredths: hundredths / 100)] * 2),
    st.lists(st.tuples(places, places, st.floats(1, 500), st.floats(1, 500)), min_size=1, max_size=5),
)
def test_fitting_finds_the_rule_that_made_the_crops(factor: float, shift: tuple[float, float], corners: list):
    boxes = [(x, y, x + width, y + height) for x, y, width, height in corners]
    rule = CropRule(box_factor=factor, box_shift=shift)
    fitted = fit_box_rule(CropRule(), [rule.from_box(box) for box in boxes], boxes)
    assert fitted.box_factor == pytest.approx(factor, abs=1e-4)
    assert fitted.box_shift == pytest.approx(shift, abs=1e-4)


def test_a_checkerboard_shrunk_by_two_is_its_mean():
    board = grey(200 * (np.indices((160, 160)).sum(axis=0) % 2))
    crop = Crop(x=79.5, y=79.5, side=160, size=80).cut(board)
    np.testing.assert_array_equal(crop, 100)


@pytest.mark.parametrize(("side", "slope"), [(20, 32), (80, 16), (100, 4), (160, 4), (333.3, 2), (700, 1)])
def test_a_ramp_keeps_its_coordinates(side: float, slope: int):
    crop = Crop(x=500.3, y=499.7, side=side, size=80)
    start = 500 - 128 // slope
    ramp = np.clip((np.arange(1000) - start) * slope, 0, 255)
    row = crop.cut(grey(np.tile(ramp, (1000, 1))))[40, :, 0].astype(float)
    linear = (row > 20) & (row < 235)
    seen_at = crop.to_crop(np.stack([row / slope + start, np.zeros(80)], axis=1))[linear, 0]
    rounding = 0.5 / slope * crop.scale  # of a byte
    assert linear.sum() >= 5
    assert np.abs(seen_at - np.arange(80)[linear]).max() < 0.05 + rounding


def test_one_to_one_gives_the_pixels_back():
    picture = np.random.default_rng(0).integers(0, 256, (80, 80, 3), np.uint8)
    np.testing.assert_array_equal(Crop(39.5, 39.5, 80, 80).cut(picture), picture)


def test_outside_the_picture_its_edge_goes_on():
    picture = grey(np.tile(np.arange(50), (50, 1)))
    beside = Crop(x=-500, y=25, side=80, size=80).cut(picture)
    np.testing.assert_array_equal(beside, 0)
    across = Crop(x=49.5, y=25, side=80, size=80).cut(picture)
    np.testing.assert_array_equal(across[:, 60:], 49)


def test_far_in_a_picture_too_long_for_opencv():
    length = LARGEST * 2
    long = grey(np.tile(np.arange(length) * 200 // length, (4, 1)))
    near_end = Crop(x=length * 0.75, y=1.5, side=80, size=80).cut(long)
    np.testing.assert_allclose(near_end, 150, atol=1)
    whole = Crop(x=(length - 1) / 2, y=1.5, side=length, size=80).cut(long)
    np.testing.assert_allclose(whole[40, :, 0], (np.arange(80) + 0.5) * 2.5, atol=1.1)


def test_the_work_is_bounded():
    # without a bound this crop would take (80 x 100 000)² samples
    crop = Crop(x=0, y=0, side=80 * FINEST * 100_000, size=80).cut(grey(np.full((3, 3), 9)))
    np.testing.assert_array_equal(crop, 9)


def test_a_turned_crop_by_hand():
    """Turned by 90 degrees clockwise, the crop's x runs down the picture and its y to the left."""
    crop = Crop(x=10, y=20, side=40, size=80, angle=90)
    corners = crop.to_picture([[-0.5, -0.5], [79.5, -0.5], [39.5, 39.5]])
    np.testing.assert_allclose(corners, [[30, 0], [30, 40], [10, 20]])
    np.testing.assert_allclose(crop.to_crop([[30, 0], [30, 40], [-10, 0]]), [[-0.5, -0.5], [79.5, -0.5], [-0.5, 79.5]])
    np.testing.assert_allclose(crop.spread_to_picture([[4, 1]]), [[0.5, 2]])  # along x: what was along y
    np.testing.assert_allclose(crop.spread_to_crop([[0.5, 2]]), [[4, 1]])
    assert crop.box() == pytest.approx((-10, 0, 30, 40))
    assert Crop(x=10, y=20, side=40, size=80, angle=45).box()[0] == pytest.approx(10 - 20 * 2**0.5)


@given(st.floats(-720, 720), st.floats(1e-3, 9))
def test_a_spread_that_is_the_same_all_round_does_not_turn(angle: float, spread: float):
    crop = Crop(x=10, y=20, side=40, size=80, angle=angle)
    np.testing.assert_allclose(crop.spread_to_picture([spread, spread]), spread / 2, rtol=1e-6)


@given(angles, st.floats(0, 9), st.floats(0, 9))
def test_a_turn_keeps_the_mean_of_both_spreads(angle: float, x: float, y: float):
    crop = Crop(x=10, y=20, side=40, size=80, angle=angle)
    assert crop.spread_to_picture([x, y]).mean() == pytest.approx((x + y) / 4, rel=1e-6, abs=1e-30)
    assert crop.spread_to_crop([x, y]).mean() == pytest.approx(x + y, rel=1e-6, abs=1e-30)


@given(crops, angles, st.floats(-3, 3), st.floats(-3, 3))
def test_there_and_back_where_it_is_turned(crop: Crop, angle: float, across: float, down: float):
    crop = replace(crop, angle=angle)
    point = np.array([crop.x + across * crop.side, crop.y + down * crop.side], np.float32)
    error = np.abs(crop.to_picture(crop.to_crop(point)) - point).max()
    assert error <= 2e-6 * (crop.side + np.abs(point).max())


@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
@pytest.mark.parametrize("side", [31.0, 90.0])
def test_a_crop_that_is_turned_with_its_picture_shows_the_same(quarters: int, side: float):
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    crop = Crop(x=50, y=40, side=side, size=20)
    turned = np.ascontiguousarray(np.rot90(picture, -quarters))  # clockwise
    (x, y), (height, width) = (crop.x, crop.y), picture.shape[:2]
    centres = {1: (height - 1 - y, x), 2: (width - 1 - x, height - 1 - y), 3: (y, width - 1 - x)}
    x, y = centres[quarters % 4]
    again = Crop(x, y, side, 20, angle=90 * quarters).cut(turned)
    assert np.abs(again.astype(int) - crop.cut(picture).astype(int)).max() <= 1, "a grey level, by rounding"


@given(angles, st.floats(-500, 500), st.floats(-500, 500))
def test_anchors_that_are_turned_turn_the_crop(angle: float, x: float, y: float):
    anchors = FIVE_POINTS @ turn(-roll(FIVE_POINTS)).T
    before = CropRule().from_anchors(anchors)
    after = CropRule(upright=True).from_anchors(anchors @ turn(angle).T + (x, y))
    assert after == CropRule().from_anchors(anchors @ turn(angle).T + (x, y), upright=True)
    assert after.side == pytest.approx(before.side)
    assert (after.x, after.y) == pytest.approx(tuple(turn(angle) @ (before.x, before.y) + (x, y)), abs=1e-6)
    np.testing.assert_allclose(after.to_crop(anchors @ turn(angle).T + (x, y)), before.to_crop(anchors), atol=2e-3)


def test_what_has_no_five_anchors_is_not_turned():
    assert CropRule(upright=True).from_anchors([[10, 20], [40, 40], [25, 45]]).angle == 0


def test_a_fitted_rule_turns_what_it_turned_before():
    crop = CropRule(upright=True).from_box((0, 0, 10, 10))
    assert fit_box_rule(CropRule(upright=True), [crop], [(0, 0, 10, 10)]) == CropRule(upright=True)


def test_a_crop_that_is_not_turned_is_known_by_what_it_was_before():
    """Caches on disk are keyed by it."""
    assert repr(Crop(1.5, 2, 3, 80)) == "Crop(x=1.5, y=2, side=3, size=80)"
    assert repr(Crop(1.5, 2, 3, 80, 0.5)) == "Crop(x=1.5, y=2, side=3, size=80, angle=0.5)"
