"""The built-in markup, held against the figure of 300W, and what a markup refuses."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68, Markup, markup_named
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError


def test_places_as_in_the_figure_of_300w():
    # the figure counts from 1: chin 9, nose tip 31, outer eye corners 37 and 46, mouth corners 49 and 55
    assert len(IBUG68) == 68
    assert [IBUG68.names[number - 1] for number in (9, 31, 37, 46, 49, 55)] == [
        "jaw 9", "nose bridge 4", "right eye 1", "left eye 4", "outer lip 1", "outer lip 7",
    ]  # fmt: skip
    assert IBUG68.normaliser == ((36,), (45,))
    assert len(set(IBUG68.names)) == 68


def test_mirroring_twice_changes_nothing():
    order = IBUG68.mirror_order()
    np.testing.assert_array_equal(order[order], np.arange(68))
    # on the middle line: chin, nose bridge, tip of the nostrils, middles of the lips
    assert np.flatnonzero(order == np.arange(68)).tolist() == [8, 27, 28, 29, 30, 33, 51, 57, 62, 66]
    assert order[36] == 45
    assert order[0] == 16


def test_regions_hold_every_landmark_once():
    members = [index for region in IBUG68.regions.values() for index in region]
    assert sorted(members) == list(range(68))


def test_real_faces_are_symmetric_under_it(shared_data: Path):
    labeled = read_labeled(shared_data / "300w", IBUG68)
    shapes = np.stack([sample.landmarks for sample in labeled.samples])
    centred = shapes - shapes.mean(axis=1, keepdims=True)
    mean = (centred / np.linalg.norm(centred[:, 36] - centred[:, 45], axis=1)[:, None, None]).mean(axis=0)
    mirrored = mean[IBUG68.mirror_order()] * (-1, 1)
    assert np.abs(mirrored - mean).max() < 0.08, "in inter-ocular distances; a wrong pair would be off by 0.2 and more"


def test_anchors_are_the_centres_of_their_groups():
    markup = Markup("three", ("a", "b", "c"), anchors=((0, 1), (2,)))
    landmarks = np.array([[0, 0], [2, 4], [9, 9]], np.float32)
    anchors = markup.anchors_of(landmarks, np.array([True, True, True]))
    assert anchors is not None
    assert anchors.tolist() == [[1, 2], [9, 9]]
    assert markup.anchors_of(landmarks, np.array([True, False, True])) is None
    assert Markup("none", ("a",)).anchors_of(landmarks[:1], np.array([True])) is None


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"edges": ((0, 2),)}, r"two: indices \[2\] are outside its 2 landmarks"),
        ({"anchors": ((-1,),)}, r"indices \[-1\]"),
        ({"mirror": ((0, 1), (1, 0))}, "two mirror pairs"),
        ({"mirror": ((1, 1),)}, "paired with itself"),
    ],
)
def test_a_markup_that_contradicts_itself(parts: dict, words: str):
    with pytest.raises(InputError, match=words):
        Markup("two", ("a", "b"), **parts)


def test_markups_by_name():
    assert markup_named("ibug68") is IBUG68
    with pytest.raises(InputError, match=r"'ibug'; known: .*ibug68"):
        markup_named("ibug")
