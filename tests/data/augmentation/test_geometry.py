"""Where pixels and landmarks go."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.augmentation.draws import NAMES, ROW, Draws, Key
from laplace_landmarks.data.augmentation.geometry import STEP, View, drawn_view, reach, seen, through
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.markup import IBUG68

SIZE = 80
MIDDLE = 39.5  # of 80 pixels
OFF = Augmentation()


class Chosen(Draws):
    """Draws that are given: 0.5 wherever nothing else is, the middle of every range."""

    def __init__(self, **rows: list[float]) -> None:
        self._rows = np.full((len(NAMES), ROW), 0.5)
        for name, values in rows.items():
            self._rows[NAMES.index(name), : len(values)] = values


def moved(settings: Augmentation, point: tuple[float, float], errors: np.ndarray | None = None, **rows: list) -> list:
    view = drawn_view(settings, errors, SIZE, Chosen(**rows))
    return through(view.matrix, np.array([point]))[0].tolist()


@pytest.mark.parametrize(
    ("augmentation", "rows", "point", "where"),
    [
        ({}, {}, (7, 70), (7, 70)),
        ({"mirror": 0.6}, {}, (7, 70), (72, 70)),  # the first of 80 pixels is the last
        ({"mirror": 0.4}, {}, (7, 70), (7, 70)),
        ({"rotation": 90}, {"rotation": [1]}, (MIDDLE + 10, MIDDLE), (MIDDLE, MIDDLE + 10)),  # clockwise, as y is down
        ({"rotation": 90}, {"rotation": [0]}, (MIDDLE + 10, MIDDLE), (MIDDLE, MIDDLE - 10)),
        ({"scale": 0.25}, {"scale": [1]}, (MIDDLE + 8, MIDDLE - 4), (MIDDLE + 10, MIDDLE - 5)),
        ({"scale": 0.25}, {"scale": [0]}, (MIDDLE + 10, MIDDLE - 5), (MIDDLE + 8, MIDDLE - 4)),
        ({"shift": 0.1}, {"shift": [1, 0]}, (20, 20), (28, 12)),
        # the edge at the camera's side is at 3/4 of the distance, so the half side becomes 40 / 0.75
        ({"perspective": 0.25}, {"perspective": [1, 0]}, (-0.5, MIDDLE), (MIDDLE - 40 / 0.75, MIDDLE)),
        ({"perspective": 0.25}, {"perspective": [1, 0]}, (79.5, MIDDLE), (MIDDLE + 32, MIDDLE)),
        ({"perspective": 0.25}, {"perspective": [1, 0.25]}, (MIDDLE, 79.5), (MIDDLE, MIDDLE + 32)),
        ({"perspective": 0.25}, {"perspective": [0, 0]}, (3, 4), (3, 4)),
        # turned first, then moved
        ({"rotation": 90, "shift": 0.1}, {"rotation": [1], "shift": [1, 0.5]}, (49.5, MIDDLE), (47.5, 49.5)),
    ],
)  # fmt: skip
def test_worked_by_hand(augmentation: dict, rows: dict, point: tuple, where: tuple) -> None:
    assert moved(replace(OFF, **augmentation), point, **rows) == pytest.approx(where, abs=1e-9)


@pytest.mark.parametrize(
    ("row", "strength", "point", "where"),
    [
        ((0.1, 0, 0), 1, (40, 40), (32, 40)),  # a crop 8 px farther right shows the face 8 px farther left
        ((0, -0.05, 0), 2, (40, 40), (40, 48)),
        ((0, 0, log(2)), 1, (MIDDLE + 20, MIDDLE), (MIDDLE + 10, MIDDLE)),  # a crop twice as large
        ((0.25, 0, log(2)), 1, (MIDDLE + 20, MIDDLE), (MIDDLE, MIDDLE)),  # dx is in sides of the true crop
    ],
)
def test_jitter_by_hand(row: tuple, strength: float, point: tuple, where: tuple) -> None:
    augmentation = replace(OFF, jitter="file", jitter_strength=strength)
    errors = np.array([(9, 9, 9), row, (9, 9, 9)])  # the middle one is drawn
    assert moved(augmentation, point, errors) == pytest.approx(where, abs=1e-9)


def test_every_row_of_the_errors_is_drawn() -> None:
    errors = np.array([[place / 100, 0, 0] for place in range(7)])
    augmentation = replace(OFF, jitter="file")
    views = [drawn_view(augmentation, errors, SIZE, Draws(Key(0, 0, step, 0))) for step in range(300)]
    assert {round(-view.matrix[0, 2] / SIZE * 100) for view in views} == set(range(7))


augmentations = st.builds(
    Augmentation,
    mirror=st.sampled_from([0.0, 0.5]),
    rotation=st.floats(0, 180),
    scale=st.floats(0, 1),
    shift=st.floats(0, 0.5),
    perspective=st.floats(0, 0.4),
    jitter=st.just("file"),
    jitter_strength=st.floats(0, 3),
)
all_errors = st.lists(
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(-log(2), log(2))), min_size=1, max_size=3
).map(np.array)
keys = st.builds(Key, st.integers(0, 99), st.integers(0, 1), st.integers(0, 10**6), st.integers(0, 99))


@given(augmentations, all_errors, keys)
@settings(deadline=None)
def test_no_view_sees_beyond_its_reach(augmentation: Augmentation, errors: np.ndarray, key: Key) -> None:
    view = drawn_view(augmentation, errors, SIZE, Draws(key))
    edge = np.linspace(-0.5, SIZE - 0.5, 9)
    ends = np.full(9, -0.5), np.full(9, SIZE - 0.5)
    outline = np.concatenate([np.stack(sides, 1) for end in ends for sides in ((edge, end), (end, edge))])
    back = through(np.linalg.inv(view.matrix), outline)
    assert np.abs(back - MIDDLE).max() <= reach(augmentation, errors) * SIZE / 2 + 1e-6


def test_reach_is_no_more_than_needed() -> None:
    assert reach(OFF, None) == 1
    assert reach(replace(OFF, mirror=1, colour=1), None) == 1
    assert reach(replace(OFF, rotation=180), None) == 1.5  # the diagonal's 1.41, in steps
    assert reach(replace(OFF, shift=0.25), None) == 1.5
    assert reach(replace(OFF, scale=0.5), None) == 1.5
    assert STEP == 0.25


@given(st.integers(0, 99))
def test_mirrored_twice_is_as_before(seed: int) -> None:
    order = IBUG68.mirror_order()
    landmarks = np.random.default_rng(seed).uniform(0, 79, (68, 2)).astype(np.float32)
    visible = np.random.default_rng(seed).random(68) < 0.8
    landmarks[~visible] = 0
    view = drawn_view(replace(OFF, mirror=1.0), None, SIZE, Draws(Key(seed, 0, 0, 0)))
    assert view.mirrored

    once = seen(view, landmarks, visible, order, SIZE)
    right, left = IBUG68.names.index("right eye 1"), IBUG68.names.index("left eye 4")  # the outer corners
    assert once[1][left] == visible[right]
    if visible[right]:
        assert once[0][left].tolist() == pytest.approx([79 - landmarks[right, 0], landmarks[right, 1]], abs=1e-4)
    twice = seen(view, *once, order, SIZE)
    assert np.array_equal(twice[1], visible)
    assert np.allclose(twice[0], landmarks, atol=1e-4)


def test_a_landmark_beyond_the_edge_does_not_count_and_one_without_label_never_does() -> None:
    there = View(np.eye(3), False)
    landmarks = np.array([[-0.5, 79.5], [-0.6, 40], [40, 79.6], [0, 0], [40, 40]], np.float32)
    visible = np.array([True, True, True, False, True])

    moved, still = seen(there, landmarks, visible, np.arange(5), SIZE)

    assert still.tolist() == [True, False, False, False, True]
    assert np.allclose(moved, landmarks)  # what left keeps its true place
    assert moved.dtype == np.float32
    shifted = View(np.array([[1, 0, 5], [0, 1, 5], [0, 0, 1.0]]), False)
    moved, still = seen(shifted, landmarks, visible, np.arange(5), SIZE)
    assert moved[3].tolist() == [0, 0]
    assert still.tolist() == [False, True, False, False, True]


def test_what_is_behind_the_camera_is_far_outside() -> None:
    view = np.array([[1, 0, 0], [0, 1, 0], [-0.02, 0, 1]])  # the horizon at x = 50
    (x, y), (beyond, _) = through(view, np.array([[49.0, 10], [120, 10]]))
    assert (x, y) == (pytest.approx(49 / 0.05), pytest.approx(10 / 0.05))
    assert beyond > SIZE
