"""How far a face detector's crops lie from the true ones, measured once and kept as a small JSON file."""

import json
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.data.augmentation.settings import MEASURED
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_json

FORMAT, VERSION = "laplace-landmarks crop errors", 1
FARTHEST = 0.5  # sides; a crop whose centre is farther off misses the face, and so does one LARGEST times its size
LARGEST = 2.0


@dataclass(frozen=True, eq=False)
class CropErrors:
    """What a detector did on a data set, a row a face.

    detector, data: what was measured on what, for people. errors: (N, 3) float64: dx and dy, the centre of the
    detector's crop minus that of the true points' crop, in fractions of the true crop's side; and ln(side / true side).
    InputError: errors of another shape, or not finite.
    """

    detector: str
    data: str
    errors: NDArray[np.float64]

    def __post_init__(self) -> None:
        errors = _rows(self.errors)
        if errors is None:
            raise InputError("crop errors must be rows of three finite numbers dx, dy, log_scale, at least one")
        object.__setattr__(self, "errors", errors)

    def drawn(self) -> NDArray[np.float64]:
        """(M, 3) the rows that a training draws from: crops that still show the face."""
        near = (np.abs(self.errors[:, :2]) <= FARTHEST).all(axis=1) & (np.abs(self.errors[:, 2]) <= log(LARGEST))
        return self.errors[near]


def crop_errors_named(jitter: str) -> CropErrors | None:
    """The errors that the setting `jitter` names: a file, or those that come with the package; "" for none."""
    if not jitter:
        return None
    if jitter == MEASURED:
        path = Path(__file__).with_name(f"{MEASURED}.json")
        if not path.is_file():
            raise InputError(
                f"augmentation.jitter: no measured errors of {MEASURED} come with this version; name a file"
            )
        return read_crop_errors(path)
    found = read_crop_errors(Path(jitter))
    if not len(found.drawn()):
        raise InputError(
            f"{jitter}: no crop of all {len(found.errors)} shows its face, so there is nothing to draw from"
        )
    return found


def read_crop_errors(path: Path) -> CropErrors:
    """The errors in a JSON file; InputError says what in it cannot be used."""
    found = read_json(path, "crop errors are JSON")
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError(f'{path}: not a file of crop errors, which opens with "format": "{FORMAT}"')
    if found.get("version") != VERSION:
        raise InputError(f"{path}: crop errors of version {found.get('version')!r}, and this program reads {VERSION}")
    rows = found.get("errors")
    if not isinstance(rows, list) or not rows:
        raise InputError(f'{path}: "errors" must be a list of rows [dx, dy, log_scale], at least one')
    for number, row in enumerate(rows):
        if _rows([row]) is None:
            raise InputError(f'{path}: row {number} of "errors" must be three finite numbers, not {json.dumps(row)}')
    return CropErrors(_text(found, "detector", path), _text(found, "data", path), np.array(rows, np.float64))


def write_crop_errors(path: Path, errors: CropErrors) -> None:
    """Write them; read_crop_errors gives them back, rounded to a hundred-thousandth of a side."""
    rows = ",\n".join(json.dumps([round(value, 5) + 0.0 for value in row]) for row in errors.errors.tolist())
    head = {"format": FORMAT, "version": VERSION, "detector": errors.detector, "data": errors.data}
    opening = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    write_whole(path, f'{opening},\n "errors": [\n{rows}\n]}}\n'.encode())


def _rows(values: ArrayLike) -> NDArray[np.float64] | None:
    """(N, 3), or None where the values are anything else."""
    try:
        rows = np.asarray(values)
    except ValueError:  # rows of different lengths
        return None
    numbers = rows.dtype.kind in "iuf" and rows.ndim == 2 and rows.shape[1] == 3 and len(rows) > 0
    return rows.astype(np.float64) if numbers and np.isfinite(rows).all() else None


def _text(found: dict[str, Any], field: str, path: Path) -> str:
    if not isinstance(found.get(field), str):
        raise InputError(f'{path}: "{field}" must be a text')
    return found[field]
