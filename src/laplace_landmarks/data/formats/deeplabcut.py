"""DeepLabCut's and Lightning Pose's labels: a CSV with the header rows scorer, bodyparts, coords; blanks are missing.

The first column is the picture's path from the project's folder, or three columns are its parts. A point's numbers
are those of the pixel's centre, as the labeling windows of both (matplotlib, napari) count: nothing is moved.
"""

import csv
import io
from pathlib import Path

from laplace_landmarks.data.formats.csv_rows import csv_rows, open_quote
from laplace_landmarks.data.formats.rows import (
    Note,
    Point,
    Row,
    find_picture,
    labeled_set,
    number,
    path_from,
    silent,
)
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import is_utf8, to_bytes

BLANK = ("", "nan", "NaN")
HEADERS = ("scorer", "individuals", "bodyparts", "coords")  # individuals: only where several animals are labeled


def fits(path: Path, head: bytes) -> bool:
    """Whether the first cell is "scorer"."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b'"').startswith(b"scorer")


def read_deeplabcut(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The labeled frames; those without a single label are left out and counted.

    Pictures are looked for from the file's folder, from two folders above it (the project's, where the file lies in
    labeled-data/VIDEO/), and beside the file. Without a markup the bodyparts make one.
    """
    path = Path(path)
    header, rows = _read(path)
    first = next((place for place, cell in enumerate(header["bodyparts"][1:], start=1) if cell), len(header["coords"]))
    columns = _columns(path, header, first)
    names = list(columns[0][1])
    parent = path.absolute().parent
    folders = [parent, parent.parent.parent, parent.parent]
    found, seen, empty = [], set(), 0
    for where, cells in rows:
        image = "/".join(cell for cell in cells[:first] if cell).replace("\\", "/")
        if not image or image.isdecimal():
            raise InputError(f"{where}: no picture is named; rows of frame numbers are predictions, not labels")
        if image in seen:
            raise InputError(f"{where}: {image} stands there twice")
        seen.add(image)
        picture = find_picture(image, folders)
        if not picture.is_file() and (parent / Path(image).name).is_file():
            picture = parent / Path(image).name
        some = False
        for _, parts in columns:
            points = [_point(where, name, cells[x], cells[y]) for name, (x, y) in parts.items()]
            if any(points):
                some = True
                found.append(Row(where, image, picture, points))
        empty += not some
    if empty:
        note(f"{path}: {empty} frames without a label were left out")
    bodies = sum(name not in names for name in header["bodyparts"][first:])
    if bodies:
        note(f"{path}: bodyparts that not every individual has were left out")
    own = Markup(path.stem, tuple(names))
    return labeled_set(path, found, markup, names=names, own=own, note=note)


def write_deeplabcut(path: Path, labeled: LabeledSet) -> None:
    """Writes the samples, one a picture, as Lightning Pose reads them; picture paths from the file's folder."""
    names = labeled.markup.names
    lines: list[list[object]] = [
        ["scorer", *["laplace-landmarks"] * (2 * len(names))],
        ["bodyparts", *(name for name in names for _ in "xy")],
        ["coords", *(axis for _ in names for axis in "xy")],
    ]
    for sample in labeled.samples:
        image = path_from(path.parent, sample.picture)
        points = zip(sample.landmarks.tolist(), sample.visible, strict=True)
        lines.append([image, *(value if seen else "" for point, seen in points for value in point)])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    write_whole(path, to_bytes(text.getvalue()))


def _read(path: Path) -> tuple[dict[str, list[str]], list[tuple[str, list[str]]]]:
    """The header rows by their name, and the rows below with their place in the file."""
    rows = [(where, [cell.strip() for cell in cells]) for where, cells in csv_rows(path)]
    header = {}
    while rows and rows[0][1][0] in HEADERS:
        _, cells = rows.pop(0)
        header[cells[0]] = cells
    if not is_utf8("".join(map("".join, header.values() or [cells for _, cells in rows[:1]]))):
        raise InputError(f"{path}: not a CSV file in UTF-8; save it as one")
    absent = [name for name in ("scorer", "bodyparts", "coords") if name not in header]
    if absent:
        raise InputError(f"{path}: no header row {absent[0]!r}; the file begins with scorer, bodyparts, coords")
    width = len(header["coords"])
    for where, cells in [(f"{path}, the {name} row", cells) for name, cells in header.items()] + rows:
        if len(cells) != width:
            hint = open_quote(cells) or "; is the file whole?"
            raise InputError(f"{where}: {len(cells)} cells, but the coords row has {width}{hint}")
    return header, rows


def _columns(path: Path, header: dict[str, list[str]], first: int) -> list[tuple[str, dict[str, tuple[int, int]]]]:
    """For each individual ("" where the file has none) the columns of x and y of its bodyparts, the same for all."""
    owners = header.get("individuals", [""] * len(header["coords"]))
    found: dict[str, dict[str, dict[str, int]]] = {}
    for place in range(first, len(header["coords"])):
        axis, part = header["coords"][place], header["bodyparts"][place]
        if axis not in ("x", "y"):
            kind = "predictions, not labels" if axis == "likelihood" else "not x and y"
            raise InputError(f"{path}: column {place + 1} holds {axis!r}: {kind}")
        axes = found.setdefault(owners[place], {}).setdefault(part, {})
        if axis in axes:
            raise InputError(f"{path}: {part!r} has two columns {axis!r}; are two bodyparts named alike?")
        axes[axis] = place
    lone = [(part, axes) for parts in found.values() for part, axes in parts.items() if len(axes) != 2]
    if lone or not found:
        what = f"{lone[0][0]!r} has no column for {'y' if 'x' in lone[0][1] else 'x'}" if lone else "no bodyparts"
        raise InputError(f"{path}: {what}")
    whole = max(found.values(), key=lambda parts: (sum(set(o) == set(parts) for o in found.values()), len(parts)))
    return [
        (owner, {part: (parts[part]["x"], parts[part]["y"]) for part in whole})
        for owner, parts in found.items()
        if set(parts) == set(whole)
    ]


def _point(where: str, name: str, x: str, y: str) -> Point | None:
    if x in BLANK and y in BLANK:
        return None
    if x in BLANK or y in BLANK:
        raise InputError(f"{where}: of {name!r} one coordinate is blank; fill both, or neither for no label")
    return number(where, x, f"x of {name!r}"), number(where, y, f"y of {name!r}")
