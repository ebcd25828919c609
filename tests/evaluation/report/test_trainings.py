"""Methods of several trainings side by side, by hand where that can be, and their page."""

import json
from collections.abc import Callable
from dataclasses import replace
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.report.comparison import Comparison, compare
from laplace_landmarks.evaluation.report.comparison_table import OF_FILES, head, to_json, to_rows, to_table
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.method import Method, alone, shared_name
from laplace_landmarks.evaluation.report.page import render
from laplace_landmarks.evaluation.report.trainings import report
from laplace_landmarks.runtime.outputs import Prediction

Trained = Callable[..., Method]


@pytest.fixture
def trained(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> Trained:
    """A method whose trainings err by so many pixels each on two objects."""

    def of(name: str, *pixels: float) -> Method:
        found = [[off_by(sample, by) for sample in two_dots.samples] for by in pixels]
        return Method(
            name, tuple(judged_predictions(two_dots, some, f"{name}-{place}") for place, some in enumerate(found))
        )

    return of


def test_two_trainings_of_each_by_hand(trained: Trained) -> None:
    """2 and 4 pixels of 3, 1 and 2 of 1.5: a third off the mean to each side, so that four squares are 4 / 9 of two
    degrees of freedom, and one method errs by half of what the other does."""
    comparison = compare([trained("large", 2, 4), trained("small", 1, 2)])

    assert comparison.noise is not None
    assert comparison.noise.share == pytest.approx(sqrt(2) / 3)
    assert comparison.noise.freedom == 2
    (against,) = comparison.against
    assert against.overall is not None
    assert against.overall.value == pytest.approx(-50)
    assert (against.faces, against.nearer) == (2, 2)
    large, small = comparison.errors
    assert large is not None and small is not None
    assert large.value == pytest.approx(2 * small.value)
    # what a seed does is all there is here: Student's 4.30 standard errors, each the share over sqrt(2), as factors
    assert (large.low / large.value, large.high / large.value) == pytest.approx((exp(-1.434), exp(1.434)), rel=0.05)
    assert not against.overall.clear


def test_whichever_is_first_the_verdict_is_the_same(trained: Trained) -> None:
    for few in ((2, 2.4), (2,)):
        pair = trained("large", *few), trained("small", 1, 1.5, 1.1)
        (forth,), (back,) = compare(pair).against, compare(pair[::-1]).against
        assert forth.overall is not None and back.overall is not None
        assert forth.overall.low > -100
        assert 1 + forth.overall.low / 100 == pytest.approx(1 / (1 + back.overall.high / 100))
        assert forth.overall.clear == back.overall.clear


def test_the_seed_of_the_bootstrap_decides_next_to_nothing(trained: Trained) -> None:
    pair = trained("large", 2, 3, 2.5), trained("small", 1, 1.5, 1.2)
    ends = [compare(pair, seed).against[0].overall for seed in range(5)]
    lows = [end.low for end in ends if end is not None]
    assert len(lows) == 5
    assert max(lows) - min(lows) < 0.5


def test_one_training_of_each_is_as_it_was(trained: Trained) -> None:
    comparison = compare([trained("large", 2), trained("small", 1)])

    assert comparison.noise is None
    assert not comparison.repeated
    assert comparison.against[0].overall is not None
    assert comparison.against[0].overall.low == pytest.approx(-50)
    assert OF_FILES in to_table(comparison)
    assert not {"trainings", "seed"} & set(" ".join(head(comparison)).split())


def test_a_single_training_is_held_against_several(trained: Trained) -> None:
    comparison = compare([trained("several", 2, 4), trained("one", 1)])

    assert comparison.noise is not None
    assert comparison.noise.freedom == 1
    (against,) = comparison.against
    assert against.overall is not None
    assert against.overall.low < 100 * (1 / 3 - 1) < against.overall.high  # an interval, though of one training
    assert [row[1] for row in to_rows(comparison)] == ["2", "1"]


def test_a_face_that_one_training_did_not_find_is_counted_for_none(trained: Trained) -> None:
    method = trained("several", 2, 4)
    first, second = method.trainings
    seen = second.seen.copy()
    seen[1] = False
    lacking = Method("several", (first, replace(second, seen=seen, percent=second.percent * seen)))

    comparison = compare([lacking, trained("one", 1)])

    assert comparison.against[0].faces == 1
    assert to_rows(comparison)[0][2] == "1 of 2"


def test_the_table_tells_each_training(trained: Trained) -> None:
    comparison = compare([trained("large", 2, 4), trained("small", 1, 2)])

    lines = to_table(comparison).splitlines()

    assert lines[0].startswith("4 trainings of 2 methods on drawn")
    assert "standard deviation of a training is 47.1 % of its error, by all methods together (2 degrees" in lines[8]
    assert [line.split()[:3] for line in lines[12:]] == [
        ["large", "large-0", "-"], ["large", "large-1", "-"], ["small", "small-0", "-"], ["small", "small-1", "-"],
    ]  # fmt: skip


def test_the_document_holds_each_training(trained: Trained) -> None:
    document = json.loads(to_json(compare([trained("large", 2, 4), trained("small", 1, 2)])))

    assert document["seed_noise"] == {"share": pytest.approx(sqrt(2) / 3), "freedom": 2}
    assert [method["name"] for method in document["methods"]] == ["large", "small"]
    assert [[len(training["faces"]) for training in method["trainings"]] for method in document["methods"]] == [
        [2, 2]
    ] * 2


def test_methods_that_tell_exactly_alike_have_no_noise_to_tell(trained: Trained) -> None:
    comparison = compare([trained("exact", 0, 0), trained("far", 1, 3)])

    assert comparison.noise is not None  # of the second alone
    assert comparison.noise.freedom == 1
    assert comparison.against[0].overall is None  # nothing is relative to no error


@pytest.fixture(scope="module")
def shaken(tiny_judged: Judged) -> Comparison:
    """A network's heatmaps, with errors moved a little, as two methods of two trainings and one."""

    def moved(name: str, by: float) -> Judged:
        percent = np.where(tiny_judged.seen, tiny_judged.percent + by, 0)
        return replace(tiny_judged, name=name, percent=percent)

    pair = Method("pair", (moved("pair-0", 0.0), moved("pair-1", 0.4)))
    return compare([pair, alone(moved("other", -1.0))])


def test_the_page(shaken: Comparison, checked: Callable[[str], Any]) -> None:
    said = " ".join("".join(checked(render(report(shaken, command="the command"))).words).split())

    for told in (
        "2 methods, 3 trainings", "pair against other, on drawn: 12 faces", "other errs less than pair on 12 of the 12",
        "Each dot is a training", "Each training by itself", "Errors are means over the trainings", "the command",
        "pair-0, pair-1 and other are not calibrated: their spread", "“laplace-landmarks calibrate MODEL DATA”",
        "pair-1: spread", "Crops are placed by the true landmarks, so that finding the faces adds no error.",
    ):  # fmt: skip
        assert told in said, told
    assert "section on boxes" not in said  # there is none here


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (["kl-0", "kl-1", "kl-2"], "kl"),
        (["kl-9", "kl-10"], "kl"),
        (["resnet50-0", "resnet50-1"], "resnet50"),
        (["runs/kl/0", "runs/kl/1"], "runs/kl"),
        (["seed0-kl", "seed1-kl"], "seed-kl"),
        (["0-kl", "1-kl"], "kl"),
        (["net-quarter-fast", "net-eighth-fast"], "net-fast"),
        (["kl-0-ema", "kl-1-ema"], "kl-ema"),
        (["a1a", "a1a1a"], "a1a"),  # no word is told twice
        (["same.", "same."], "same."),
        (["7", "8"], "7 and 1 more"),
        (["one"], "one"),
    ],
)
def test_what_a_method_is_called(names: list[str], shared: str) -> None:
    assert shared_name(names) == shared
