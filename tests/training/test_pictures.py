"""What a training is given: how its crops are placed, what is left out, and what is unlabeled."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.placing import check_turns
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule, tight_box
from laplace_landmarks.faces.five_points import roll
from laplace_landmarks.training.config import Config, UnlabeledPictures
from laplace_landmarks.training.pictures import training_pictures

MakeConfig = Callable[..., Config]


@pytest.mark.parametrize("rotation", [0.0, 10.0])
def test_upright_crops_are_turned_as_the_faces_are(tiny_config: MakeConfig, rotation: float) -> None:
    """Those to train on, to validate on, and what augmentation starts from."""
    config = tiny_config(data={"upright": True, "unlabeled": ()}, augmentation={"rotation": rotation})
    given = training_pictures(config, lambda _: None)
    assert given.rule.upright and given.validation is not None
    for crops in (given.train, given.validation):
        for crop, landmarks in zip(crops.crops, crops.landmarks, strict=True):
            assert crop.angle != 0
            anchors = IBUG68.anchors_of(landmarks, np.ones(68, np.bool_))
            assert anchors is not None and abs(roll(anchors)) < 0.01
    assert (given.augmented is not None) == (rotation > 0)


def test_only_faces_can_be_upright(tiny_config: MakeConfig) -> None:
    config = tiny_config(data={"upright": True, "picture_factor": 1.0, "unlabeled": ()})
    with pytest.raises(InputError, match="not whole pictures"):
        training_pictures(config, lambda _: None)
    with pytest.raises(InputError, match=r"data\.upright turns crops of faces, which have five anchors; two has 0"):
        check_turns(Markup("two", ("left", "right")), "data.upright")


@pytest.fixture
def with_missing_eyes(tiny_data: Path) -> Path:
    """The drawn faces as a table with wide boxes and two parts; an eye of the first two is missing."""
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    samples = []
    for place, sample in enumerate(labeled.samples):
        visible = sample.visible & ((np.arange(68) < 36) | (np.arange(68) >= 42) | (place >= 2))
        x0, y0, x1, y1 = tight_box(sample.landmarks)
        wide = (x0 - 0.3 * (x1 - x0), y0, x1 + 0.3 * (x1 - x0), y1)
        samples.append(replace(sample, visible=visible, box=wide, subset="train" if place < 9 else "test"))
    file = tiny_data / "missing.csv"
    write_table(file, LabeledSet(IBUG68, tuple(samples)))
    return file


def test_faces_that_boxes_place_look_as_large_as_the_others(tiny_config: MakeConfig, with_missing_eyes: Path) -> None:
    config = tiny_config(data={"labeled": str(with_missing_eyes), "validation": ""})
    whole = training_pictures(tiny_config(data={"validation": ""}), lambda _: None)

    given = training_pictures(config, lambda _: None)

    assert given.train.visible.all(axis=1).tolist() == [False, False, *[True] * 10]
    for crop, as_it_would_be in zip(given.train.crops[:2], whole.train.crops[:2], strict=True):
        assert crop.side == pytest.approx(as_it_would_be.side, rel=0.1)
        assert (crop.x, crop.y) == pytest.approx((as_it_would_be.x, as_it_would_be.y), abs=3)
    assert given.train.crops[2:] == whole.train.crops[2:]
    assert given.rule.box_factor < 0.8 * whole.rule.box_factor, "the labels' boxes are wider than tight ones"


def test_a_part_of_the_labels(tiny_config: MakeConfig, with_missing_eyes: Path) -> None:
    data = {"labeled": str(with_missing_eyes), "validation": "", "part": "train"}
    assert len(training_pictures(tiny_config(data=data), lambda _: None).train.names) == 9
    with pytest.raises(InputError, match="subset 'frontal': no picture is in 'frontal'; there are test, train"):
        training_pictures(tiny_config(data=data | {"part": "frontal"}), lambda _: None)


def test_objects_that_fill_their_picture(tiny_config: MakeConfig) -> None:
    given = training_pictures(tiny_config(data={"picture_factor": 1.25}), lambda _: None)
    assert given.rule == CropRule(size=32, box_factor=1.25, whole_picture=True)
    assert set(given.train.crops) == {Crop(31.5, 31.5, 80, 32)}
    assert given.validation is not None
    assert set(given.validation.crops) == {Crop(31.5, 31.5, 80, 32)}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"labeled": ""}, "data.labeled: name the labeled pictures"),
        ({"labeled": "nope"}, "nope: there is no such file or folder"),
        ({"markup": "ibug66"}, "no markup is named 'ibug66'; known: ibug68"),
        ({"format": "table"}, "labeled"),
        ({"split": "nope.json"}, "nope.json: cannot be read"),
        ({"split": "twice.json"}, "2 pictures would be trained on and validated on, the first is 01"),
        ({"split": "twice.json", "train": "more"}, "no key 'more'; there are train, validation"),
        ({"unlabeled": (UnlabeledPictures("nope"),)}, "nope"),
        ({"unlabeled": (UnlabeledPictures("unlabeled", points="nope.csv"),)}, "nope.csv"),
    ],
)
def test_what_cannot_be_trained_on(tiny_config: MakeConfig, tiny_data: Path, data: dict, told: str) -> None:
    (tiny_data / "twice.json").write_text('{"train": ["00", "01", "02"], "validation": ["01", "02"]}')
    with pytest.raises(InputError, match=told) as refused:
        training_pictures(tiny_config(data=data), lambda _: None)
    assert "\n" not in str(refused.value)


def test_what_is_no_picture_among_unlabeled_ones_is_skipped_and_named(tiny_config: MakeConfig, tmp_path: Path) -> None:
    source = Path(tiny_config().data.root) / "unlabeled" / "00.png"
    (tmp_path / "whole.png").write_bytes(source.read_bytes())
    (tmp_path / "half.png").write_bytes(source.read_bytes()[:200])
    (tmp_path / "notes.txt").write_text("no picture")
    said: list[str] = []

    given = training_pictures(tiny_config(data={"unlabeled": (UnlabeledPictures(str(tmp_path)),)}), said.append)

    assert given.unlabeled is not None
    assert len(given.unlabeled) == 1
    assert "1 skipped: " in said[-1]
    assert "half.png" in said[-1]


def test_unlabeled_pictures_by_a_list(tiny_config: MakeConfig, tmp_path: Path) -> None:
    folder = Path(tiny_config().data.root) / "unlabeled"
    (tmp_path / "some.txt").write_text(f"{folder / '02.png'}\n{folder / '00.png'}\n{folder / 'gone.png'}\n")
    said: list[str] = []

    given = training_pictures(
        tiny_config(data={"unlabeled": (UnlabeledPictures(str(tmp_path / "some.txt")),)}), said.append
    )

    assert given.unlabeled is not None
    assert len(given.unlabeled) == 2
    (line,) = [line for line in said if line.startswith("unlabeled")]
    assert "2 from" in line
    assert "1 skipped" in line
    assert "gone.png" in line


def test_pictures_that_judge_and_are_unlabeled_too_are_told(tiny_config: MakeConfig) -> None:
    said: list[str] = []
    sources = (UnlabeledPictures("labeled", grow=2.0), *tiny_config().data.unlabeled)
    given = training_pictures(tiny_config(data={"unlabeled": sources}), said.append)

    assert given.validation is not None
    names = given.validation.names
    (line,) = [line for line in said if line.startswith("warning: ")]
    assert line.startswith(
        f"warning: {len(names)} of the {len(names)} that judge are among the unlabeled pictures, too:"
    )
    assert names[0] in line


def test_several_folders_of_unlabeled_pictures_are_one(tiny_config: MakeConfig) -> None:
    sources = (UnlabeledPictures("unlabeled", limit=3), UnlabeledPictures("labeled", grow=2.0))
    given = training_pictures(tiny_config(data={"unlabeled": sources}), lambda _: None)
    assert given.unlabeled is not None
    assert given.unlabeled.shape == (3 + 12, 32, 32, 3)
    assert given.unlabeled.dtype == np.uint8


@pytest.mark.parametrize("folds", [0, 3])
def test_an_object_of_one_landmark_and_no_box_is_left_out(
    folds: int, tiny_config: MakeConfig, tiny_data: Path, tmp_path: Path
) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    lone = labeled.samples[4]
    shown = np.arange(68) == 30
    samples = [replace(s, visible=shown if s is lone else s.visible) for s in labeled.samples]
    write_table(tmp_path / "labels.csv", LabeledSet(IBUG68, tuple(samples)))
    said: list[str] = []
    data = {"labeled": str(tmp_path / "labels.csv"), "unlabeled": ()}
    given = training_pictures(tiny_config(data=data, folds={"count": folds, "without": min(folds, 1)}), said.append)
    assert len(given.train.names) + (len(given.validation.names) if given.validation else 0) == 11
    (told,) = [line for line in said if line.startswith("left out: 1 of ")]
    assert told.endswith(f"so that nothing tells how large they are: ../{tiny_data.name}/labeled/{lone.name}")
    whole = tiny_config(data=data | {"picture_factor": 1.0, "validation": ""})
    assert len(training_pictures(whole, said.append).train.names) == 12
