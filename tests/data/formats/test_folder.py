"""Finding pictures by the hundred thousand."""

import os
from pathlib import Path

import pytest

from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.errors import InputError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_all_depths_in_order_and_nothing_else(tmp_path: Path):
    touch(tmp_path, "b.JPG", "a.png", "deep/er/c.jpeg", "notes.txt", "deep/list.csv", ".cache/d.jpg", "._a.png")
    told: list[str] = []
    assert find_pictures(tmp_path, told.append) == [tmp_path / name for name in ("a.png", "b.JPG", "deep/er/c.jpeg")]
    assert told == [f"{tmp_path}: 2 other files left out (1 .csv, 1 .txt)"]


def test_the_commonest_of_what_is_left_out_are_told(tmp_path: Path):
    touch(tmp_path, "a.png", *(f"{n}.PTS" for n in range(4)), "b.json", "c.json", "README", "read", "me", "d.csv")
    told: list[str] = []
    find_pictures(tmp_path, told.append)
    assert told == [f"{tmp_path}: 10 other files left out (4 .pts, 3 without a suffix, 2 .json, ...)"]


def test_no_word_where_all_are_pictures(tmp_path: Path):
    touch(tmp_path, "a.png")
    told: list[str] = []
    find_pictures(tmp_path, told.append)
    assert told == []


def test_links_are_followed_once(tmp_path: Path):
    touch(tmp_path, "elsewhere/a.png")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere/ring").symlink_to(tmp_path / "data", target_is_directory=True)
    assert find_pictures(tmp_path / "data") == [tmp_path / "data/link/a.png"]


def test_folders_without_pictures(tmp_path: Path):
    with pytest.raises(InputError, match=r"no pictures in it \(0 other files"):
        find_pictures(tmp_path)
    touch(tmp_path, "a.txt", "b/c.psd")
    with pytest.raises(InputError, match=r"no pictures in it \(2 other files"):
        find_pictures(tmp_path)
    for wrong in (tmp_path / "a.txt", tmp_path / "nowhere"):
        with pytest.raises(InputError, match="not a folder"):
            find_pictures(wrong)


def test_a_folder_that_cannot_be_read_is_told_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    touch(tmp_path, "a.png", "locked/b.png")
    scan = os.scandir

    def denied(folder: str):
        if folder.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", denied)
    told: list[str] = []
    assert find_pictures(tmp_path, told.append) == [tmp_path / "a.png"]
    assert told == [f"{tmp_path / 'locked'}: not a folder that can be read (Permission denied)"]
    with pytest.raises(InputError, match="locked: not a folder that can be read"):
        find_pictures(tmp_path)


def test_a_link_to_itself_is_a_file_that_cannot_be_read(tmp_path: Path):
    touch(tmp_path, "a.png")
    (tmp_path / "self.png").symlink_to("self.png")
    assert find_pictures(tmp_path) == [tmp_path / "a.png", tmp_path / "self.png"]
