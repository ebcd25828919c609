"""The built-in markups: counts, symmetry, and names held against real faces of each set."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.coco import read_coco
from laplace_landmarks.data.markup import AFLW19, AFLW21, COFW29, FIVE, MARKUPS, WFLW98, markup_of_count
from laplace_landmarks.data.markups.definition import Markup
from laplace_landmarks.data.sample import Sample

ALL = pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS.keys())


def test_how_many_landmarks_each_has():
    counts = {"ibug68": 68, "wflw98": 98, "aflw19": 19, "aflw21": 21, "cofw29": 29, "five": 5}
    assert {name: len(markup) for name, markup in MARKUPS.items()} == counts


@ALL
def test_a_mirror_pair_is_one_thing_on_both_sides(markup: Markup):
    """Left and right are in the names, and only the middle line maps to itself."""
    order = markup.mirror_order()
    for index, name in enumerate(markup.names):
        if "right" in name or "left" in name:
            other = markup.names[order[index]]
            assert other.split()[0] != name.split()[0], f"{name} maps to {other}"
        elif order[index] == index:
            assert "left" not in name


@ALL
def test_regions_hold_every_landmark_once(markup: Markup):
    inside = sorted(index for region in markup.regions.values() for index in region)
    assert len(set(inside)) == len(inside)
    assert set(inside) == set(range(len(markup)))


@ALL
def test_five_anchors_mirror_onto_each_other(markup: Markup):
    order = markup.mirror_order()
    groups = [frozenset(group) for group in markup.anchors]
    mirrored = [frozenset(int(order[index]) for index in group) for group in groups]
    assert mirrored == [groups[place] for place in (1, 0, 2, 4, 3)]


def test_places_of_wflw():
    # of the set's own figure, which counts from 0: chin 16, nose tip 54, outer eye corners 60 and 72, mouth 76 and 82
    assert [WFLW98.names[place] for place in (16, 54, 60, 72, 76, 82, 96)] == [
        "jaw 17", "nose bridge 4", "right eye 1", "left eye 5", "outer lip 1", "outer lip 7", "right pupil",
    ]  # fmt: skip
    # as in the table of pairs of mmpose's data set file
    pairs = {(0, 32), (33, 46), (38, 50), (55, 59), (60, 72), (67, 73), (76, 82), (88, 92), (96, 97)}
    assert pairs <= set(WFLW98.mirror)


def test_aflw19_is_aflw21_without_the_ears():
    assert [name for name in AFLW21.names if "ear lobe" not in name] == list(AFLW19.names)
    assert AFLW21.names[12] == "right ear lobe"
    assert AFLW21.names[16] == "left ear lobe"
    assert AFLW19.mirror_order().tolist() == [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 14, 13, 12, 17, 16, 15, 18]


def test_counts_that_tell_the_markup():
    assert markup_of_count(98) is WFLW98
    assert markup_of_count(19).names == tuple(map(str, range(1, 20))), "an X-ray of a skull has 19 points too"


@pytest.mark.parametrize(
    ("file", "markup"),
    [("wflw/test_wflw.json", WFLW98), ("cofw/test_cofw.json", COFW29), ("aflw/test_aflw.json", AFLW19)],
)
def test_names_fit_real_faces(shared_data: Path, file: str, markup: Markup):
    """Upright faces: right is left in the picture, brows are above eyes, eyes above the mouth, pupils in the eyes."""
    for sample in read_coco(shared_data / "format-samples" / file, markup).samples:
        for left, right in markup.mirror:
            if markup.names[left].startswith("right"):
                assert sample.landmarks[left, 0] < sample.landmarks[right, 0], (sample.name, markup.names[left])
        brows, eyes, mouth = (_height(sample, markup, word) for word in ("eyebrow", "eye ", "mouth corner|outer lip"))
        assert brows < eyes < mouth
        anchors = markup.anchors_of(sample.landmarks, sample.visible)
        assert anchors is not None
        width = anchors[1, 0] - anchors[0, 0]
        for pupil, anchor in zip(markup.pupils, anchors, strict=False):
            assert np.abs(sample.landmarks[list(pupil)].mean(axis=0) - anchor).max() < 0.25 * width
        assert anchors[0, 0] < anchors[2, 0] < anchors[1, 0]


def _height(sample: Sample, markup: Markup, words: str) -> float:
    chosen = [i for i, name in enumerate(markup.names) if any(word in name for word in words.split("|"))]
    return float(sample.landmarks[chosen, 1].mean())


def test_five_is_what_a_face_detector_gives():
    assert FIVE.names == ("right eye", "left eye", "nose tip", "right mouth corner", "left mouth corner")
    assert len(FIVE.anchors) == 5
