"""Models × threads × batch, timed in turns, with their size, memory and error; as a table and as a document."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.synthetic.dataset import synthetic_crops
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation import provenance
from laplace_landmarks.evaluation.speed.contestant import Contestant
from laplace_landmarks.evaluation.speed.contestants import OwnModel
from laplace_landmarks.evaluation.speed.interleaved import BLOCK, Timing, interleaved
from laplace_landmarks.evaluation.speed.process import Footprint, footprint
from laplace_landmarks.evaluation.speed.whole import whole_path
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.text_files import to_json

LIBRARIES = ("laplace-landmarks", "onnxruntime", "numpy", "opencv-python-headless")
FACES = 8  # drawn faces that larger batches repeat: what is in a crop does not change a network's time
METHOD = (
    f"Models take turns, a block of {1000 * BLOCK:.0f} ms each, so that whatever else the machine does disturbs all "
    "alike. Ratio: of a block's fastest run to that of the first model's block, the median over turns. A run is crops "
    "in, points out."
)


@dataclass(frozen=True)
class Row:
    """One model with so many threads and crops a run. nmse_percent: None where it was not, or cannot be, scored."""

    model: str
    threads: int
    batch: int
    timing: Timing
    faces_per_second: float
    footprint: Footprint
    bytes: int
    precision: str
    nmse_percent: float | None


@dataclass(frozen=True)
class WholeRow:
    """One step of the whole path of one model."""

    model: str
    step: str
    threads: int
    timing: Timing


@dataclass(frozen=True)
class Benchmark:
    """All rows; busy: load average over cores before it began, None where the system does not tell."""

    rows: tuple[Row, ...]
    whole: tuple[WholeRow, ...]
    picture: str
    data: str
    faces: int
    busy: float | None

    def to_json(self) -> str:
        """Everything, with what is needed to measure it again."""
        document: dict[str, Any] = {
            "command": provenance.command(),
            "commit": provenance.commit(),
            "date": datetime.now(UTC).date().isoformat(),
            "hardware": {
                "processor": provenance.processor(),
                "cores": os.cpu_count(),
                "system": platform.system(),
                "load_per_core": self.busy,
            },
            "versions": provenance.versions(*LIBRARIES),
            "method": METHOD,
            "scored_on": {"data": self.data, "faces": self.faces} if self.data else None,
            "rows": [asdict(row) for row in self.rows],
            "whole": {"picture": self.picture, "rows": [asdict(row) for row in self.whole]} if self.whole else None,
        }
        return to_json(document, indent=1)


def load_per_core() -> float | None:
    """How many processes wanted to run in the last minute, over the cores there are."""
    try:
        return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    except (AttributeError, OSError):
        return None


def benchmark(
    models: Sequence[tuple[str, Contestant]],
    threads: Sequence[int],
    batches: Sequence[int],
    seconds: float,
    labeled: LabeledSet | None = None,
    data: str = "",
    whole: tuple[int, int] | None = None,
) -> Benchmark:
    """Measure. models: the user's words, and what they name. seconds: for each of threads × batches.

    whole: height and width of the picture of the whole path, None for none.
    """
    if not models or min([*threads, *batches], default=0) < 1 or not seconds > 0:
        raise InputError("a benchmark needs a model, and threads, batches and seconds above 0")
    busy = load_per_core()
    errors = [contestant.nmse_percent(labeled) if labeled else None for _, contestant in models]
    rows: list[Row] = []
    for count in threads:
        sessions = [contestant.start(count) for _, contestant in models]
        for batch in batches:
            works = [
                contestant.work(session, drawn_crops(batch, contestant.size))
                for (_, contestant), session in zip(models, sessions, strict=True)
            ]
            for (words, contestant), timing, error in zip(models, interleaved(works, seconds), errors, strict=True):
                rows.append(Row(
                    contestant.name, count, batch, timing, 1000 * batch / timing.p50, footprint(words, count, batch),
                    contestant.file.stat().st_size, contestant.precision, error,
                ))  # fmt: skip
    return Benchmark(
        tuple(rows),
        tuple(_whole(models, threads, seconds, *whole)) if whole else (),
        f"one drawn face, {whole[1]} x {whole[0]}" if whole else "",
        data,
        len(labeled) if labeled else 0,
        busy,
    )


def drawn_crops(count: int, size: int) -> NDArray[np.uint8]:
    """(count, size, size, 3) drawn faces as they are cut for a network."""
    drawn = synthetic_crops(min(count, FACES), 0, CropRule(size=size)).pictures
    return np.resize(drawn, (count, size, size, 3))


def _whole(
    models: Sequence[tuple[str, Contestant]], threads: Sequence[int], seconds: float, height: int, width: int
) -> list[WholeRow]:
    rows: list[WholeRow] = []
    pool = cv2.getNumThreads()
    try:
        for count in threads:
            cv2.setNumThreads(count)  # opencv cuts the crops, in a pool of its own
            rows += _whole_rows(models, count, seconds, height, width)
    finally:
        cv2.setNumThreads(pool)
    return rows


def _whole_rows(
    models: Sequence[tuple[str, Contestant]], threads: int, seconds: float, height: int, width: int
) -> list[WholeRow]:
    paths = [(model, whole_path(model.file, threads, height, width)) for _, model in models
             if isinstance(model, OwnModel)]  # fmt: skip
    rows: list[WholeRow] = []
    for step in paths[0][1] if paths else ():
        timings = interleaved([steps[step] for _, steps in paths], seconds / 2)
        rows += [WholeRow(model.name, step, threads, timing) for (model, _), timing in zip(paths, timings, strict=True)]
    return rows
