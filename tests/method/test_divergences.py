"""Eq. 3 and the likelihood against torch.distributions, sampling and pencil."""

from collections.abc import Callable
from math import exp, log
from typing import TypeAlias

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Distribution, Laplace, Normal, kl_divergence

from laplace_landmarks.method.losses import (
    gaussian_kl,
    laplace_kl,
    laplace_nll,
)

Some = Callable[[], tuple[Tensor, Tensor, Tensor, Tensor]]
unhurried = settings(deadline=None, max_examples=60)  # torch's first call of a kind takes long and means nothing

Pair: TypeAlias = tuple[float, float]
places = st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000))
widths = st.tuples(st.floats(0.1, 100), st.floats(0.1, 100))


def one(pair: Pair) -> Tensor:
    """(1, 1, 2): one landmark, or its spread."""
    return torch.tensor([[pair]], dtype=torch.float64)


@given(places, widths, places, widths)
@unhurried
def test_laplace_kl_is_that_of_torch(place: Pair, spread: Pair, truth: Pair, true_spread: Pair):
    expected = kl_divergence(Laplace(one(place), one(spread)), Laplace(one(truth), one(true_spread))).sum(-1)
    found = laplace_kl(one(place), one(spread), one(truth), one(true_spread))
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


@given(places, widths, places, widths)
@unhurried
def test_gaussian_kl_is_that_of_torch(place: Pair, sigma: Pair, truth: Pair, true_sigma: Pair):
    expected = kl_divergence(Normal(one(place), one(sigma)), Normal(one(truth), one(true_sigma))).sum(-1)
    found = gaussian_kl(one(place), one(sigma) ** 2, one(truth), one(true_sigma))
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("family", "kl"), [(Laplace, laplace_kl), (Normal, gaussian_kl)])
@pytest.mark.parametrize("truth_is", [0, 1], ids=["scale 1", "a scale of its own"])
def test_kl_is_the_mean_log_ratio_of_samples(
    some: Some, family: Callable[..., Distribution], kl: Callable, truth_is: int
):
    landmarks, spread, target, target_spread = some()
    b0 = target_spread if truth_is else torch.ones_like(target_spread)
    torch.manual_seed(0)
    prediction, truth = family(landmarks, spread), family(target, b0)
    drawn = prediction.sample(torch.Size([40_000]))
    ratios = (prediction.log_prob(drawn) - truth.log_prob(drawn)).sum(-1)
    width = spread if family is Laplace else spread**2
    found = kl(landmarks, width, target, target_spread) if truth_is else kl(landmarks, width, target)
    assert ((found - ratios.mean(0)).abs() < 5 * ratios.std(0) / 40_000**0.5).all()


def test_laplace_kl_by_hand():
    # b = 2, |d| = 3 in x: 2 e^-3/2 + 3 - log 2 - 1; b = 1/2, d = 0 in y: 1/2 + log 2 - 1
    found = laplace_kl(one((3, 5)), one((2, 0.5)), one((0, 5)))
    assert found.item() == pytest.approx(2 * exp(-1.5) + 2 - log(2) + log(2) - 0.5)
    # the truth twice as wide: log(2/2) + (2 e^-3/2 + 3)/2 - 1, and log(2/0.5) + 0.5/2 - 1
    found = laplace_kl(one((3, 5)), one((2, 0.5)), one((0, 5)), 2.0)
    assert found.item() == pytest.approx(exp(-1.5) + 0.5 + log(4) + 0.25 - 1)


def test_gaussian_kl_by_hand():
    # sigma² = 4, d = 3: (4 + 9)/2 - log 2 - 1/2; sigma² = 1, d = 0: nothing
    assert gaussian_kl(one((3, 5)), one((4, 1)), one((0, 5))).item() == pytest.approx(6 - log(2))


