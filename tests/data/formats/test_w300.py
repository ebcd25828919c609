"""300W as it is distributed, or the part of it that is there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.data.formats.w300 import PARTS, home_of_300w, read_300w
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.errors import InputError


def test_the_counts_of_the_official_splits():
    # the counts that papers on 300W give: 3,148 to train, 554 common, 135 challenge
    totals: dict[str, int] = {}
    for part in PARTS:
        totals[part.subset] = totals.get(part.subset, 0) + part.pictures
    assert totals == {"train": 3148, "common": 554, "challenge": 135}


def test_a_part_of_it_and_what_is_missing(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("lfpw/trainset/image_0001.png")
    put_picture("lfpw/trainset/image_0002.jpg")
    put_picture("helen/testset/30427236_1.jpg")
    put_picture("ibug/image_092 _01.jpg")  # with a space, as distributed
    labeled, missing = read_300w(tmp_path, small)
    assert [(sample.name, sample.subset) for sample in labeled.samples] == [
        ("lfpw/trainset/image_0001", "train"),
        ("lfpw/trainset/image_0002", "train"),
        ("helen/testset/30427236_1", "common"),
        ("ibug/image_092 _01", "challenge"),
    ]
    assert missing == [
        "helen/trainset: not there",
        "lfpw/trainset: 2 of 811 pictures",
        "afw: not there",
        "helen/testset: 1 of 330 pictures",
        "lfpw/testset: not there",
        "ibug: 1 of 135 pictures",
    ]


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("train", ["helen: not there", "lfpw/trainset: 1 of 811 pictures", "afw: not there"]),
        ("challenge", ["ibug: 1 of 135 pictures"]),
        ("full", ["helen: not there", "lfpw/testset: not there", "ibug: 1 of 135 pictures"]),
    ],
)
def test_what_others_than_the_asked_part_lack_is_not_told(
    part: str, missing: list[str], tmp_path: Path, put_picture: Callable[..., Path], small: Markup
):
    put_picture("lfpw/trainset/image_0001.png")
    put_picture("ibug/1.jpg")
    assert read_300w(tmp_path, small, part)[1] == missing


def test_a_missing_set_is_named_once(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("afw/1.jpg")
    assert read_300w(tmp_path, small)[1] == [
        "helen: not there", "lfpw: not there", "afw: 1 of 337 pictures", "ibug: not there",
    ]  # fmt: skip


def test_labeled_pictures_in_other_folders_are_counted(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    for name in ("afw/1.jpg", "mine/1.jpg", "mine/deep/2.jpg"):
        put_picture(name)
    put_picture("bare/1.jpg", None)
    _, told = read_300w(tmp_path, small)
    assert told[-1] == (
        f"{tmp_path}: 2 labeled pictures in none of 300W's parts were left out; the format pts reads all of them "
        "(data.format, --format)"
    )
    assert read_300w(tmp_path, small, "train")[1] == told[:-2], "ibug is not asked for, nor are others"


def test_the_folder_above_will_do(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("300W/afw/1.jpg")
    labeled, _ = read_300w(tmp_path, small)
    assert [sample.name for sample in labeled.samples] == ["afw/1"]
    assert home_of_300w(tmp_path) == tmp_path / "300W"


def test_folders_that_are_not_300w(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("mine/1.jpg")
    for wrong in (tmp_path, tmp_path / "nowhere"):
        assert home_of_300w(wrong) is None
        with pytest.raises(InputError, match="none of the folders helen, lfpw, afw, ibug"):
            read_300w(wrong, small)
    put_picture("helen/1.jpg")
    with pytest.raises(InputError, match="holds no part of 300W"):
        read_300w(tmp_path, small)


def test_a_picture_without_points_in_a_part(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("afw/1.jpg")
    put_picture("afw/2.jpg", None)
    with pytest.raises(InputError, match=r"2\.jpg without a \.pts"):
        read_300w(tmp_path, small)


def test_the_real_pictures(shared_data: Path):
    labeled, missing = read_300w(shared_data / "300w", IBUG68)
    subsets = [sample.subset for sample in labeled.samples]
    assert (subsets.count("train"), subsets.count("common")) == (805, 224)
    assert missing == ["helen: not there", "lfpw/trainset: 805 of 811 pictures", "afw: not there", "ibug: not there"]
