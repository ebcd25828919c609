"""What the words of a command name."""

import os
from pathlib import Path

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.inputs import Inputs, find_inputs


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of all kinds; what is in them is not asked."""
    for name in ("photos/a.jpg", "photos/b c.PNG", "photos/notes.md", "photos/more/ü.webp", "one.jpg", "talk.MP4",
                 "no-suffix", "[x].jpg", "lists/d.jpg"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "pictures", "videos"),
    [
        (["one.jpg"], ["one.jpg"], []),
        (["./one.jpg", "one.jpg"], ["one.jpg"], []),
        (["no-suffix"], ["no-suffix"], []),
        (["photos"], ["photos/a.jpg", "photos/b c.PNG", "photos/more/ü.webp"], []),
        (["photos/", "photos/a.jpg"], ["photos/a.jpg", "photos/b c.PNG", "photos/more/ü.webp"], []),
        (["photos/*"], ["photos/a.jpg", "photos/b c.PNG", "photos/more/ü.webp"], []),  # as the shell's own
        (["photos/../one.jpg", f"{os.curdir}/photos/../one.jpg", "one.jpg"], ["photos/../one.jpg"], []),
        (["**/*.webp"], ["photos/more/ü.webp"], []),
        (["pho*"], ["photos/a.jpg", "photos/b c.PNG", "photos/more/ü.webp"], []),
        (["photos/?.jpg"], ["photos/a.jpg"], []),
        (["[x].jpg"], ["[x].jpg"], []),
        (["talk.MP4", "one.jpg"], ["one.jpg"], ["talk.MP4"]),
        (["*.MP4"], [], ["talk.MP4"]),
        (["camera:0", "camera:0"], [], ["camera:0"]),
    ],
)
def test_words_and_what_they_name(words: list[str], pictures: list[str], videos: list[str]) -> None:
    found = find_inputs(words)
    assert [path.as_posix() for path in found.pictures] == pictures
    assert list(found.videos) == videos


def test_a_list_names_files_from_here_or_from_where_it_lies(place: Path) -> None:
    (place / "lists" / "some.txt").write_text("\ufeffone.jpg\n\n d.jpg \ntalk.MP4\nnowhere.jpg\n", encoding="utf-8")
    found = find_inputs(["lists/some.txt"])
    assert [path.as_posix() for path in found.pictures] == ["one.jpg", "lists/d.jpg", "lists/nowhere.jpg"]
    assert found.videos == ("talk.MP4",)


def test_an_absolute_name_of_a_picture_is_no_other_one(place: Path) -> None:
    assert find_inputs(["one.jpg", str(place / "one.jpg"), str(place / "talk.MP4"), "talk.MP4"]) == Inputs(
        (Path("one.jpg"),), (str(place / "talk.MP4"),)
    )


def test_a_list_may_name_folders_and_blanks_that_belong_to_a_name(place: Path) -> None:
    (place / " blank .jpg").touch()
    (place / "some.txt").write_text(" blank .jpg\nphotos/more\n  one.jpg  \n")
    names = [path.as_posix() for path in find_inputs(["some.txt"]).pictures]
    assert names == [" blank .jpg", "photos/more/ü.webp", "one.jpg"]


def test_an_empty_folder_among_those_of_a_pattern_is_told(place: Path) -> None:
    said: list[str] = []
    names = [path.as_posix() for path in find_inputs(["[eo]*"], said.append).pictures]
    assert names == ["one.jpg"]
    assert [line.split(" (")[0] for line in said] == ["empty: no pictures in it"]
    with pytest.raises(InputError, match="empty: no pictures in it"):
        find_inputs(["emp*"])


def test_what_lies_where_nobody_may_look_is_for_the_reading_to_tell(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (place / "some.txt").write_text("closed/a.jpg\n")
    for name in ("stat", "lstat"):
        monkeypatch.setattr(Path, name, forbidden)
    assert find_inputs(["closed/a.jpg"]).pictures == (Path("closed/a.jpg"),)


def test_a_list_may_name_a_folder_without_pictures(place: Path) -> None:
    (place / "bare").mkdir()
    (place / "lists" / "some.txt").write_text("bare\none.jpg\n")
    said: list[str] = []
    assert find_inputs(["lists/some.txt"], said.append).pictures == (Path("one.jpg"),)
    assert said[0].startswith("bare: no pictures in it")


def test_a_pattern_may_name_lists(place: Path) -> None:
    (place / "lists" / "some.txt").write_text("one.jpg\n")
    assert find_inputs(["lists/*"]).pictures == (Path("lists/d.jpg"), Path("one.jpg"))


def test_what_a_run_drew_is_left_out_unless_it_is_asked_for(place: Path) -> None:
    (place / "out" / "drawn" / "photos").mkdir(parents=True)
    (place / "out" / "drawn" / "photos" / "a.jpg").touch()
    (place / "out" / "done.jsonl").touch()
    said: list[str] = []
    assert find_inputs(["out"], said.append).pictures == ()
    assert said[-1] == "out: 1 drawn pictures of other runs were left out"
    for folder in ("out/drawn", "out/drawn/photos"):
        assert find_inputs([folder]).pictures == (Path("out/drawn/photos/a.jpg"),)


def test_other_files_of_a_folder_are_told(place: Path) -> None:
    said: list[str] = []
    find_inputs(["photos"], said.append)
    assert said == ["photos: 1 other file left out (1 .md)"]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("", "an empty word names nothing to look at"),
        ("nope.jpg", "nope.jpg: there is no such picture, video or folder"),
        ("nope/*.jpg", r"nope/\*.jpg: no file has a name like this"),
        ("empty", "empty: no pictures in it"),
        ("nothing.txt", "nothing.txt: an empty list"),
        ("latin.txt", "latin.txt: not a text file; a list of paths"),
        ("wide.txt", "wide.txt: not a text file; a list of paths"),
    ],
)
def test_words_that_name_nothing(word: str, says: str, place: Path) -> None:
    (place / "nothing.txt").write_text("\n\n")
    (place / "wide.txt").write_bytes("photos/a.jpg\n".encode("utf-16-le"))
    (place / "latin.txt").write_bytes("ü.jpg".encode("latin-1"))
    with pytest.raises(InputError, match=says):
        find_inputs([word])


def test_rings_of_links_end_and_dangling_ones_are_pictures_to_be_named(place: Path) -> None:
    (place / "photos" / "ring").symlink_to(place / "photos")
    (place / "photos" / "self.jpg").symlink_to("self.jpg")
    (place / "photos" / "gone.jpg").symlink_to("nowhere.jpg")
    names = [path.name for path in find_inputs(["photos"]).pictures]
    assert sorted(names) == ["a.jpg", "b c.PNG", "gone.jpg", "self.jpg", "ü.webp"]
    assert [path.name for path in find_inputs(["photos/self.jpg"]).pictures] == ["self.jpg"]


def test_a_list_may_name_files_whose_names_are_not_utf8(place: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    (place / name).touch()
    (place / "names.txt").write_bytes(b"one.jpg\ncaf\xe9.jpg\n")
    assert find_inputs(["names.txt"]).pictures == (Path("one.jpg"), Path(name))
