"""Speeds worked by hand, and runs that were cut off."""

import pytest

from laplace_landmarks.training.report.pace import clock, pace


def lines(*pairs: tuple[int, float]) -> list[dict[str, float]]:
    return [{"step": step, "seconds": seconds, "images_per_second": 7.0} for step, seconds in pairs]


def test_images_a_second_between_two_lines() -> None:
    went = pace(lines((10, 4.0), (20, 6.0), (25, 10.0)), batch=8)
    assert went.steps == [10, 20, 25]
    assert went.rates == [20.0, 40.0, 10.0]  # 80 / 4, 80 / 2, 40 / 4
    assert (went.resumed, went.seconds) == ([], 10.0)


def test_a_clock_that_begins_anew_is_another_process() -> None:
    went = pace(lines((10, 4.0), (20, 8.0), (30, 1.0), (40, 5.0), (50, 2.0)), batch=1)
    assert went.resumed == [30, 50]
    assert went.steps == [10, 20, 40]  # of the first lines after a cut nobody knows where they began
    assert went.seconds == 8 + 5 + 2


def test_a_start_is_told_by_its_number_where_the_clock_does_not_tell() -> None:
    """A process that ended after a second, at step 10, and one that took 5 seconds for the next ten steps."""
    short_lived, next_one = {"step": 10, "seconds": 1.0, "start": 1}, {"step": 20, "seconds": 5.0, "start": 2}
    went = pace([short_lived, next_one, {"step": 30, "seconds": 10.0, "start": 2}], batch=1)
    assert (went.steps, went.rates, went.resumed) == ([10, 30], [10.0, 2.0], [20])
    assert went.seconds == 1 + 10


def test_a_run_that_was_stopped_before_its_first_line_has_no_false_rate() -> None:
    went = pace([{"step": 10, "seconds": 1.0, "start": 2}, {"step": 20, "seconds": 3.0, "start": 2}], batch=1)
    assert (went.rates, went.resumed, went.seconds) == ([5.0], [10], 3.0)


def test_a_log_from_before_starts_were_counted_goes_on() -> None:
    old = lines((10, 4.0), (20, 1.0))
    went = pace([*old, {"step": 30, "seconds": 9.0, "start": 2}, {"step": 40, "seconds": 10.0, "start": 2}], batch=1)
    assert (went.steps, went.resumed) == ([10, 40], [20, 30])
    assert went.seconds == 4 + 1 + 10


def test_the_present_speed_is_of_the_last_lines_each_by_its_time() -> None:
    slow_then_fast = pace(lines((10, 10.0), (20, 20.0), (30, 22.0)), batch=1)  # 30 images in 22 seconds
    assert slow_then_fast.lately == pytest.approx(30 / 22)
    assert pace(lines(*((10 * n, 1.0 * n) for n in range(1, 50))), batch=1).lately == pytest.approx(10)


def test_a_log_without_a_clock_still_has_speeds() -> None:
    went = pace([{"step": 10, "images_per_second": 50.0}, {"step": 20, "images_per_second": 60.0}], batch=16)
    assert (went.steps, went.rates, went.resumed, went.seconds) == ([10, 20], [50.0, 60.0], [], None)


def test_nothing_is_known_of_nothing() -> None:
    went = pace([], batch=16)
    assert (went.rates, went.lately, went.seconds) == ([], None, 0.0)


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0:00:00"), (59.6, "0:01:00"), (360000, "100:00:00")])
def test_hours_minutes_seconds(seconds: float, said: str) -> None:
    assert clock(seconds) == said
