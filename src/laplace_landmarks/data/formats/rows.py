"""What every reader does with the rows it has read: landmarks in the markup's order, unique names, pictures found."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from unicodedata import normalize

import numpy as np

from laplace_landmarks.conventions import Box
from laplace_landmarks.data.formats.naming import order_of, tell_left_out
from laplace_landmarks.data.markup import Markup, built_in, markup_of_count
from laplace_landmarks.data.pictures import PICTURE_SUFFIXES
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError

Note: TypeAlias = Callable[[str], None]  # hears, line by line, what a reader left out or could not tell
Point: TypeAlias = tuple[float, float]

FARTHEST = float(np.finfo(np.float32).max) / 2  # from a picture's corner: landmarks are float32, and so are sums of two


def silent(line: str) -> None:
    """The Note of whoever does not listen."""


@dataclass(frozen=True)
class Row:
    """One object as a label file says it.

    where: file and row, as errors call it. image: the picture's path as the file names it. picture: where it lies.
    points: K points or None for a missing one, in the file's order, pixels counted by our convention.
    """

    where: str
    image: str
    picture: Path
    points: Sequence[Point | None]
    box: Box | None = None
    subset: str = ""


def labeled_set(
    path: Path | str,
    rows: Iterable[Row],
    markup: Markup | None,
    *,
    names: Sequence[str] = (),
    own: Markup | None = None,
    note: Note = silent,
) -> LabeledSet:
    """The samples of a file's rows.

    names: of the landmarks, where the file tells them: the markup's are then picked by name, wherever they stand.
    own: the markup that the file implies, for a caller who gives none. Without either, landmarks are counted.
    note: hears of names that the markup lacks, or that are not the markup's.
    A second object of a picture is named "picture#2". InputError names the row, or the first missing picture.
    """
    rows = list(rows)
    if not rows:
        raise InputError(f"{path}: no labeled object in it")
    counts = [len(row.points) for row in rows]
    odd = next((row for row in rows if len(row.points) != counts[0]), None)
    if odd:
        raise InputError(f"{odd.where}: {len(odd.points)} landmarks, but {rows[0].where} has {counts[0]}")
    markup = markup or (built_in(own) if own else markup_of_count(counts[0]))
    order = order_of(path, markup, names, counts[0], note)
    labels = [sum(row.points[place] is not None for row in rows) for place in range(counts[0])]
    tell_left_out(path, markup, names, order, labels, note)
    gone = [row for row in rows if not row.picture.is_file()]
    if gone:
        pictures = len({row.picture for row in gone})
        raise InputError(
            f"{gone[0].where}: there is no picture {gone[0].picture} ({pictures} of the file's are missing)"
        )
    called = told_apart(PurePosixPath(row.image.replace("\\", "/")).with_suffix("").as_posix() for row in rows)
    return LabeledSet(markup, tuple(_sample(row, name, order) for row, name in zip(rows, called, strict=True)))


def find_picture(image: str, folders: Iterable[Path]) -> Path:
    """Where a picture that a file names lies: in the first of the folders that has it; else in the first.

    A backslash divides folders, as on Windows, unless a file is called so. A letter and its accent may be two signs in
    the one and one in the other, as Macs have it; and a name may lack the suffix, where one picture alone is called so.
    """
    folders, slashed = list(folders), image.replace("\\", "/")
    names = dict.fromkeys((image, slashed, normalize("NFC", slashed), normalize("NFD", slashed)))
    places = [folder / name for name in names for folder in folders]
    return next(filter(_is_file, places), None) or _without_suffix(slashed, folders) or folders[0] / slashed


def may_lack_suffix(name: str) -> bool:
    """Whether a name is like a picture's without its suffix; with a # it is of a frame or of a further object.

    >>> may_lack_suffix("img.1"), may_lack_suffix("img.jpg"), may_lack_suffix("film.mp4#1")
    (True, False, False)
    """
    return bool(name) and "#" not in name and PurePosixPath(name).suffix.lower() not in PICTURE_SUFFIXES


def _is_file(path: Path) -> bool:
    """False also where the system takes no such name, as of one that is too long."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _without_suffix(name: str, folders: Sequence[Path]) -> Path | None:
    """The picture that is called so but for its suffix, in the first folder with any; None where several are."""
    stem = normalize("NFC", PurePosixPath(name).name)
    if not may_lack_suffix(stem):
        return None
    for folder in folders:
        place = (folder / name).parent
        try:
            found = _by_stem(place, place.stat().st_mtime_ns).get(stem)
        except (OSError, ValueError):  # no such folder, none that may be listed, or no name of one
            continue
        if found:
            return found[0] if len(found) == 1 else None
    return None


