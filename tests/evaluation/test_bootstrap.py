"""Intervals against what theory says of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation import bootstrap
from laplace_landmarks.evaluation.bootstrap import mean_of, rate_of


def test_an_interval_is_1_96_standard_errors_wide_on_each_side() -> None:
    values = np.random.default_rng(3).normal(5, 2, 400)

    estimate = mean_of(values)

    error = values.std() / np.sqrt(400)
    assert estimate.value == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
    assert estimate.high == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)


def test_two_values_give_the_three_means_they_can_have() -> None:
    estimate = mean_of([0, 1])  # 0, ½, ½, 1, each with a quarter of the chance

    assert (estimate.low, estimate.value, estimate.high) == (0, 0.5, 1)


def test_faces_of_one_picture_are_drawn_together() -> None:
    """A picture of one face and one of three: means of a draw are 0, (0 + 4 + 4 + 4) / 4 and 4."""
    pictures = [Path(name) for name in "baaa"]
    means = np.unique(bootstrap.resampled_means([0, 4, 4, 4], pictures=pictures))
    assert means.tolist() == [0, 3, 4]
    assert mean_of([0, 4, 4, 4], pictures=pictures).value == 3


def test_a_picture_for_each_face_changes_nothing() -> None:
    values = np.random.default_rng(0).exponential(size=(3, 50))
    pictures = [Path(str(number)) for number in range(50, 0, -1)]
    assert mean_of(values, pictures=pictures) == mean_of(values)
    with pytest.raises(InputError, match="1 pictures for 50 faces"):
        mean_of(values, pictures=pictures[:1])


def test_of_sums_the_mean_is_that_of_all_they_are_sums_of() -> None:
    """1 of 1 and 3 of 9: 4 of 10 in all; a draw is of one twice, so 1 or a third, or of both."""
    estimate = mean_of([1, 3], sizes=[1, 9])

    assert (estimate.low, estimate.value, estimate.high) == pytest.approx((1 / 3, 0.4, 1))


def test_one_face_or_one_picture_has_no_interval() -> None:
    assert not mean_of([5]).known
    assert not mean_of([4, 6], pictures=[Path("a")] * 2).known
    assert mean_of([4, 6]).known


def test_the_seed_decides() -> None:
    values = np.random.default_rng(0).exponential(size=50)

    assert mean_of(values, seed=1) == mean_of(values, seed=1)
    assert mean_of(values, seed=1) != mean_of(values, seed=2)


def test_drawing_in_parts_is_drawing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).exponential(size=50)
    at_once = mean_of(values)
    monkeypatch.setattr(bootstrap, "AT_ONCE", 50 * 7)

    assert mean_of(values) == at_once


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20))
def test_the_interval_lies_within_the_values(values: list[float]) -> None:
    estimate = mean_of(values, draws=100)

    assert min(values) - 1e-9 <= estimate.low <= estimate.high <= max(values) + 1e-9


def test_no_faces_have_no_mean() -> None:
    with pytest.raises(InputError, match="no faces"):
        mean_of([])


@pytest.mark.parametrize(
    ("failures", "faces", "low", "high"),
    [
        # with z = 1.959964, z² = 3.841459: none of 17 is 0 to z² / (17 + z²)
        (0, 17, 0, 0.184318),
        (17, 17, 1 - 0.184318, 1),
        # 1 of 10: middle (0.1 + 0.1920729) / 1.3841459, reach 1.959964 · sqrt(0.009 + 0.00960365) / 1.3841459
        (1, 10, 0.211013 - 0.193137, 0.211013 + 0.193137),
    ],
)
def test_rates_by_hand(failures: int, faces: int, low: float, high: float) -> None:
    rate = rate_of([number < failures for number in range(faces)])

    assert rate.value == pytest.approx(failures / faces)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=2e-6)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_rate_lies_in_its_interval_and_is_never_certain(events: list[bool]) -> None:
    rate, other = rate_of(events), rate_of([not event for event in events])

    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.low < rate.high
    assert (other.low, other.high) == pytest.approx((1 - rate.high, 1 - rate.low))


def test_no_faces_have_no_rate() -> None:
    with pytest.raises(InputError, match="no faces"):
        rate_of([])
