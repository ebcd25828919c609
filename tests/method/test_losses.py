"""What all objectives have in common, and the baselines (of Eq. 3 more in test_divergences.py)."""

from collections.abc import Callable
from math import log

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from laplace_landmarks.method.heatmaps import draw
from laplace_landmarks.method.losses import (
    average,
    gaussian_kl,
    heatmap_mse,
    l1_loss,
    laplace_kl,
    laplace_nll,
    softargmax_loss,
    wing_loss,
)

Some = Callable[[], tuple[Tensor, Tensor, Tensor, Tensor]]
unhurried = settings(deadline=None, max_examples=60)  # torch's first call of a kind takes long and means nothing


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
    before, after = (
        wing_loss(torch.tensor([[[width + step, 0.0]]]).double(), torch.zeros(1, 1, 2).double(), width, curvature)
        for step in (-1e-7, 1e-7)
    )
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
def test_moved_turned_and_mirrored_faces_cost_the_same(some: Some, objective: Callable):
    landmarks, spread, target, _ = some()
    losses = objective(landmarks, spread, target)
    assert losses.shape == (2, 3)
    move, mirror = torch.tensor([12.5, -7.25]), torch.tensor([-1.0, 1.0])
    torch.testing.assert_close(objective(landmarks + move, spread, target + move), losses)
    torch.testing.assert_close(objective(landmarks.flip(-1), spread.flip(-1), target.flip(-1)), losses)
    torch.testing.assert_close(objective(landmarks * mirror, spread, target * mirror), losses)
    torch.testing.assert_close(objective(landmarks.flip(0, 1), spread.flip(0, 1), target.flip(0, 1)), losses.flip(0, 1))


def test_kl_knows_no_unit(some: Some):
    landmarks, spread, target, b0 = some()
    torch.testing.assert_close(
        laplace_kl(7 * landmarks, 7 * spread, 7 * target, 7 * b0), laplace_kl(landmarks, spread, target, b0)
    )
    torch.testing.assert_close(
        gaussian_kl(7 * landmarks, 49 * spread, 7 * target, 7 * b0), gaussian_kl(landmarks, spread, target, b0)
    )


@every_objective
def test_gradients_by_differences(some: Some, objective: Callable):
    landmarks, spread, target, _ = some()
    leaves = tuple(value.requires_grad_() for value in (landmarks, spread, target))
    assert torch.autograd.gradcheck(objective, leaves)


@pytest.mark.parametrize("kl", [laplace_kl, gaussian_kl])
def test_gradients_of_the_targets_spread_by_differences(some: Some, kl: Callable):
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
def test_no_visible_landmark_no_loss_no_gradient(some: Some, objective: Callable):
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
