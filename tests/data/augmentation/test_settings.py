"""What is on, and what a setting may be."""

from dataclasses import replace

import pytest

from laplace_landmarks.data.augmentation.draws import NAMES
from laplace_landmarks.data.augmentation.settings import BY_CHANCE, Augmentation, limits, what_is_on

OFF = Augmentation()


def test_the_paper_augments_nothing() -> None:
    assert what_is_on(OFF) == {}
    assert what_is_on(replace(OFF, probability=1.0, jitter_strength=2.0)) == {}
    assert what_is_on({}) == {}  # of a training from before there was any


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"mirror": 0.5}, {"mirror": 0.5}),
        ({"jitter": "a.json"}, {"jitter": "a.json", "jitter_strength": 1.0}),
        ({"noise": 9.0, "probability": 0.5}, {"noise": 9.0, "probability": 0.5}),
        ({"colour": 0.5, "probability": 0.5}, {"colour": 0.5}),
    ],
)
def test_what_is_on_is_told_with_what_decides_on_it(settings: dict, told: dict) -> None:
    assert what_is_on(replace(OFF, **settings)) == told


@pytest.mark.parametrize("name", limits(OFF))
@pytest.mark.parametrize("value", [-0.01, float("nan"), float("inf")])
def test_what_no_setting_can_be(name: str, value: float) -> None:
    assert all(kept for kept, _ in limits(OFF).values())
    kept, advice = limits(replace(OFF, **{name: value}))[name]
    assert not kept
    assert advice.startswith("must be 0 to ")


def test_every_setting_has_limits_and_every_augmentation_draws_of_its_own() -> None:
    names = set(vars(OFF))
    assert set(limits(OFF)) == names - {"jitter"}
    assert set(NAMES) == names - {"jitter_strength", "probability"}
    assert set(BY_CHANCE) < names
