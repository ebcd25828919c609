"""Which reader reads what, and how parts of a data set are named."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import FORMATS, read_labeled, read_split, select, subset, with_picture_boxes
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.outputs import Prediction, to_line


def labeled_set(markup: Markup, **subsets: str) -> LabeledSet:
    """Samples by name, with their subset; "__" stands for a slash."""
    none = np.zeros((len(markup), 2), np.float32), np.ones(len(markup), np.bool_)
    return LabeledSet(
        markup,
        tuple(Sample(name.replace("__", "/"), Path("x.png"), *none, subset=subset) for name, subset in subsets.items()),
    )


def names(labeled: LabeledSet) -> list[str]:
    return [sample.name for sample in labeled.samples]


def test_formats_are_told_apart(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("mine/a.png")
    put_picture("300w/afw/1.jpg")
    (tmp_path / "labels.csv").write_text("image,x0,y0,x1,y1,x2,y2\nmine/a.png,1,2,3,4,5,6")
    told: list[str] = []
    for path, name in {"mine": "a", "300w": "afw/1", "labels.csv": "mine/a"}.items():
        assert names(read_labeled(tmp_path / path, small, note=told.append)) == [name]
    assert told == ["helen: not there", "lfpw: not there", "afw: 1 of 337 pictures", "ibug: not there"]


def test_a_format_may_be_named(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("afw/1.jpg")
    assert read_labeled(tmp_path, small, format="pts").samples[0].subset == ""
    assert read_labeled(tmp_path, small, format="300w").samples[0].subset == "train"
    with pytest.raises(InputError, match=r"no format is named 'json'; known: auto, 300w, .*coco, .*pts, table"):
        read_labeled(tmp_path, small, format="json")


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.json", b'  {"images": []}', "coco"),
        ("a.xml", b"<?xml version='1.0'?><dataset/>", "dlib"),
        ("a.csv", b"scorer,me,me\n", "deeplabcut"),
        ("a.csv", b"image,x0,y0\n", "table"),
        ("a.txt", b"1.5 2 " * 98 + b"a.jpg\n", "wflw"),
        ("data.yaml", b"train: images\nkpt_shape: [3, 3]\n", "yolo"),
        ("a.sqlite", b"SQLite format 3\0" + bytes(90), "aflw"),
        ("a.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "aflw19"),
        ("a.mat", b"MATLAB 7.3 MAT-file, Platform: GLNXA64", "cofw"),
        ("a.slp", b"\x89HDF\r\n\x1a\n" + bytes(90), "sleap"),
    ],
)
def test_files_are_told_apart_by_what_is_in_them(tmp_path: Path, name: str, content: bytes, format: str):
    (tmp_path / name).write_bytes(content)
    assert [key for key, known in FORMATS.items() if known.fits(tmp_path / name, content)] == [format]
    (tmp_path / "notes.md").write_text("about")
    with pytest.raises(InputError) as error:  # all of them are cut short, and the right reader says so
        read_labeled(tmp_path, None)
    assert str(error.value).startswith(str(tmp_path))


def test_a_folder_with_several_files_of_labels(tmp_path: Path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(InputError, match=r"2 files could hold the labels \(a.json, b.json\); name one of them"):
        read_labeled(tmp_path, None)


def test_deeplabcut_writes_one_file_in_two_ways(tmp_path: Path, put_picture: Callable[..., Path]):
    put_picture("a.png", None)
    (tmp_path / "CollectedData_me.csv").write_text("scorer,me,me\nbodyparts,nose,nose\ncoords,x,y\na.png,1,2\n")
    (tmp_path / "CollectedData_me.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(90))
    assert read_labeled(tmp_path, None).samples[0].landmarks.tolist() == [[1, 2]]


def test_whole_pictures_as_boxes(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("a.png")
    labeled = with_picture_boxes(read_labeled(tmp_path, small))
    assert labeled.samples[0].box == (-0.5, -0.5, 59.5, 49.5), "60 wide and 50 high"


def test_nothing_there(tmp_path: Path, small: Markup):
    with pytest.raises(InputError, match="no such file or folder"):
        read_labeled(tmp_path / "nowhere", small)


def test_subsets(small: Markup):
    labeled = labeled_set(small, a="common", b="challenge", c="train", d="common", e="")
    assert names(subset(labeled, "common")) == ["a", "d"]
    assert names(subset(labeled, "full")) == ["a", "b", "d"]
    with pytest.raises(InputError, match="no picture is in 'test'; there are challenge, common, train"):
        subset(labeled, "test")
    with pytest.raises(InputError, match="there are no subsets"):
        subset(labeled_set(small, a=""), "test")


def test_full_without_challenge_is_not_called_full(small: Markup):
    with pytest.raises(InputError, match="'full': no picture is in 'challenge'; there are common"):
        subset(labeled_set(small, a="common"), "full")


def test_selecting_keeps_the_sets_order(small: Markup):
    labeled = labeled_set(small, lfpw__1="", lfpw__2="", lfpw__3="", afw__3="")
    assert names(select(labeled, ["lfpw/3", "1"])) == ["lfpw/1", "lfpw/3"]


def test_a_whole_name_goes_before_a_last_part(small: Markup):
    labeled = labeled_set(small, a="", sub__a="")
    assert names(select(labeled, ["a"])) == ["a"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["1", "7", "8"], "2 of 3 names are not among the 4 pictures, the first is '7'"),
        (["3"], "'3' fits afw/3 and lfpw/3; choose a subset"),
        (["1", "lfpw/1"], "1 pictures are named twice, the first is lfpw/1"),
    ],
)
def test_names_that_select_nothing_certain(small: Markup, wanted: list[str], words: str):
    with pytest.raises(InputError, match=words):
        select(labeled_set(small, lfpw__1="", lfpw__2="", lfpw__3="", afw__3=""), wanted)


def test_split_files(tmp_path: Path):
    split = {"about": "why", "train": ["a", "b"], "labels": {"50": ["a"]}}
    (tmp_path / "split.json").write_text(json.dumps(split))
    assert read_split(tmp_path / "split.json", "train") == ("a", "b")
    assert read_split(tmp_path / "split.json", "labels/50") == ("a",)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ('{"train": ["a"]}', "test", "no key 'test'; there are train"),
        ('{"labels": {"50": ["a"]}}', "labels/51", "no key 'labels/51'; there are 50"),
        ('{"train": ["a"]}', "train/50", "there are no lists below that"),
        ('["a"]', "train", "no key 'train'"),
        ('{"labels": {"50": ["a"]}}', "labels", "'labels' must be a list of names"),
        ('{"train": []}', "train", "must be a list of names in quotes, at least one"),
        ('{"train": [1, 2]}', "train", "must be a list of names in quotes"),
        ('{"train": ["a", "b", "a"]}', "train", "names 1 pictures twice, the first is a"),
        ('{\n"train": ["a",\n}', "train", "line 3: not valid JSON"),
        ("", "train", "line 1: not valid JSON"),
    ],
)
def test_split_files_that_are_wrong(tmp_path: Path, text: str, key: str, words: str):
    (tmp_path / "split.json").write_text(text)
    with pytest.raises(InputError) as error:
        read_split(tmp_path / "split.json", key)
    assert str(error.value).startswith(str(tmp_path / "split.json"))
    assert words in str(error.value)


def test_split_files_that_are_no_text(tmp_path: Path):
    (tmp_path / "split.json").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match="not a text file; a split is JSON"):
        read_split(tmp_path / "split.json", "train")
    with pytest.raises(InputError, match="cannot be read"):
        read_split(tmp_path / "none.json", "train")


def test_the_real_split(shared_data: Path):
    labeled = subset(read_labeled(shared_data / "300w", IBUG68), "train")
    file = shared_data / "splits/lfpw.json"
    train, validation = (set(names(select(labeled, read_split(file, key)))) for key in ("train", "validation"))
    assert (len(train), len(validation), len(train & validation)) == (644, 161, 0)
    assert set(names(select(labeled, read_split(file, "labels/50")))) < train


def test_a_picture_holds_no_labels(tmp_path: Path, put_picture: Callable[..., Path]):
    with pytest.raises(InputError, match=r"a\.png: a picture, which holds no labels; name the file or folder"):
        read_labeled(put_picture("a.png", None), None)


@pytest.mark.parametrize("start", ["", '{"frame":0,"seconds":0.0,'])
def test_predictions_are_no_labels(start: str, tmp_path: Path):
    prediction = Prediction("a.png", np.zeros((2, 2), np.float32))
    line = start + to_line(prediction).removeprefix("{" if start else "")
    (tmp_path / "p.jsonl").write_text(f"{line}\n{line}\n")
    for format in ("auto", "coco"):
        with pytest.raises(InputError, match=r"p\.jsonl: predictions, not labels: run predict --format coco to have"):
            read_labeled(tmp_path / "p.jsonl", None, format)


def test_files_of_other_programs_are_called_by_their_name(tmp_path: Path, put_picture: Callable[..., Path]):
    for name in "ab":
        put_picture(f"{name}.png", None)
        content = {"flags": {}, "shapes": [{"label": "head", "points": [[1, 2]]}], "imagePath": f"{name}.png"}
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    for path in (tmp_path, tmp_path / "a.json"):
        with pytest.raises(InputError, match=r"a\.json: a file of LabelMe, which is not read; write its points"):
            read_labeled(path, None)
    (tmp_path / "a.json").write_text('{"images": []}', encoding="utf-16")
    with pytest.raises(InputError, match=r"a\.json: text in UTF-16, which is not read"):
        read_labeled(tmp_path / "a.json", None)


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def denied(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(InputError, match=rf"^{tmp_path}: cannot be read \(Permission denied\)$"):
        read_labeled(tmp_path, None)


def test_a_part_is_read_alone(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("lfpw/trainset/image_0001.png")
    put_picture("ibug/1.jpg")
    said: list[str] = []
    assert names(read_labeled(tmp_path, small, "auto", said.append, "challenge")) == ["ibug/1"]
    assert said == ["ibug: 1 of 135 pictures"]
