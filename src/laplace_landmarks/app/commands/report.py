"""`laplace-landmarks report`: the page of a training, from what lies in its folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.parse import call


def report(run: Annotated[Path, tyro.conf.Positional], output: Path | None = None) -> None:
    """Write the page of a training, finished, cut off or going on: its curves, heatmaps over time and settings.

    A training keeps its page up to date by itself; this is for a run that was killed, came from elsewhere or is old.

    Args:
        run: Folder of the run.
        output: The page; report.html in the run's folder if not given.
    """
    from laplace_landmarks.training.report.standing import read_standing
    from laplace_landmarks.training.report.writing import write_report
    from laplace_landmarks.training.run_files import REPORT

    page = output or run / REPORT
    write_report(read_standing(run), page)
    print(page)


def main(arguments: Sequence[str]) -> None:
    call(report, arguments, "report")
