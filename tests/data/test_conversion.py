"""Whatever a format cannot hold is counted and said; the rest comes back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.conversion import WRITERS, fitting, write_labels
from laplace_landmarks.data.markup import FIVE, IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

MARKUP = Markup("pet", ("left", "right", "nose"), mirror=((0, 1),), edges=((0, 2),))
PLACES = np.array([[10.25, 20], [30, 20], [20, 30]], np.float32)


@pytest.fixture
def pets(put_picture: Callable[..., Path]) -> LabeledSet:
    """Four objects: two in one picture, one with a missing landmark, one with nothing but a box."""

    def sample(name: str, missing: tuple[int, ...] = (), **facts) -> Sample:
        visible = ~np.isin(np.arange(3), missing)
        picture = put_picture(f"pictures/{name.split('#')[0]}.png", None)
        return Sample(name, picture, np.where(visible[:, None], PLACES, 0).astype(np.float32), visible, **facts)

    whole = sample("a", box=(5.5, 6.5, 40.5, 41.5), subset="train")
    return LabeledSet(
        MARKUP,
        (
            whole, replace(whole, name="a#2", landmarks=PLACES + 1), sample("b", (1,)),
            sample("c", (0, 1, 2), box=(1, 2, 9, 9)),
        ),
    )  # fmt: skip


EDGES = "the markup's edges (keep the markup: --save-markup)"
SIDES = "which landmarks are left and right (keep the markup: --save-markup)"
LOST = {
    "table": [SIDES, EDGES],
    "pts": [
        "1 objects without a landmark, left out", "1 objects with missing landmarks, left out", "2 boxes",
        "the subsets train", "the landmarks' names", SIDES, EDGES,
    ],
    "coco": [
        "1 objects without a landmark, left out", "1 objects had no box and got the one around their landmarks",
        "the subsets train", SIDES,
    ],
    "dlib": [
        "1 objects without a landmark, left out", "1 objects had no box and got the one around their landmarks",
        "the subsets train", "fractions of a pixel of 3 objects", "the landmarks' names",
        SIDES, EDGES,
    ],
    "yolo": [
        "1 objects without a landmark, left out", "1 objects had no box and got the one around their landmarks",
        EDGES,
    ],
    "deeplabcut": [
        "1 objects without a landmark, left out", "1 further objects of a picture, left out", "1 boxes",
        "the subsets train", SIDES, EDGES,
    ],
}  # fmt: skip


@pytest.mark.parametrize("format", WRITERS)
def test_what_is_lost_is_said_and_the_rest_comes_back(pets: LabeledSet, tmp_path: Path, format: str):
    suffix = {"coco": ".json", "dlib": ".xml", "table": ".csv", "deeplabcut": ".csv"}.get(format, "")
    written, lost = write_labels(tmp_path / f"new/labels{suffix}", pets, format)
    assert lost == LOST[format]
    again = read_labeled(tmp_path / f"new/labels{suffix}", None, note=lambda line: None)
    assert len(again) == len(written)
    tolerance = 0.5 if format == "dlib" else 1e-3
    if format == "pts":  # a folder is read in the order of its files' names
        written = replace(written, samples=written.samples[::-1])
    for before, after in zip(written.samples, again.samples, strict=True):
        np.testing.assert_allclose(after.landmarks, before.landmarks, atol=tolerance)
        np.testing.assert_array_equal(after.visible, before.visible)
        assert after.picture.read_bytes() == before.picture.read_bytes()
        if WRITERS[format].boxes and before.box:
            np.testing.assert_allclose(after.box or (), before.box, atol=1e-3)
    if WRITERS[format].names:
        assert again.markup.names == MARKUP.names
    assert (again.markup.mirror == MARKUP.mirror) == WRITERS[format].mirror


def test_nothing_is_lost_of_what_is_not_there(pets: LabeledSet):
    plain = replace(pets.samples[2], visible=np.ones(3, np.bool_), landmarks=np.rint(PLACES))
    five = LabeledSet(FIVE, (replace(plain, landmarks=np.ones((5, 2), np.float32), visible=np.ones(5, np.bool_)),))
    assert fitting(five, "table")[1] == []
    assert fitting(five, "pts")[1] == ["which landmarks they are (read it with --markup five)"]
    many = replace(plain, landmarks=np.ones((68, 2), np.float32), visible=np.ones(68, np.bool_))
    assert fitting(LabeledSet(IBUG68, (many,)), "pts")[1] == [], "their number tells it"


def test_a_built_in_name_does_not_keep_what_is_lost(pets: LabeledSet):
    _, lost = fitting(replace(pets, markup=replace(pets.markup, name="wflw98")), "dlib")
    assert "the landmarks' names" in lost


def test_what_only_a_markup_file_holds(pets: LabeledSet):
    markup = replace(MARKUP, regions={"head": (0, 1)}, normaliser=((0,), (1,)), anchors=((2,),))
    assert fitting(replace(pets, markup=markup), "coco")[1][-2:] == [
        SIDES, "the markup's regions, normaliser, anchors (keep the markup: --save-markup)",
    ]  # fmt: skip


def test_an_object_with_nothing_at_all(pets: LabeledSet):
    nothing = replace(pets.samples[3], box=None)
    written, lost = fitting(replace(pets, samples=(*pets.samples, nothing)), "table")
    assert len(written) == 4, "one with a box is kept"
    assert lost[0] == "1 objects without a landmark, left out"


@pytest.mark.parametrize(
    ("name", "format", "words"),
    [
        ("labels.txt", "auto", "say which format with --to; there are table, pts"),
        ("labels.csv", "wflw", "no format named 'wflw' can be written; known: table, pts"),
        ("pictures", "auto", "is there already"),
    ],
)
def test_what_cannot_be_written(pets: LabeledSet, tmp_path: Path, name: str, format: str, words: str):
    with pytest.raises(InputError, match=words):
        write_labels(tmp_path / name, pets, format)


def test_a_set_of_which_nothing_fits(pets: LabeledSet, tmp_path: Path):
    with pytest.raises(InputError, match=r"nothing is left to write as pts .1 objects with missing landmarks"):
        write_labels(tmp_path / "new", replace(pets, samples=pets.samples[2:3]))
    assert not (tmp_path / "new").exists()
