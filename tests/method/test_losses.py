"""The objectives against torch.distributions, sampling and pencil (collapsed maps: test_losses_from_logits.py)."""

from collections.abc import Callable
from math import exp, log
from typing import TypeAlias

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Distribution, Laplace, Normal, kl_divergence
from torch.nn.functional import binary_cross_entropy_with_logits

from laplace_landmarks.method.heatmaps import draw
from laplace_landmarks.method.losses import (
    average,
    discriminator_loss,
    gaussian_kl,
    generator_loss,
    heatmap_mse,
    l1_loss,
    laplace_kl,
    laplace_nll,
    softargmax_loss,
    wing_loss,
)

unhurried = settings(deadline=None, max_examples=60)  # torch's first call of a kind takes long and means nothing

Pair: TypeAlias = tuple[float, float]
places = st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000))
widths = st.tuples(st.floats(0.1, 100), st.floats(0.1, 100))


def one(pair: Pair) -> Tensor:
    """(1, 1, 2): one landmark, or its spread."""
    return torch.tensor([[pair]], dtype=torch.float64)


def some(*, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Landmarks, spread, truth and its spread, (2, 3, 2) in float64, none of them at a kink."""
    generator = torch.Generator().manual_seed(seed)
    landmarks, target = torch.randn(2, 2, 3, 2, dtype=torch.float64, generator=generator) * 3
    spread, target_spread = torch.rand(2, 2, 3, 2, dtype=torch.float64, generator=generator) * 2 + 0.5
    return landmarks, spread, target, target_spread


# --- Eq. 3


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
def test_kl_is_the_mean_log_ratio_of_samples(family: Callable[..., Distribution], kl: Callable, truth_is: int):
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


def test_targets_may_have_a_spread_each():
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


# --- the baselines


def test_distances_by_hand():
    landmarks, target = torch.tensor([[[3.0, 4.0], [1.0, 1.0]]]), torch.tensor([[[0.0, 0.0], [1.0, 3.0]]])
    assert softargmax_loss(landmarks, target).tolist() == [[5.0, 2.0]]
    assert l1_loss(landmarks, target).tolist() == [[7.0, 2.0]]


@pytest.mark.parametrize(
    ("distance", "value", "slope"),
    [
        # width 10, curvature 2: 10 log(1 + d/2) up to 10, then d - 10 + 10 log 6
        (0.0, 0.0, 0.0),
        (2.0, 10 * log(2), 10 / 4),
        (-2.0, 10 * log(2), -10 / 4),
        (8.0, 10 * log(5), 10 / 10),
        (9.5, 10 * log(5.75), 10 / 11.5),
        (12.0, 2 + 10 * log(6), 1.0),
        (-1000.0, 990 + 10 * log(6), -1.0),
    ],
)
def test_wing_by_hand(distance: float, value: float, slope: float):
    landmarks = torch.tensor([[[distance, 0.0]]], requires_grad=True)
    loss = wing_loss(landmarks, torch.zeros(1, 1, 2))
    loss.sum().backward()
    assert loss.item() == pytest.approx(value, rel=1e-6)
    assert landmarks.grad is not None
    assert landmarks.grad.tolist() == [[[pytest.approx(slope), 0.0]]]


@given(st.floats(1, 20), st.floats(0.1, 5))
@unhurried
def test_wing_has_no_jump_where_it_turns_linear(width: float, curvature: float):
    before, after = (wing_loss(one((width + step, 0)), one((0, 0)), width, curvature) for step in (-1e-7, 1e-7))
    assert (after - before).item() == pytest.approx(0, abs=1e-4)


def test_heatmap_mse_by_hand():
    target = torch.tensor([[[6.0, 5.0]]])
    heatmaps = draw(target, (10, 12))
    assert heatmap_mse(heatmaps, target).item() == 0
    heatmaps[0, 0, 2, 3] += 0.5
    heatmaps[0, 0, 9, 9] += 0.25
    assert heatmap_mse(heatmaps, target).item() == pytest.approx(0.25 + 0.0625)
    assert heatmap_mse(draw(target, (10, 12), 2.0), target, 2.0).item() == 0
    assert heatmap_mse(draw(target, (10, 12), 2.0), target, 1.0).item() > 0.01


# --- all of them: (N, K) from landmarks, a second moment, the truth

OBJECTIVES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "laplace_kl": laplace_kl,
    "gaussian_kl": gaussian_kl,
    "laplace_nll": laplace_nll,
    "softargmax": lambda landmarks, _, target: softargmax_loss(landmarks, target),
    "l1": lambda landmarks, _, target: l1_loss(landmarks, target),
    "wing": lambda landmarks, _, target: wing_loss(landmarks, target),
}
every_objective = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES.keys())


@every_objective
def test_moved_turned_and_mirrored_faces_cost_the_same(objective: Callable):
    landmarks, spread, target, _ = some()
    losses = objective(landmarks, spread, target)
    assert losses.shape == (2, 3)
    move, mirror = torch.tensor([12.5, -7.25]), torch.tensor([-1.0, 1.0])
    torch.testing.assert_close(objective(landmarks + move, spread, target + move), losses)
    torch.testing.assert_close(objective(landmarks.flip(-1), spread.flip(-1), target.flip(-1)), losses)
    torch.testing.assert_close(objective(landmarks * mirror, spread, target * mirror), losses)
    torch.testing.assert_close(objective(landmarks.flip(0, 1), spread.flip(0, 1), target.flip(0, 1)), losses.flip(0, 1))


def test_kl_knows_no_unit():
    landmarks, spread, target, b0 = some()
    torch.testing.assert_close(
        laplace_kl(7 * landmarks, 7 * spread, 7 * target, 7 * b0), laplace_kl(landmarks, spread, target, b0)
    )
    torch.testing.assert_close(
        gaussian_kl(7 * landmarks, 49 * spread, 7 * target, 7 * b0), gaussian_kl(landmarks, spread, target, b0)
    )


@every_objective
def test_gradients_by_differences(objective: Callable):
    landmarks, spread, target, _ = some()
    leaves = tuple(value.requires_grad_() for value in (landmarks, spread, target))
    assert torch.autograd.gradcheck(objective, leaves)


@pytest.mark.parametrize("kl", [laplace_kl, gaussian_kl])
def test_gradients_of_the_targets_spread_by_differences(kl: Callable):
    assert torch.autograd.gradcheck(kl, tuple(value.requires_grad_() for value in some()))


@every_objective
@pytest.mark.parametrize("spread", [0.0, 1e-30, 1.0])
def test_an_exact_hit_does_not_move(objective: Callable, spread: float):
    landmarks = torch.tensor([[[3.0, 4.5]]], requires_grad=True)
    loss = objective(landmarks, torch.full((1, 1, 2), spread), landmarks.detach())
    loss.sum().backward()
    assert loss.isfinite().all()
    assert landmarks.grad is not None
    assert landmarks.grad.tolist() == [[[0.0, 0.0]]]


# --- the mean over visible landmarks


def test_average_by_hand():
    losses = torch.tensor([[1.0, 100.0], [4.0, 7.0]], requires_grad=True)
    mean = average(losses, torch.tensor([[True, False], [True, True]]))
    mean.backward()
    assert mean.item() == 4
    assert losses.grad is not None
    torch.testing.assert_close(losses.grad, torch.tensor([[1.0, 0.0], [1.0, 1.0]]) / 3)


@pytest.mark.parametrize("hidden", [5.0, float("nan"), float("inf")])
def test_invisible_landmarks_weigh_nothing(hidden: float):
    losses = torch.tensor([[1.0, hidden]], requires_grad=True)
    mean = average(losses, torch.tensor([[True, False]]))
    mean.backward()
    assert mean.item() == 1
    assert losses.grad is not None
    assert losses.grad.tolist() == [[1.0, 0.0]]


@every_objective
def test_no_visible_landmark_no_loss_no_gradient(objective: Callable):
    """Where a landmark has no label it stands at (0, 0), far from what is predicted."""
    landmarks, spread = (value.requires_grad_() for value in some()[:2])
    mean = average(objective(landmarks, spread, torch.zeros_like(landmarks)), torch.zeros(2, 3, dtype=torch.bool))
    gradients = torch.autograd.grad(mean, (landmarks, spread), allow_unused=True)
    assert mean.item() == 0
    assert all(gradient is None or (gradient == 0).all() for gradient in gradients)


@pytest.mark.parametrize(
    ("count", "mean"),
    # two processes share one visible landmark: this one has it, or has none of the two that the other sees
    [(0.5, 6.0), (1.0, 3.0), (0.0, 0.0)],
)
def test_an_average_shared_with_other_processes(count: float, mean: float):
    visible = torch.tensor([[count > 0, False]])
    assert average(torch.tensor([[3.0, 9.0]]), visible, torch.tensor(count)).item() == mean


# --- Eq. 5


def test_adversarial_losses_are_cross_entropies():
    real, fake = torch.randn(2, 3, 1, 9, 9, generator=torch.Generator().manual_seed(0)) * 5
    yes, no = torch.ones_like(real), torch.zeros_like(real)
    expected = binary_cross_entropy_with_logits(real, yes) + binary_cross_entropy_with_logits(fake, no)
    torch.testing.assert_close(discriminator_loss(real, fake), expected)
    torch.testing.assert_close(generator_loss(fake), -binary_cross_entropy_with_logits(fake, no))
    torch.testing.assert_close(generator_loss(fake, saturating=False), binary_cross_entropy_with_logits(fake, yes))


def test_adversarial_losses_by_hand():
    # D = 1/2 on both; then D = 3/4 on real and 1/4 on fake
    assert discriminator_loss(torch.zeros(4), torch.zeros(4)).item() == pytest.approx(2 * log(2))
    sure = torch.full((4,), log(3))
    assert discriminator_loss(sure, -sure).item() == pytest.approx(2 * log(4 / 3))
    assert generator_loss(-sure).item() == pytest.approx(log(3 / 4))
    assert generator_loss(-sure, saturating=False).item() == pytest.approx(log(4))


@pytest.mark.parametrize("saturating", [True, False])
def test_fooling_pushes_the_fake_logits_up(saturating: bool):
    fake = torch.tensor([-1000.0, -10.0, 0.0, 10.0], requires_grad=True)
    loss = generator_loss(fake, saturating)
    loss.backward()
    assert loss.isfinite()
    assert fake.grad is not None
    assert (fake.grad <= 0).all()
    assert fake.grad[2].item() == pytest.approx(-0.5 / 4)
    # where D is sure, the printed form has hardly any gradient left (e^-10) and its twin all of it
    assert fake.grad[1].item() == pytest.approx(-exp(-10) / 4 if saturating else -1 / 4, rel=1e-3)


def test_discriminator_learns_to_tell():
    real, fake = torch.zeros(4, requires_grad=True), torch.zeros(4, requires_grad=True)
    discriminator_loss(real, fake).backward()
    assert real.grad is not None and fake.grad is not None
    assert (real.grad < 0).all() and (fake.grad > 0).all()
