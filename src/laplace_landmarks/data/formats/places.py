"""Where the faces of pictures are, as any detector says it: a CSV of boxes or points, or .pts files."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from laplace_landmarks.conventions import Landmarks
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.formats.table import placed_rows
from laplace_landmarks.errors import InputError

Place = TypeVar("Place")


@dataclass(frozen=True)
class Given(Generic[Place]):
    """of_pictures: the places of every face in each picture. told_by: where each is said, a file or its row."""

    of_pictures: dict[Path, list[Place]]
    told_by: dict[Path, list[str]]


def read_points(source: Path, pictures: Iterable[Path]) -> Given[Landmarks]:
    """The points (A, 2) of every face in each picture: from a CSV (image,x0,y0,...), or a folder of .pts files.

    A row belongs to the picture whose path ends as the row's. A .pts file belongs to the picture of the same name.
    """
    if source.is_dir():
        files = {picture: source / f"{picture.stem}.pts" for picture in pictures}
        files = {picture: file for picture, file in files.items() if file.is_file()}
        if not files:
            raise InputError(f"{source}: no .pts file has the name of a picture")
        points = {picture: [read_pts(file, None)] for picture, file in files.items()}
        return Given(points, {picture: [str(file)] for picture, file in files.items()})
    return _rows(source, pictures)


def read_boxes(source: Path, pictures: Iterable[Path]) -> Given[tuple[float, ...]]:
    """The boxes of every face in each picture, from a CSV: image,x0,y0,x1,y1."""
    rows = _rows(source, pictures)
    if any(len(points) != 2 for faces in rows.of_pictures.values() for points in faces):
        raise InputError(f"{source}: a row of boxes is image,x0,y0,x1,y1")
    boxes = {
        picture: [tuple(points.ravel().tolist()) for points in faces] for picture, faces in rows.of_pictures.items()
    }
    return Given(boxes, rows.told_by)


def _rows(source: Path, pictures: Iterable[Path]) -> Given[Landmarks]:
    by_name: dict[str, list[Path]] = defaultdict(list)
    for picture in pictures:
        by_name[picture.name].append(picture)
    found: dict[Path, list[Landmarks]] = defaultdict(list)
    told_by: dict[Path, list[str]] = defaultdict(list)
    for where, row in placed_rows(source):
        if not row.visible.all():
            raise InputError(f"{where}: a point of {row.name!r} is blank; a crop needs all of them")
        for picture in by_name.get(row.picture.name, ()):
            if any(picture.parts[-len(path) :] == path for path in _endings(row.picture, source.parent)):
                found[picture].append(row.landmarks)
                told_by[picture].append(where)
    if not found:
        raise InputError(f"{source}: none of its rows names one of the pictures")
    return Given(dict(found), dict(told_by))


def _endings(picture: Path, folder: Path) -> list[tuple[str, ...]]:
    """How the path of a row's picture may end: as the row says, without the images/ that read_rows may have added."""
    said = picture.relative_to(folder) if picture.is_relative_to(folder) else picture
    path = tuple(part for part in said.parts if part not in ("..", said.anchor))
    return [path, path[1:]] if path[0] == "images" and len(path) > 1 else [path]
