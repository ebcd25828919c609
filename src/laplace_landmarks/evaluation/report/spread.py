"""Spread, radius and peak against the errors: which of them knows where the method errs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.evaluation.calibration import LEVELS
from laplace_landmarks.evaluation.reliability import error_rejection, rank_correlation, rejection_ratio, width_of
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Figure, Section, Table
from laplace_landmarks.evaluation.report.plots import Curve, line_plot, scatter_plot

LEVEL = LEVELS[1]  # of the radius that stands for all where one must be chosen
SMALLEST = 0.01  # pixels of the crop; what is below is drawn there, since a logarithmic axis has an end
STEPS = 60  # of a plotted curve
REJECTED = 0.95  # where the curve of rejection ends: the mean of the few errors beyond is noise
RANKS = ("Faces", "Pooled", "Within landmarks", "Rejection")
RANKS_IN_WORDS = (
    "Rank correlation (Spearman) of uncertainty and error. Faces: of their means. Pooled: over all landmarks of all "
    "faces. Within landmarks: over the faces for each landmark, then the mean. Rejection: leaving out the least "
    "certain gains this part of what a perfect ranking would gain. 1 is perfect, 0 says nothing, below 0 misleads."
)

Uncertainties = dict[str, NDArray[np.float64]]  # name → (N, K), the greater, the less certain


def spread_section(judged: Judged) -> Section:
    """Spread against error, face by face and landmark by landmark."""
    heading = "Spread against error"
    if judged.spread is None:
        return Section(heading, ["These predictions have no spread, so nothing tells which of them to trust."])
    return Section(heading, (), [*spread_figures(judged), ranking_table([judged])])


def spread_figures(judged: Judged, prefix: str = "") -> list[Figure]:
    """Of faces, and of landmarks; the method must have a spread."""
    assert judged.spread is not None
    spread, words = judged.spread.mean(axis=-1), ("spread, px of the crop", "error, px of the crop")
    ranks = rank_correlation(judged.errors, spread, judged.seen)
    faces = scatter_plot(
        judged.means(spread), judged.means(judged.errors), *words, alt=f"Error against spread of faces, {judged.name}"
    )
    x, y = (np.maximum(values[judged.seen], SMALLEST) for values in (spread, judged.errors))
    landmarks = scatter_plot(x, y, *words, log=True, alt=f"Error against spread of landmarks, {judged.name}")
    return [
        Figure(faces, f"{prefix}Each face, mean spread and mean error. Rank correlation {ranks.faces:.2f}."),
        Figure(
            landmarks,
            f"{prefix}All landmarks of all faces; both axes logarithmic. Rank correlation {ranks.pooled:.2f}.",
        ),
    ]


def uncertainties_of(judged: Judged) -> Uncertainties:
    """All that could tell where the method errs."""
    found: Uncertainties = {}
    if judged.spread is not None:
        found["spread"] = judged.spread.mean(axis=-1)
    if judged.radii is not None and judged.spread is not None:
        found["radius"] = judged.radii.at(judged.spread, judged.level(LEVEL))
    if judged.peaks is not None:
        found["heatmap's peak"] = width_of(judged.peaks)
    return found


def ranking_table(methods: Sequence[Judged]) -> Table:
    """How well each uncertainty orders the errors."""
    rows = []
    for judged in methods:
        for name, values in uncertainties_of(judged).items():
            ranks = rank_correlation(judged.errors, values, judged.seen)
            gain = rejection_ratio(judged.errors, values, judged.seen)
            numbers = (ranks.faces, ranks.pooled, ranks.within, gain)
            title = f"{judged.name}: {name}" if len(methods) > 1 else name
            rows.append((title, *("-" if number is None else f"{number:.2f}" for number in numbers)))
    return Table(("Uncertainty", *RANKS), rows, RANKS_IN_WORDS, wide=True)


def rejection_figures(judged: Judged, prefix: str = "") -> list[Figure]:
    """The mean error of what is kept when the least certain landmarks, or faces, are left out."""
    figures = []
    for what in ("landmarks", "faces"):
        pick = judged.means if what == "faces" else lambda values: values[judged.seen]
        errors = pick(judged.errors)
        curves = [_rejection(errors, pick(values), name) for name, values in uncertainties_of(judged).items()]
        curves.append(_rejection(errors, errors, "perfect ranking", colour="muted"))
        drawn = line_plot(
            curves, f"least certain {what} left out, %", "mean error of the rest, px of the crop", y_limits=(0, None),
            alt=f"Error of the rest when {what} are left out, {judged.name}",
        )  # fmt: skip
        caption = f"{prefix}Leaving out the least certain {what}: the faster a curve falls, the better it ranks errors."
        figures.append(Figure(drawn, caption))
    return figures


def _rejection(errors: NDArray[np.float64], values: NDArray[np.float64], name: str, colour: str | None = None) -> Curve:
    rejected, kept = error_rejection(errors, values)
    some = np.unique(np.linspace(0, REJECTED * (len(rejected) - 1), STEPS).astype(int))
    return Curve(100 * rejected[some], kept[some], name, colour=colour)
