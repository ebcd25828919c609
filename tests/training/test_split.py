"""Who is trained on and who is held out: by the hash of names, by a file, or by folds."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.training.config import Config, Data
from laplace_landmarks.training.doubts import NOBODY_HELD_OUT
from laplace_landmarks.training.parts import parts_of
from laplace_landmarks.training.pictures import split, training_pictures

MakeConfig = Callable[..., Config]


def test_all_pictures_are_in_one_part_and_the_parts_stay(tiny_config: MakeConfig) -> None:
    said: list[str] = []
    given = training_pictures(tiny_config(), said.append)

    assert given.validation is not None
    names = [*given.train.names, *given.validation.names]
    assert sorted(names) == [f"{number:02}" for number in range(12)]
    assert given.train.pictures.shape == (len(given.train.names), 32, 32, 3)
    assert given.unlabeled is not None
    assert given.unlabeled.shape == (8, 32, 32, 3)
    assert said == [
        f"labeled: {len(given.train.names)} for training, {len(given.validation.names)} for validation, "
        "68 landmarks (ibug68)",
        f"unlabeled: 8 from {Path(tiny_config().data.root) / 'unlabeled'}",
    ]
    again = training_pictures(tiny_config(seed=5), said.append)
    assert again.split == given.split  # no seed has a part in it
    assert again.train.names == given.train.names


def test_a_split_depends_on_names_alone(tiny_data: Path) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    _, validation = split(labeled, Data())
    few = type(labeled)(IBUG68, labeled.samples[::2])
    _, of_few = split(few, Data())
    assert {s.name for s in of_few.samples} == {s.name for s in validation.samples} & {s.name for s in few.samples}


def with_second_objects(labeled: LabeledSet) -> LabeledSet:
    """Every picture once more, as a reader names a second object in it."""
    second = tuple(replace(sample, name=f"{sample.name}#2") for sample in labeled.samples)
    return replace(labeled, samples=(*labeled.samples, *second))


def test_all_objects_of_a_picture_are_in_one_part(tiny_data: Path) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    alone = split(labeled, Data())
    for of_one, of_two in zip(alone, split(with_second_objects(labeled), Data()), strict=True):
        names = [sample.name for sample in of_one.samples]
        assert [sample.name for sample in of_two.samples] == [*names, *(f"{name}#2" for name in names)]


def test_a_split_file_must_not_deal_one_picture_to_both(tiny_data: Path, tmp_path: Path) -> None:
    labeled = with_second_objects(read_labeled(tiny_data / "labeled", IBUG68))
    (tmp_path / "split.json").write_text(json.dumps({"train": ["00", "05"], "validation": ["05#2", "07"]}))
    data = Data(split=str(tmp_path / "split.json"))
    with pytest.raises(InputError, match="1 pictures would be trained on and validated on, the first is 05#2"):
        split(labeled, data)


def seen_alone(tiny_data: Path, file: Path, shown: dict[str, list[int]]) -> Path:
    """The drawn faces as a table; of those in `shown` only these landmarks are labeled, and a box is."""
    samples = []
    for sample in read_labeled(tiny_data / "labeled", IBUG68).samples:
        visible = np.isin(np.arange(68), shown.get(sample.name, range(68)))
        samples.append(replace(sample, visible=visible, box=tight_box(sample.landmarks)))
    write_table(file, LabeledSet(IBUG68, tuple(samples)))
    return file


def test_validation_objects_without_a_size_are_named_and_left_out(
    tiny_config: MakeConfig, tiny_data: Path, tmp_path: Path
) -> None:
    file = seen_alone(tiny_data, tmp_path / "labels.csv", {"07": [], "08": [30]})
    (tmp_path / "split.json").write_text(json.dumps({"train": ["00"], "validation": ["06", "07", "08"], "bad": ["07"]}))
    said: list[str] = []
    data = {"labeled": str(file), "split": str(tmp_path / "split.json")}

    given = training_pictures(tiny_config(data=data), said.append)

    assert (given.normaliser, given.counted) == ("inter_ocular", 1)
    assert given.validation is not None
    assert len(given.validation.names) == 3
    (line,) = [line for line in said if line.startswith("validation: ")]
    assert line.startswith("validation: 2 of 3 objects are left out of the NMSE, their labels give no inter-ocular: ")
    assert "07.png" in line
    assert "08.png" in line
    with pytest.raises(InputError, match=r"^data\.validation: none of its 1 objects has a size .*07\.png; label"):
        training_pictures(tiny_config(data=data | {"validation": "bad"}), said.append)


def test_a_part_of_folds_may_have_no_size(tiny_config: MakeConfig, tiny_data: Path, tmp_path: Path) -> None:
    labeled = read_labeled(seen_alone(tiny_data, tmp_path / "labels.csv", {}), IBUG68)
    part = [s.picture.stem for s, of in zip(labeled.samples, parts_of(labeled, 6), strict=True) if of == 2]
    file, said = seen_alone(tiny_data, tmp_path / "labels.csv", {name: [30] for name in part}), list[str]()

    config = tiny_config(data={"labeled": str(file)}, folds={"count": 6, "without": 2})

    assert training_pictures(config, said.append).validation is None
    assert any(line.startswith("not validated: data.validation: none of its 2 objects") for line in said)


def test_a_split_file_says_who(tiny_config: MakeConfig, tmp_path: Path) -> None:
    lists = {"train": ["00", "05"], "validation": ["07"], "labels": {"1": ["03"]}}
    (tmp_path / "split.json").write_text(json.dumps(lists))
    file = str(tmp_path / "split.json")

    given = training_pictures(tiny_config(data={"split": file}), lambda _: None)
    assert given.train.names == ("00", "05")
    assert given.validation is not None
    assert given.validation.names == ("07",)

    given = training_pictures(tiny_config(data={"split": file, "train": "labels/1", "validation": ""}), lambda _: None)
    assert given.train.names == ("03",)
    assert given.validation is None


@pytest.mark.parametrize(
    ("held_out", "changes", "warned"),
    [(0, {}, True), (0, {"validation": ""}, False), (1, {}, False), (0, {"split": "split.json"}, False)],
)
def test_that_nobody_is_held_out_is_told(
    held_out: int, changes: dict[str, str], warned: bool, tiny_config: MakeConfig, tiny_data: Path, tmp_path: Path
) -> None:
    fifth = [name for name in map(str, range(200)) if sha256(name.encode()).digest()[0] % 5 == 0]
    others = [name for name in map(str, range(200)) if name not in fifth]
    for number, name in enumerate([*others[: 4 - held_out], *fifth[:held_out]]):
        for suffix in (".png", ".pts"):
            shutil.copy(tiny_data / "labeled" / f"{number:02}{suffix}", tmp_path / f"{name}{suffix}")
    (tmp_path / "split.json").write_text(json.dumps({"train": others[:2], "validation": others[2:4]}))
    said: list[str] = []
    data = {"root": str(tmp_path), "labeled": ".", "unlabeled": ()} | changes
    training_pictures(tiny_config(data=data), said.append)
    assert [line for line in said if line.startswith("warning: ")] == [f"warning: {NOBODY_HELD_OUT}"] * warned
