"""Which picture a row of boxes or points belongs to."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.places import Given, read_boxes, read_points
from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.errors import InputError


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


def test_a_bare_name_is_of_every_folder_and_a_way_up_does_not_count(tmp_path: Path, pictures: list[Path]) -> None:
    found = named(read_boxes(boxes(tmp_path, "b.jpg,0,1,2,3", "../elsewhere/a.jpg,0,0,1,1"), pictures[:4]), tmp_path)
    assert sorted(found) == ["one/b.jpg", "two/b.jpg"]


def test_rows_that_found_their_picture_in_images(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.jpg").touch()
    assert read_boxes(boxes(tmp_path, "a.jpg,0,1,2,3"), [tmp_path / "elsewhere/a.jpg"]).of_pictures


def test_points_of_a_folder_of_pts(tmp_path: Path, pictures: list[Path]) -> None:
    write_pts(tmp_path / "a.pts", np.array([[1, 2], [3, 4]], np.float32))
    found = read_points(tmp_path, pictures[:1])
    assert found.of_pictures[pictures[0]][0].tolist() == [[1, 2], [3, 4]]
    assert found.told_by[pictures[0]] == [str(tmp_path / "a.pts")]


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
