"""Other forms of predictions: each read back by what reads such files."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.output_files import below, write_coco, write_csv, write_pts_files
from laplace_landmarks.runtime.outputs import Prediction

PAIR = Markup("pair", ("eye", "mouth"), edges=((0, 1),))
FACES = [
    Prediction("photos/a.jpg", np.array([[1.5, 2], [3, 4.25]], np.float32), 0, np.array([[0.5, 1], [2, 3]], np.float32),
               box=(1.5, 2, 3, 4.25), score=0.98765, model="m", radius=np.array([1.25, 2], np.float32)),
    Prediction("photos/a.jpg", np.array([[7, 8], [9, 10]], np.float32), 1, model="m"),
    Prediction('b, "ü".jpg', np.array([[0, 0], [1, 1]], np.float32), model="m"),
]  # fmt: skip
PICTURES = [("photos/a.jpg", 60, 50), ("none.jpg", 8, 9), ('b, "ü".jpg', 100, 10)]


def test_a_table_has_a_row_a_face(tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", FACES, 2)
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert first == {
        "picture": "photos/a.jpg", "face": "0", "model": "m", "score": "0.988", "id": "",
        "box_x0": "1.5", "box_y0": "2.0", "box_x1": "3.0", "box_y1": "4.25",
        "x0": "1.5", "y0": "2.0", "x1": "3.0", "y1": "4.25",
        "spread_x0": "0.5", "spread_y0": "1.0", "spread_x1": "2.0", "spread_y1": "3.0",
        "radius0": "1.25", "radius1": "2.0",
    }  # fmt: skip
    assert (second["face"], second["box_x0"], second["spread_y1"], second["radius1"]) == ("1", "", "", "")
    assert third["picture"] == 'b, "ü".jpg'


def test_pts_files_lie_at_their_pictures_paths(tmp_path: Path) -> None:
    also = Prediction("photos/a.png", np.full((2, 2), 5, np.float32))
    write_pts_files(tmp_path, [*FACES, also], [])
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.pts")) == [
        'b, "ü".pts', "photos/a.1.pts", "photos/a.png.pts", "photos/a.pts",
    ]  # fmt: skip
    np.testing.assert_array_equal(read_pts(tmp_path / "photos" / "a.pts"), FACES[0].landmarks)
    np.testing.assert_array_equal(read_pts(tmp_path / "photos" / "a.1.pts"), FACES[1].landmarks)
    assert "2.500000 3.000000" in (tmp_path / "photos" / "a.pts").read_text()  # such files count from 1


def test_pts_files_of_faces_that_are_gone_are_removed(tmp_path: Path) -> None:
    """a had three faces and has one, b had one and has none; a.2.png is another picture, c none of the run's."""
    named = [("a.jpg", 0), ("a.jpg", 1), ("a.jpg", 2), ("b.jpg", 0), ("a.2.png", 0), ("c.jpg", 0)]
    faces = [Prediction(name, np.ones((2, 2), np.float32), face) for name, face in named]
    write_pts_files(tmp_path, faces, [])
    write_pts_files(tmp_path, [faces[0], faces[4]], ["a.jpg", "b.jpg", "a.2.png"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.2.pts", "a.pts", "c.pts"]


def test_coco_has_all_pictures_and_faces(tmp_path: Path) -> None:
    write_coco(tmp_path / "p.json", FACES, PAIR, PICTURES)
    document = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert document["images"] == [
        {"id": number, "file_name": name, "width": width, "height": height}
        for number, (name, width, height) in enumerate(PICTURES, start=1)
    ]
    assert document["categories"] == [
        {"id": 1, "name": "pair", "supercategory": "object", "keypoints": ["eye", "mouth"], "skeleton": [[1, 2]]}
    ]
    first, second, third = document["annotations"]
    assert first == {
        "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "bbox": [2.0, 2.5, 1.5, 2.25], "area": 3.375,
        "num_keypoints": 2, "keypoints": [1.5, 2.0, 2, 3.0, 4.25, 2], "score": 0.98765,
        "spread": [0.5, 1.0, 2.0, 3.0], "radius": [1.25, 2.0],
    }  # fmt: skip
    assert (second["bbox"], second["score"], second["radius"]) == ([7.5, 8.5, 2.0, 2.0], None, None)
    assert [face["image_id"] for face in (first, second, third)] == [1, 1, 3]


def test_nothing_found_is_a_whole_file_too(tmp_path: Path) -> None:
    write_coco(tmp_path / "p.json", [], PAIR, [])
    assert json.loads((tmp_path / "p.json").read_text())["annotations"] == []
    write_csv(tmp_path / "p.csv", [], 2)
    assert len((tmp_path / "p.csv").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("picture", "place"),
    [
        ("a.jpg", "out/a.jpg"),
        ("./x/a.jpg", "out/x/a.jpg"),
        ("/data/x/a.jpg", "out/data/x/a.jpg"),
        ("../../a.jpg", "out/__/__/a.jpg"),
        ("x/../a.jpg", "out/x/__/a.jpg"),
    ],
)
def test_every_path_has_a_place_of_its_own(picture: str, place: str) -> None:
    assert below(Path("out"), Path(picture)) == Path(place)


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for write in (
        lambda path: write_csv(path / "p.csv", FACES, 2),
        lambda path: write_coco(path / "p.json", FACES, PAIR, PICTURES),
        lambda path: write_pts_files(path, FACES, []),
    ):
        with pytest.raises(InputError, match="cannot be written"):
            write(tmp_path / "file")


def test_what_was_there_stays_until_the_new_is_whole(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("before")

    def broken():
        yield FACES[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_csv(tmp_path / "p.csv", broken(), 2)
    assert (tmp_path / "p.csv").read_text() == "before"
