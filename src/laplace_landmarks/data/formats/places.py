"""Where the faces of pictures are, as any detector says it: a CSV of boxes or points, or .pts files.

What is said belongs to the picture that it names exactly, or whose path ends as the name does, in a CSV with or without
its suffix; of several such names the longest counts. A name that may be that of several pictures is refused: any choice
would place crops by another's.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, product, takewhile
from math import inf
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar
from unicodedata import normalize

from laplace_landmarks.conventions import Landmarks
from laplace_landmarks.data.formats.pictures_with_pts import is_pts
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.formats.rows import may_lack_suffix
from laplace_landmarks.data.formats.table import placed_rows
from laplace_landmarks.data.pictures import PICTURE_SUFFIXES
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.errors import InputError

Place = TypeVar("Place")
Parts: TypeAlias = tuple[str, ...]  # of a path


@dataclass(frozen=True)
class Given(Generic[Place]):
    """of_pictures: the places of every face in each picture. told_by: where each is said, a file or its row.

    unused: rows that name none of the pictures, each with the name, or files that do.
    """

    of_pictures: dict[Path, list[Place]]
    told_by: dict[Path, list[str]]
    unused: tuple[str, ...] = ()


def read_points(source: Path, pictures: Sequence[Path]) -> Given[Landmarks]:
    """The points (A, 2) of every face in each picture: from a CSV (image,x0,y0,...), or a folder of .pts files.

    A .pts file has the picture's name, with or without its suffix, and .1, .2, ... where it is of a further face; where
    several pictures have that name, the file lies in a folder of theirs, too.
    """
    if not source.is_dir():
        return _rows(source, pictures)
    files = {picture: found for picture in pictures if (found := _pts_of(picture, source))}
    if not files:
        raise InputError(f"{source}: no .pts file has the name of a picture")
    claims: dict[Path, list[Path]] = defaultdict(list)
    for picture, (first, *_) in files.items():
        claims[first].append(picture)
    for file, claiming in claims.items():
        _check_one(str(file), claiming, "put it into a folder of the same name as its picture's")
    files = {picture: [one, *(file for file in more if file not in claims)] for picture, (one, *more) in files.items()}
    points = {picture: [read_pts(file, None) for file in found] for picture, found in files.items()}
    used = {file for found in files.values() for file in found}
    unused = tuple(str(file) for file in sorted(source.rglob("*")) if is_pts(file.name) and file not in used)
    return Given(points, {picture: [*map(str, found)] for picture, found in files.items()}, unused)


def read_boxes(source: Path, pictures: Sequence[Path]) -> Given[tuple[float, ...]]:
    """The boxes of every face in each picture, from a CSV: image,x0,y0,x1,y1."""
    rows = _rows(source, pictures)
    if any(len(points) != 2 for faces in rows.of_pictures.values() for points in faces):
        raise InputError(f"{source}: a row of boxes is image,x0,y0,x1,y1")
    boxes = {
        picture: [tuple(points.ravel().tolist()) for points in faces] for picture, faces in rows.of_pictures.items()
    }
    return Given(boxes, rows.told_by, rows.unused)


def _rows(source: Path, pictures: Sequence[Path]) -> Given[Landmarks]:
    rows = placed_rows(source)
    for where, row in rows:
        if not row.visible.all():
            raise InputError(f"{where}: a point of {row.name!r} is blank; a crop needs all of them, or no row")
    found: dict[Path, list[Landmarks]] = defaultdict(list)
    told_by: dict[Path, list[str]] = defaultdict(list)
    unused: list[str] = []
    for (where, row), meant in zip(rows, _meant([row for _, row in rows], pictures, source.parent), strict=True):
        _check_one(where, meant, "write more of the path")
        if not meant:
            unused.append(f"{where} ({row.picture.name})")
        for picture in meant:
            found[picture].append(row.landmarks)
            told_by[picture].append(where)
    if not found:
        raise InputError(f"{source}: none of its rows names one of the pictures")
    return Given(dict(found), dict(told_by), tuple(unused))


def _meant(rows: Iterable[Sample], pictures: Sequence[Path], folder: Path) -> list[list[Path]]:
    """Of each row the pictures that it names, and that no row names with more of their path."""
    said = [(row.picture.name, os.path.realpath(row.picture), _endings(row.picture, folder)) for row in rows]
    wanted = {ending for *_, endings in said for ending in endings}
    exact: dict[tuple[str, str], list[Path]] = defaultdict(list)
    ending_so: dict[Parts, list[Path]] = defaultdict(list)
    without_suffix: dict[Parts, list[Path]] = defaultdict(list)
    for picture in pictures:
        exact[picture.name, os.path.realpath(picture)].append(picture)
        whole = Path(os.path.abspath(picture))  # noqa: PTH100 - links stay what they are called
        bare = whole.with_suffix("") if whole.suffix.lower() in PICTURE_SUFFIXES else whole
        for ends, parts in ((ending_so, _composed(whole.parts)), (without_suffix, _composed(bare.parts))):
            for ending in wanted.intersection(parts[start:] for start in range(len(parts))):
                ends[ending].append(picture)

    named: list[Mapping[Path, float]] = []  # of each row, how much of a picture's path it says: parts of it, or all
    for name, place, endings in said:
        lengths: Mapping[Path, float] = dict.fromkeys(exact.get((name, place), ()), inf)
        for ends in (ending_so, without_suffix) if may_lack_suffix(name) else (ending_so,):
            lengths = lengths or {picture: len(ending) for ending in endings for picture in ends.get(ending, ())}
        named.append(lengths)
    longest: dict[Path, float] = defaultdict(float)
    for lengths in named:
        for picture, length in lengths.items():
            longest[picture] = max(longest[picture], length)
    return [[picture for picture in lengths if lengths[picture] == longest[picture]] for lengths in named]


def _endings(picture: Path, folder: Path) -> list[Parts]:
    """How the path of a row's picture may end, the longest last: as the row says, and without the images/ that
    read_rows may have added."""
    said = picture.relative_to(folder) if picture.is_relative_to(folder) else picture
    path = _composed(part for part in said.parts if part not in ("..", said.anchor))
    return [path[1:], path] if path[:1] == ("images",) and len(path) > 1 else [path]


def _composed(parts: Iterable[str]) -> Parts:
    """A letter and its accent as one sign: Macs have them as two."""
    return tuple(normalize("NFC", part) for part in parts)


def _pts_of(picture: Path, folder: Path) -> list[Path]:
    """The files of its faces below the folder, where the longest part of a picture's path leads."""
    parts = [part for part in picture.parts if part not in ("..", picture.anchor)]  # a way up would leave the folder
    for start in range(len(parts)):
        place = folder.joinpath(*parts[start:])
        for name, ending in product((place.name, place.stem), (".pts", ".PTS")):
            if (first := place.with_name(f"{name}{ending}")).is_file():
                further = (place.with_name(f"{name}.{number}{ending}") for number in count(1))
                return [first, *takewhile(Path.is_file, further)]
    return []


def _check_one(where: str, pictures: Sequence[Path], advice: str) -> None:
    """InputError where these are several pictures, and not one by several names."""
    if len({os.path.realpath(picture) for picture in pictures}) > 1:
        raise InputError(f"{where}: names {pictures[0]} as well as {pictures[1]}; {advice}")
