"""Which picture a row of boxes or points belongs to."""

import os
from pathlib import Path
from typing import Literal, TypeAlias
from unicodedata import normalize

import numpy as np
import pytest

from laplace_landmarks.data.formats.places import Given, read_boxes, read_points
from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.output_files import write_pts_files
from laplace_landmarks.runtime.outputs import Prediction

Form: TypeAlias = Literal["NFC", "NFD"]


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    names = ("a.jpg", "a.png", "one/b.jpg", "two/b.jpg", "c#1.jpg")
    return [tmp_path / "pictures" / name for name in names]


def boxes(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "boxes.csv"
    file.write_text("\n".join(["image,x0,y0,x1,y1", *rows]))
    return file


def named(found: Given, tmp_path: Path) -> dict[str, list]:
    return {path.relative_to(tmp_path / "pictures").as_posix(): faces for path, faces in found.of_pictures.items()}


def test_a_row_is_of_the_picture_whose_path_ends_so(tmp_path: Path, pictures: list[Path]) -> None:
    file = boxes(
        tmp_path, "a.jpg,0,1,2,3", "one/b.jpg,4,5,6,7", "a.jpg,1,1,9,9", "c#1.jpg,2,2,3,3", "pictures/a.png,0,0,8,8"
    )
    found = read_boxes(file, pictures)
    assert found.told_by[pictures[0]] == [f"{file}, row 2", f"{file}, row 4"]
    assert named(found, tmp_path) == {
        "a.jpg": [(0, 1, 2, 3), (1, 1, 9, 9)],  # two faces, in the file's order
        "a.png": [(0, 0, 8, 8)],  # another picture than a.jpg
        "one/b.jpg": [(4, 5, 6, 7)],
        "c#1.jpg": [(2, 2, 3, 3)],
    }  # fmt: skip


def test_a_way_up_does_not_count(tmp_path: Path, pictures: list[Path]) -> None:
    rows = boxes(tmp_path, "c#1.jpg,0,1,2,3", "../elsewhere/a.jpg,0,0,1,1")
    assert sorted(named(read_boxes(rows, pictures), tmp_path)) == ["c#1.jpg"]


def test_a_name_that_may_be_that_of_several_pictures_is_refused(tmp_path: Path, pictures: list[Path]) -> None:
    with pytest.raises(InputError, match=r"row 2: names .*one/b.jpg as well as .*two/b.jpg; write more of the path"):
        read_boxes(boxes(tmp_path, "b.jpg,0,1,2,3"), pictures)


def test_the_longest_name_counts(tmp_path: Path, pictures: list[Path]) -> None:
    """b.jpg lies beside the table, so that the first row says it exactly, and the third as to the folder."""
    beside = [tmp_path / "b.jpg", *pictures]
    found = read_boxes(boxes(tmp_path, "b.jpg,0,1,2,3", "one/b.jpg,4,5,6,7", "two/b.jpg,8,9,10,11"), beside)
    assert found.of_pictures == {
        beside[0]: [(0, 1, 2, 3)],
        pictures[2]: [(4, 5, 6, 7)],
        pictures[3]: [(8, 9, 10, 11)],
    }


def test_a_name_without_its_folder_gives_way_to_one_with_it(tmp_path: Path, pictures: list[Path]) -> None:
    found = read_boxes(boxes(tmp_path, "b.jpg,0,1,2,3", "two/b.jpg,8,9,10,11"), pictures)
    assert named(found, tmp_path) == {"one/b.jpg": [(0, 1, 2, 3)], "two/b.jpg": [(8, 9, 10, 11)]}


def test_absolute_paths_name_pictures_that_are_given_by_relative_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    picture = Path("deep/a.jpg")
    found = read_boxes(
        boxes(tmp_path, f"{tmp_path}/deep/a.jpg,0,1,2,3", f"{tmp_path.name}/deep/a.jpg,1,2,3,4"), [picture]
    )
    assert found.of_pictures == {picture: [(0, 1, 2, 3)]}, "the whole path counts for more than its end"


def test_one_picture_by_two_names_is_no_doubt(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    by_both = [tmp_path / "a.jpg", tmp_path / "link/a.jpg"]
    assert len(read_boxes(boxes(tmp_path, "a.jpg,0,1,2,3"), by_both).of_pictures) == 2


@pytest.mark.parametrize(("said", "lies"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_an_accent_may_be_a_sign_of_its_own(tmp_path: Path, said: Form, lies: Form) -> None:
    picture = tmp_path / "pictures" / normalize(lies, "été/café.jpg")
    file = boxes(tmp_path, normalize(said, "été/café.jpg,0,1,2,3"), normalize(said, "café,4,5,6,7"))
    assert read_boxes(file, [picture]).of_pictures == {picture: [(0, 1, 2, 3)]}, "the longest name counts here, too"
    file = boxes(tmp_path, normalize(said, "café,4,5,6,7"))
    assert read_boxes(file, [picture]).of_pictures == {picture: [(4, 5, 6, 7)]}


def test_a_row_may_lack_the_suffix(tmp_path: Path, pictures: list[Path]) -> None:
    more = [*pictures, *(tmp_path / "pictures" / name for name in ("d.1.jpg", "e", "e.jpg", "f.jpg.png", "g.txt"))]
    file = boxes(tmp_path, "one/b,4,5,6,7", "d.1,0,0,2,2", "e,0,0,3,3", "f.jpg,0,0,4,4", "c#1,0,0,5,5", "g,0,0,6,6")
    found = read_boxes(file, more)
    assert named(found, tmp_path) == {
        "one/b.jpg": [(4, 5, 6, 7)],
        "d.1.jpg": [(0, 0, 2, 2)],
        "e": [(0, 0, 3, 3)],  # called exactly so
    }
    assert [row.split(", ")[1] for row in found.unused] == ["row 5 (f.jpg)", "row 6 (c#1)", "row 7 (g)"]
    with pytest.raises(InputError, match=r"row 2: names .*a\.jpg as well as .*a\.png; write more of the path"):
        read_boxes(boxes(tmp_path, "a,0,1,2,3"), pictures)


def test_rows_of_no_picture_are_told(tmp_path: Path, pictures: list[Path]) -> None:
    file = boxes(tmp_path, "a.jpg,0,1,2,3", "typo.jpg,0,1,2,3")
    assert read_boxes(file, pictures).unused == (f"{file}, row 3 (typo.jpg)",)


def test_rows_that_found_their_picture_in_images(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.jpg").touch()
    assert read_boxes(boxes(tmp_path, "a.jpg,0,1,2,3"), [tmp_path / "elsewhere/a.jpg"]).of_pictures


def test_points_of_a_folder_of_pts(tmp_path: Path, pictures: list[Path]) -> None:
    write_pts(tmp_path / "a.pts", np.array([[1, 2], [3, 4]], np.float32))
    found = read_points(tmp_path, pictures[:1])
    assert found.of_pictures[pictures[0]][0].tolist() == [[1, 2], [3, 4]]
    assert found.told_by[pictures[0]] == [str(tmp_path / "a.pts")]


def test_points_of_folders_within_the_folder(tmp_path: Path, pictures: list[Path]) -> None:
    for name, value in (("one/b", 1), ("two/b", 2)):
        (tmp_path / "points" / name).parent.mkdir(parents=True)
        write_pts(tmp_path / "points" / f"{name}.pts", np.full((1, 2), value, np.float32))
    found = read_points(tmp_path / "points", pictures).of_pictures
    assert {picture.parent.name: points[0].tolist() for picture, points in found.items()} == {
        "one": [[1, 1]],
        "two": [[2, 2]],
    }


def test_what_predict_writes_as_pts_is_read_again(tmp_path: Path) -> None:
    """Two faces each of a.jpg and of a.png, which has that name too."""
    pictures = [tmp_path / "photos" / name for name in ("a.jpg", "a.png")]
    faces = [
        Prediction(str(picture), np.full((1, 2), 2 * place + face, np.float32), face)
        for place, picture in enumerate(pictures)
        for face in range(2)
    ]
    write_pts_files(tmp_path / "pts", faces, map(str, pictures))
    given = read_points(tmp_path / "pts", pictures)
    told = [[points[0, 0] for points in given.of_pictures[picture]] for picture in pictures]
    assert told == [[0, 1], [2, 3]]
    assert given.unused == ()


def test_a_way_up_does_not_lead_out_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The truth beside the pictures is no detector's."""
    for name, value in (("faces/a", 1), ("points/faces/a", 2)):
        (tmp_path / name).parent.mkdir(parents=True)
        write_pts(tmp_path / f"{name}.pts", np.full((1, 2), value, np.float32))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    picture = Path("../faces/a.jpg")
    assert read_points(tmp_path / "points", [picture]).of_pictures[picture][0].tolist() == [[2, 2]]


def test_many_pictures_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of videos: the system is asked of each once, not of each for each row."""
    asked: list[object] = []
    real = os.path.realpath
    monkeypatch.setattr(os.path, "realpath", lambda path: asked.append(path) or real(path))
    videos = [tmp_path / f"{video}/1.jpg" for video in range(30)]
    found = read_boxes(boxes(tmp_path, *(f"{video}/1.jpg,0,1,2,3" for video in range(30))), videos)
    assert len(found.of_pictures) == 30
    assert len(asked) < 5 * 30


def test_a_picture_s_own_file_is_no_face_of_another(tmp_path: Path) -> None:
    pictures = [tmp_path / name for name in ("a.jpg", "a.1.jpg")]
    for number, name in enumerate(("a", "a.1", "b", "c/d")):
        (tmp_path / "pts" / name).parent.mkdir(parents=True, exist_ok=True)
        write_pts(tmp_path / "pts" / f"{name}.pts", np.full((1, 2), number, np.float32))
    given = read_points(tmp_path / "pts", pictures)
    assert [[points[0, 0] for points in given.of_pictures[picture]] for picture in pictures] == [[0], [1]]
    assert given.unused == (str(tmp_path / "pts/b.pts"), str(tmp_path / "pts/c/d.pts"))


def test_a_file_that_may_be_of_two_pictures_is_refused(tmp_path: Path, pictures: list[Path]) -> None:
    write_pts(tmp_path / "b.pts", np.ones((1, 2), np.float32))
    with pytest.raises(InputError, match=r"b.pts: names .*one/b.jpg as well as .*two/b.jpg; put it into a folder"):
        read_points(tmp_path, pictures)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["z.jpg,0,1,2,3"], "none of its rows names one of the pictures"),
        (["a.jpg,0,1,,"], "boxes.csv, row 2: a point of 'a' is blank"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, pictures: list[Path], rows: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_boxes(boxes(tmp_path, *rows), pictures)


def test_a_row_of_points_is_no_box(tmp_path: Path, pictures: list[Path]) -> None:
    file = tmp_path / "points.csv"
    file.write_text("image,x0,y0,x1,y1,x2,y2\na.jpg,0,1,2,3,4,5\n")
    with pytest.raises(InputError, match="image,x0,y0,x1,y1"):
        read_boxes(file, pictures)


def test_a_folder_without_their_pts_is_refused(tmp_path: Path, pictures: list[Path]) -> None:
    with pytest.raises(InputError, match=r"no \.pts file"):
        read_points(tmp_path, pictures)
