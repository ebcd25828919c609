"""The log of a run survives a kill in the middle of a line, and its loggers say what it says."""

import csv
import json
from pathlib import Path

import pytest

from laplace_landmarks.training.log import Log, Progress
from laplace_landmarks.training.run import LOGGERS

LINES = [
    {"kind": "train", "step": 10, "loss": 3.5},
    {"kind": "validation", "step": 10, "nmse_raw": 8.25},
    {"kind": "train", "step": 20, "loss": 2.5},
]


def written(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_are_in_the_file_as_soon_as_written(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.open_at(0)
    for count, line in enumerate(LINES, start=1):
        log.write(**line)
        assert written(log.path) == log.lines == LINES[:count]


@pytest.mark.parametrize(("step", "kept"), [(0, 0), (9, 0), (10, 2), (15, 2), (20, 3), (99, 3)])
def test_a_run_that_goes_on_keeps_the_lines_up_to_its_checkpoint(tmp_path: Path, step: int, kept: int) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    log = Log(path)
    log.open_at(step)
    assert written(path) == log.lines == LINES[:kept]


def test_a_line_cut_off_by_a_kill_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    whole = "".join(json.dumps(line) + "\n" for line in LINES)
    ends = [place + 1 for place, letter in enumerate(whole) if letter == "\n"]
    for length in range(len(whole)):
        path.write_text(whole[:length])
        log = Log(path)
        log.open_at(99)
        complete = sum(end - 1 <= length for end in ends)  # the line's end itself is not missed
        assert log.lines == LINES[:complete]
        log.write(kind="train", step=30, loss=1.5)
        assert written(path) == [*LINES[:complete], {"kind": "train", "step": 30, "loss": 1.5}]


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "csv" / "metrics.csv").open(newline="") as file:
        return [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]


EXPECTED = [
    {"step": "10", "train/loss": "3.5"},
    {"step": "10", "validation/nmse_raw": "8.25"},
    {"step": "20", "train/loss": "2.5"},
]


def test_the_csv_is_complete_at_any_moment_and_after_going_on(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl", [LOGGERS["csv"](tmp_path)])
    log.open_at(0)
    for count, line in enumerate(LINES, start=1):
        log.write(**line)
        assert rows(tmp_path) == EXPECTED[:count]

    again = Log(tmp_path / "log.jsonl", [LOGGERS["csv"](tmp_path)])  # killed; the checkpoint is from step 10
    again.open_at(10)
    assert rows(tmp_path) == EXPECTED[:2]
    again.write(**LINES[2])
    again.close()
    assert rows(tmp_path) == EXPECTED
    assert [path.name for path in (tmp_path / "csv").iterdir()] == ["metrics.csv"]


def test_so_is_what_tensorboard_reads(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for start in (0, 10):
        log = Log(tmp_path / "log.jsonl", [LOGGERS["tensorboard"](tmp_path)])
        log.open_at(start)
        for line in LINES:
            if line["step"] > start:  # pyright: ignore[reportOperatorIssue]
                log.write(**line)
        log.close()

    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    found = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    assert found == {"train/loss": [(10, 3.5), (20, 2.5)], "validation/nmse_raw": [(10, 8.25)]}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_progress_tells_speed_and_time_left(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(pictures=16, steps=7250, shown=100.0)
    progress.start()
    for step in (101, 102, 103, 104):  # a run that goes on counts its own steps only
        clock[0] += 4
        progress.step(step, {"loss": 1.23456, "loss_d": 0.5, "d_real": 0.875, "d_fake": 0.5})

    assert progress.rate() == 4.0
    assert progress.pace(50).endswith("8:00:00 left")
    (line,) = capsys.readouterr().err.splitlines()  # every ten seconds at the most
    assert line == (
        "step 103/7250  loss 1.235  loss d 0.500  D right on real 88%  on fake 50%  4 images/s, 7:56:28 left"
    )


def test_quiet_progress_says_nothing(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(pictures=1, steps=2, quiet=True, shown=100.0)
    clock[0] += 60
    progress.step(1, {"loss": 1.0})
    progress.say("words")
    assert capsys.readouterr() == ("", "")
