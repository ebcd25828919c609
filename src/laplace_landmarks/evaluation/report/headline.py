"""The first things a reader asks: how large are the errors, on how many faces, and what does that number mean?"""

from collections.abc import Sequence
from math import ceil

import numpy as np

from laplace_landmarks.evaluation.bootstrap import LEVEL, Estimate
from laplace_landmarks.evaluation.metrics import ced
from laplace_landmarks.evaluation.protocols import (
    FROM_FILE,
    MIRRORED,
    TRUE_BOX_CROPS,
    TRUE_POINT_CROPS,
    UPRIGHT_CROPS,
    WHOLE_PICTURES,
)
from laplace_landmarks.evaluation.report.judged import Judged, length_in_words
from laplace_landmarks.evaluation.report.method import Method, alone
from laplace_landmarks.evaluation.report.page import Fact, Figure, Section, Table
from laplace_landmarks.evaluation.report.plots import Curve, line_plot
from laplace_landmarks.evaluation.scoring import LIMITS, WILSON, Score, Scores

PROTOCOLS = {
    TRUE_POINT_CROPS: "Crops are placed by the true landmarks, so that finding the faces adds no error.",
    UPRIGHT_CROPS: "Crops are placed by the true landmarks and turned as these are, so that neither finding the faces "
    "nor how they lean adds an error.",
    TRUE_BOX_CROPS: "Crops are placed by the labels' boxes or, without, by boxes around the true landmarks, so that "
    "finding the objects adds no error.",
    WHOLE_PICTURES: "The network sees whole pictures, so nothing had to be found in them.",
    FROM_FILE: "Predictions come from a file: how its faces were found and cropped is not known here.",
}
WORSE_CROPS = "; the section on boxes tells what worse crops cost."
BOTH = "The network saw the mirror image of each crop, too; landmarks and spreads are the mean of both."
STEPS = 240  # of a plotted curve
MOST = 0.95  # of the errors, which a plot has room for
LEVEL_WORDS = f"{100 * LEVEL:.0f} % interval"


def facts(judged: Judged) -> list[Fact]:
    """The score, its interval and its companions."""
    row, found = judged.row, []
    if row.nmse_percent is not None:
        found.append(Fact("NMSE", f"{row.nmse_percent.value:.2f} %", f"{LEVEL_WORDS} {between(row.nmse_percent)}"))
    if not judged.markup.is_face and row.error_pixels_mean is not None:
        note = f"mean, in pixels of the pictures; median {row.error_pixels_median:.2f}"
        found.append(Fact("Error in pixels", f"{row.error_pixels_mean:.2f} px", note))
    for limit in LIMITS[:1]:
        found.append(
            Fact(
                f"Failures above {limit} %",
                percent(row.failure_percent[limit]),
                f"{LEVEL_WORDS} {between(row.failure_percent[limit], 1)}",
            )
        )
        found.append(
            Fact(
                f"AUC to {limit} %",
                percent(row.auc_percent[limit]),
                f"{LEVEL_WORDS} {between(row.auc_percent[limit], 1)}",
            )
        )
    if row.spread_crop_pixels is not None:
        found.append(Fact("Spread", f"{row.spread_crop_pixels:.2f} px", "mean along x and y, in pixels of the crop"))
    left_out = f"; {row.left_out} left out, without a length to divide by" if row.left_out else ""
    return [*found, Fact(f"{judged.noun.capitalize()}s", f"{row.faces:,}", f"{found_of(row)}{left_out}")]


def score_section(judged: Judged) -> Section:
    """What the score means, in words, as a curve and under every normaliser."""
    row, text = judged.row, []
    if row.nmse_percent is None:
        text.append(f"No {judged.noun} was found, so there is no error to tell of.")
    else:
        pixels = judged.errors[judged.seen].mean()
        text.append(
            f"An NMSE of {row.nmse_percent.value:.2f} % means: on average over landmarks and {judged.noun}s, a "
            f"landmark lies {row.nmse_percent.value:.2f} % of {length_in_words(judged)} away from where the labels "
            f"have it. In crops of {judged.crops[0].size} by {judged.crops[0].size} pixels that is {pixels:.2f} "
            f"pixels, and in the pictures as they are {row.error_pixels_mean:.2f} "
            f"(median {row.error_pixels_median:.2f})."
        )
        if judged.scores.offset_pixels:
            text.append(
                f"On average landmarks lie off the labels by {judged.scores.offset_pixels} pixels of the pictures; "
                "right and down are above 0. The same part of a pixel in pictures of all sizes is a matter of how "
                "labels count pixels, or were made, rather than of faces."
            )
    text.append(
        f"{protocol_in_words(judged.scores.protocol)} Intervals hold the mean of other faces of the same kind "
        f"with {100 * LEVEL:.0f} % certainty (bootstrap over faces, those of a picture together; of failures "
        f"{WILSON}); another training would add its own share."
    )
    return Section("The score", text, [ced_figure([alone(judged)]), score_table(judged.scores)])


