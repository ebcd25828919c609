"""WFLW's lists, written as the set writes them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.coco import read_coco
from laplace_landmarks.data.formats.wflw import read_wflw
from laplace_landmarks.data.markup import WFLW98
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

COORDINATES = [f"{number}.5" for number in range(196)]
LINE = " ".join([*COORDINATES, "10 20 40 60", "0 1 0 0 1 0", "0--Parade/a.jpg"])


@pytest.fixture
def wflw(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[..., Path]:
    """Writes a list where WFLW has it, and 0--Parade/a.jpg below WFLW_images/."""
    put_picture("WFLW_images/0--Parade/a.jpg", None)

    def write(text: str, part: str = "train") -> Path:
        file = tmp_path / f"WFLW_annotations/list_98pt_rect_attr_train_test/list_98pt_rect_attr_{part}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return write


def test_by_hand(wflw: Callable[..., Path], tmp_path: Path):
    labeled = read_wflw(wflw(f"{LINE}\n{LINE.replace('0.5 1.5', '3 4', 1)}\n"))
    assert labeled.markup is WFLW98
    first, second = labeled.samples
    assert (first.name, second.name, first.subset) == ("0--Parade/a", "0--Parade/a#2", "train")
    assert first.picture == tmp_path / "WFLW_images/0--Parade/a.jpg"
    assert first.landmarks[:2].tolist() == [[0.5, 1.5], [2.5, 3.5]]
    assert first.landmarks[97].tolist() == [194.5, 195.5]
    assert second.landmarks[0].tolist() == [3, 4]
    assert (first.box, first.visible.all()) == ((10, 20, 40, 60), True)


def test_the_whole_set_by_its_folder(wflw: Callable[..., Path], tmp_path: Path):
    wflw(LINE)
    wflw(LINE.replace("0.5", "0.25", 1), "test")
    labeled = read_labeled(tmp_path, None)
    assert [(sample.name, sample.subset) for sample in labeled.samples] == [
        ("0--Parade/a", "test"), ("0--Parade/a#2", "train"),
    ]  # fmt: skip


def test_the_short_form(wflw: Callable[..., Path], tmp_path: Path):
    file = wflw("").with_name("list_98pt_test_blur.txt")
    file.write_text(" ".join([*COORDINATES, "0--Parade/a.jpg"]))
    (sample,) = read_labeled(file, None).samples
    assert (sample.box, sample.subset) == (None, "test")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no labeled object in it"),
        (f"{LINE}\n{LINE[:700]}", "line 2: "),
        (LINE.replace("0.5 1.5", "0.5", 1), "line 1: 206 words; a line has 207, or 197 without box"),
        (LINE.replace("2.5", "two", 1), "line 1: coordinate 3 is 'two', not a number"),
        (LINE.replace("2.5", "nan", 1), "line 1: coordinate 3 is 'nan'"),
        (LINE.replace("10 20 40", "50 20 40"), "line 1: the box from (50, 20) to (40, 60) has no size"),
        (f"{LINE}\n\n{LINE}", "line 3: the same face as in line 1"),
        (LINE.replace("a.jpg", "b.jpg"), "line 1: there is no picture"),
    ],
)
def test_what_is_wrong_is_named(wflw: Callable[..., Path], text: str, words: str):
    file = wflw(text)
    with pytest.raises(InputError) as error:
        read_wflw(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(InputError, match=r"no list_98pt_rect_attr_train\.txt"):
        read_wflw(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_wflw(tmp_path / "none.txt")
    (tmp_path / "a.txt").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InputError, match="not a text file"):
        read_wflw(tmp_path / "a.txt")


def test_real_faces_through_a_list(wflw: Callable[..., Path], shared_data: Path, tmp_path: Path):
    """Real WFLW faces, written in the list's form, come back as COCO's reader gives them."""
    real = read_coco(shared_data / "format-samples/wflw/test_wflw.json")
    lines = []
    for sample in real.samples:
        assert sample.box is not None
        numbers = [f"{value:.6f}" for value in [*sample.landmarks.ravel().tolist(), *sample.box]]
        lines.append(" ".join([*numbers, *"000000", str(sample.picture)]))
    for before, after in zip(real.samples, read_wflw(wflw("\n".join(lines))).samples, strict=True):
        np.testing.assert_allclose(after.landmarks, before.landmarks, atol=1e-4)
        assert after.picture == before.picture
