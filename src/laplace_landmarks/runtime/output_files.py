"""Other forms of a predictions file, made from it line by line: a table, .pts files, COCO's JSON."""

import csv
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.outputs import DECIMALS, Prediction
from laplace_landmarks.text_files import to_json

BOX = ("box_x0", "box_y0", "box_x1", "box_y1")
FURTHER = re.compile(r"\.[1-9][0-9]*\.pts$")  # how the name ends of a face that is not its picture's first
LONGEST_NAME = 255  # bytes, of nearly all file systems


def write_csv(path: Path, predictions: Iterable[Prediction], landmarks: int) -> None:
    """One face a row; a cell is blank where there is no such number.

    Columns: picture, face, model, score, id, box_x0 ..., then x0, y0, ... of the landmarks, spread_x0, spread_y0, ...,
    and radius0, ... that hold the truth with probability 0.9.
    """
    places = [f"{axis}{index}" for index in range(landmarks) for axis in ("x", "y")]
    columns = ["picture", "face", "model", "score", "id", *BOX, *places, *(f"spread_{place}" for place in places)]
    columns += [f"radius{index}" for index in range(landmarks)]
    blank = [""] * landmarks
    with _whole(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        for face in predictions:
            rows.writerow([
                face.picture, face.face, face.model, _cell(face.score), _cell(face.id),
                *([""] * 4 if face.box is None else _cells(face.box)),
                *_cells(face.landmarks),
                *(blank * 2 if face.spread is None else _cells(face.spread)),
                *(blank if face.radius is None else _cells(face.radius)),
            ])  # fmt: skip


def write_pts_files(folder: Path, predictions: Iterable[Prediction], pictures: Iterable[str]) -> None:
    """A .pts file a face, at the picture's path below the folder: a/b.pts, and b.1.pts, b.2.pts of further faces.

    pictures: all that were looked at. What an earlier command wrote of a face that they no longer have is removed.
    """
    taken: set[Path] = set()
    for face in predictions:
        picture = below(folder, Path(face.picture))
        number = f".{face.face}" if face.face else ""
        file = named(picture, f"{picture.stem}{number}.pts")
        if file in taken:  # a/b.jpg and a/b.png are two pictures
            file = named(picture, f"{picture.name}{number}.pts")
        taken.add(file)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_pts(file, face.landmarks)
        except OSError as error:
            raise InputError(f"{file}: cannot be written ({error.strerror})") from None
    for file in files_of_faces({below(folder, Path(picture)) for picture in pictures}):
        if file not in taken:
            file.unlink(missing_ok=True)


def files_of_faces(pictures: Collection[Path]) -> list[Path]:
    """The .pts files that are there of the faces of these pictures; each of them is `below` the files' folder."""
    owned = {place.with_name(name) for place in pictures for name in (place.stem, place.name)}
    return [
        file
        for folder in sorted({place.parent for place in pictures})
        for file in sorted(folder.glob("*.pts"))
        if {file.with_suffix(""), folder / FURTHER.sub("", file.name)} & owned
    ]


def write_coco(
    path: Path, predictions: Iterable[Prediction], markup: Markup, pictures: Iterable[tuple[str, int, int]]
) -> None:
    """COCO's keypoints: every picture (its path, width and height), and every face as an annotation.

    Keypoints are pixels of the picture, the centre of the first at 0; a bbox is x, y, width, height from pixels' edges.
    """
    category = {
        "id": 1, "name": markup.name, "supercategory": "face" if markup.is_face else "object",
        "keypoints": list(markup.names), "skeleton": [[first + 1, last + 1] for first, last in markup.edges],
    }  # fmt: skip
    ids: dict[str, int] = {}
    with _whole(path) as file:
        file.write('{"images": [')
        for number, (picture, width, height) in enumerate(pictures, start=1):
            ids[picture] = number
            _item(file, number, {"id": number, "file_name": picture, "width": width, "height": height})
        file.write('\n],\n"annotations": [')
        for number, face in enumerate(predictions, start=1):
            _item(file, number, _annotation(number, ids[face.picture], face))
        file.write(f'\n],\n"categories": [{json.dumps(category, ensure_ascii=False)}]}}\n')


def below(folder: Path, picture: Path) -> Path:
    """A picture's own place below a folder: its path again, without what leads out of the folder.

    >>> below(Path("drawn"), Path("../photos/a.jpg")).as_posix()
    'drawn/__/photos/a.jpg'
    """
    parts = ["__" if part == ".." else part for part in picture.parts if part != picture.anchor]
    return folder.joinpath(*parts)


def named(file: Path, name: str) -> Path:
    """The file under a name, which is shortened where it is too long.

    >>> file = Path("drawn/a.png")
    >>> named(file, "a.png.jpg").name, len(named(file, "a" * 300 + ".jpg").name), named(file, "a" * 300 + ".jpg").suffix
    ('a.png.jpg', 255, '.jpg')
    """
    return file.with_name(shortened(name, LONGEST_NAME, Path(name).suffix))


def shortened(name: str, longest: int, suffix: str = "") -> str:
    """A name of so many bytes at the most that ends in the suffix; a hash keeps a shortened one apart from others."""
    whole = os.fsencode(name)
    if len(whole) <= longest:
        return name
    ending = f"-{blake2b(whole, digest_size=8).hexdigest()}{suffix}"
    return whole[: longest - len(ending)].decode(errors="ignore") + ending


def _annotation(number: int, image: int, face: Prediction) -> dict[str, Any]:
    x0, y0, x1, y1 = face.box or (*face.landmarks.min(axis=0).tolist(), *face.landmarks.max(axis=0).tolist())
    points = [number for x, y in np.round(face.landmarks.astype(np.float64), DECIMALS).tolist() for number in (x, y, 2)]
    return {
        "id": number, "image_id": image, "category_id": 1, "iscrowd": 0,
        "bbox": _cells((x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0)), "area": _cell((x1 - x0) * (y1 - y0)),
        "num_keypoints": len(face.landmarks), "keypoints": points, "score": face.score,
        "spread": None if face.spread is None else _cells(face.spread),
        "radius": None if face.radius is None else _cells(face.radius),
    }  # fmt: skip


def _item(file: TextIO, number: int, item: dict[str, Any]) -> None:
    file.writelines(chain(["\n"] if number == 1 else [",\n"], [to_json(item)]))


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that appears when all of it is written."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            yield file
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _cells(numbers: Any) -> list[Any]:
    return np.round(np.asarray(numbers, np.float64), DECIMALS).ravel().tolist()


def _cell(number: float | None) -> Any:
    return "" if number is None else round(number, DECIMALS)