def protocol_in_words(protocol: str, *, boxes: bool = True) -> str:
    """How the faces' crops were placed. boxes: whether the page has a section on other crops."""
    placed = protocol.removesuffix(MIRRORED)
    words = PROTOCOLS[placed]
    if boxes and placed not in (WHOLE_PICTURES, FROM_FILE):
        words = words.removesuffix(".") + WORSE_CROPS
    return words if placed == protocol else f"{words} {BOTH}"


def ced_figure(methods: Sequence[Method]) -> Figure:
    """Cumulative error distributions together, with the thresholds of failure; of several trainings as of one."""
    limit = _reach(methods)
    curves = []
    for method in methods:
        ordered, fractions = ced(np.concatenate([_with_missing(judged) for judged in method.trainings]))
        errors = np.linspace(0, limit, STEPS)
        share = np.concatenate([[0.0], fractions])[np.searchsorted(ordered, errors, side="right")]
        area = np.mean([judged.row.auc_percent[LIMITS[0]].value for judged in method.trainings])
        curves.append(Curve(errors, 100 * share, f"{method.name}, AUC {area:.1f} %" if len(methods) > 1 else ""))
    drawn = line_plot(
        curves, "NMSE, %", "faces with at most that error, %",
        marks=[(mark, f"failure above {mark} %") for mark in LIMITS],
        x_limits=(0, limit), y_limits=(0, 101), alt="Cumulative distribution of the error over faces",
    )  # fmt: skip
    areas = [f"{methods[0].first.row.auc_percent[mark].value:.1f} % up to {mark} %" for mark in LIMITS]
    area = f"The area under the curve is {' and '.join(areas)}." if len(methods) == 1 else f"AUC up to {LIMITS[0]} %."
    caption = f"Cumulative error distribution: further up and left is better. {area} Faces not found never come in."
    return Figure(drawn, caption)


def _reach(methods: Sequence[Method]) -> float:
    """Up to which error in percent curves are drawn: past the thresholds, and far enough for nearly all that was found
    by any method, in steps of 5."""
    found = [judged.of_faces[judged.counted] for method in methods for judged in method.trainings]
    far = [float(np.quantile(errors, MOST)) for errors in found if len(errors)]
    return max([1.5 * max(LIMITS), *(5 * ceil(reach / 5) for reach in far)])


def score_table(scores: Scores) -> Table:
    """Each part of the data under each normaliser."""
    limit = LIMITS[0]
    cells = [
        (
            row.subset, scores.divided_by(row), str(row.faces),
            "-" if row.nmse_percent is None else f"{row.nmse_percent.value:.2f}",
            "-" if row.nmse_percent is None else between(row.nmse_percent),
            f"{row.auc_percent[limit].value:.1f}", f"{row.failure_percent[limit].value:.1f}",
        )
        for row in scores.rows
    ]  # fmt: skip
    head = ("Part", "Divided by", "Faces", "NMSE %", LEVEL_WORDS, f"AUC {limit} %", f"Above {limit} %")
    return Table(head, cells, "Numbers of other papers compare only under the same normaliser, on the same faces.")


def between(estimate: Estimate, decimals: int = 2) -> str:
    """An interval in words; "-" where there is none."""
    return f"{estimate.low:.{decimals}f} to {estimate.high:.{decimals}f}" if estimate.known else "-"


def found_of(row: Score) -> str:
    """How many were found, in words."""
    return f"{row.missing} of them not found" if row.missing else "all of them found"


def percent(estimate: Estimate) -> str:
    return f"{estimate.value:.1f} %"


def _with_missing(judged: Judged) -> np.ndarray:
    """Errors of the faces that have a normaliser, infinite where they were not found."""
    return np.concatenate([judged.of_faces[judged.counted], np.full(judged.row.missing, np.inf)])
