"""The run's log: one JSON object a line, which a killed run shortens to its checkpoint before it goes on."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any

from lightning_fabric.loggers.logger import Logger

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.training.log_lines import read_lines


@dataclass
class Log:
    """Lines of a run: in a file, in memory, and told to loggers, whose files are but other forms of this one."""

    path: Path
    loggers: Sequence[Logger] = ()
    lines: list[dict[str, Any]] = field(default_factory=list)

    def open_at(self, step: int) -> None:
        """Keep the lines up to a step: what came after the checkpoint will be computed and written again.

        Loggers can take nothing back, so they begin anew and are told all that is kept.
        """
        self.lines = [entry for entry in read_lines(self.path) if entry["step"] <= step]
        write_whole(self.path, "".join(json.dumps(entry) + "\n" for entry in self.lines).encode())
        for logger in self.loggers:
            rmtree(str(logger.log_dir), ignore_errors=True)
        for entry in self.lines:
            self._tell(**entry)

    def write(self, **entry: Any) -> None:
        self.lines.append(entry)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        self._tell(**entry)

    def close(self) -> None:
        for logger in self.loggers:
            logger.finalize("")

    def _tell(self, kind: str, step: int, **values: float) -> None:
        for logger in self.loggers:
            logger.log_metrics({f"{kind}/{name}": value for name, value in values.items()}, step)


@dataclass
class Progress:
    """A line now and then: where the training stands, how fast it is and how long it will take."""

    pictures: int  # labeled ones, a step
    steps: int = 0  # in all, as soon as that is known
    quiet: bool = False  # in all processes but the first
    called: str = ""  # which of several trainings
    every: float = 10.0  # seconds
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    shown: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        self.done, self.started = 0, time.monotonic()

    def seconds(self) -> float:
        """Since this process started to train."""
        return time.monotonic() - self.started

    def rate(self) -> float:
        """Labeled pictures a second since this process started to train."""
        return self.done * self.pictures / max(self.seconds(), 1e-9)

    def step(self, step: int, seen: dict[str, float]) -> None:
        self.done += 1
        if time.monotonic() - self.shown >= self.every:
            self.shown = time.monotonic()
            self.say(f"step {step}/{self.steps}  {_readable(seen)}{self.pace(step)}")

    def pace(self, step: int) -> str:
        """Speed and time left, once there is something to tell them by."""
        if not self.done:
            return ""
        seconds = round((self.steps - step) * self.pictures / max(self.rate(), 1e-9))
        return f"  {self.rate():.0f} images/s, {seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02} left"

    def say(self, text: str) -> None:
        if not self.quiet:
            print(f"{self.called}: {text}" if self.called else text, file=sys.stderr, flush=True)


def _readable(seen: dict[str, float]) -> str:
    percent = {"d_real": "D right on real", "d_fake": "on fake"}
    return "  ".join(
        f"{percent[k]} {v:.0%}" if k in percent else f"{k.replace('_', ' ')} {v:.3f}" for k, v in seen.items()
    )
