"""How large a model file is, and how long it takes for a crop, measured here."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from laplace_landmarks.evaluation.provenance import processor
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Section, Table
from laplace_landmarks.runtime.detector import LandmarkDetector

WARM, RUNS = 10, 100


@dataclass(frozen=True)
class Speed:
    """Milliseconds for one crop on one thread: the median of RUNS runs, and the fastest."""

    median: float
    fastest: float


def speed_section(methods: Sequence[Judged]) -> Section:
    """Size and speed of each model file."""
    models = [judged for judged in methods if judged.detector is not None]
    if not models:
        return Section("Size and speed", ["Predictions in a file have neither."])
    rows = []
    for judged in models:
        assert judged.detector is not None
        info, measured = judged.detector.info, measure_speed(judged)
        parameters = info.network.get("parameters")
        rows.append((
            judged.name, f"{judged.file.stat().st_size:,}", f"{parameters:,}" if isinstance(parameters, int) else "-",
            info.precision, f"{info.crop.size} px", f"{measured.median:.2f}", f"{measured.fastest:.2f}",
        ))  # fmt: skip
    head = ("Model", "File, bytes", "Parameters", "Precision", "Crop", "ms a crop", "Fastest run")
    caption = (
        f"Median of {RUNS} runs on one crop, one thread, landmarks and spread; {processor()}. Cutting the crop is not "
        "counted. A median far above the fastest run tells that the machine was busy."
    )
    return Section("Size and speed", (), [Table(head, rows, caption, wide=True)])


def measure_speed(judged: Judged) -> Speed:
    """Times the model file on one thread."""
    detector = LandmarkDetector(judged.file, threads=1)
    size = detector.info.crop.size
    crop = np.zeros((1, size, size, 3), np.uint8) if judged.pictures is None else np.array(judged.pictures[:1])
    taken = []
    for run in range(WARM + RUNS):
        began = perf_counter()
        detector.on_crops(crop)
        if run >= WARM:
            taken.append(1000 * (perf_counter() - began))
    return Speed(float(np.median(taken)), min(taken))
