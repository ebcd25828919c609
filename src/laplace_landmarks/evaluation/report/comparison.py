"""Methods on the same faces: by how much each differs from the first, and whether these faces could tell."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import LEVEL
from laplace_landmarks.evaluation.paired import POWER, Difference, paired_difference
from laplace_landmarks.evaluation.report.headline import between
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.landmarks import members_of, region_errors
from laplace_landmarks.evaluation.scoring import LIMITS
from laplace_landmarks.text_table import text_table

NOTE = (
    f"against: paired on the same faces, with {100 * LEVEL:.0f} % interval; below 0 is better; "
    f"detectable: the smallest true difference that these faces would tell from 0, {100 * POWER:.0f} times in 100"
)


@dataclass(frozen=True, eq=False)
class Against:
    """A method against the first, on the faces that both found; differences in percent of the first's mean error.

    overall: None where the first has no error at all. regions: by name, those that both have errors of.
    nearer: on how many faces this one errs less.
    """

    name: str
    faces: int
    nearer: int
    overall: Difference | None
    regions: dict[str, Difference | None]


def compare(methods: Sequence[Judged], seed: int = 0) -> tuple[Against, ...]:
    """Each method but the first, against the first."""
    return tuple(_against(methods[0], other, seed) for other in methods[1:])


def common(methods: Sequence[Judged]) -> NDArray[np.bool_]:
    """(N,) the faces that all methods have an error of."""
    return np.all([judged.counted for judged in methods], axis=0)


def head() -> tuple[str, ...]:
    """Of the columns of to_rows."""
    limit = LIMITS[0]
    return ("model", "faces", "NMSE %", f"{100 * LEVEL:.0f} % interval", "against the first", "detectable",
            f"AUC {limit} %", f"FR {limit} %", "spread")  # fmt: skip


def to_rows(methods: Sequence[Judged], against: Sequence[Against]) -> list[tuple[str, ...]]:
    """A row of text for each method."""
    limit, rows = LIMITS[0], []
    for judged, other in zip(methods, [None, *against], strict=True):
        row = judged.row
        difference = other.overall if other else None
        detectable = difference.detectable if difference and difference.known else None
        rows.append((
            judged.name, f"{row.faces - row.missing} of {row.faces}" if row.missing else str(row.faces),
            "-" if row.nmse_percent is None else f"{row.nmse_percent.value:.2f}",
            "-" if row.nmse_percent is None else between(row.nmse_percent),
            in_words(difference), "-" if detectable is None else f"{detectable:.1f} %",
            f"{row.auc_percent[limit].value:.1f}", f"{row.failure_percent[limit].value:.1f}",
            "-" if row.spread_crop_pixels is None else f"{row.spread_crop_pixels:.2f} px",
        ))  # fmt: skip
    return rows


def to_table(methods: Sequence[Judged], against: Sequence[Against]) -> str:
    """The methods as a table of text; ends with a newline."""
    divided = methods[0].scores.divided_by(methods[0].row)
    title = f"{len(methods)} methods on {methods[0].scores.data} · divided by {divided}"
    return "\n".join([title, "", *text_table(head(), to_rows(methods, against)), "", NOTE]) + "\n"


def to_json(methods: Sequence[Judged], against: Sequence[Against]) -> str:
    """Everything, faces included, as an indented JSON document."""
    document: dict[str, Any] = {
        "first": methods[0].name,
        "normaliser": methods[0].normaliser,
        "against_first": [asdict(other) for other in against],
        "methods": [json.loads(judged.scores.to_json()) | {"name": judged.name} for judged in methods],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)


def in_words(difference: Difference | None) -> str:
    """A difference in percent, with its interval."""
    if difference is None:
        return "-"
    between = f"{difference.low:+.1f} to {difference.high:+.1f}" if difference.known else "-"
    return f"{difference.value:+.1f} % ({between})"


def _against(first: Judged, other: Judged, seed: int) -> Against:
    both = common([first, other])
    if not both.any():
        raise InputError(f"no face was found by both {first.name} and {other.name}, so they cannot be compared")
    regions = {}
    for name, columns in members_of(first).items():
        (ours, here), (theirs, there) = (region_errors(judged, columns) for judged in (first, other))
        shown = here & there
        if shown.any():
            regions[name] = _difference(ours[shown], theirs[shown], seed, first.files(shown))
    return Against(
        name=other.name,
        faces=int(both.sum()),
        nearer=int((other.of_faces < first.of_faces)[both].sum()),
        overall=_difference(first.of_faces[both], other.of_faces[both], seed, first.files(both)),
        regions=regions,
    )


def _difference(
    first: NDArray[np.float64], other: NDArray[np.float64], seed: int, pictures: Sequence[Path]
) -> Difference | None:
    try:
        return paired_difference(first, other, relative=True, seed=seed, pictures=pictures)
    except InputError:  # nothing is relative to no error
        return None