@lru_cache(maxsize=64)
def _by_stem(folder: Path, changed: int) -> Mapping[str, list[Path]]:
    """The pictures of a folder by name without suffix. changed: when, so that an old listing is not taken for it."""
    found = defaultdict[str, list[Path]](list)
    for file in folder.iterdir():
        if file.suffix.lower() in PICTURE_SUFFIXES:
            found[normalize("NFC", file.stem)].append(file)
    return found


def path_from(folder: Path, picture: Path) -> str:
    """How a label file in a folder names a picture."""
    try:
        way = os.path.relpath(picture.absolute(), folder.absolute())
        if os.path.realpath(folder / way) != os.path.realpath(picture):  # the system goes up from where a link leads
            way = os.path.relpath(picture.parent.resolve() / picture.name, folder.resolve())
    except ValueError:  # of Windows: no way leads to another drive
        way = picture.absolute()
    return Path(way).as_posix()


def told_apart(names: Iterable[str]) -> list[str]:
    """Every name once: one that stands there again gets the next number that no other has.

    >>> told_apart(["a", "a", "a#2", "b"])
    ['a', 'a#3', 'a#2', 'b']
    """
    names = list(names)
    taken, numbers = set(names), defaultdict[str, Iterator[int]](lambda: count(2))
    apart: list[str] = []
    seen = set[str]()
    for name in names:
        numbered = (f"{name}#{number}" for number in numbers[name])
        apart.append(next(other for other in numbered if other not in taken) if name in seen else name)
        seen.add(name)
    return apart


def number(where: str, text: object, what: str) -> float:
    """A finite number from a cell; InputError calls it `what`."""
    try:
        value = float(text)  # pyright: ignore[reportArgumentType] - whatever a file holds
    except OverflowError:  # an integer of hundreds of digits
        raise InputError(f"{where}: {what} is a number of hundreds of digits, which is no place in a picture") from None
    except (TypeError, ValueError):
        raise InputError(f"{where}: {what} is {text!r}, not a number") from None
    if isinstance(text, bool) or not is_place(value):
        raise InputError(f"{where}: {what} is {text!r}, which is no place in a picture")
    return value


def is_place(value: float) -> bool:
    """Whether a coordinate is one that float32 holds.

    >>> is_place(-7.5), is_place(1e39), is_place(float("nan"))
    (True, False, False)
    """
    return abs(value) <= FARTHEST


def tight(where: str, x0: float, y0: float, x1: float, y1: float) -> Box:
    """A box whose corners are in order."""
    if not (x0 < x1 and y0 < y1):
        raise InputError(f"{where}: the box from ({x0:g}, {y0:g}) to ({x1:g}, {y1:g}) has no size; correct it")
    return (x0, y0, x1, y1)


def note_hidden(path: Path, count: int, note: Note) -> None:
    """Tells of landmarks that are labeled though hidden, which COCO and those who follow it mark by v = 1."""
    if count:
        note(f"{path}: {count} hidden landmarks (v = 1) count as visible, and are written as such")


def _sample(row: Row, name: str, order: Sequence[int]) -> Sample:
    points = np.array([row.points[place] or (0, 0) for place in order], np.float64).reshape(-1, 2)
    if (np.abs(points) > FARTHEST).any():
        raise InputError(f"{row.where}: a landmark is at {np.abs(points).max():g}, which is no place in a picture")
    return Sample(
        name=name,
        picture=row.picture,
        landmarks=points.astype(np.float32),
        visible=np.array([row.points[place] is not None for place in order], np.bool_),
        box=row.box,
        subset=row.subset,
    )
