"""What reports are made of, worked by hand on faces whose predictions are a known distance off."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.report.headline import ced_figure, facts
from laplace_landmarks.evaluation.report.judged import Judged, length_in_words
from laplace_landmarks.evaluation.report.method import alone
from laplace_landmarks.runtime.outputs import Prediction


def test_errors_by_hand(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    judged = judged_predictions(two_dots, [off_by(sample, 3) for sample in two_dots.samples])

    between = np.hypot(15, 1)  # of the first two landmarks, the markup's normaliser
    assert judged.seen.tolist() == [[True] * 4, [True, True, True, False]]
    assert judged.lengths == pytest.approx([between, between])
    assert judged.of_faces == pytest.approx([100 * 3 / between] * 2)
    assert judged.percent[1, 3] == judged.errors[1, 3] == 0
    side = 2.8 * 15  # the default crop: the hull of three anchors, 15 pixels wide
    assert judged.errors[0] == pytest.approx([3 * 80 / side] * 4)
    assert judged.row.nmse_percent is not None
    assert judged.row.nmse_percent.value == pytest.approx(100 * 3 / between)
    assert length_in_words(judged) == "the distance between 'red' and 'green'"


def test_no_failure_of_two_faces_is_not_known_to_be_none(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    judged = judged_predictions(two_dots, [off_by(sample, 0.5) for sample in two_dots.samples])

    (failures,) = [fact for fact in facts(judged) if fact.name == "Failures above 8 %"]

    assert (failures.value, failures.note) == ("0.0 %", "95 % interval 0.0 to 65.8")  # 3.841459 / (2 + 3.841459)


@pytest.mark.parametrize(("off", "last"), [(1, 14), (3, 20), (3.2, 25)])  # errors of 6.7, 20.0 and 21.3 %
def test_the_curve_of_errors_has_room_for_large_ones(
    off: float,
    last: int,
    two_dots: LabeledSet,
    judged_predictions: Callable[..., Judged],
    off_by: Callable[..., Prediction],
) -> None:
    near = judged_predictions(two_dots, [off_by(sample, 0.1) for sample in two_dots.samples], "near")
    judged = judged_predictions(two_dots, [None, off_by(two_dots.samples[1], off)])

    drawing = ced_figure([alone(near), alone(judged)]).drawing

    along_x = re.findall(r"text-anchor: middle[^>]*>(\d+)(?:\.0)?</text>", drawing)
    assert max(map(int, along_x)) == last


def test_spread_is_in_pixels_of_the_crop(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    judged = judged_predictions(two_dots, [off_by(sample, 3, spread=2) for sample in two_dots.samples])

    assert judged.spread is not None
    assert judged.spread[0] == pytest.approx(np.full((4, 2), 2 * 80 / (2.8 * 15)))


def test_a_face_that_was_not_found_counts_nowhere(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    judged = judged_predictions(two_dots, [None, off_by(two_dots.samples[1], 1)])

    assert judged.counted.tolist() == [False, True]
    assert judged.ranked() == [1]
    assert judged.means(judged.errors) == pytest.approx([80 / (2.8 * 15)])


def test_labels_that_place_no_crop_need_none_where_nothing_is_measured(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    whole = two_dots.samples[0]
    lone = replace(whole, visible=np.array([False, False, False, True]))

    judged = judged_predictions(LabeledSet(two_dots.markup, (whole, lone)), [off_by(whole, 3), off_by(lone, 3)])

    assert judged.counted.tolist() == [True, False]
    assert judged.errors[0] == pytest.approx([3 * 80 / (2.8 * 15)] * 4)
    assert judged.crops[1].size == 80


def test_predictions_without_a_spread_have_none(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    found = [off_by(two_dots.samples[0], 1, spread=1), off_by(two_dots.samples[1], 1)]
    assert judged_predictions(two_dots, [*found]).spread is None


def test_a_peak_is_that_of_the_heatmap(tiny_judged: Judged) -> None:
    assert tiny_judged.peaks is not None
    assert tiny_judged.detector is not None
    assert tiny_judged.pictures is not None
    *_, heatmaps = tiny_judged.detector.on_crops(tiny_judged.pictures[3:4], heatmaps=True)
    assert heatmaps is not None
    assert tiny_judged.peaks[3] == pytest.approx(heatmaps[0].reshape(68, -1).max(axis=1))


def test_faces_without_a_length_are_refused(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    lone = replace(two_dots.samples[0], visible=np.array([False, False, True, False]))
    with pytest.raises(InputError, match="no face has a length to divide errors by"):
        judged_predictions(LabeledSet(two_dots.markup, (lone,)), [off_by(lone, 1)])
