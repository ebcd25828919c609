"""What is told before a training begins: landmarks that nothing teaches, pairs that do not fit."""

from pathlib import Path

import numpy as np

from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.training.config import Config, Data
from laplace_landmarks.training.doubts import doubts

FLY = Markup("fly", ("head", "tail", "left wing", "right wing"), mirror=((0, 1),))
MIRRORED = Config(augmentation=Augmentation(mirror=0.5))


def labeled(*seen: list[bool]) -> LabeledSet:
    samples = (Sample("a", Path("a.png"), np.zeros((4, 2), np.float32), np.array(row)) for row in seen)
    return LabeledSet(FLY, tuple(samples))


def test_a_landmark_that_nobody_labeled() -> None:
    (told,) = doubts(Config(), labeled([True, False, True, False], [True, False, False, True]))
    assert told.startswith("no label of tail: nothing teaches the model where that is")
    assert doubts(Config(), labeled([True, False, True, False], [False, True, False, True])) == []


def test_two_objects_in_one_whole_picture() -> None:
    """The samples are of one picture; crops of boxes part them."""
    whole, boxes = (Config(data=Data(picture_factor=factor)) for factor in (1.0, 0.0))
    (told,) = doubts(whole, labeled([True] * 4, [True] * 4))
    assert told.startswith("1 picture with several objects, the first a.png: whole pictures as crops are of one object")
    assert doubts(whole, labeled([True] * 4)) == doubts(boxes, labeled([True] * 4, [True] * 4)) == []


def test_pairs_matter_where_crops_are_mirrored() -> None:
    (told,) = doubts(MIRRORED, labeled([True] * 4))
    assert told.startswith("the markup fly has mirror pairs, but none for left wing, right wing: mirrored crops teach")
