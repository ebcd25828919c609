"""The order by hand: what is known least first, twins late, and the same whatever comes in first."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.ranking import by_lot, choose, descriptors, ignorance, judged_by, look_of, shape_of


def prediction(**changes: Any) -> Prediction:
    """Two landmarks, 10 pixels apart along x, in a crop of 50."""
    fields: dict[str, Any] = {
        "landmarks": np.array([[0, 0], [10, 5]], np.float32),
        "spread": np.array([[1, 3], [0, 0]], np.float32),
        "radius": np.array([1, 3], np.float32),
        "crop": Crop(5, 2.5, 50, 80),
    }
    return Prediction("a.png", **(fields | changes))


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        ({}, 20),  # 2 of 10 pixels
        ({"radius": None}, 10),  # spreads are 2 and 0, their mean 1 of 10 pixels
        ({"landmarks": np.zeros((2, 2), np.float32)}, 40),  # a tenth of 50 pixels at the least
    ],
)
def test_ignorance(changes: dict[str, Any], percent: float) -> None:
    assert ignorance(prediction(**changes)) == pytest.approx(percent)


def test_ignorance_does_not_depend_on_the_pictures_size() -> None:
    face = prediction()
    assert face.spread is not None and face.radius is not None
    larger = prediction(
        landmarks=3 * face.landmarks, spread=3 * face.spread, radius=3 * face.radius, crop=Crop(15, 7.5, 150, 80)
    )
    assert ignorance(larger) == pytest.approx(ignorance(face))
    np.testing.assert_allclose(shape_of(larger), shape_of(face), atol=1e-7)
    np.testing.assert_allclose(shape_of(face), [[-0.1, -0.05], [0.1, 0.05]], atol=1e-7)


def test_which_object_a_picture_is_ranked_by() -> None:
    """A small face besides, with a radius as of no face, does not bring a picture forward; a given object does."""
    large, small = prediction(score=0.9), prediction(score=1.0, crop=Crop(5, 2.5, 20, 80), radius=np.array([9.0, 9.0]))
    assert judged_by([small, large]) == judged_by([large, small]) == {"a.png": large}
    sure, unsure = replace(large, score=None), replace(small, score=None, picture="a.png")
    assert judged_by([sure, unsure]) == judged_by([unsure, sure]) == {"a.png": unsure}
    assert list(judged_by([large, replace(large, picture="b.png")])) == ["a.png", "b.png"]


def test_a_look_knows_no_brightness_and_no_contrast() -> None:
    picture = np.random.default_rng(0).integers(0, 100, (64, 64, 3), np.uint8)
    crop = Crop(31.5, 31.5, 64, 80)
    look = look_of(picture, crop)
    assert look.shape == (256,)
    assert np.linalg.norm(look) == pytest.approx(1)
    np.testing.assert_allclose(look_of(2 * picture + 30, crop), look, atol=0.02)
    assert np.linalg.norm(look_of(picture[::-1], crop) - look) > 1
    assert not look_of(np.full((64, 64, 3), 77, np.uint8), crop).any()


def test_typical_rows_are_one_apart_half_of_it_in_each_part() -> None:
    random = np.random.default_rng(0)
    rows = descriptors(random.normal(5, 30, (40, 3, 2)), random.normal(0, 0.01, (40, 7)))
    assert rows.shape == (40, 13)
    away = np.square(rows[:, None] - rows[None]).mean(axis=(0, 1))
    assert away[:6].sum() == pytest.approx(0.5, abs=1e-4)
    assert away[6:].sum() == pytest.approx(0.5, abs=1e-4)
    assert not descriptors(np.ones((3, 2, 2)), np.ones((3, 5))).any()


def test_of_two_identical_uncertain_pictures_one_comes_late() -> None:
    order, newness = choose([9, 9, 2, 1], [[0, 0], [0, 0], [1, 0], [0, 1]], 4)
    assert order.tolist() == [0, 2, 3, 1]
    assert newness.tolist() == [1, 1, 1, 0]


def test_equally_far_pictures_come_by_ignorance() -> None:
    order, newness = choose([2, 4, 1, 3], 0.4 * np.eye(4), 4)  # each 0.57 from each
    assert order.tolist() == [1, 3, 0, 2]
    assert newness == pytest.approx([1, *[0.4 * 2**0.5] * 3], abs=1e-6)


def test_ignorance_is_weighed_against_newness() -> None:
    """After the first at 0, a picture at 0.25 is worth 8 · 0.25, one at 0.75 3 · 0.75, and one at 9 no more than 2."""
    order, newness = choose([10, 8, 3, 2], [[0.0], [0.25], [0.75], [9.0]], 4)
    assert order.tolist() == [0, 2, 1, 3]
    assert newness.tolist() == [1, 0.75, 0.25, 1]


def test_what_has_a_label_is_not_chosen_nor_is_its_twin_soon() -> None:
    order, newness = choose([5, 5, 1], [[0.0], [0.0], [1.0]], 9, labeled=[0])
    assert order.tolist() == [2, 1]
    assert newness.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("share", "places"),
    [(0, []), (1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (0.5, [1, 3, 5, 7, 9]), (0.3, [3, 6, 9]), (0.29, [3, 6])],
)
def test_places_that_go_by_lot_are_spread_evenly(share: float, places: list[int]) -> None:
    assert np.flatnonzero(by_lot(10, share)).tolist() == places
    assert by_lot(100, share).sum() == round(100 * share)


def test_between_lots_the_least_known_comes() -> None:
    """A hundred pictures, the last the least known: every other place goes to the best that is left."""
    doubt, rows = np.arange(1.0, 101.0), 10.0 * np.arange(100)[:, None]  # all far apart
    order, newness = choose(doubt, rows, 40, lot=0.5, seed=3)
    for place in range(0, 40, 2):
        assert order[place] == max(set(range(100)) - set(order[:place].tolist()))
    drawn = order[1::2]
    assert len(set(order.tolist())) == 40 and (newness == 1).all()
    assert drawn.mean() < 75  # the least known twenty would have a mean of 80 and more
    assert choose(doubt, rows, 20, lot=0.5, seed=3)[0].tolist() == order[:20].tolist()
    assert choose(doubt, rows, 40, lot=0.5, seed=4)[0].tolist() != order.tolist()


def test_lots_draw_any_picture_alike() -> None:
    """By lot alone each of eight pictures is first in an eighth of the seeds, however odd or alike; 3 sigma are 59."""
    first = [int(choose([9, 1, 1, 1, 1, 1, 1, 1], np.zeros((8, 1)), 1, lot=1, seed=seed)[0][0]) for seed in range(4000)]
    counts = np.bincount(first, minlength=8)
    assert (abs(counts - 500) < 63).all()


def test_lots_never_draw_what_has_a_label() -> None:
    order, _ = choose([5, 5, 1, 1], np.eye(4), 9, labeled=[0, 2], lot=1)
    assert sorted(order.tolist()) == [1, 3]


rows = st.integers(1, 8).flatmap(
    lambda count: st.tuples(
        st.lists(st.integers(0, 99), min_size=count, max_size=count, unique=True),
        st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=count, max_size=count),
        st.permutations(range(count)),
        st.integers(1, count),
    )
)


@given(rows)
def test_order_depends_on_the_pictures_alone(drawn: tuple[Any, ...]) -> None:
    """A permutation, the first `count` of which are those of a smaller count, whatever order the pictures come in."""
    doubt, places, turned, count = np.array(drawn[0]), np.array(drawn[1]) / 4, np.array(drawn[2]), drawn[3]
    order, newness = choose(doubt, places, len(doubt))
    assert sorted(order.tolist()) == list(range(len(doubt)))
    assert ((newness >= 0) & (newness <= 1)).all()
    assert doubt[order[0]] == doubt.max()
    assert choose(doubt, places, count)[0].tolist() == order[:count].tolist()
    assert turned[choose(doubt[turned], places[turned], len(doubt))[0]].tolist() == order.tolist()


def test_a_shape_does_not_know_how_it_is_turned() -> None:
    face = prediction()
    assert face.crop is not None
    lying = replace(face, landmarks=np.array([[7.5, -2.5], [2.5, 7.5]], np.float32), crop=replace(face.crop, angle=90))
    np.testing.assert_allclose(shape_of(lying), shape_of(face), atol=1e-6)
