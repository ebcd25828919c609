"""A CSV of landmarks, one row a face: image, x0, y0, x1, y1, ... and, where known, box_x0 ... box_y1 and subset.

The columns may name the landmarks instead: nose_x, nose_y, ... Coordinates count from 0. A landmark without a label
has two blank cells. Pictures lie beside the file or in images/.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath

import numpy as np

from laplace_landmarks.conventions import Box
from laplace_landmarks.data.formats.csv_rows import csv_rows, open_quote
from laplace_landmarks.data.formats.naming import order_of, tell_left_out
from laplace_landmarks.data.formats.rows import Note, find_picture, is_place, path_from, silent, told_apart
from laplace_landmarks.data.markup import Markup, built_in, markup_of_count
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import is_utf8, to_bytes

BOX = ("box_x0", "box_y0", "box_x1", "box_y1")
PREDICTED = ("picture", "face", "model")  # how the columns of predict's CSV begin
LONGEST = 40  # letters of a cell that are shown


def read_table(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The faces of a CSV, in its order; the second face of a picture is named "picture#2".

    Without a markup the columns' names make one, or the number of landmarks. Rows without a landmark and a box are
    left out and counted; rows that repeat another are kept and counted. InputError names the row, counted as an editor
    counts lines, and the column.
    """
    names, rows = _read(Path(path))
    landmarks = len(rows[0][1].landmarks)
    filled = [(where, sample) for where, sample in rows if sample.visible.any() or sample.box]
    if len(filled) < len(rows):
        note(f"{path}: {len(rows) - len(filled)} rows without a landmark or a box were left out")
    again = len(filled) - len({_content(sample) for _, sample in filled})
    if again:
        note(f"{path}: {again} rows repeat another, and count as objects of their own; take them out unless they are")
    if not filled:
        raise InputError(f"{path}: no landmark in any of its {len(rows)} rows")
    samples = tuple(sample for _, sample in filled)
    if markup is None:
        markup = built_in(Markup(Path(path).stem, names)) if names else markup_of_count(landmarks)
    order = order_of(path, markup, names, landmarks, note, "a row")
    labels = np.sum([sample.visible for sample in samples], axis=0).tolist()
    tell_left_out(path, markup, names, order, labels, note)
    samples = tuple(replace(s, landmarks=s.landmarks[order], visible=s.visible[order]) for s in samples)
    gone = [(where, sample.picture) for where, sample in filled if not sample.picture.is_file()]
    if gone:
        where, picture = gone[0]
        more = f" ({len({picture for _, picture in gone})} of the file's are missing)"
        raise InputError(f"{where}: there is no picture {picture}, nor in images/{more}")
    return LabeledSet(markup, samples)


def read_rows(path: Path | str) -> tuple[Sample, ...]:
    """The rows of a CSV with any number of landmarks, at least one row; whether the pictures exist is not asked."""
    return tuple(sample for _, sample in placed_rows(path))


def placed_rows(path: Path | str) -> tuple[tuple[str, Sample], ...]:
    """The same, each after its place: file and row, as errors call it."""
    return tuple(_read(Path(path))[1])


def write_table(path: Path | str, labeled: LabeledSet) -> None:
    """Writes the samples as a CSV that read_table gives back, pictures named from the CSV's folder.

    The columns name the landmarks, unless their number alone tells what they are.
    """
    samples, markup = labeled.samples, labeled.markup
    with_box, with_subset = any(s.box is not None for s in samples), any(s.subset for s in samples)
    told = markup_of_count(len(markup)).names == markup.names
    landmarks = _numbered(len(markup)) if told else [(f"{name}_x", f"{name}_y") for name in markup.names]
    columns = ["image", *chain(*landmarks), *(BOX * with_box), *(["subset"] * with_subset)]
    rows = []
    for sample in samples:
        points = [
            number if known else ""
            for point, known in zip(sample.landmarks, sample.visible, strict=True)
            for number in point
        ]
        box = map(np.float32, sample.box) if sample.box else (None,) * 4  # as exact as landmarks, no digits more
        picture = path_from(Path(path).parent, sample.picture)
        rows.append([picture, *points, *(box if with_box else ()), *([sample.subset] * with_subset)])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    write_whole(Path(path), to_bytes(text.getvalue()))


def _read(path: Path) -> tuple[tuple[str, ...], list[tuple[str, Sample]]]:
    """The landmarks' names, none where the columns are numbered, and the rows with their place in the file."""
    rows = csv_rows(path)
    if rows and not is_utf8("".join(rows[0][1])):
        raise _no_text(path)
    if rows and rows[0][1][0].lstrip().startswith(("{", "[")):
        raise InputError(f"{path}: JSON, and a CSV is wanted: a line that names columns, image,x0,y0,..., a row a face")
    if len(rows) < 2:
        raise InputError(f"{path}: no rows; the first line names the columns, each line below is a face")

    columns = [cell.strip() for cell in rows[0][1]]
    landmarks = _landmarks(path, columns)
    samples = []
    for where, cells in rows[1:]:
        if len(cells) != len(columns):
            count, hint = len(cells), open_quote(cells)
            raise InputError(f"{where}: {count} cells, but the first line names {len(columns)} columns{hint}")
        sample = _sample(path, where, dict(zip(columns, map(str.strip, cells), strict=True)), landmarks)
        samples.append((where, sample))
    names = () if landmarks[0] == ("x0", "y0") else tuple(x.removesuffix("_x") for x, _ in landmarks)
    called = told_apart(sample.name for _, sample in samples)
    return names, [(where, replace(sample, name=name)) for (where, sample), name in zip(samples, called, strict=True)]


