"""Files that a user gives: what they hold, and what is said where they cannot be read."""

from pathlib import Path

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_json, read_text, read_yaml


def test_what_files_hold(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"\xef\xbb\xbf" + '{"é": [1, null]}'.encode())  # some editors begin with a mark
    assert read_text(file) == '{"é": [1, null]}'
    assert read_json(file) == read_yaml(file) == {"é": [1, None]}
    file.write_text("")
    assert read_yaml(file) is None


@pytest.mark.parametrize("read", [read_text, read_json, read_yaml])
def test_no_file_and_no_text(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(InputError, match=r"nope: cannot be read \(No such file"):
        read(tmp_path / "nope")
    (tmp_path / "picture").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match=r"picture: not a text file; a recipe is text$"):
        read(tmp_path / "picture", "a recipe is text")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "b" 2}', r", line 2: not valid JSON \(Expecting ':' delimiter\)$"),
        ('{"a": 1,\n "b": [2,', r", line 2: not valid JSON .*; is the file whole\?$"),
        ("", r", line 1: not valid JSON .*; is the file whole\?$"),
        (f"[{'9' * 5000}]", "a number in it has thousands of digits"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_json(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a").write_text(text)
    with pytest.raises(InputError, match=said):
        read_json(tmp_path / "a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "not valid YAML: .*line 1"),
        ("a\0b", "not a text file"),
        ("a: 2026-13-41", "a date or number in it cannot be"),
        (f"a: {'9' * 5000}", "a date or number in it cannot be"),
        ("[" * 2000, "nested too deep"),
        ("a: !!bool maybe", "a value in it is not what its !!tag says"),
        ("a: !!int ''", "a value in it is not what its !!tag says"),
        ("a: !!timestamp foo", "a value in it is not what its !!tag says"),
    ],
    ids=["cut", "binary", "date", "number", "deep", "no bool", "no int", "no time"],
)
def test_what_is_no_yaml(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        read_yaml(tmp_path / "a")
    assert "\n" not in str(caught.value)


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("!!python/object/apply:os.system ['true']")
    with pytest.raises(InputError, match="not valid YAML"):
        read_yaml(tmp_path / "a")
