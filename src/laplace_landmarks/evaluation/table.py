"""Scores as a table of text, with what a reader must know to compare it with others."""

from collections.abc import Sequence

from laplace_landmarks.evaluation.bootstrap import LEVEL, Estimate
from laplace_landmarks.evaluation.scoring import EVERYTHING, LIMITS, Score, Scores
from laplace_landmarks.text_table import some, text_table

NAMED = 5  # missing faces that are named

HEAD = (
    *("part", "faces", "divided by", "NMSE %", f"{LEVEL:.0%} interval"),
    *(f"AUC {limit} %" for limit in LIMITS),
    *(f"FR {limit} %" for limit in LIMITS),
    "spread",
)
TEXTS = (0, 2)  # columns


def to_table(scores: Scores) -> str:
    """One line a part and normaliser, then what was missing or left out; ends with a newline."""
    rows = _apart(scores)
    lines = [_line(scores, row, first) for row, first in zip(rows, _firsts(rows), strict=True)]
    title = f"{scores.model} on {scores.data} · {scores.protocol}"
    return "\n".join([title, "", *text_table(HEAD, lines, texts=TEXTS), *_notes(scores, rows)]) + "\n"


def _apart(scores: Scores) -> list[Score]:
    """The rows without those of all faces where they repeat another part's, as 300W's "full" alone does."""
    everything = scores.row(EVERYTHING, scores.rows[0].normaliser)
    same = any(
        (row.faces + row.left_out, row.normaliser) == (everything.faces + everything.left_out, everything.normaliser)
        for row in scores.rows
        if row.subset != EVERYTHING
    )
    return [row for row in scores.rows if row.subset != EVERYTHING or not same]


def _line(scores: Scores, row: Score, first: bool) -> tuple[str, ...]:
    spread = "" if row.spread_percent is None else f"{row.spread_percent:.2f} %"
    return (
        row.subset if first else "",
        str(row.faces),
        scores.divided_by(row),
        "-" if row.nmse_percent is None else f"{row.nmse_percent.value:.2f}",
        "-" if row.nmse_percent is None else _interval(row.nmse_percent),
        *(f"{row.auc_percent[limit].value:.1f}" for limit in LIMITS),
        *(f"{row.failure_percent[limit].value:.1f}" for limit in LIMITS),
        spread if row.spread_crop_pixels is None else f"{row.spread_crop_pixels:.2f} px",
    )


def _notes(scores: Scores, rows: Sequence[Score]) -> list[str]:
    notes = [
        _in_pixels(scores, row) for row in scores.rows if row.subset == EVERYTHING and row.error_pixels_mean is not None
    ][:1]
    if scores.offset_pixels:
        notes.append(f"mean offset from the labels in pixels of the pictures: {scores.offset_pixels}")
    if scores.missing:
        named = some(scores.missing, NAMED)
        notes.append(f"missing, counted as failures and not in the NMSE: {len(scores.missing)} ({named})")
    for row in rows:
        if row.left_out:
            notes.append(f"{row.subset}: {row.left_out} left out, their labels give no {scores.divided_by(row)}")
    if any(row.spread_crop_pixels is not None for row in scores.rows):
        notes.append("spread: mean along x and y, in crop pixels")
    elif any(row.spread_percent is not None for row in scores.rows):
        notes.append("spread: mean along x and y, in percent of the divisor")
    return ["", *notes] if notes else []


def _in_pixels(scores: Scores, row: Score) -> str:
    """Of all faces, as row is; those without a length to divide by have one in pixels, too."""
    found = sum(face.error_pixels is not None for face in scores.faces)
    return (
        f"error in pixels of the pictures: mean {row.error_pixels_mean:.2f}, median {row.error_pixels_median:.2f} "
        f"over the {found} found"
    )


def _firsts(rows: Sequence[Score]) -> list[bool]:
    """Whether each row is the first of its part."""
    subsets = [row.subset for row in rows]
    return [place == 0 or subsets[place - 1] != subset for place, subset in enumerate(subsets)]


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low:.2f} to {estimate.high:.2f}" if estimate.known else "-"
