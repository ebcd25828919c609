"""Progress as it is told on a screen and in a log."""

import pytest

from laplace_landmarks.runtime import progress
from laplace_landmarks.runtime.progress import Progress, duration


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3600, "1 h 0 min"), (5e5, "138 h 53 min")]
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_in_a_log_a_line_now_and_then(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(10_000, "pictures")
    told.start_at(1000)
    for seconds in range(0, 61, 5):
        clock[0] = seconds
        told.at(1000 + 10 * seconds)
    told.clear()
    assert capsys.readouterr().err == (
        "1,300 of 10,000 pictures, 10.0/s, 14 min 30 s left\n1,600 of 10,000 pictures, 10.0/s, 14 min 0 s left\n"
    )


def test_on_a_screen_one_line_renews_itself(
    clock: list[float], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    told = Progress(4, "pictures")
    clock[0] = 0.1
    told.at(1)
    clock[0] = 1.0
    told.at(2)
    told.clear()
    assert capsys.readouterr().err == "\r2 of 4 pictures, 2.0/s, 1 s left\x1b[K\r\x1b[K"


def test_nothing_done_yet_has_no_rate(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(4, "pictures")
    clock[0] = 31.0
    told.at(0)
    assert capsys.readouterr().err == "0 of 4 pictures, 0.0/s\n"
