"""What a moved crop costs a model that sees only brightness, and how crops are moved."""

from collections.abc import Callable

import numpy as np
import pytest

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.sensitivity import (
    CHANGES,
    STEPS,
    changed,
    measure_sensitivity,
    sensitivity_section,
)
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.outputs import Prediction


@pytest.mark.parametrize(
    ("change", "moved"),
    [((1, 0, 0), (60, 50, 100)), ((0, 1, 0), (50, 60, 100)), ((0, 0, 1), (50, 50, 110)), ((0, 0, -1), (50, 50, 90))],
)
def test_a_crop_is_changed_by_a_part_of_its_side(
    change: tuple[int, int, int], moved: tuple[float, float, float]
) -> None:
    crop = changed(Crop(50, 50, 100, 80), change, 0.1)
    assert (crop.x, crop.y, crop.side) == pytest.approx(moved)


def test_the_unchanged_crop_gives_the_score_itself(tiny_judged: Judged) -> None:
    measured = measure_sensitivity(tiny_judged)

    assert measured is not None
    assert measured.faces == 12
    for change in CHANGES:
        unchanged = measured.nmse[change][STEPS.index(0)]
        assert unchanged.value == pytest.approx(tiny_judged.of_faces.mean(), rel=1e-4)
        assert np.ptp([estimate.value for estimate in measured.nmse[change]]) > 0


def test_predictions_cannot_be_run_again(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    section = sensitivity_section(judged_predictions(two_dots, [off_by(sample, 1) for sample in two_dots.samples]))
    assert "cannot be made again" in section.text[0]
    assert not section.parts
