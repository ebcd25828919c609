"""YOLO-pose folders: fractions of the picture, with and without visibility."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.yolo import read_yolo, write_yolo
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

YAML = "train: images/train\nkpt_shape: [3, 3]\nflip_idx: [1, 0, 2]\nnames: {0: pet}\nkpt_names: [left, right, nose]\n"
PLACES = np.array([[20, 20], [40, 20], [30, 40]], np.float32)
LINE = "0 0.5 0.5 0.5 0.4 0.1 0.2 2 0.5 0.5 1 0 0 0\n"


@pytest.fixture
def yolo(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[..., Path]:
    """Writes data.yaml and the labels of images/train/a.png, which is 60 wide and 50 high."""
    put_picture("images/train/a.png", None)
    (tmp_path / "labels/train").mkdir(parents=True)

    def write(text: str = LINE, described: str | None = YAML) -> Path:
        (tmp_path / "labels/train/a.txt").write_text(text)
        if described is not None:
            (tmp_path / "data.yaml").write_text(described)
        return tmp_path

    return write


def test_by_hand(yolo: Callable[..., Path]):
    labeled = read_yolo(yolo(LINE + LINE.replace("0.1 0.2 2", "0.2 0.2 2")))
    assert labeled.markup == Markup("pet", ("left", "right", "nose"), mirror=((0, 1),))
    first, second = labeled.samples
    assert (first.name, second.name, first.subset) == ("train/a", "train/a#2", "train")
    np.testing.assert_allclose(first.landmarks, [[6, 10], [30, 25], [0, 0]], atol=1e-5)
    assert first.visible.tolist() == [True, True, False]
    # centre (30, 25), 30 x 20, measured from the pixels' edges
    assert first.box == pytest.approx((14.5, 14.5, 44.5, 34.5))
    assert second.landmarks[0, 0] == pytest.approx(12)


def test_without_visibility(yolo: Callable[..., Path]):
    folder = yolo("0 0.5 0.5 0.5 0.4 0.1 0.2 0 0 -1 -1\n", "kpt_shape: [3, 2]\n")
    (sample,) = read_yolo(folder / "data.yaml").samples
    assert sample.visible.tolist() == [True, True, False], "only what is negative is missing"


def test_without_a_yaml_the_markup_tells(yolo: Callable[..., Path], small: Markup):
    folder = yolo(described=None)
    assert read_yolo(folder, small).samples[0].visible.tolist() == [True, True, False]
    with pytest.raises(InputError, match=r"no data\.yaml with kpt_shape in it; add it, or name the markup"):
        read_yolo(folder)


def test_what_is_left_out_is_told(yolo: Callable[..., Path], put_picture: Callable[..., Path]):
    put_picture("images/train/b.png", None)
    told: list[str] = []
    folder = yolo(f"{LINE}0 0.5 0.5 0.5 0.4 0 0 0 0 0 0 0 0 0\n")
    assert len(read_labeled(folder, None, note=told.append)) == 1
    assert "1 pictures without labels and 1 objects without landmarks were left out" in told[0]


@pytest.mark.parametrize(
    ("described", "names", "mirror"),
    [
        ("kpt_shape: [3, 3]\nflip_idx: [0, 2, 1]\nnames: {0: pet}", ("1", "2", "3"), ((1, 2),)),
        ("kpt_shape: [3, 3]\nflip_idx: []", ("1", "2", "3"), ()),
        ("kpt_shape: [3, 3]", ("1", "2", "3"), ()),
    ],
)
def test_pairs_without_names_are_kept(
    yolo: Callable[..., Path], described: str, names: tuple[str, ...], mirror: tuple[tuple[int, int], ...]
):
    """They were lost once, and a mirrored picture then taught left for right."""
    markup = read_yolo(yolo(described=described)).markup
    assert (markup.names, markup.mirror) == (names, mirror)


def test_pairs_of_a_known_count(yolo: Callable[..., Path]):
    line = "0 0.5 0.5 0.5 0.4" + " 0.1 0.2 2" * 68
    order = IBUG68.mirror_order().tolist()
    assert read_yolo(yolo(line, f"kpt_shape: [68, 3]\nflip_idx: {order}")).markup is IBUG68
    order[:17], order[36], order[45] = range(17), 36, 45
    other = read_yolo(yolo(line, f"kpt_shape: [68, 3]\nflip_idx: {order}")).markup
    assert other.names[0] == "1", "other pairs than 300W's are other landmarks"
    assert other.mirror_order().tolist() == order


def test_what_is_not_as_it_seems_is_told(yolo: Callable[..., Path]):
    told: list[str] = []
    folder = yolo(LINE + LINE.replace("0 ", "1 ", 1))
    (folder / "labels/train/lone.txt").write_text(LINE)
    (folder / "labels/classes.txt").write_text("pet\ncar\n")
    assert len(read_yolo(folder, note=told.append)) == 2
    assert told == [
        f"{folder}: 1 label files without a picture were left out, the first is {folder / 'labels/train/lone.txt'}",
        f"{folder}: objects of 2 classes (0, 1) are read as of one",
        f"{folder}: 2 hidden landmarks (v = 1) count as visible, and are written as such",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no labeled object in it"),
        (LINE[:30], "line 1: "),
        (f"{LINE}\n0 0.5 0.5", "line 3: 3 words, but 3 landmarks make 14"),
        (LINE.replace("0.1", "left"), "line 1: word 6 is 'left', not a number"),
        (LINE.replace("0.1", "nan"), "line 1: word 6 is 'nan'"),
        (LINE.replace("0.2 2", "0.2 3"), "line 1: visibility is 3; it is 0, 1 or 2"),
    ],
)
def test_wrong_lines_are_named(yolo: Callable[..., Path], text: str, words: str):
    folder = yolo(text)
    with pytest.raises(InputError) as error:
        read_yolo(folder)
    assert str(error.value).startswith(str(folder))
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ("kpt_shape: [3", "not valid YAML"),
        ("names: {0: pet}", "kpt_shape must be [landmarks, 2 or 3]"),
        ("kpt_shape: [three, 3]", "kpt_shape must be"),
        ("kpt_shape: [3, 4]", "kpt_shape says 4 numbers a landmark"),
        (YAML.replace("[1, 0, 2]", "[1, 1, 2]"), "flip_idx must have 3 entries, each index from 0 to 2 once"),
        (YAML.replace("[1, 0, 2]", "[1, 0]"), "flip_idx must have 3 entries"),
        (YAML.replace("[1, 0, 2]", "[1, 0, 3]"), "flip_idx must have 3 entries, each index from 0 to 2 once"),
        (YAML.replace("[1, 0, 2]", "[1, 2, 0]"), "flip_idx: 0 takes the place of 1, but 1 not that of 0"),
        (YAML.replace("[1, 0, 2]", "[1, zero, 2]"), "flip_idx must be a list of indices"),
        (YAML.replace("[1, 0, 2]", "[true, 0, 2]"), "flip_idx must be a list of indices"),
        (YAML.replace("[1, 0, 2]", "7"), "flip_idx must be a list of indices"),
        ("kpt_shape: [3, 3]\nflip_idx: [1, 2, 0]", "flip_idx: 0 takes the place of 1"),
        (YAML.replace("[left, right, nose]", "[left]"), "kpt_names must have 3 entries, not 1"),
        (YAML.replace("[left, right, nose]", "[left, left, nose]"), "two landmarks are named 'left'"),
        (YAML.replace("[left, right, nose]", "left"), "kpt_names must be a list of names"),
        (
            YAML.replace("[left, right, nose]", "{0: [a, b, c], 1: [a, b, d]}"),
            "two classes have landmarks of their own",
        ),
    ],
)
def test_wrong_descriptions_are_named(yolo: Callable[..., Path], described: str, words: str):
    folder = yolo(described=described)
    with pytest.raises(InputError) as error:
        read_yolo(folder)
    assert str(error.value).startswith(str(folder / "data.yaml"))
    assert words in str(error.value)


def test_a_broken_picture_is_named(yolo: Callable[..., Path]):
    folder = yolo()
    (folder / "images/train/a.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"a\.png: not a picture"):
        read_yolo(folder)


def test_there_and_back(yolo: Callable[..., Path], tmp_path: Path, put_picture: Callable[..., Path]):
    put_picture("images/train/sub/a.png", None)
    folder = yolo(LINE + LINE.replace("0.1 0.2 2", "0.2 0.2 2"))
    (folder / "labels/train/sub").mkdir()
    (folder / "labels/train/sub/a.txt").write_text(LINE)
    labeled = read_yolo(folder)
    write_yolo(tmp_path / "new", labeled)
    again = read_yolo(tmp_path / "new")
    assert again.markup == labeled.markup
    for before, after in zip(labeled.samples, again.samples, strict=True):
        np.testing.assert_allclose(after.landmarks, before.landmarks, atol=1e-3)
        np.testing.assert_allclose(after.box or (), before.box or (), atol=1e-3)
        np.testing.assert_array_equal(after.visible, before.visible)
        assert (after.name, after.subset) == (before.name, before.subset)


def test_pictures_that_would_lie_in_one_place(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    """Without subsets "a" goes to train/, where "train/a" is."""
    samples = tuple(
        Sample(name, put_picture(f"{name}.png", None, seed), PLACES + seed, np.ones(3, np.bool_), (9, 9, 45, 45))
        for seed, name in enumerate(("a", "train/a"))
    )
    write_yolo(tmp_path / "new", LabeledSet(small, samples))
    again = {sample.name: sample for sample in read_yolo(tmp_path / "new", small).samples}
    assert sorted(again) == ["train/a", "train/a#2"]
    for name, before in zip(("train/a", "train/a#2"), samples, strict=True):
        assert again[name].picture.read_bytes() == before.picture.read_bytes()
        np.testing.assert_allclose(again[name].landmarks, before.landmarks, atol=1e-3)
