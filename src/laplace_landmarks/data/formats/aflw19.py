"""AFLWinfo_release.mat of Zhu et al. (2016): AFLW's faces with 19 landmarks, and the split that papers report on.

Its arrays: `data` (N, 38) all x, then all y; `mask_new` (N, 19) 1 where visible; `bbox` (N, 4) left, right, top,
bottom; `nameList` (N, 1) paths below flickr/; `ra` (N,) the rows in the order of the split, counted from 1: the
first 20,000 train, the others (4,386) test. Coordinates are AFLW's own, taken as they stand by all who use the file.
"""

from pathlib import Path
from typing import Any

import numpy as np

from laplace_landmarks.data.formats.containers import MATLAB, library
from laplace_landmarks.data.formats.rows import Note, Row, find_picture, labeled_set, silent, tight
from laplace_landmarks.data.markup import AFLW19, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

TRAIN = 20_000
JOINED = {"test": ("frontal", "turned")}  # AFLW-Full
POINTS = len(AFLW19)
SHAPES = {"data": 2 * POINTS, "mask_new": POINTS, "bbox": 4, "nameList": 1}  # columns


def fits(path: Path, head: bytes) -> bool:
    """Whether a file is of MATLAB's older kind, as this one is."""
    return head.startswith(MATLAB)


def read_aflw19(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """All faces whose picture is there, training first, in the split's order; subsets "train", "frontal", "turned".

    frontal: the test faces of which every landmark is visible (AFLW-Frontal); turned: the others. AFLW-Full is both,
    the subset "test".
    """
    path = Path(path)
    arrays = _arrays(path)
    order = _order(path, arrays["ra"], len(arrays["data"]))
    folder = path.absolute().parent
    folders = [folder / "flickr", folder, folder / "images", folder / "aflw" / "data" / "flickr",
               folder.parent / "flickr", folder.parent / "data" / "flickr"]  # fmt: skip
    rows, gone = [], 0
    for place, row in enumerate(order):
        where = f"{path}, row {row + 1}"
        image = _name(where, arrays["nameList"][row, 0])
        picture = find_picture(image, folders)
        if not picture.is_file():
            gone += 1
            continue
        mask = arrays["mask_new"][row]
        odd = mask[(mask != 0) & (mask != 1)].tolist()
        if odd:
            raise InputError(f"{where}: mask_new holds {odd[0]:g}; it is 1 where a landmark is visible, else 0")
        xs, ys, seen = arrays["data"][row, :POINTS], arrays["data"][row, POINTS:], mask == 1
        if not np.isfinite(np.stack([xs, ys])[:, seen]).all():
            raise InputError(f"{where}: a visible landmark is not a number")
        points = [(float(x), float(y)) if known else None for x, y, known in zip(xs, ys, seen, strict=True)]
        left, right, top, bottom = map(float, arrays["bbox"][row])
        subset = "train" if place < TRAIN else "frontal" if seen.all() else "turned"
        rows.append(Row(where, image, picture, points, tight(where, left, top, right, bottom), subset))
    if gone:
        note(f"{path}: {gone} of {len(order)} faces were left out: their pictures are not in {folders[0]}")
    if not rows:
        raise InputError(f"{path}: none of its {len(order)} pictures is in {folders[0]}; put the file beside flickr/")
    return labeled_set(path, rows, markup, names=AFLW19.names, own=AFLW19, note=note)


def _arrays(path: Path) -> dict[str, Any]:
    io = library(path, "scipy.io")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    try:
        content = io.loadmat(path)
    except Exception as error:  # scipy raises whatever a damaged file makes it stumble over
        raise InputError(f"{path}: not a whole .mat file ({error or type(error).__name__}); copy it again") from error
    absent = [name for name in (*SHAPES, "ra") if name not in content]
    if absent:
        raise InputError(f"{path}: no array {absent[0]!r}; is this AFLWinfo_release.mat?")
    count = len(content["data"])
    for name, columns in SHAPES.items():
        if content[name].shape != (count, columns):
            raise InputError(f"{path}: {name} is {_shape(content[name])}, but {count} x {columns} is meant")
        if name != "nameList" and content[name].dtype.kind not in "fiub":
            raise InputError(f"{path}: {name} holds no numbers")
    return {name: content[name] for name in (*SHAPES, "ra")}


def _order(path: Path, ra: Any, count: int) -> list[int]:
    rows = np.asarray(ra).reshape(-1)
    if rows.dtype.kind not in "fiu" or sorted(rows.tolist()) != list(range(1, count + 1)):
        raise InputError(f"{path}: ra must hold each of the rows 1 to {count} once")
    return [int(row) - 1 for row in rows]


def _name(where: str, cell: Any) -> str:
    """MATLAB's cell of a text, as scipy wraps it."""
    while isinstance(cell, np.ndarray) and cell.size == 1:
        cell = cell.reshape(-1)[0]
    if not isinstance(cell, str):
        raise InputError(f"{where}: nameList has no name there")
    return cell


def _shape(array: Any) -> str:
    return " x ".join(map(str, array.shape))
