"""How label files name their pictures: from the folder that they lie in."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias
from unicodedata import normalize

import numpy as np
import pytest

from laplace_landmarks.data.formats.coco import write_coco
from laplace_landmarks.data.formats.rows import find_picture, path_from
from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample

Form: TypeAlias = Literal["NFC", "NFD"]


@pytest.mark.parametrize("write", [write_table, write_coco])
def test_labels_in_a_folder_that_is_a_link(
    write: Callable[[Path, LabeledSet], None], tmp_path: Path, put_picture: Callable[..., Path], small: Markup
):
    """The system goes up from where a link leads."""
    sample = Sample("a", put_picture("pictures/a.png", None), np.ones((3, 2), np.float32), np.ones(3, np.bool_))
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep/er")
    (tmp_path / "plain").mkdir()
    for folder, picture in (("link", "../../pictures/a.png"), ("plain", "../pictures/a.png")):
        write(tmp_path / folder / "labels", LabeledSet(small, (sample,)))
        assert f"{picture}" in (tmp_path / folder / "labels").read_text()
        assert (tmp_path / folder / picture).is_file()


def test_a_picture_on_another_drive_is_named_wholly(monkeypatch: pytest.MonkeyPatch):
    def no_way(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr("os.path.relpath", no_way)
    assert path_from(Path("/labels"), Path("/faces/a.png")) == "/faces/a.png"


@pytest.mark.parametrize("there", ["NFC", "NFD"])
@pytest.mark.parametrize("named", ["NFC", "NFD"])
def test_an_accent_may_be_a_sign_of_its_own(tmp_path: Path, there: Form, named: Form):
    picture = tmp_path / "images" / normalize(there, "fïsh.jpg")
    picture.parent.mkdir()
    picture.touch()
    assert find_picture(normalize(named, "fïsh.jpg"), [tmp_path, tmp_path / "images"]).samefile(picture)


def test_a_name_without_a_suffix(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    for name in (
        "elsewhere/fish 5.jpg",
        "fish 5.png",
        "talk.mp4#0.jpg",
        "fish 1.png",
        "fish 2.JPG",
        "fish 3.jpg",
        "fish 3.png",
        "fish 4.txt",
        "day 1.5.png",
    ):
        (tmp_path / name).touch()
    names = (
        "fish 1",
        "fish 2",
        "fish 3",
        "fish 4",
        "day 1.5",
        "fish 1.jpg",
        "fish 5",
        "talk.mp4#0",
        "a" * 253,
        ".",
        f"{'a' * 300}/b",
    )
    found = [find_picture(name, [tmp_path / "elsewhere", tmp_path]) for name in names]
    first = [tmp_path / "elsewhere" / name for name in names]
    png, jpg = tmp_path / "fish 1.png", tmp_path / "fish 2.JPG"
    ours = tmp_path / "elsewhere" / "fish 5.jpg"
    assert found == [png, jpg, first[2], first[3], tmp_path / "day 1.5.png", first[5], ours, *first[7:]]


def test_a_picture_that_came_since(tmp_path: Path):
    assert not find_picture("a", [tmp_path]).exists()
    (tmp_path / "a.png").touch()
    assert find_picture("a", [tmp_path]) == tmp_path / "a.png"


def test_a_name_that_is_legal_until_its_accents_are_signs_of_their_own(tmp_path: Path):
    name = "한" * 40 + ".png"
    assert find_picture(name, [tmp_path]) == tmp_path / name
    (tmp_path / name).touch()
    assert find_picture(name, [tmp_path / "elsewhere", tmp_path]) == tmp_path / name