def _content(sample: Sample) -> tuple[object, ...]:
    """All that a row says, by which rows are told apart."""
    said = sample.landmarks.tobytes(), sample.visible.tobytes()
    return (sample.picture, *said, sample.box, sample.subset)


def _numbered(landmarks: int) -> list[tuple[str, str]]:
    return [(f"x{index}", f"y{index}") for index in range(landmarks)]


def _landmarks(path: Path, columns: Sequence[str]) -> list[tuple[str, str]]:
    """The columns of x and y of every landmark; InputError where the first line names what no table has."""
    where = f"{path}, row 1"
    twice = [column for column, count in Counter(columns).items() if count > 1]
    if twice:
        raise InputError(f"{where}: column {twice[0]!r} stands there twice")
    named = [(column, f"{column.removesuffix('_x')}_y") for column in columns if column.endswith("_x")]
    numbered = _numbered(max(1, sum(column[:1] == "x" and column[1:].isdecimal() for column in columns)))
    landmarks = named if named and "x0" not in columns else numbered
    wanted = ["image", *chain(*landmarks)]
    absent = [column for column in wanted if column not in columns]
    absent += [column for column in BOX if column not in columns and any(other in columns for other in BOX)]
    if tuple(columns[: len(PREDICTED)]) == PREDICTED:
        raise InputError(f"{path}: a CSV of predict, which is not read again; predict --format coco writes labels")
    if absent:
        raise InputError(
            f"{where}: no column {absent[0]!r}; the first line must be image,x0,y0,x1,y1,... or, with names, "
            "image,nose_x,nose_y,tail_x,tail_y,... with commas"
        )
    unknown = [column for column in columns if column not in {*wanted, *BOX, "subset"}]
    if unknown:
        raise InputError(
            f"{where}: unknown column {unknown[0]!r}; beside image,x0,y0,... only {', '.join(BOX)}, subset"
        )
    return landmarks


def _sample(path: Path, where: str, row: dict[str, str], landmarks: Sequence[tuple[str, str]]) -> Sample:
    """One row, called as its picture."""
    image = PurePosixPath(row["image"].replace("\\", "/"))
    if not row["image"]:
        raise InputError(f"{where}: no picture is named in column 'image'")
    if not image.name:  # "." and "/" are folders
        raise InputError(f"{where}: {row['image']!r} in column 'image' is no picture's name")
    picture = find_picture(row["image"], [path.parent, path.parent / "images"])
    if "\0" in row["image"] or not (is_utf8(row["image"]) or picture.is_file()):  # a name of other bytes, or all is
        raise _no_text(path)

    numbers = [_number(where, column, row[column]) for column in chain(*landmarks)]
    for x, y, columns in zip(numbers[::2], numbers[1::2], landmarks, strict=True):
        if (x is None) != (y is None):
            raise InputError(f"{where}: of {' and '.join(columns)} one is blank; fill both, or neither for no label")
    visible = np.array([x is not None for x in numbers[::2]])
    points = np.array([number or 0.0 for number in numbers], np.float32).reshape(-1, 2)

    box: Box | None = None
    corners = [_number(where, column, row.get(column, "")) for column in BOX]
    if any(corner is not None for corner in corners):
        x0, y0, x1, y1 = corners
        if x0 is None or y0 is None or x1 is None or y1 is None or x1 <= x0 or y1 <= y0:
            raise InputError(f"{where}: the box must be four numbers with box_x0 < box_x1 and box_y0 < box_y1")
        box = (x0, y0, x1, y1)
    return Sample(image.with_suffix("").as_posix(), picture, points, visible, box, row.get("subset", ""))


def _no_text(path: Path) -> InputError:
    return InputError(f"{path}: not a text file; a table of labels is a CSV in UTF-8: image,x0,y0,...")


def _number(where: str, column: str, cell: str) -> float | None:
    """The number in a cell, None in a blank one."""
    if not cell:
        return None
    try:
        number = float(cell)
    except ValueError as error:
        raise InputError(
            f"{where}: {cell[:LONGEST]!r} in column {column!r} is no number; correct it or leave it blank"
            f"{open_quote([cell])}"
        ) from error
    if not is_place(number):
        raise InputError(f"{where}: {cell!r} in column {column!r} is no place in a picture; leave it blank")
    return number
