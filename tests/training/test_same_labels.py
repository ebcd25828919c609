"""Labels are other ones when a name, a point, what is visible or a box is; runs of old are judged by what they know."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.same_labels import check_labels, hash_of_labels, hash_of_split

MARKUP = Markup("two", ("a", "b"))
SAMPLE = Sample("one", Path("one.png"), np.array([[1, 2], [3, 4]], np.float32), np.array([True, True]), (0, 1, 4, 5))
NOBODY = LabeledSet(MARKUP, ())


def labeled(**changes: Any) -> LabeledSet:
    return LabeledSet(MARKUP, (replace(SAMPLE, **changes),))


def test_what_is_the_same() -> None:
    told = hash_of_labels(labeled(), NOBODY)
    elsewhere = labeled(picture=Path("/another/machine/one.png"), landmarks=SAMPLE.landmarks + np.float32(1e-6))
    assert told == hash_of_labels(elsewhere, NOBODY)
    assert len(told) == 16


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "two"},
        {"landmarks": SAMPLE.landmarks + np.array([[0, 0], [0, 0.01]], np.float32)},
        {"visible": np.array([True, False])},
        {"box": None},
        {"box": (0, 1, 4, 6)},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_what_is_another(changes: dict[str, Any]) -> None:
    assert hash_of_labels(labeled(), NOBODY) != hash_of_labels(labeled(**changes), NOBODY)


def test_who_judges_counts() -> None:
    for hashed in (hash_of_labels, hash_of_split):
        assert hashed(labeled(), NOBODY) != hashed(NOBODY, labeled())


def test_the_hash_of_names_is_that_of_the_released_files() -> None:
    assert hash_of_split(labeled(), NOBODY) == hash_of_split(labeled(landmarks=SAMPLE.landmarks + 1), NOBODY)
    assert hash_of_split(labeled(), NOBODY) == "339a0b10ff7b4f37"


def check(facts: dict[str, Any]) -> None:
    check_labels(facts, "names", "labels", Path("runs/one"))


@pytest.mark.parametrize("facts", [{}, {"split": "names"}, {"split": "names", "labels_hash": "labels"}])
def test_the_same_labels_go_on(facts: dict[str, Any]) -> None:
    check(facts)


@pytest.mark.parametrize("facts", [{"split": "others"}, {"split": "names", "labels_hash": "corrected"}])
def test_others_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="runs/one was trained on other labels than there are now; choose another"):
        check(facts)
