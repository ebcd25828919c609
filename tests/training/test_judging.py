"""Errors of what was left out, and what they decide; answers worked by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.calibration import Measured
from laplace_landmarks.evaluation.protocols import predict_labeled
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.judging import Judged, joined, judge, outcome_of, with_radii


def judged(errors: list[float], spread: float = 1.0, pictures: str = "") -> Judged:
    """pictures: a letter for each object's picture; "" where each has its own."""
    count = len(errors)
    of_landmarks = np.repeat(np.array(errors)[:, None], 68, axis=1)
    seen = np.ones((count, 68), np.bool_)
    names = tuple(f"face {number}" for number in range(count))
    measured = Measured(np.full((count, 68, 2), spread), of_landmarks, seen, tuple(map(Path, pictures)))
    return Judged(names, np.array(errors), measured)


def test_parts_follow_each_other() -> None:
    whole = joined([judged([1.0, 2.0]), judged([5.0], spread=3.0)])
    assert whole.names == ("face 0", "face 1", "face 0")
    assert whole.errors.tolist() == [1, 2, 5]
    assert whole.measured.spread[:, 0, 0].tolist() == [1, 1, 3]
    assert whole.measured.errors.shape == whole.measured.visible.shape == (3, 68)


def test_without_unlabeled_pictures_there_is_nothing_to_weigh() -> None:
    outcome = outcome_of(judged([2.0, 4.0, 6.0]), None, 3, "hash", "", "inter_ocular")
    assert (outcome.nmse_percent, outcome.guard) == (4.0, None)
    assert outcome.errors_percent == {"face 0": 2.0, "face 1": 4.0, "face 2": 6.0}
    assert outcome.interval[0] <= 4 <= outcome.interval[1]
    assert outcome.protocol == (
        "each judged by the one of 3 networks that was trained without it, not by this model's, "
        "which was trained on all"
    )


@pytest.mark.parametrize(
    ("with_them", "kept", "words"),
    [
        # each face by 1 better or worse: no draw of faces can give another mean difference
        ([1.0, 3.0, 5.0], True, "unlabeled pictures help: out-of-fold NMSE 3.00 % with them, 4.00 % without, "
         "difference -1.00 (95 % interval -1.00 to -1.00); kept"),
        ([3.0, 5.0, 7.0], False, "unlabeled pictures do not help: out-of-fold NMSE 5.00 % with them, 4.00 % without, "
         "difference +1.00 (95 % interval +1.00 to +1.00); left out: the model is trained on the labels alone"),
        # no difference at all is not better, and nothing is known of its sign
        ([2.0, 4.0, 6.0], False, "unlabeled pictures do not help: out-of-fold NMSE 4.00 % with them, 4.00 % without, "
         "difference +0.00 (95 % interval +0.00 to +0.00), which may be chance; left out: the model is trained on the "
         "labels alone"),
    ],
)  # fmt: skip
def test_the_guard_keeps_what_has_the_smaller_error(with_them: list[float], kept: bool, words: str) -> None:
    outcome = outcome_of(judged(with_them), judged([2.0, 4.0, 6.0]), 3, "hash", "", "inter_ocular")
    assert outcome.guard is not None
    assert (outcome.guard.kept, outcome.guard.words) == (kept, words)
    assert outcome.nmse_percent == pytest.approx(min(np.mean(with_them), 4.0))
    assert outcome.errors_percent["face 0"] == (with_them[0] if kept else 2.0)


def test_a_gain_that_may_be_chance_is_not_called_one() -> None:
    outcome = outcome_of(judged([1.5, 4.2, 6.0]), judged([2.0, 4.0, 6.0]), 3, "hash", "", "inter_ocular")
    assert outcome.guard is not None
    assert outcome.guard.kept
    assert outcome.guard.words.startswith("unlabeled pictures seem to help: out-of-fold NMSE 3.90 % with them, 4.00 %")
    assert outcome.guard.words.endswith("which may be chance; kept")


def test_objects_without_a_size_count_nowhere() -> None:
    nan = float("nan")
    outcome = outcome_of(judged([2.0, nan, 4.0]), judged([4.0, nan, 6.0]), 3, "hash", "", "inter_ocular")
    assert outcome.nmse_percent == 3.0
    assert outcome.interval == (2.0, 4.0), "the means of two values can be these two and the one between"
    assert outcome.errors_percent == {"face 0": 2.0, "face 2": 4.0}
    assert outcome.guard is not None
    assert (outcome.guard.with_them, outcome.guard.without_them) == (3.0, 5.0)
    assert outcome.guard.difference.value == -2.0
    assert outcome.divided == "divided by inter-ocular; 1 left out, their labels give no inter-ocular"


def test_objects_of_one_picture_are_drawn_together() -> None:
    # 20 objects in two pictures, one good and one bad: two values, not twenty
    errors, pictures = [1.0] * 10 + [3.0] * 10, "a" * 10 + "b" * 10
    assert outcome_of(judged(errors, pictures=pictures), None, 2, "hash", "", "sqrt_box").interval == (1.0, 3.0)
    low, high = outcome_of(judged(errors), None, 2, "hash", "", "sqrt_box").interval
    assert 1.4 < low < high < 2.6


def test_radii_are_those_of_the_out_of_fold_errors() -> None:
    # twenty faces that err by 1 to 20 pixels with one and the same spread: radii can only be quantiles of the errors
    apart = judged([float(number) for number in range(1, 21)])
    said: list[str] = []
    outcome = outcome_of(apart, None, 5, "hash", "laplace68-eighth", "inter_ocular")

    fitted = with_radii(outcome, apart, IBUG68, "labels.csv", "true-point crops", said.append)

    assert said == []
    assert fitted.calibration is not None
    factor, scale = fitted.calibration["factors"][0], fitted.calibration["scales"]["jaw"]
    assert factor * scale == pytest.approx(10.5, rel=0.01)  # the median
    assert fitted.calibration["exponents"] == (0, 0)
    assert fitted.calibration["faces"] == 20
    assert fitted.calibration["protocol"] == (
        "true-point crops; each judged by the one of 5 networks that was trained without it, not by this model's, "
        "which was trained on all; laplace68-eighth may have seen them all, so the error may be too small"
    )


def test_too_few_for_radii_is_told() -> None:
    few, said = judged([1.0, 2.0, 3.0, 4.0]), list[str]()
    outcome = outcome_of(few, None, 2, "hash", "", "inter_ocular")
    assert with_radii(outcome, few, IBUG68, "labels.csv", "true-point crops", said.append) == outcome
    assert said == ["the model file will have no radii: 4 labeled faces are too few to calibrate with; give at least 5"]


def test_the_kept_weights_judge(tiny_run: Path, tiny_config: Callable[..., Config], tiny_run_model: Path) -> None:
    """The same numbers as the model file's, which another test holds to evaluate's."""
    config = tiny_config(run=str(tiny_run))
    labeled = read_labeled(Path(config.data.root) / "labeled", IBUG68)

    found = judge(config, labeled, "inter_ocular")

    detector = LandmarkDetector(tiny_run_model)
    scores = score(labeled, predict_labeled(detector, labeled), model="", data="labeled", protocol="")
    assert found.names == tuple(sample.name for sample in labeled.samples)
    expected = [face.nmse_percent["inter_ocular"] for face in scores.faces]
    assert found.errors == pytest.approx(np.array(expected), abs=0.01)
    assert found.pictures == tuple(sample.picture for sample in labeled.samples)
