"""From one markup to another: by a table or by names, and never by a guess."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.coco import read_coco
from laplace_landmarks.data.markup import AFLW19, AFLW21, FIVE, IBUG68, MARKUPS, WFLW98, Markup
from laplace_landmarks.data.markups.conversion import CONVERSIONS, converted
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError


def one(markup: Markup, missing: tuple[int, ...] = ()) -> LabeledSet:
    """A sample whose landmark k is at (k, 2 k)."""
    landmarks = np.arange(len(markup), dtype=np.float32)[:, None] * np.array([1, 2], np.float32)
    visible = np.ones(len(markup), np.bool_)
    visible[list(missing)] = False
    return LabeledSet(markup, (Sample("a", Path("a.png"), np.where(visible[:, None], landmarks, 0), visible),))


def test_five_points_of_300w_by_hand():
    (sample,) = converted(one(IBUG68), FIVE).samples
    # the eyes' six points are 36..41 and 42..47, so their centres are 38.5 and 44.5
    assert sample.landmarks.tolist() == [[38.5, 77], [44.5, 89], [30, 60], [48, 96], [54, 108]]


def test_ears_are_dropped():
    labeled = converted(one(AFLW21), AFLW19)
    assert labeled.markup is AFLW19
    assert labeled.samples[0].landmarks[:, 0].tolist() == [*range(12), 13, 14, 15, 17, 18, 19, 20]


def test_a_centre_of_which_a_part_is_missing_is_missing():
    (sample,) = converted(one(IBUG68, missing=(37, 30)), FIVE).samples
    assert sample.visible.tolist() == [False, True, False, True, True]
    assert sample.landmarks[~sample.visible].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("names", CONVERSIONS, ids="-".join)
def test_tables_keep_left_and_right(names: tuple[str, str]):
    """Mirroring first and converting then is converting first and mirroring then."""
    source, target = (MARKUPS[name] for name in names)
    groups = CONVERSIONS[names]
    assert len(groups) == len(target)
    order = source.mirror_order()
    mirrored = [{int(order[index]) for index in group} for group in groups]
    assert mirrored == [set(groups[place]) for place in target.mirror_order()]


def test_wflw_to_300w_on_real_faces(shared_data: Path):
    """The same places of a face: five points made of the 68, and made of the 98, agree but for the eyes' middles."""
    labeled = read_coco(shared_data / "format-samples/wflw/test_wflw.json", WFLW98)
    for a, b in zip(converted(converted(labeled, IBUG68), FIVE).samples, converted(labeled, FIVE).samples, strict=True):
        size = np.linalg.norm(b.landmarks[0] - b.landmarks[1])
        assert np.abs(a.landmarks - b.landmarks).max() < 0.02 * size
        np.testing.assert_array_equal(a.landmarks[2:], b.landmarks[2:])


def test_by_names():
    mouse = Markup("mouse", ("nose", "ear", "tail"))
    (sample,) = converted(one(mouse), Markup("ends", ("tail", "nose"))).samples
    assert sample.landmarks.tolist() == [[2, 4], [0, 0]]
    assert sample.visible.all()


def test_a_name_alone_opens_no_table():
    with pytest.raises(InputError, match="wflw98 cannot become ibug68: there is no table for that"):
        converted(one(Markup("wflw98", ("nose", "left", "right"))), IBUG68)


def test_what_has_no_table_is_refused():
    with pytest.raises(
        InputError, match="ibug68 cannot become wflw98: there is no table for that; there are tables to five"
    ):
        converted(one(IBUG68), WFLW98)
    with pytest.raises(InputError, match="there are tables from other markups only"):
        converted(one(FIVE), IBUG68)
