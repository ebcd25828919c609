"""Pictures by a list of paths."""

from pathlib import Path

import pytest

from laplace_landmarks.data.formats.picture_list import pictures_of, read_list
from laplace_landmarks.errors import InputError


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a.png, more/b.png and more/c.jpg; lists lie in lists/, beside d.png."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "more/b.png", "more/c.jpg", "lists/d.png"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    return tmp_path


def listed(*lines: str) -> Path:
    file = Path("lists/some.txt")
    file.write_text("\n".join(lines) + "\n")
    return file


def test_a_list_names_pictures_and_folders_each_once(place: Path) -> None:
    named = listed("more/b.png", "a.png", "", "d.png", "more", "a.png")
    assert [str(path) for path in pictures_of(named)] == ["a.png", "lists/d.png", "more/b.png", "more/c.jpg"]


def test_only_a_new_line_ends_a_name(place: Path) -> None:
    odd = ["more/a\u2028b.png", "more/a\x85b.png", "more/a\fb.png"]
    for name in odd:
        Path(name).touch()
    Path("some.txt").write_bytes("\r\n".join([*odd, "a.png"]).encode())
    assert [str(path) for path in read_list(Path("some.txt"))] == [*odd, "a.png"]


def test_a_folder_without_pictures_is_told_and_the_others_count(place: Path) -> None:
    Path("empty").mkdir()
    said: list[str] = []
    assert pictures_of(listed("empty", "more"), said.append) == [Path("more/b.png"), Path("more/c.jpg")]
    assert [line.partition(" (")[0] for line in said] == ["empty: no pictures in it"]
    with pytest.raises(InputError, match="empty: no pictures in it"):
        pictures_of(listed("empty"), said.append)


def test_a_folder_is_searched(place: Path) -> None:
    assert pictures_of(place / "more") == [place / "more/b.png", place / "more/c.jpg"]
    (place / "called.txt").mkdir()
    (place / "called.txt/e.png").touch()
    assert pictures_of(place / "called.txt") == [place / "called.txt/e.png"]


def test_what_is_not_there_is_left_to_the_reading(place: Path) -> None:
    assert pictures_of(listed("a.png", "gone.png")) == [Path("a.png"), Path("lists/gone.png")]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\n \n", "an empty list"), (b"\x89PNG\0", "not a text file"), (b"caf\xe9.png\n", "not a text file")],
)
def test_what_is_no_list(content: bytes, told: str, place: Path) -> None:
    Path("some.txt").write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_list(Path("some.txt"))


def test_a_list_that_is_not_there_is_named(place: Path) -> None:
    with pytest.raises(InputError, match=r"nope\.txt: cannot be read"):
        pictures_of(Path("nope.txt"))
