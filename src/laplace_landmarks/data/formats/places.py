"""Where the faces of pictures are, as any detector says it: a CSV of boxes or points, or .pts files."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from laplace_landmarks.conventions import Landmarks
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.formats.table import read_rows
from laplace_landmarks.errors import InputError


def read_points(source: Path, pictures: Iterable[Path]) -> dict[Path, list[Landmarks]]:
    """The points (A, 2) of every face in each picture: from a CSV (image,x0,y0,...), or a folder of .pts files.

    A row belongs to the picture whose path ends as the row's. A .pts file belongs to the picture of the same name.
    """
    if source.is_dir():
        files = {picture: source / f"{picture.stem}.pts" for picture in pictures}
        found = {picture: [read_pts(file, None)] for picture, file in files.items() if file.is_file()}
        if not found:
            raise InputError(f"{source}: no .pts file has the name of a picture")
        return found
    return _rows(source, pictures)


def read_boxes(source: Path, pictures: Iterable[Path]) -> dict[Path, list[tuple[float, ...]]]:
    """The boxes of every face in each picture, from a CSV: image,x0,y0,x1,y1."""
    corners = _rows(source, pictures)
    if any(len(points) != 2 for faces in corners.values() for points in faces):
        raise InputError(f"{source}: a row of boxes is image,x0,y0,x1,y1")
    return {picture: [tuple(points.ravel().tolist()) for points in faces] for picture, faces in corners.items()}


def _rows(source: Path, pictures: Iterable[Path]) -> dict[Path, list[Landmarks]]:
    by_name: dict[str, list[Path]] = defaultdict(list)
    for picture in pictures:
        by_name[picture.name].append(picture)
    found: dict[Path, list[Landmarks]] = defaultdict(list)
    for row in read_rows(source):
        if not row.visible.all():
            raise InputError(f"{source}: a point of {row.name!r} is blank; a crop needs all of them")
        for picture in by_name.get(row.picture.name, ()):
            if any(picture.parts[-len(path) :] == path for path in _endings(row.picture, source.parent)):
                found[picture].append(row.landmarks)
    if not found:
        raise InputError(f"{source}: none of its rows names one of the pictures")
    return dict(found)


def _endings(picture: Path, folder: Path) -> list[tuple[str, ...]]:
    """How the path of a row's picture may end: as the row says, without the images/ that read_rows may have added."""
    said = picture.relative_to(folder) if picture.is_relative_to(folder) else picture
    path = tuple(part for part in said.parts if part not in ("..", said.anchor))
    return [path, path[1:]] if path[0] == "images" and len(path) > 1 else [path]