@pytest.mark.parametrize(
    ("distance", "best"), [(0, 1.00), (0.5, 1.09), (1, 1.24), (2, 1.57), (5, 2.48), (10, 3.81), (-5, 2.48)]
)
def test_the_spread_that_an_error_asks_for(distance: float, best: float):
    """KL's best spread is a compressed sign of the error, not the error itself."""
    spreads = torch.arange(0.5, 6, 0.002, dtype=torch.float64)[:, None, None].expand(-1, 1, 2)
    losses = laplace_kl(torch.zeros_like(spreads), spreads, torch.full_like(spreads, distance))
    assert spreads[losses.argmin(), 0, 0].item() == pytest.approx(best, abs=0.007)


def test_the_likelihoods_best_spread_is_the_error():
    spreads = torch.arange(0.5, 6, 0.002, dtype=torch.float64)[:, None, None].expand(-1, 1, 2)
    losses = laplace_nll(torch.zeros_like(spreads), spreads, torch.full_like(spreads, 3.5))
    assert spreads[losses.argmin(), 0, 0].item() == pytest.approx(3.5, abs=0.003)


@given(places, widths, places)
@unhurried
def test_nll_is_minus_torchs_log_prob(place: Pair, spread: Pair, truth: Pair):
    expected = -Laplace(one(place), one(spread)).log_prob(one(truth)).sum(-1)
    torch.testing.assert_close(laplace_nll(one(place), one(spread), one(truth)), expected)


@pytest.mark.parametrize("kl", [laplace_kl, gaussian_kl])
@given(place=places, width=widths, truth=places, b0=widths)
@unhurried
def test_kl_is_never_negative_and_0_only_for_equals(kl: Callable, place: Pair, width: Pair, truth: Pair, b0: Pair):
    square = 2 if kl is gaussian_kl else 1
    assert kl(one(place), one(width) ** square, one(truth), one(b0)) >= -1e-9
    assert kl(one(place), one(width) ** square, one(place), one(width)).item() == pytest.approx(0, abs=1e-9)


def test_targets_may_have_a_spread_each(some: Some):
    landmarks, spread, target, target_spread = some()
    for kl in (laplace_kl, gaussian_kl):
        together = kl(landmarks, spread, target, target_spread)
        # x and y of one landmark with numbers: what the axes share is taken off again
        for (n, k), loss in zip(
            torch.cartesian_prod(torch.arange(2), torch.arange(3)), together.flatten(), strict=True
        ):
            alone = 0.0
            for axis in range(2):
                place = (n, k, slice(axis, axis + 1))
                b0 = target_spread[n, k, axis].item()
                alone += kl(landmarks[place], spread[place], target[place], b0).item()
            assert loss.item() == pytest.approx(alone)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(1.01, 100))
@unhurried
def test_a_learned_target_scale_would_end_all_certainty(distance: float, spread: float, more: float):
    """Its best value leaves a KL that falls as the spread grows (docs/method.md)."""

    def left(b: float) -> float:
        best = b * exp(-distance / b) + distance
        below, at, above = (
            laplace_kl(one((distance, 0)), one((b, 1)), one((0, 0)), one((part * best, 1))).item()
            for part in (0.9, 1, 1.1)
        )
        assert at < min(below, above)
        assert at == pytest.approx(log(exp(-distance / b) + distance / b), abs=1e-9)
        return at

    assert left(more * spread) < left(spread) + 1e-12


@given(st.floats(0, 100), st.floats(0.01, 100), st.floats(0.01, 100), st.floats(1.01, 100))
@unhurried
def test_a_cross_entropy_wants_no_spread(distance: float, target_spread: float, spread: float, more: float):
    def cross_entropy(b: float) -> float:
        kl = laplace_kl(one((distance, 0)), one((b, 1)), one((0, 0)), one((target_spread, 1))).item()
        return kl + Laplace(0.0, torch.tensor(b, dtype=torch.float64)).entropy().item()

    assert cross_entropy(spread) <= cross_entropy(more * spread) + 1e-9
