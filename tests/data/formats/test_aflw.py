"""AFLW's database, drawn with its oddities: several faces a picture, missing rows, ears, faces without a rectangle."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fixtures.drawn_aflw import AFLW_TABLES
from laplace_landmarks.data.formats.aflw import FEATURES, read_aflw
from laplace_landmarks.data.markup import AFLW19, AFLW21
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

GOOD = """
INSERT INTO FaceImages VALUES (1, 'aflw', 'image1.jpg', '0/image1.jpg', 0, 60, 50);
INSERT INTO FaceImages VALUES (2, 'aflw', 'image2.jpg', '3/image2.jpg', 0, 60, 50);
INSERT INTO Faces VALUES (12, 'image2.jpg', 'aflw'), (11, 'image1.jpg', 'aflw'), (10, 'image1.jpg', 'aflw');
INSERT INTO FaceRect VALUES (10, 5, 6, 20, 20, 1), (11, 30, 6, 20, 20, 1);
"""


@pytest.fixture
def aflw(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[..., Path]:
    """Writes aflw/data/aflw.sqlite; faces 10 and 11 are in one picture, 12 in another, and each lacks a landmark.

    Landmark number n (from 1) of face f is at (n + 0.5, f); n == f is missing.
    """
    put_picture("aflw/data/flickr/0/image1.jpg", None)
    put_picture("aflw/data/flickr/3/image2.jpg", None)

    def write(*more: str, features: tuple[str, ...] = FEATURES) -> Path:
        file = tmp_path / "aflw/data/aflw.sqlite"
        with closing(sqlite3.connect(file)) as database:
            database.executescript(AFLW_TABLES + GOOD)
            for number, name in enumerate(features, start=1):
                database.execute("INSERT INTO FeatureCoordTypes VALUES (?, ?, '', 0, 0, 0)", (number, name))
                for face in (10, 11, 12):
                    if number != face:
                        place = (face, number, number + 0.5, face)
                        database.execute("INSERT INTO FeatureCoords VALUES (?, ?, ?, ?, 1)", place)
            for line in more:
                database.execute(line)
            database.commit()
        return file

    return write


def test_by_hand(aflw: Callable[..., Path], tmp_path: Path):
    labeled = read_aflw(aflw())
    assert labeled.markup is AFLW21
    assert [sample.name for sample in labeled.samples] == ["0/image1", "0/image1#2", "3/image2"]
    first, _, last = labeled.samples
    assert first.picture == tmp_path / "aflw/data/flickr/0/image1.jpg"
    assert first.landmarks[0].tolist() == [1.5, 10]
    assert np.flatnonzero(~first.visible).tolist() == [9], "the tenth has no row"
    assert first.landmarks[9].tolist() == [0, 0]
    assert first.box == (4.5, 5.5, 24.5, 25.5)
    assert last.box is None, "not every face has a rectangle"


def test_nineteen_of_them(aflw: Callable[..., Path]):
    first = read_aflw(aflw(), AFLW19).samples[0]
    # 13 and 17 are the ears, so the twelfth landmark is followed by number 14
    assert first.landmarks[:, 0][first.visible].tolist() == [
        n + 0.5 for n in range(1, 22) if n not in (10, 13, 17)
    ]  # fmt: skip


def test_a_folder_is_enough(aflw: Callable[..., Path]):
    assert len(read_labeled(aflw().parent, None)) == 3


def test_what_is_left_out_is_told(aflw: Callable[..., Path], tmp_path: Path):
    file = aflw(
        "INSERT INTO Faces VALUES (13, 'image2.jpg', 'aflw')",
        "INSERT INTO FeatureCoords VALUES (10, 1, 7, 7, 2)",
        "INSERT INTO FeatureCoords VALUES (99, 1, 7, 7, 2)",
        "INSERT INTO FaceRect VALUES (11, 30, 6, 20, 20, 2)",
        "INSERT INTO FaceRect VALUES (10, 1, 1, 9, 9, 2)",
        "INSERT INTO FaceImages VALUES (3, 'aflw', 'image1.jpg', '0/image1.jpg', 0, 60, 50)",
    )
    (tmp_path / "aflw/data/flickr/3/image2.jpg").unlink()
    told: list[str] = []
    labeled = read_aflw(file, note=told.append)
    assert len(labeled) == 2
    assert labeled.samples[0].landmarks[0].tolist() == [1.5, 10]
    assert labeled.samples[0].box == (4.5, 5.5, 24.5, 25.5)
    assert [line.removeprefix(f"{file}: ") for line in told] == [
        "1 faces without a landmark were left out",
        f"1 faces were left out: their pictures are not in {tmp_path / 'aflw/data/flickr'}",
        "1 landmarks have a second row; the first was taken",
        "1 faces have a second FaceRect; the first was taken (face_id 10)",
        "1 faces have landmarks but no row in Faces; they were left out",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("DROP TABLE FeatureCoords", "not AFLW's database (no such table: FeatureCoords)"),
        ("ALTER TABLE FaceRect RENAME COLUMN w TO width", "not AFLW's database (no such column: w)"),
        ("INSERT INTO Faces VALUES (10, 'image2.jpg', 'aflw')", "Faces, face_id 10: stands there twice"),
        ("INSERT INTO Faces VALUES (14, 'image9.jpg', 'aflw')", "face_id 14: FaceImages has no file_id 'image9.jpg'"),
        (
            "INSERT INTO FaceImages VALUES (3, 'aflw', 'image1.jpg', '3/image2.jpg', 0, 60, 50)",
            "FaceImages, file_id 'image1.jpg': stands for both 0/image1.jpg and 3/image2.jpg",
        ),
        ("INSERT INTO FeatureCoords VALUES (10, 77, 1, 1, 1)", "face_id 10, feature_id 77: FeatureCoordTypes has no"),
        ("UPDATE FeatureCoords SET x = 'left' WHERE face_id = 11 AND feature_id = 1", "x is 'left', not a number"),
        ("UPDATE FeatureCoords SET y = NULL WHERE face_id = 11 AND feature_id = 1", "y is None, not a number"),
        ("UPDATE FaceRect SET w = 0 WHERE face_id = 10", "face_id 10, FaceRect: the box from"),
        ("DELETE FROM FeatureCoords", "none of its 3 faces has landmarks and a picture"),
        ("UPDATE FeatureCoordTypes SET descr = 'Tail' WHERE feature_id = 1", "an unknown landmark 'Tail'"),
        ("DELETE FROM FeatureCoordTypes WHERE feature_id = 3", "no landmark 'LeftBrowRightCorner'"),
    ],
)
def test_what_is_wrong_is_named(aflw: Callable[..., Path], line: str, words: str):
    file = aflw(line)
    with pytest.raises(InputError) as error:
        read_aflw(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_files_that_are_none(aflw: Callable[..., Path], tmp_path: Path):
    file = aflw()
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(InputError, match="not a whole SQLite file"):
        read_aflw(file)
    with pytest.raises(InputError, match="there is no such file"):
        read_aflw(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists(), "asking for a database does not make one"
