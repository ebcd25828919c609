"""How large a model file is, and how long it takes for a crop, measured here."""

from collections.abc import Callable, Sequence

import numpy as np

from laplace_landmarks.evaluation.provenance import processor
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Section, Table
from laplace_landmarks.evaluation.speed.interleaved import interleaved
from laplace_landmarks.runtime.detector import LandmarkDetector

SECONDS = 0.4  # of measuring, for each model


def speed_section(methods: Sequence[Judged]) -> Section:
    """Size and speed of each model file."""
    models = [judged for judged in methods if judged.detector is not None]
    if not models:
        return Section("Size and speed", ["Predictions in a file have neither."])
    rows = []
    timings = interleaved([_work(judged) for judged in models], SECONDS * len(models))
    for judged, timing in zip(models, timings, strict=True):
        assert judged.detector is not None
        info = judged.detector.info
        parameters = info.network.get("parameters")
        against = () if len(models) == 1 else ("-" if judged is models[0] else f"{timing.ratio:.2f}",)
        rows.append((
            judged.name, f"{judged.file.stat().st_size:,}", f"{parameters:,}" if isinstance(parameters, int) else "-",
            info.precision, f"{info.crop.size} px", f"{timing.p50:.2f}", f"{timing.fastest:.2f}", *against,
        ))  # fmt: skip
    head = ("Model", "File, bytes", "Parameters", "Precision", "Crop", "ms a crop", "Fastest run")
    caption = (
        f"Median of {min(timing.runs for timing in timings)} runs or more on one crop, one thread, landmarks and "
        f"spread; {processor()}. Cutting the crop is not counted. A median far above the fastest run tells that the "
        "machine was busy."
    )
    if len(models) > 1:
        head = (*head, f"Against {models[0].name}")
        caption += (
            " The models took turns, so that whatever else the machine did disturbed all alike; the last column has "
            "the ratio of their fastest runs, turn by turn, and of that the median."
        )
    return Section("Size and speed", (), [Table(head, rows, caption, wide=True)])


def _work(judged: Judged) -> Callable[[], object]:
    """One crop through the model file, on one thread."""
    mirrored = judged.detector is not None and judged.detector.mirrored
    detector = LandmarkDetector(judged.file, threads=1, mirrored=mirrored)
    size = detector.info.crop.size
    crop = np.zeros((1, size, size, 3), np.uint8) if judged.pictures is None else np.array(judged.pictures[:1])
    return lambda: detector.on_crops(crop)
