"""Overlaps and their suppression, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.faces.mtcnn import overlap
from laplace_landmarks.faces.mtcnn.overlap import overlaps, suppress

SQUARE = [0, 0, 10, 10]


@pytest.mark.parametrize(
    ("other", "union", "smaller"),
    [
        (SQUARE, 1, 1),
        ([5, 0, 15, 10], 50 / 150, 50 / 100),
        ([0, 0, 10, 5], 50 / 100, 50 / 50),  # within the other
        ([10, 0, 20, 10], 0, 0),  # side by side
        ([30, 30, 40, 40], 0, 0),
        ([8, 8, 13, 18], 4 / 146, 4 / 50),
    ],
)
def test_overlap_of_two(other: list[float], union: float, smaller: float) -> None:
    boxes = np.array([SQUARE], float), np.array([other], float)
    assert overlaps(*boxes).item() == pytest.approx(union)
    assert overlaps(*boxes, of="smaller").item() == pytest.approx(smaller)


def test_a_suppressed_box_suppresses_nothing() -> None:
    row = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10.0]])  # neighbours overlap by 60/140, the ends by 2/18
    assert suppress(row, np.array([0.9, 0.8, 0.7]), 0.4).tolist() == [0, 2]
    assert suppress(row, np.array([0.8, 0.9, 0.7]), 0.4).tolist() == [1]
    assert suppress(row, np.array([0.7, 0.8, 0.9]), 0.5).tolist() == [2, 1, 0]


def test_a_small_box_within_a_large_one_goes_by_its_own_area() -> None:
    boxes = np.array([[0, 0, 100, 100], [10, 10, 20, 20.0]])
    assert len(suppress(boxes, np.array([0.9, 0.8]), 0.7)) == 2
    assert len(suppress(boxes, np.array([0.9, 0.8]), 0.7, of="smaller")) == 1


def test_none_of_none() -> None:
    assert suppress(np.empty((0, 4)), np.empty(0), 0.5).tolist() == []


@given(st.integers(0, 2**31), st.integers(1, 40), st.integers(1, 7))
def test_what_is_kept_is_apart_and_covers_the_rest(seed: int, count: int, at_once: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 30, (count, 2))
    boxes = np.concatenate([corners, corners + random.uniform(5, 20, (count, 2))], axis=1)
    scores = random.permutation(count) / count
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "AT_ONCE", at_once)  # the answer does not depend on it
        kept = suppress(boxes, scores, 0.3)
    among = overlaps(boxes[kept], boxes[kept])
    np.fill_diagonal(among, 0)
    assert (among <= 0.3).all()
    assert (np.diff(scores[kept]) < 0).all()
    for left in set(range(count)) - set(kept.tolist()):
        better = kept[scores[kept] > scores[left]]
        assert (overlaps(boxes[[left]], boxes[better]) > 0.3).any()
