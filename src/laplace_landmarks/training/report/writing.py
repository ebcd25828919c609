"""The page of a run, RUN/report.html: made from where the run stands, and kept up to date while it trains."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from laplace_landmarks import __version__
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.report.page import Page, check_libraries, render
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.outcome import read_outcome
from laplace_landmarks.training.report.discriminator import discriminator_section
from laplace_landmarks.training.report.folds import folds_fact, folds_section
from laplace_landmarks.training.report.headline import facts, lead, title
from laplace_landmarks.training.report.learning import learning_section
from laplace_landmarks.training.report.settings import provenance_section, settings_section
from laplace_landmarks.training.report.snapshots import heatmaps_section
from laplace_landmarks.training.report.speed import speed_section
from laplace_landmarks.training.report.standing import Standing, flat
from laplace_landmarks.training.run_files import REPORT

PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)  # seconds between two writes, at least: soon a curve, then once a minute
SHARE = 0.01  # of a training's time that its page may take
REFRESHING = '<meta http-equiv="refresh"'  # in a page of a training that goes on
EARLY_SHARE = 0.25  # of the time up to the second page and so on, while the pauses still grow


def page_of(standing: Standing, pause: float = PAUSES[-1]) -> Page:
    """All that is told of a run. pause: seconds to the next page, of a run that goes on."""
    outcome = read_outcome(standing.folder, standing.facts.get("split"))
    sections = [
        *([folds_section(outcome)] if outcome else []),
        learning_section(standing),
        *([discriminator_section(standing)] if standing.adversarial else []),
        heatmaps_section(standing),
        speed_section(standing),
        settings_section(standing),
        provenance_section(standing),
    ]
    notes = [
        f"Written by laplace-landmarks {__version__}; “laplace-landmarks report {standing.folder}” writes it anew."
    ]
    refresh = round(pause) if standing.running else 0
    numbers = [*([folds_fact(outcome)] if outcome else []), *facts(standing)]
    return Page(title(standing), lead(standing), numbers, sections, notes, refresh)


def write_report(standing: Standing, path: Path, pause: float = PAUSES[-1]) -> None:
    """Write the page, whole or not at all."""
    write_whole(path, render(page_of(standing, pause)).encode())


@dataclass
class LivePage:
    """The page of a training that is going on, written by the process that trains.

    lines: the log's own list, which grows. due: the next write, by the clock of time.monotonic().
    written: pages so far.
    """

    run: Path
    config: Config
    facts: Mapping[str, Any]
    lines: list[dict[str, Any]]
    step: int = 0
    due: float = field(default_factory=time.monotonic)
    written: int = 0

    @property
    def pause(self) -> float:
        """Seconds to the next page, at least."""
        return PAUSES[min(self.written, len(PAUSES) - 1)]

    def refresh(self, step: int, last: bool) -> None:
        """Write the page again at the end, or if that is due: a slow write puts the next one off."""
        self.step, began = step, time.monotonic()
        if last or began >= self.due:
            self.write(running=not last)
            share = EARLY_SHARE if self.pause < PAUSES[-1] else SHARE
            self.due = began + max(self.pause, (time.monotonic() - began) / share)
            self.written += 1

    def end(self) -> None:
        """Write the page of a finished training, where one was killed between its last checkpoint and this page."""
        path = self.run / REPORT
        if not path.is_file() or REFRESHING in path.read_text(encoding="utf-8"):
            self.write(running=False)

    def write(self, running: bool, ended: str = "") -> None:
        """Write the page as things stand."""
        settings, told = dict(flat(asdict(self.config))), {**self.facts, "step": self.step}
        now = datetime.now(UTC)
        standing = Standing(self.run, self.lines, settings, told, now, running, ended)
        write_report(standing, self.run / REPORT, self.pause)

    @contextmanager
    def tells_why(self) -> Iterator[None]:
        """If the training ends before its time, unless it is killed, the page tells why."""
        check_libraries()  # imported now, so that the first write is not taken for a slow one
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:
            with suppress(InputError):  # a full disk may be what ended it
                self.write(running=False, ended=str(error) or "interrupted")
            raise
