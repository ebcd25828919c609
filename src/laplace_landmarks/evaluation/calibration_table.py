"""A calibration as a table of text: what was promised, what was held."""

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.evaluation.bootstrap import LEVEL
from laplace_landmarks.evaluation.calibration import Measured
from laplace_landmarks.evaluation.reliability import coverage, held_share, rank_correlation
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.text_table import text_table

FEW = 50  # faces; below, the coverage of one level is hardly known


def to_calibration_table(calibration: Calibration, measured: Measured, apart: NDArray[np.float64], model: str) -> str:
    """The coverage of cross-validated radii (levels, N, K), per region and in all; ends with a newline."""
    levels = [_percent(level, 0) for level in calibration.radii.levels]
    names = np.array(calibration.radii.regions)
    members = {region: names == region for region in dict.fromkeys(calibration.radii.regions)}
    head = ["landmarks", "errors", *(f"held by {level}" for level in levels), *(f"r {level}" for level in levels)]
    rows = []
    for region, of_region in [*members.items(), ("all", np.ones(len(names), np.bool_))]:
        seen = measured.visible & of_region
        held = [_percent(coverage(measured.errors, radii, seen)) for radii in apart]
        rows.append([region, str(seen.sum()), *held, *(f"{radii[seen].mean():.2f}" for radii in apart)])
    first, rule, *lines = text_table(head, rows)
    title = f"{model} on {calibration.data} · {calibration.protocol}"
    notes = _notes(calibration, measured, apart)
    return "\n".join([title, "", first, rule, *lines[:-1], rule, lines[-1], "", *notes]) + "\n"


def _notes(calibration: Calibration, measured: Measured, apart: NDArray[np.float64]) -> list[str]:
    intervals = []
    for level, radii in zip(calibration.radii.levels, apart, strict=True):
        held = held_share(measured.errors, radii, measured.visible, measured.pictures)
        intervals.append(f"{100 * held.low:.1f} to {_percent(held.high)} by {_percent(level, 0)}")
    ranks = rank_correlation(measured.errors, apart[0], measured.visible)
    within = "" if ranks.within is None else f", within landmarks {ranks.within:.2f}"
    notes = [
        f"held: of {calibration.faces} faces, each judged by a fit without it ({calibration.folds} parts)",
        f"{_percent(LEVEL, 0)} intervals over faces: {', '.join(intervals)}",
        "r: mean radius, crop pixels",
        f"rank correlation of radius and error: faces {ranks.faces:.2f}, pooled {ranks.pooled:.2f}{within}",
    ]
    if calibration.faces < FEW:
        notes.append(f"{calibration.faces} faces are few: take the radii as a first guess, and give {FEW} or more")
    return notes


def _percent(fraction: float, decimals: int = 1) -> str:
    return f"{100 * fraction:.{decimals}f} %"
