"""Every picture is in exactly one part, whatever the order of the labels."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.parts import parts_of, without_part

# with names that are not UTF-8, as old disks have them
names = st.lists(
    st.text(min_size=1, max_size=6) | st.binary(min_size=1).map(os.fsdecode), min_size=2, max_size=40, unique=True
)


def labels(names: list[str], pictures: list[str] | None = None) -> LabeledSet:
    landmarks, visible = np.zeros((68, 2), np.float32), np.ones(68, np.bool_)
    files = [Path(os.fsencode(picture).hex()) for picture in pictures or names]
    pairs = zip(names, files, strict=True)
    return LabeledSet(IBUG68, tuple(Sample(name, file, landmarks, visible) for name, file in pairs))


@given(names, st.integers(2, 40), st.randoms(use_true_random=False))
def test_parts_are_balanced_and_hang_on_names_alone(names: list[str], count: int, chance) -> None:
    count = min(count, len(names))
    part = dict(zip(names, parts_of(labels(names), count), strict=True))

    sizes = [list(part.values()).count(number) for number in range(1, count + 1)]
    assert sum(sizes) == len(names)
    assert max(sizes) - min(sizes) <= 1
    shuffled = chance.sample(names, len(names))
    assert dict(zip(shuffled, parts_of(labels(shuffled), count), strict=True)) == part


@given(names, st.integers(2, 5))
def test_each_sample_is_left_out_once(names: list[str], count: int) -> None:
    whole, count = labels(names), min(count, len(names))
    left_out = []
    for part in range(1, count + 1):
        rest, judged = without_part(whole, count, part)
        assert sorted([*(s.name for s in rest.samples), *(s.name for s in judged.samples)]) == sorted(names)
        left_out += [sample.name for sample in judged.samples]
    assert sorted(left_out) == sorted(names)
    everything, nobody = without_part(whole, count, 0)
    assert (everything, len(nobody)) == (whole, 0)


@given(st.lists(st.integers(0, 5), min_size=6, max_size=30), st.integers(2, 3))
def test_two_faces_of_one_picture_stay_together(pictures: list[int], count: int) -> None:
    pictures += [0, 1, 2]
    whole = labels([f"face {number}" for number in range(len(pictures))], list(map(str, pictures)))
    of_picture: dict[Path, set[int]] = {}
    for sample, part in zip(whole.samples, parts_of(whole, count), strict=True):
        of_picture.setdefault(sample.picture, set()).add(part)
    assert all(len(parts) == 1 for parts in of_picture.values())
    sizes = [sum(parts == {number} for parts in of_picture.values()) for number in range(1, count + 1)]
    assert max(sizes) - min(sizes) <= 1


def test_more_parts_than_pictures() -> None:
    assert sorted(parts_of(labels(["a", "b", "c"]), 3)) == [1, 2, 3]
    with pytest.raises(InputError, match=r"folds.count: 3 labeled pictures cannot be dealt into 4 parts; set it to 3"):
        parts_of(labels(["a", "b", "c"]), 4)
    with pytest.raises(InputError, match="2 labeled pictures cannot"):
        parts_of(labels(["a", "b", "c"], ["1", "1", "2"]), 3)


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (1, "folds.count: 1 labeled picture cannot be dealt into 5 parts; label more, or set it to 0"),
        (2, "folds.count: 2 labeled pictures cannot be dealt into 5 parts; set it to 2 or less, or label more"),
    ],
)
def test_the_advice_on_too_few_can_be_followed(there: int, told: str) -> None:
    with pytest.raises(InputError) as refused:
        parts_of(labels(["a", "b"][:there]), 5)
    assert str(refused.value) == told
