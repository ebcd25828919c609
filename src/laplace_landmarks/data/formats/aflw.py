"""AFLW as distributed: aflw.sqlite and the pictures below flickr/ (Koestinger et al. 2011).

A face has a row for each landmark that could be labeled, and often no row for the others: those are missing. The
database was written by C++ tools on OpenCV, so a pixel's index is its centre; nothing in it says otherwise, and the
numbers are taken as they stand. A FaceRect covers whole pixels.
"""

import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from laplace_landmarks.data.formats.rows import (
    Note,
    Point,
    Row,
    find_picture,
    labeled_set,
    number,
    silent,
    tight,
)
from laplace_landmarks.data.markup import AFLW21, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

# AFLW's descriptions of the landmarks, in the order of AFLW21
FEATURES = (
    "LeftBrowLeftCorner", "LeftBrowCenter", "LeftBrowRightCorner",
    "RightBrowLeftCorner", "RightBrowCenter", "RightBrowRightCorner",
    "LeftEyeLeftCorner", "LeftEyeCenter", "LeftEyeRightCorner",
    "RightEyeLeftCorner", "RightEyeCenter", "RightEyeRightCorner",
    "LeftEar", "NoseLeft", "NoseCenter", "NoseRight", "RightEar",
    "MouthLeftCorner", "MouthCenter", "MouthRightCorner", "ChinCenter",
)  # fmt: skip
TABLES = {
    "FeatureCoordTypes": "SELECT feature_id, descr FROM FeatureCoordTypes",
    "FaceImages": "SELECT file_id, filepath FROM FaceImages",
    "Faces": "SELECT face_id, file_id FROM Faces ORDER BY face_id",
    "FaceRect": "SELECT face_id, x, y, w, h FROM FaceRect",
    "FeatureCoords": "SELECT face_id, feature_id, x, y FROM FeatureCoords",
}
SQLITE = b"SQLite format 3\0"


def fits(path: Path, head: bytes) -> bool:
    """Whether a file is a SQLite database."""
    return head.startswith(SQLITE)


def read_aflw(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The faces of the database by their number, with 21 landmarks, or 19 for the markup aflw19.

    Faces without a landmark, and pictures that are not there, are left out and counted: downloads are often partial.
    """
    path = Path(path)
    tables = _tables(path)
    places = _places(path, tables["FeatureCoordTypes"])
    pictures = _pictures(path, tables["FaceImages"])
    boxes: dict[int, tuple] = {}
    second = [face for face, *corners in tables["FaceRect"] if boxes.setdefault(face, tuple(corners)) != tuple(corners)]
    points: dict[int, dict[int, Point]] = defaultdict(dict)
    twice = 0
    for face, feature, x, y in tables["FeatureCoords"]:
        where = f"{path}, FeatureCoords, face_id {face}, feature_id {feature}"
        if feature not in places:
            raise InputError(f"{where}: FeatureCoordTypes has no such feature")
        twice += places[feature] in points[face]
        points[face].setdefault(places[feature], (number(where, x, "x"), number(where, y, "y")))

    folder = path.absolute().parent
    folders = [folder / "flickr", folder, folder / "images", folder.parent / "flickr", folder.parent / "images"]
    rows, seen, empty, gone = [], set(), 0, 0
    for face, file_id in tables["Faces"]:
        where = f"{path}, Faces, face_id {face}"
        if face in seen:
            raise InputError(f"{where}: stands there twice")
        seen.add(face)
        if str(file_id) not in pictures:
            raise InputError(f"{where}: FaceImages has no file_id {file_id!r}")
        image = pictures[str(file_id)]
        picture = find_picture(image, folders)
        if not points.get(face):
            empty += 1
        elif not picture.is_file():
            gone += 1
        else:
            box = _box(where, *boxes[face]) if face in boxes else None
            rows.append(Row(where, image, picture, [points[face].get(place) for place in range(len(AFLW21))], box))
    lone = points.keys() - seen
    for count, what in (
        (empty, "faces without a landmark were left out"),
        (gone, f"faces were left out: their pictures are not in {folders[0]}"),
        (twice, "landmarks have a second row; the first was taken"),
        (len(second), f"faces have a second FaceRect; the first was taken (face_id {_few(second)})"),
        (len(lone), "faces have landmarks but no row in Faces; they were left out"),
    ):
        if count:
            note(f"{path}: {count} {what}")
    if not rows:
        raise InputError(f"{path}: none of its {len(seen)} faces has landmarks and a picture below {folders[0]}")
    return labeled_set(path, rows, markup, names=AFLW21.names, own=AFLW21, note=note)


def _tables(path: Path) -> dict[str, list[tuple]]:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    found = {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            for table, query in TABLES.items():
                found[table] = database.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        raise InputError(f"{path}: not AFLW's database ({error})") from error
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path}: not a whole SQLite file ({error}); copy it again") from error
    return found


def _pictures(path: Path, images: list[tuple]) -> dict[str, str]:
    """Path of a picture by file_id."""
    pictures: dict[str, str] = {}
    for file_id, filepath in images:
        other = pictures.setdefault(str(file_id), str(filepath))
        if other != str(filepath):
            raise InputError(f"{path}, FaceImages, file_id {file_id!r}: stands for both {other} and {filepath}")
    return pictures


def _few(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:3])) + ", ..." * (len(numbers) > 3)


def _places(path: Path, types: list[tuple]) -> dict[int, int]:
    """Place among the 21 by feature_id."""
    unknown = [descr for _, descr in types if descr not in FEATURES]
    absent = [feature for feature in FEATURES if feature not in {descr for _, descr in types}]
    if unknown or absent:
        what = f"an unknown landmark {unknown[0]!r}" if unknown else f"no landmark {absent[0]!r}"
        raise InputError(f"{path}, FeatureCoordTypes: {what}; AFLW has {len(FEATURES)}")
    return {feature_id: FEATURES.index(descr) for feature_id, descr in types}


def _box(where: str, x: object, y: object, w: object, h: object) -> tuple[float, float, float, float]:
    x0, y0, width, height = (
        number(f"{where}, FaceRect", value, name) for value, name in zip((x, y, w, h), "xywh", strict=True)
    )
    return tight(f"{where}, FaceRect", x0 - 0.5, y0 - 0.5, x0 + width - 0.5, y0 + height - 0.5)
