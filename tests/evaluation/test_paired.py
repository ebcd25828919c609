from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.paired import paired_difference


def test_a_constant_difference_is_certain() -> None:
    """Pairing takes out all that the faces share: here everything."""
    first = np.random.default_rng(0).uniform(1, 9, 50)
    difference = paired_difference(first, first + 0.5)
    assert difference.value == pytest.approx(0.5)
    assert (difference.low, difference.high) == pytest.approx((0.5, 0.5))
    assert difference.detectable == pytest.approx(0, abs=1e-9)
    assert difference.clear


def test_one_face_or_one_picture_tells_nothing_for_sure() -> None:
    for difference in (paired_difference([2.0], [1.0]), paired_difference([2, 4], [1, 2], pictures=[Path("a")] * 2)):
        assert difference.value < 0
        assert not difference.known
        assert not difference.clear


def test_relative_is_percent_of_the_first() -> None:
    first = np.random.default_rng(0).uniform(1, 9, (3, 50))
    difference = paired_difference(first, 0.8 * first, relative=True)
    assert (difference.value, difference.low, difference.high) == pytest.approx((-20, -20, -20))


def test_the_interval_is_that_of_the_normal_theory_for_many_faces() -> None:
    """Differences of standard deviation 2 on 400 faces: standard error 0.1, so 1.96 and 2.80 of those."""
    generator = np.random.default_rng(1)
    away = generator.normal(size=400)
    away = 2 * (away - away.mean()) / away.std()
    difference = paired_difference(np.zeros(400), away, draws=20_000)
    assert difference.value == pytest.approx(0, abs=1e-12)
    assert difference.high == pytest.approx(0.196, rel=0.05)
    assert difference.low == pytest.approx(-0.196, rel=0.05)
    assert difference.detectable == pytest.approx(0.280, rel=0.05)
    assert not difference.clear


def test_seeds_count_with_their_own_variance() -> None:
    """Three trainings 1, 2 and 3 above: standard deviation 1, so the mean's error is sqrt(1 / 3), whatever the faces
    say, and 4.303 of those are Student's interval with two degrees of freedom."""
    first = np.zeros((3, 40))
    second = first + np.array([[1.0], [2.0], [3.0]])
    difference = paired_difference(first, second, draws=40_000)
    assert difference.value == 2
    reach = 4.303 * (1 / 3) ** 0.5
    assert (difference.low, difference.high) == pytest.approx((2 - reach, 2 + reach), rel=0.03)
    assert difference.detectable == pytest.approx(reach * (1.959964 + 0.841621) / 1.959964, rel=0.02)


def test_a_relative_difference_of_seeds_is_that_of_its_parts() -> None:
    """Twice the first, which differs by seed: what a seed does to both changes nothing."""
    first = np.random.default_rng(0).uniform(1, 9, (1, 50)) * np.array([[0.8], [1.0], [1.2]])
    difference = paired_difference(first, 2 * first, relative=True)
    assert (difference.value, difference.low, difference.high) == pytest.approx((100, 100, 100))


def test_seeds_are_paired_where_there_are_as_many() -> None:
    """What a seed does to both methods says nothing of their difference."""
    of_seeds = np.array([[1.0], [2.0], [3.0]]) + np.zeros((3, 40))
    assert paired_difference(of_seeds, of_seeds + 1).detectable == pytest.approx(0, abs=1e-9)
    assert paired_difference(of_seeds, of_seeds[:1] + 1).detectable > 0.5  # one training knows nothing of the others


@given(st.integers(1, 4), st.integers(1, 4), st.integers(2, 30), st.integers(0, 100))
def test_the_other_way_round_is_the_same_difference(ours: int, theirs: int, faces: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    first, second = generator.uniform(1, 2, (ours, faces)), generator.uniform(1, 2, (theirs, faces))
    forth, back = paired_difference(first, second), paired_difference(second, first)
    assert back.value == pytest.approx(-forth.value)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))
    assert forth.low <= forth.high


@pytest.mark.parametrize(
    ("first", "second", "relative", "told"),
    [
        ([1.0, 2.0], [1.0], False, "on 2 and on 1 faces"),
        ([1.0, np.inf], [1.0, 1.0], False, "finite"),
        ([], [], False, "no faces"),
        ([0.0, 0.0], [1.0, 1.0], True, "has no error"),
    ],
)
def test_what_cannot_be_compared(first: list[float], second: list[float], relative: bool, told: str) -> None:
    with pytest.raises(InputError, match=told):
        paired_difference(first, second, relative=relative)
