"""How far a long run has come: a line on stderr that renews itself, or now and then a new one in a log."""

import sys
import time
from dataclasses import dataclass, field

ON_SCREEN, IN_LOG = 0.2, 30.0  # seconds between two lines


@dataclass
class Progress:
    """Tells number of total, the rate, and the time that is left at that rate."""

    total: int
    what: str
    _first: int = 0
    _start: float = field(default_factory=lambda: time.monotonic())
    _told: float = field(default_factory=lambda: time.monotonic())

    def start_at(self, number: int) -> None:
        """So many were done before, and say nothing of this run's rate."""
        self._first = number

    def at(self, number: int) -> None:
        now = time.monotonic()
        if now - self._told < (ON_SCREEN if sys.stderr.isatty() else IN_LOG):
            return
        self._told = now
        rate = (number - self._first) / max(now - self._start, 1e-9)
        left = f", {duration((self.total - number) / rate)} left" if rate > 0 else ""
        line = f"{number:,} of {self.total:,} {self.what}, {rate:.1f}/s{left}"
        self._say(f"\r{line}\x1b[K" if sys.stderr.isatty() else f"{line}\n")

    def clear(self) -> None:
        """Makes room for another line."""
        if sys.stderr.isatty():
            self._say("\r\x1b[K")

    def _say(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """A time in words, to two parts.

    >>> duration(3725), duration(59.6)
    ('1 h 2 min', '1 min 0 s')
    """
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
