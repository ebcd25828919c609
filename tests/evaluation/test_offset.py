"""The mean signed error, by hand."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.evaluation.offset import offset_of
from laplace_landmarks.runtime.outputs import Prediction

TRUTH = np.array([[10, 20], [30, 20], [20, 40]], np.float32)


def labeled(*visible: tuple[bool, bool, bool]) -> LabeledSet:
    samples = [Sample(str(number), Path(f"{number}.jpg"), TRUTH, np.array(seen)) for number, seen in enumerate(visible)]
    return LabeledSet(Markup("three", ("a", "b", "c")), tuple(samples))


def off_by(*pixels: tuple[float, float]) -> Prediction:
    return Prediction("a.jpg", TRUTH + np.array(pixels, np.float32))


ALL = (True, True, True)


def test_errors_to_both_sides_cancel() -> None:
    found = offset_of(labeled(ALL, ALL), [off_by((3, 1), (3, 1), (3, 1)), off_by((-1, 1), (0, 1), (4, 1))])
    assert found is not None
    assert (found.x.value, found.y.value) == pytest.approx((2, 1))  # (3 + 1) / 2 to the right, 1 downwards
    assert (found.x.low, found.x.high) == pytest.approx((1, 3)), "of two faces, whichever are drawn"
    assert (found.y.low, found.y.high) == pytest.approx((1, 1))
    assert str(found) == "x +2.00 (+1.00 to +3.00), y +1.00 (+1.00 to +1.00)"


def test_what_is_not_there_does_not_count() -> None:
    some = (True, False, False)
    found = offset_of(labeled(some, ALL), [off_by((-2, 0), (9, 9), (9, 9)), None])
    assert found is not None
    assert str(found) == "x -2.00, y +0.00", "a single face says nothing of others"
    assert offset_of(labeled((False, False, False), ALL), [off_by((1, 1), (1, 1), (1, 1)), None]) is None
