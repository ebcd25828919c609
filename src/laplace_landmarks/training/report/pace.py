"""How fast a run went, and where it was cut off and went on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LATELY = 20  # lines that tell the present speed


@dataclass(frozen=True)
class Pace:
    """steps, rates: labeled images a second between one line of the log and the next, by the step at its end.

    resumed: steps at which another process had gone on. seconds: that all processes took, None where not logged.
    """

    steps: Sequence[int]
    rates: Sequence[float]
    resumed: Sequence[int]
    seconds: float | None

    @property
    def lately(self) -> float | None:
        """Images a second over the last few lines."""
        last = self.rates[-LATELY:]
        return len(last) / sum(1 / rate for rate in last) if last else None  # each line tells of as many images


def pace(trained: Sequence[Mapping[str, Any]], batch: int) -> Pace:
    """From the lines on training batches, which say how many seconds their process had been training, and which it was.

    >>> lines = [{"step": 10, "seconds": 2.0}, {"step": 20, "seconds": 3.0}, {"step": 30, "seconds": 1.5}]
    >>> pace(lines, batch=16)
    Pace(steps=[10, 20], rates=[80.0, 160.0], resumed=[30], seconds=4.5)
    """
    if not all("seconds" in line for line in trained):  # a log from before they did
        rates = [line["images_per_second"] for line in trained]
        return Pace([line["step"] for line in trained], rates, [], None)
    steps, rates, resumed, total = [], [], [], 0.0
    before: Mapping[str, Any] = {"step": 0, "seconds": 0.0, "start": 1}
    for line in trained:
        if _another_process(before, line):  # counted anew, and from which step on is not known
            resumed.append(line["step"])
            total += before["seconds"]
        else:
            steps.append(line["step"])
            rates.append((line["step"] - before["step"]) * batch / (line["seconds"] - before["seconds"]))
        before = line
    return Pace(steps, rates, resumed, total + before["seconds"])


def _another_process(before: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    """Whether the run had gone on in between; lines from before they said which start it was tell by their clock."""
    if "start" in line and line["start"] != before.get("start", 1):
        return True
    return line["seconds"] <= before["seconds"]


def clock(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> clock(3725.4)
    '1:02:05'
    """
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
