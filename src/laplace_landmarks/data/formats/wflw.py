"""WFLW's lists (Wu et al. 2018): a line a face, 98 x and y, then in the long form a box and six attributes, the path.

Lines of list_98pt_rect_attr_{train,test}.txt have 207 words, those of the plain lists 197. Pictures lie below
WFLW_images/. Numbers are taken as they stand: nothing in the set says that it counts from 1.
"""

from pathlib import Path

from laplace_landmarks.data.formats.rows import (
    Note,
    Row,
    find_picture,
    labeled_set,
    number,
    silent,
    tight,
)
from laplace_landmarks.data.markup import WFLW98, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_text

POINTS = len(WFLW98)
ATTRIBUTES = ("pose", "expression", "illumination", "make-up", "occlusion", "blur")
LENGTHS = (2 * POINTS + 1, 2 * POINTS + 4 + len(ATTRIBUTES) + 1)


def fits(path: Path, head: bytes) -> bool:
    """Whether the first words of a text are coordinates, or a folder has WFLW's lists."""
    if path.is_dir():
        return any((path / name).is_dir() for name in ("WFLW_annotations", "list_98pt_rect_attr_train_test"))
    words = head.split(b"\n", 1)[0].split()
    try:
        return len(words) > 40 and all(float(word) > -1e5 for word in words[:40])
    except ValueError:
        return False


def read_wflw(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The faces of a list, or of all lists below a folder that give boxes; subset by the file: "train" or "test".

    A list of one condition (list_98pt_test_blur.txt) is read by naming it. All landmarks are visible: WFLW gives
    hidden ones a place too. Its attributes are not kept.
    """
    path = Path(path)
    lists = sorted(path.rglob("list_98pt_rect_attr_*.txt")) if path.is_dir() else [path]
    if not lists:
        raise InputError(f"{path}: no list_98pt_rect_attr_train.txt or ..._test.txt below it; name the list itself")
    rows = [row for file in lists for row in _rows(file)]
    return labeled_set(path, rows, markup, names=WFLW98.names, own=WFLW98, note=note)


def _rows(file: Path) -> list[Row]:
    lines = read_text(file).splitlines()
    folders = [folder / name for folder in file.absolute().parents[:4] for name in ("WFLW_images", "images", ".")]
    subset = next((part for part in ("train", "test") if part in file.stem.split("_")), "")
    rows, seen = [], {}
    for place, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        where = f"{file}, line {place}"
        if len(words) not in LENGTHS:
            raise InputError(f"{where}: {len(words)} words; a line has {LENGTHS[1]}, or {LENGTHS[0]} without box")
        if seen.setdefault(line, place) != place:
            raise InputError(f"{where}: the same face as in line {seen[line]}")
        values = [number(where, word, f"coordinate {word_place}") for word_place, word in enumerate(words[:-1], 1)]
        points = list(zip(values[: 2 * POINTS : 2], values[1 : 2 * POINTS : 2], strict=True))
        box = tight(where, *values[2 * POINTS : 2 * POINTS + 4]) if len(words) == LENGTHS[1] else None
        rows.append(Row(where, words[-1], find_picture(words[-1], folders), points, box, subset))
    return rows
