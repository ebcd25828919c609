"""Predictions find their labeled faces by path, then by distance."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.matching import match
from laplace_landmarks.runtime.outputs import Prediction

PAIR = Markup("pair", ("a", "b"))
FOLDER = Path("/data/lfpw")


def labeled(*names: str, at: tuple[float, ...] = (), hidden: int | None = None) -> LabeledSet:
    """A face a name ("picture#face" for several in a picture), its landmarks at x = at."""
    samples = []
    for place, name in enumerate(names):
        landmarks = np.full((2, 2), at[place] if at else 0, np.float32)
        visible = np.array([hidden != 0, hidden != 1])
        samples.append(Sample(name, FOLDER / f"{name.split('#')[0]}.jpg", landmarks, visible))
    return LabeledSet(PAIR, tuple(samples))


def found(picture: str, at: float = 0, landmarks: int = 2) -> Prediction:
    return Prediction(picture, np.full((landmarks, 2), at, np.float32))


@pytest.mark.parametrize(
    "picture",
    [
        "testset/image_0001.jpg",
        "testset/image_0001.png",  # another suffix
        "testset/image_0001",
        "./testset/image_0001.jpg",
        "testset\\image_0001.jpg",
        "/data/lfpw/testset/image_0001.jpg",
        "lfpw/testset/image_0001.jpg",
        "/elsewhere/testset/image_0001.jpg",  # another machine: it ends with the sample's name
        "image_0001.jpg",
    ],
)
def test_ways_to_write_a_picture(picture: str) -> None:
    prediction = found(picture)

    matched = match(labeled("testset/image_0002", "testset/image_0001"), [prediction, found("testset/image_0003.jpg")])

    assert matched == (None, prediction)


def test_dots_in_a_name_are_no_suffix() -> None:
    prediction = found("a.b")

    assert match(labeled("a.b", "a"), [prediction]) == (prediction, None)


def test_a_last_part_that_fits_two_pictures_is_refused() -> None:
    with pytest.raises(InputError, match=r"prediction '1\.jpg' fits 2 labeled pictures; write more of its path"):
        match(labeled("trainset/1", "testset/1"), [found("1.jpg")])


def test_two_ways_to_write_one_picture_are_refused() -> None:
    with pytest.raises(InputError, match=r"predictions 'trainset/1' and 'testset/1' both fit data/lfpw/1"):
        match(labeled("1"), [found("trainset/1.jpg"), found("testset/1.jpg")])


def test_faces_of_a_picture_go_to_the_closest_and_once() -> None:
    near_50, near_10, far = found("1.jpg", 48), found("1.jpg", 12), found("1.jpg", 500)

    assert match(labeled("1", "1#2", at=(10, 50)), [near_50, far, near_10]) == (near_10, near_50)
    assert match(labeled("1", "1#2", at=(10, 11)), [near_10]) == (None, near_10)


def test_of_two_labels_the_suffix_decides_where_it_is_that_of_one() -> None:
    jpg, png = labeled("d/a", "d/a#2", at=(10, 50)).samples
    both = LabeledSet(PAIR, (jpg, replace(png, picture=FOLDER / "d/a.png")))
    near_png, near_jpg = found("d/a.jpg", 49), found("d/a.png", 11)

    assert match(both, [near_jpg, near_png]) == (near_png, near_jpg)
    assert match(both, [near_png]) == (near_png, None)
    far, other = found("d/a.jpg", 500), found("d/a.webp", 50)
    assert match(both, [far, other]) == (far, other), "no label has the suffix .webp"


def test_hidden_landmarks_do_not_count_in_the_distance() -> None:
    first, second = found("1.jpg", 1), found("1.jpg", 3)
    first.landmarks[1] = 1000  # the hidden one

    assert match(labeled("1", hidden=1), [second, first]) == (first,)


def test_another_number_of_landmarks_is_refused() -> None:
    with pytest.raises(InputError, match=r"the prediction for 1\.jpg has 5 landmarks, the labels \(pair\) have 2"):
        match(labeled("1"), [found("1.jpg", landmarks=5)])


def test_predictions_of_other_pictures_only_are_refused() -> None:
    with pytest.raises(
        InputError, match=r"none of 1 predictions fits a labeled picture: '2\.jpg' is the first, .*1\.jpg'"
    ):
        match(labeled("1"), [found("2.jpg")])


def test_no_predictions_are_all_missing() -> None:
    assert match(labeled("1", "2"), []) == (None, None)
