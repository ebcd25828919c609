"""COFW's .mat files (Burgos-Artizzu et al. 2013): COFW_train_color.mat, COFW_test_color.mat and their grey twins.

MATLAB 7.3, so HDF5 with axes reversed: `phisTr` (87, N) all x, all y, all occlusion flags; `bboxesTr` (4, N) x, y,
width, height; `IsTr` the pictures. The test file's names end in T alone. MATLAB counts pixels from 1. An occluded
landmark has a place, so it is visible here, as in COCO.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from laplace_landmarks.data.formats.containers import MATLAB_HDF5, library, unpack
from laplace_landmarks.data.formats.rows import Note, Row, labeled_set, silent, tight
from laplace_landmarks.data.markup import COFW29, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

POINTS = len(COFW29)
PARTS = {"Tr": "train", "T": "test"}  # ending of the arrays' names → subset


def fits(path: Path, head: bytes) -> bool:
    """Whether a file is of MATLAB's newer kind, as COFW's are."""
    return head.startswith(MATLAB_HDF5)


def read_cofw(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The faces of a file; its pictures are unpacked once, as PNG, into a folder beside it that is called as it is."""
    path = Path(path)
    h5py = library(path, "h5py")
    try:
        with h5py.File(path, "r") as file:
            rows = _rows(path, file)
    except InputError:
        raise
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not a whole COFW file ({reason}); copy it again") from error
    note(f"{path}: its pictures lie in {path.with_suffix('').name}/ beside it; occluded landmarks count as visible")
    return labeled_set(path, rows, markup, names=COFW29.names, own=COFW29, note=note)


def _rows(path: Path, file: Any) -> list[Row]:
    ending = next((ending for ending in PARTS if f"phis{ending}" in file), None)
    if ending is None:
        raise InputError(f"{path}: no array phisTr or phisT; is this COFW_train_color.mat or COFW_test_color.mat?")
    absent = [name for name in (f"bboxes{ending}", f"Is{ending}") if name not in file]
    if absent:
        raise InputError(f"{path}: no array {absent[0]!r}")
    phis, boxes = np.asarray(file[f"phis{ending}"]), np.asarray(file[f"bboxes{ending}"])
    pictures = np.asarray(file[f"Is{ending}"]).reshape(-1)
    if phis.ndim != 2 or phis.shape[0] != 3 * POINTS:
        raise InputError(f"{path}: phis{ending} has {phis.shape[0]} rows a face, but {3 * POINTS} are meant")
    count = phis.shape[1]
    if boxes.shape != (4, count) or len(pictures) != count:
        raise InputError(f"{path}: {count} faces, but {boxes.shape[-1]} boxes and {len(pictures)} pictures")
    rows = []
    for face in range(count):
        where, name = f"{path}, face {face + 1}", f"{face + 1:06}.png"
        points = phis[: 2 * POINTS, face].astype(float).reshape(2, POINTS).T - 1
        if not np.isfinite(points).all() or not np.isfinite(boxes[:, face]).all():
            raise InputError(f"{where}: a coordinate is not a number")
        x, y, width, height = boxes[:, face].astype(float)
        box = tight(where, x - 1.5, y - 1.5, x + width - 1.5, y + height - 1.5)
        picture = unpack(path, name, lambda face=face, where=where: _png(where, _pixels(where, file, pictures[face])))
        rows.append(Row(where, name, picture, [(px, py) for px, py in points.tolist()], box, PARTS[ending]))
    return rows


def _pixels(where: str, file: Any, reference: Any) -> np.ndarray:
    """What a cell of the list of pictures refers to."""
    try:
        return np.asarray(file[reference][()])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{where}: its cell refers to no picture; copy the file again") from error


def _png(where: str, pixels: np.ndarray) -> bytes:
    """A picture as MATLAB stored it, (3, W, H) or (W, H), as PNG."""
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and len(pixels) != 3):
        raise InputError(f"{where}: its picture is not RGB or grey with 8 bits")
    upright = pixels.T
    return cv2.imencode(".png", cv2.cvtColor(upright, cv2.COLOR_RGB2BGR) if upright.ndim == 3 else upright)[1].tobytes()
