"""The run's log: one JSON object a line, which a killed run shortens to its checkpoint before it goes on."""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Log:
    """Lines of a run, in a file and in memory."""

    path: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    def open_at(self, step: int) -> None:
        """Keep the lines up to a step: what came after the checkpoint will be computed and written again."""
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        self.lines = []
        for line in text.splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:  # cut off by a kill
                break
            if entry["step"] <= step:
                self.lines.append(entry)
        self.path.write_text("".join(json.dumps(entry) + "\n" for entry in self.lines), encoding="utf-8")

    def write(self, **entry: Any) -> None:
        self.lines.append(entry)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]


@dataclass
class Progress:
    """A line now and then: where the training stands, how fast it is and how long it will take."""

    steps: int
    pictures: int  # labeled ones, a step
    quiet: bool = False  # in all processes but the first
    every: float = 10.0  # seconds
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    shown: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        self.done, self.started = 0, time.monotonic()

    def rate(self) -> float:
        """Labeled pictures a second since this process started."""
        return self.done * self.pictures / max(time.monotonic() - self.started, 1e-9)

    def step(self, step: int, seen: dict[str, float]) -> None:
        self.done += 1
        if time.monotonic() - self.shown >= self.every:
            self.shown = time.monotonic()
            self.say(f"step {step}/{self.steps}  {_readable(seen)}  {self.rate():.0f} images/s, {self.left(step)} left")

    def left(self, step: int) -> str:
        seconds = round((self.steps - step) * self.pictures / max(self.rate(), 1e-9))
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def say(self, text: str) -> None:
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)


def _readable(seen: dict[str, float]) -> str:
    percent = {"d_real": "D right on real", "d_fake": "on fake"}
    return "  ".join(
        f"{percent[k]} {v:.0%}" if k in percent else f"{k.replace('_', ' ')} {v:.3f}" for k, v in seen.items()
    )
