"""What radii promise and what they hold: the file's own, and those that spread and peak would give."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.calibration import LEVELS, cross_validate
from laplace_landmarks.evaluation.reliability import held_share, reliability
from laplace_landmarks.evaluation.report.headline import between
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Figure, Section, Table
from laplace_landmarks.evaluation.report.plots import Curve, line_plot
from laplace_landmarks.evaluation.report.spread import LEVEL, rejection_figures, uncertainties_of

STEPS = 10  # of the curve of reliability
PROMISED: Any = {"label": "as promised", "colour": "muted", "dashes": (0, (4, 3))}
COVERAGE_IN_WORDS = (
    "Share of errors within the radius, with 95 % intervals over faces. Calibrated here: one recipe fitted to these "
    "faces, each judged by a fit without it. Of two that hold the same share, the smaller radius knows more."
)


def calibration_section(judged: Judged) -> Section:
    """What the model's radii promise and hold; and what spread and peak would, calibrated on such faces."""
    if judged.spread is None:
        return Section("Calibration", ["Without a spread there is nothing to calibrate."])
    text, parts = [], []
    calibration = judged.detector and judged.detector.info.calibration
    if calibration:
        text.append(
            f"The file's radii were fitted to {calibration.faces} faces ({calibration.data}; {calibration.protocol}; "
            f"{calibration.date}). Where those are the faces of this report, the file's own row flatters it; the "
            "cross-validated rows do not."
        )
        parts += [promise_figure([judged]), _bins_figure(judged)]
    elif judged.detector:
        text.append(not_calibrated([judged]))
    table, why = coverage_table([judged])
    text += [why] if why else []
    return Section("Calibration", text, [*parts, *rejection_figures(judged), *([table] if table.rows else [])])


def not_calibrated(methods: Sequence[Judged]) -> str:
    """What that means, and the command that changes it."""
    names = " and ".join(filter(None, [", ".join(judged.name for judged in methods[:-1]), methods[-1].name]))
    are, their = ("is", "its") if len(methods) == 1 else ("are", "their")
    file = str(methods[0].file) if len(methods) == 1 else "MODEL"
    return (
        f"{names} {are} not calibrated: {their} spread tells more from less certain, not pixels of error. The command "
        f"“laplace-landmarks calibrate {file} DATA”, with labeled pictures that a model was not trained on, writes "
        "radii into its file that hold 50, 90 and 95 % of the errors."
    )


def coverage_table(methods: Sequence[Judged]) -> tuple[Table, str]:
    """What each radius holds, and why rows are lacking, "" where none is."""
    rows, lacking = [], ""
    for judged in methods:
        title = f"{judged.name}: " if len(methods) > 1 else ""
        if judged.radii is not None and judged.spread is not None:
            radii = np.array([judged.radii.at(judged.spread, judged.level(p)) for p in LEVELS])
            rows.append(_coverage_row(f"{title}the file's radius", judged, radii[:, judged.counted]))
        for name, values in uncertainties_of(judged).items():
            if name == "radius":
                continue  # it comes of the spread
            try:
                apart = cross_validate(judged.measured(values), judged.markup)
            except InputError as error:
                lacking = f"No calibration on these faces: {error}."
            else:
                rows.append(_coverage_row(f"{title}{name}, calibrated here", judged, apart))
    head = ("Radius", *(f"Held by {100 * level:.0f} %" for level in LEVELS), f"Mean at {100 * LEVEL:.0f} %, px")
    return Table(head, rows, COVERAGE_IN_WORDS, wide=True), lacking


def promise_figure(methods: Sequence[Judged]) -> Figure:
    """What the radii of calibrated models promise to hold, and what they hold."""
    curves = []
    for judged in methods:
        assert judged.radii is not None
        assert judged.spread is not None
        levels = np.linspace(judged.radii.levels[0], judged.radii.levels[-1], STEPS)
        radii = [judged.radii.at(judged.spread, p) for p in levels]
        files = [sample.picture for sample in judged.labeled.samples]
        held = [held_share(judged.errors, of_level, judged.seen, files) for of_level in radii]
        share, low, high = (100 * np.array([getattr(part, name) for part in held]) for name in ("value", "low", "high"))
        name = judged.name if len(methods) > 1 else "held here"
        curves.append(Curve(100 * levels, share, name, band=(low, high), dots=True))
    levels = [level for judged in methods if judged.radii for level in judged.radii.levels]
    ends = [100 * min(levels), 100 * max(levels)]
    curves.append(Curve(ends, ends, **PROMISED))
    drawn = line_plot(curves, "promised, %", "held, %", alt="Promised and held share of the errors")
    caption = (
        "Reliability: the share of errors that radii promise to hold and hold here, with 95 % intervals over faces."
    )
    return Figure(drawn, caption)


def _coverage_row(title: str, judged: Judged, radii: NDArray[np.float64]) -> tuple[str, ...]:
    """radii: (levels, counted faces, K)."""
    errors, seen = judged.errors[judged.counted], judged.seen[judged.counted]
    shares = [held_share(errors, of_level, seen, judged.files(judged.counted)) for of_level in radii]
    cells = [f"{100 * held.value:.1f} % ({between(held.in_percent, 1)})" for held in shares]
    return (title, *cells, f"{radii[LEVELS.index(LEVEL)][seen].mean():.2f}")


def _bins_figure(judged: Judged) -> Figure:
    assert judged.radii is not None
    assert judged.spread is not None
    level = judged.level(LEVEL)
    bins = reliability(judged.errors, judged.radii.at(judged.spread, level), judged.seen)
    radius, held = [part.radius for part in bins], [100 * part.coverage for part in bins]
    curves = [
        Curve(radius, held, "held here", dots=True),
        Curve([min(radius), max(radius)], [100 * level] * 2, **PROMISED),
    ]
    floor = min(60.0, 0.95 * min(held))
    drawn = line_plot(
        curves,
        f"radius at {100 * level:.0f} %, px of the crop",
        "held, %",
        y_limits=(floor, 101),
        alt="Coverage by radius",
    )
    caption = (
        f"{len(bins)} equal parts of all landmarks by their radius: a good radius holds {100 * level:.0f} % in each."
    )
    return Figure(drawn, caption)
