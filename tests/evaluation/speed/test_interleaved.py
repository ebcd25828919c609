"""Timings of things that take turns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.evaluation.speed import interleaved as module
from laplace_landmarks.evaluation.speed.interleaved import TURNS, interleaved, summed_up


def test_a_disturbance_of_one_turn_changes_no_ratio() -> None:
    """Worked by hand: undisturbed 4 ms against 2 ms; in the second turn everything took ten times as long."""
    slow = [np.array([4.0, 5.0]), np.array([40.0, 41.0]), np.array([4.0, 4.0])]
    fast = [np.array([2.0, 9.0]), np.array([20.0, 30.0]), np.array([2.0, 2.0])]
    first, second = summed_up([slow, fast])
    assert (first.ratio, second.ratio) == (1.0, 0.5)
    assert (first.p50, first.fastest, first.runs) == (4.5, 4.0, 6)
    assert second.p50 == 5.5  # the median of 2 2 2 9 20 30


def test_interruptions_of_the_longer_runs_do_not_flatter_the_shorter() -> None:
    """A scheduler that interrupts every 3 ms hits most runs of 2 ms and few of 1 ms; one of each block got through."""
    slow = [np.array([2.0, 8.0, 8.0])] * 3
    fast = [np.array([1.0, 1.0, 1.0, 7.0])] * 3
    assert summed_up([slow, fast])[1].ratio == 0.5


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=4), st.integers(1, 5))
def test_ratios_are_to_the_first(paces: list[float], blocks: int) -> None:
    timings = summed_up([[np.full(3, pace)] * blocks for pace in paces])
    np.testing.assert_allclose([timing.ratio for timing in timings], np.array(paces) / paces[0])
    np.testing.assert_allclose([timing.p95 for timing in timings], paces)


def test_they_take_turns_in_both_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(module, "BLOCK", 1e-9)
    timings = interleaved([lambda: calls.append("a"), lambda: calls.append("b")], seconds=0)
    assert [timing.runs for timing in timings] == [TURNS, TURNS]
    turns = "".join(calls)[-4 * TURNS :]  # each block is one run that is not counted and one that is
    assert turns == "aabb" + "bbaa" + "aabb" + "bbaa" + "aabb"
