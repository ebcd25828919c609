"""Pictures and their .pts come in pairs, and whatever is alone is named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.pictures_with_pts import read_pts_folder, write_pts_folder
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError


def test_pairs_at_all_depths(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    moved = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    for name, points in {"b.png": moved, "a/one.two.png": moved + 10}.items():
        put_picture(name, points)
    labeled = read_pts_folder(tmp_path, small)
    assert [sample.name for sample in labeled.samples] == ["a/one.two", "b"]
    np.testing.assert_allclose(labeled.samples[1].landmarks, moved)
    assert labeled.samples[0].visible.tolist() == [True, True, True]
    assert labeled.samples[0].picture == tmp_path / "a/one.two.png"


def test_suffixes_in_capitals(tmp_path: Path, put_picture: Callable[..., Path]):
    file = put_picture("a.JPG").with_suffix(".pts")
    file.rename(file.with_suffix(".PTS"))
    assert [sample.name for sample in read_labeled(tmp_path, None).samples] == ["a"]


def test_pictures_without_points(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("good.png")
    for name in ("1.png", "2.png", "3.png", "4.png", "5.png"):
        put_picture(name, None)
    with pytest.raises(InputError, match=r"1\.png, .*2\.png, .*3\.png and 2 more without a \.pts beside"):
        read_pts_folder(tmp_path, small)


def test_points_without_picture(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("good.png")
    put_picture("gone.png").unlink()
    with pytest.raises(InputError, match=r"^[^,]*gone\.pts without a picture beside"):
        read_pts_folder(tmp_path, small)


def test_two_pictures_with_one_points_file(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("a.png")
    put_picture("a.jpg")
    with pytest.raises(InputError, match=r"a\.jpg and .*a\.png share one \.pts"):
        read_pts_folder(tmp_path, small)


def test_folders_that_hold_no_labels(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    with pytest.raises(InputError, match="no pictures in it"):
        read_pts_folder(tmp_path, small)
    put_picture("a.png", None)
    with pytest.raises(InputError, match=r"no \.pts files beside them"):
        read_pts_folder(tmp_path, small)


def test_pictures_of_one_stem_without_a_pts_lack_it_first_of_all(tmp_path: Path, put_picture: Callable[..., Path]):
    """Which of them would share it is of no interest yet."""
    for name in ("a.png", "a.bmp"):
        put_picture(name).with_suffix(".pts").unlink()
    with pytest.raises(InputError, match=r"pictures, but no \.pts files beside them"):
        read_pts_folder(tmp_path)
    (tmp_path / "a.pts").touch()
    with pytest.raises(InputError, match=r"a\.bmp and .*a\.png share one \.pts file"):
        read_pts_folder(tmp_path)


def test_a_wrong_file_is_named(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("a.png", np.zeros((4, 2), np.float32))
    with pytest.raises(InputError, match=r"a\.pts, line 2: 4 points, but the markup has 3 landmarks"):
        read_pts_folder(tmp_path, small)


def test_without_a_markup_points_are_counted(tmp_path: Path, put_picture: Callable[..., Path]):
    put_picture("a.png")
    assert read_pts_folder(tmp_path).markup.names == ("1", "2", "3")
    put_picture("b.png", np.ones((4, 2)))
    with pytest.raises(InputError, match=r"b\.pts, line 2: 4 points, but the markup has 3 landmarks"):
        read_pts_folder(tmp_path)


def test_there_and_back(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    """A picture with two objects becomes two pictures; nothing leaves the new folder."""
    place = put_picture("old/a.png")
    one = read_pts_folder(tmp_path / "old", small).samples[0]
    two = replace(one, name="../a#2", landmarks=one.landmarks + 1)
    write_pts_folder(tmp_path / "new", LabeledSet(small, (one, two)))
    second, first = read_pts_folder(tmp_path / "new", small).samples
    assert (first.name, second.name) == ("a", "a#2")
    np.testing.assert_allclose(second.landmarks, two.landmarks)
    assert second.picture.read_bytes() == place.read_bytes()


def test_names_that_differ_by_a_way_up_are_two_files(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("old/a.png")
    one = read_pts_folder(tmp_path / "old", small).samples[0]
    named = {"x/a": 0, "../x/a": 1, "x/a#2": 2}
    samples = tuple(replace(one, name=name, landmarks=one.landmarks + by) for name, by in named.items())

    write_pts_folder(tmp_path / "new", LabeledSet(small, samples))

    written = {sample.name: sample.landmarks for sample in read_pts_folder(tmp_path / "new", small).samples}
    assert sorted(written) == ["x/a", "x/a#2", "x/a#3"]
    for name, by in {"x/a": 0, "x/a#3": 1, "x/a#2": 2}.items():
        np.testing.assert_allclose(written[name], one.landmarks + by)
