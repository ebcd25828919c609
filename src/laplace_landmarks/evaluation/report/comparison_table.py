"""A comparison as rows of text, as a table of text, and as JSON."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from laplace_landmarks import text_files
from laplace_landmarks.evaluation.bootstrap import LEVEL
from laplace_landmarks.evaluation.paired import POWER, Difference
from laplace_landmarks.evaluation.report.comparison import Comparison
from laplace_landmarks.evaluation.report.headline import LEVEL_WORDS, between
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.method import seed_of
from laplace_landmarks.evaluation.scoring import LIMITS
from laplace_landmarks.text_table import text_table

NOTE = (
    f"against: paired on the same faces, with {100 * LEVEL:.0f} % interval; below 0 is better; "
    "detectable: the smallest true difference that a comparison of this size would tell from 0, "
    f"{100 * POWER:.0f} times in 100"
)
OF_FILES = (
    "intervals are of these files on other faces; other trainings of the same methods would differ by more: "
    "--trainings compares several of each"
)
TRAINING_HEAD = ("model", "training", "seed", "faces", "NMSE %", LEVEL_WORDS)


def head(comparison: Comparison) -> tuple[str, ...]:
    """Of the columns of to_rows."""
    limit = LIMITS[0]
    several = ("trainings",) if comparison.repeated else ()
    return ("model", *several, "faces", "NMSE %", LEVEL_WORDS, "against the first", "detectable",
            f"AUC {limit} %", f"FR {limit} %", "spread")  # fmt: skip


def to_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """A row of text for each method; what has no interval there is the mean of its trainings."""
    limit, rows = LIMITS[0], []
    for method, error, other in zip(comparison.methods, comparison.errors, [None, *comparison.against], strict=True):
        scores = [judged.row for judged in method.trainings]
        faces, found = scores[0].faces, int(method.counted.sum())
        difference = other.overall if other else None
        detectable = difference.detectable if difference and difference.known else None
        spreads = [row.spread_crop_pixels for row in scores if row.spread_crop_pixels is not None]
        rows.append((
            method.name, *([str(len(scores))] if comparison.repeated else []),
            str(faces) if found == faces else f"{found} of {faces}",
            "-" if error is None else f"{error.value:.2f}", "-" if error is None else between(error),
            in_words(difference), "-" if detectable is None else f"{detectable:.1f} %",
            f"{np.mean([row.auc_percent[limit].value for row in scores]):.1f}",
            f"{np.mean([row.failure_percent[limit].value for row in scores]):.1f}",
            f"{np.mean(spreads):.2f} px" if len(spreads) == len(scores) else "-",
        ))  # fmt: skip
    return rows


def note(comparison: Comparison) -> str:
    """What a reader of the table must know."""
    missing = any(judged.row.missing for judged in comparison.trainings)
    return NOTE + ("; AUC and FR count what was not found as failures" if missing else "")


def to_table(comparison: Comparison) -> str:
    """The methods as a table of text; ends with a newline."""
    first = comparison.first.first
    count = f"{len(comparison.methods)} methods"
    title = f"{f'{len(comparison.trainings)} trainings of {count}' if comparison.repeated else count} on "
    title += f"{first.scores.data} · divided by {first.scores.divided_by(first.row)}"
    parts = [title, "", *text_table(head(comparison), to_rows(comparison)), "", note(comparison)]
    if not comparison.repeated:
        parts += [OF_FILES]
    else:
        parts += [noise_in_words(comparison), "", *text_table(TRAINING_HEAD, training_rows(comparison), (0, 1))]
    return "\n".join(parts) + "\n"


def training_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """A row of text for each training, under TRAINING_HEAD; its interval is over faces alone."""
    return [
        (method.name, judged.name, str(seed_of(judged)), str(judged.row.faces - judged.row.missing),
         "-" if error is None else f"{error.value:.2f}", "-" if error is None else between(error))
        for method in comparison.methods
        for judged in method.trainings
        for error in [judged.row.nmse_percent]
    ]  # fmt: skip


def noise_in_words(comparison: Comparison) -> str:
    """What the intervals of trainings take for granted."""
    noise = comparison.noise
    if noise is None:
        return ""
    freedom = f"{noise.freedom} degree{'s' if noise.freedom > 1 else ''} of freedom"
    return (
        "trainings: intervals count what other seeds would give; the standard deviation of a training is "
        f"{100 * noise.share:.1f} % of its error, by all methods together ({freedom})"
    )


def to_json(comparison: Comparison) -> str:
    """Everything, faces included, as an indented JSON document."""
    document: dict[str, Any] = {
        "first": comparison.first.name,
        "normaliser": comparison.first.first.normaliser,
        "against_first": [asdict(other) for other in comparison.against],
    }
    if comparison.repeated:
        document["seed_noise"] = asdict(comparison.noise) if comparison.noise else None
        document["methods"] = [
            {
                "name": method.name,
                "nmse_percent": asdict(error) if error else None,
                "trainings": [_scores(judged) | {"seed": seed_of(judged)} for judged in method.trainings],
            }
            for method, error in zip(comparison.methods, comparison.errors, strict=True)
        ]
    else:
        document["methods"] = [_scores(judged) for judged in comparison.trainings]
    return text_files.to_json(document, indent=1)


def _scores(judged: Judged) -> dict[str, Any]:
    return json.loads(judged.scores.to_json()) | {"name": judged.name}


def in_words(difference: Difference | None) -> str:
    """A difference in percent, with its interval."""
    if difference is None:
        return "-"
    between = f"{difference.low:+.1f} to {difference.high:+.1f}" if difference.known else "-"
    return f"{difference.value:+.1f} % ({between})"
