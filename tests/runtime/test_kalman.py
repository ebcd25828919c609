"""The Kalman filter against gains worked by hand, and what must hold for any input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.runtime.kalman import Kalman, similarity

SQUARE = np.array([(0.0, 0), (100, 0), (100, 100), (0, 100)])
ONE = np.ones(4)


def run(smooth: Kalman, frames: list[np.ndarray], deviation: np.ndarray = ONE, step: float = 0.04) -> list[np.ndarray]:
    return [smooth(number * step, frame, deviation, 1.0) for number, frame in enumerate(frames)]


def test_the_gain_comes_to_the_steady_state_worked_by_hand() -> None:
    # a step's variance is q = drift · dt = 1, a measurement's r = 2: before a measurement v = v r / (v + r) + q has
    # the solution v = 2, so the gain is 2 / (2 + 2)
    smooth = Kalman(drift=25.0, trust=0.0, own=0.0)
    run(smooth, [SQUARE] * 40, np.full(4, np.sqrt(2)))

    after = smooth(40 * 0.04, SQUARE + np.array((8, 0)), np.full(4, np.sqrt(2)), 1.0)

    np.testing.assert_allclose(after, SQUARE + np.array((4, 0)), atol=1e-9)


def test_without_process_noise_it_is_the_mean() -> None:
    frames = [SQUARE + shift for shift in (0, 6, 3, 7)]

    places = run(Kalman(drift=0.0, trust=0.0, own=0.0), frames)

    np.testing.assert_allclose([place[0, 0] for place in places], [0, 3, 3, 4], atol=1e-9)


def test_a_certain_landmark_follows_and_an_uncertain_one_stays() -> None:
    # a landmark's variance is that of its first measurement, so with r = 1, 1, 100, 100 and q = 1:
    # gains (1 + 1) / (1 + 1 + 1) and (100 + 1) / (100 + 1 + 100)
    places = run(
        Kalman(drift=25.0, trust=0.0, own=0.0), [SQUARE, SQUARE + np.array((3, 0))], np.array([1.0, 1, 10, 10])
    )

    np.testing.assert_allclose(places[1][:, 0] - SQUARE[:, 0], [2, 2, 3 * 101 / 201, 3 * 101 / 201])


def test_a_step_of_the_whole_face_is_believed_by_its_size() -> None:
    # the shift by 1 is seen by all, so v = 1 + 3² · 1² = 10 against r = 1: the gain is 10 / 11
    places = run(Kalman(drift=0.0, trust=3.0, own=1.0), [SQUARE, SQUARE + np.array((1, 0))])

    np.testing.assert_allclose(places[1], SQUARE + np.array((10 / 11, 0)))


def test_a_blink_alone_is_believed_too() -> None:
    moved = SQUARE.copy()
    moved[0, 1] += 20

    places = run(Kalman(), [SQUARE] * 30 + [moved])

    assert places[-1][0, 1] > 0.95 * 20


def test_time_counts_and_not_frames() -> None:
    """Twice the time gives the variance of two steps."""
    one, two = Kalman(drift=1.0, trust=0.0, own=0.0), Kalman(drift=2.0, trust=0.0, own=0.0)

    slow = [one(time, SQUARE + time**2, ONE, 1.0) for time in (0.0, 0.2, 0.6)]
    fast = [two(time / 2, SQUARE + time**2, ONE, 1.0) for time in (0.0, 0.2, 0.6)]

    np.testing.assert_allclose(slow, fast)


def test_noise_at_rest_shrinks_many_times() -> None:
    random = np.random.default_rng(0)
    face = random.uniform(0, 100, (68, 2))
    smooth, noise = Kalman(), np.full(68, 1.0)

    places = np.array([smooth(n / 25, face + random.normal(0, 0.1, (68, 2)), noise, 160.0) for n in range(100)])

    assert np.abs(np.diff(places[20:], axis=0)).mean() < 0.1 * 1.128 / 5  # without a filter, the mean of |a - b|


def test_a_certain_landmark_divides_nothing_by_nothing() -> None:
    places = run(Kalman(), [SQUARE, SQUARE, SQUARE + 1], np.zeros(4))

    np.testing.assert_allclose(places[-1], SQUARE + 1, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    st.floats(0.1, 10),
    st.floats(0, np.pi),
)
def test_it_does_not_matter_where_the_face_is_how_large_or_how_turned(
    seed: int, shift: tuple[float, float], scale: float, angle: float
) -> None:
    random = np.random.default_rng(seed)
    frames = SQUARE + np.cumsum(random.normal(0, 2, (6, 4, 2)), axis=0)
    deviation = random.uniform(0.5, 3, 4)
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    here, there = Kalman(), Kalman()

    for number, frame in enumerate(frames):
        place = here(number / 25, frame, deviation, 150.0)
        moved = there(number / 25, frame @ turn + shift, scale * deviation, scale * 150.0)
        np.testing.assert_allclose(moved, place @ turn + shift, atol=1e-6 * scale)


@settings(max_examples=30, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(0, 100), st.lists(st.floats(0, 0.5), min_size=1, max_size=8))
def test_what_stands_still_stands_still(at: float, deviation: float, steps: list[float]) -> None:
    smooth, time = Kalman(), 0.0
    for step in steps:
        time += step
        np.testing.assert_allclose(smooth(time, SQUARE + at, np.full(4, deviation), 100.0), SQUARE + at, atol=1e-8)


def test_similarity_of_points_in_one_place_is_a_shift() -> None:
    np.testing.assert_allclose(similarity(np.zeros((3, 2)), np.ones((3, 2)), np.ones(3)), np.ones((3, 2)))


@pytest.mark.parametrize("outlier", [0, 1e6])
def test_similarity_passes_over_what_has_no_weight(outlier: float) -> None:
    end = SQUARE + 5
    end[3] += outlier

    np.testing.assert_allclose(similarity(SQUARE, end, np.array([1.0, 1, 1, 1e-15]))[:3], SQUARE[:3] + 5, atol=1e-3)
