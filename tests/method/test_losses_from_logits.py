"""Objectives from logits to gradients, in float32, where heatmaps are flat, sharp or collapsed to a single pixel."""

import pytest
import torch
from torch import Tensor

from laplace_landmarks.method.heatmaps import draw, probabilities
from laplace_landmarks.method.losses import LOSSES, average, gaussian_kl, laplace_kl, laplace_nll, supervised_loss

SIZE = 80
PEAK = (30, 41)  # (x, y)
MARGINS = torch.tensor([0, 0.1, 1, 3, 8, 12, 16, 20, 25, 30, 40, 60, 80, 90, 104, 120, 150, 200.0])
# offsets of the truth from the peak, inside and outside of the map
OFFSETS = torch.tensor(
    [(0, 0), (1e-4, 0), (0.5, -0.5), (0, 3), (-20, 15), (48.5, 0), (100, -100), (0, 1000), (-1000, 1000.0)]
)

every_loss = pytest.mark.parametrize("name", LOSSES)


def towers(margins: Tensor, samples: int = 1) -> Tensor:
    """(samples, len(margins), SIZE, SIZE) logits of 0 with one pixel that stands out by a margin."""
    logits = torch.zeros(samples, len(margins), SIZE, SIZE)
    logits[..., PEAK[1], PEAK[0]] = margins
    return logits.requires_grad_()


def truths(samples: int) -> Tensor:
    return (torch.tensor(PEAK) + OFFSETS)[:, None].expand(-1, samples, -1)


def losses_and_gradient(name: str, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    losses = supervised_loss(name, probabilities(logits), target)
    (gradient,) = torch.autograd.grad(losses.sum(), logits)
    return losses, gradient


@every_loss
def test_finite_from_flat_to_collapsed_and_at_any_distance(name: str):
    losses, gradient = losses_and_gradient(name, towers(MARGINS, len(OFFSETS)), truths(len(MARGINS)))
    assert losses.shape == (len(OFFSETS), len(MARGINS))
    assert losses.dtype == torch.float32
    assert losses.isfinite().all()
    assert gradient.isfinite().all()
    assert losses.min() > -2 * 6.3, "the lowest is a likelihood's: log of twice the narrowest spread, in x and in y"


@pytest.mark.parametrize("name", ["laplace_kl", "gaussian_kl"])
def test_a_collapsed_heatmap_widens_again(name: str):
    """The pixels beside the tower are pulled up, together about as strongly as in any other heatmap."""
    margins = MARGINS[MARGINS >= 30]
    _, gradient = losses_and_gradient(name, towers(margins, len(OFFSETS)), truths(len(margins)))
    tower = gradient[..., PEAK[1], PEAK[0]]
    others = gradient.sum(dim=(-2, -1)) - tower
    assert (others < -0.1).all() and (others > -10).all()
    assert (tower > others / SIZE**2).all(), "a step down the gradient lowers the tower against the rest"


def test_a_likelihood_widens_too_unless_it_is_right():
    logits, target = towers(torch.tensor([30.0, 200.0]), len(OFFSETS)), truths(2)
    _, gradient = losses_and_gradient("laplace_nll", logits, target)
    pull = gradient.sum(dim=(-2, -1)) - gradient[..., PEAK[1], PEAK[0]]  # of all pixels but the tower
    assert (pull[0] > 0).all(), "a hit may be as narrow as it likes"
    assert (pull[3:5] < -0.1).all(), "a miss may not, though it is pulled as hard as it is wrong"


@pytest.mark.parametrize("name", ["laplace_kl", "gaussian_kl", "laplace_nll"])
def test_training_gets_out_of_a_collapsed_and_wrong_heatmap(name: str):
    """A tower of e^100, 15 px from the truth: its softmax alone has a gradient of exactly 0 everywhere."""
    logits = towers(torch.tensor([100.0]))
    target = torch.tensor([[[42.3, 32.0]]])
    optimiser = torch.optim.Adam([logits], lr=1.0)
    first = last = supervised_loss(name, probabilities(logits), target)
    for _ in range(300):
        last = supervised_loss(name, probabilities(logits), target)
        optimiser.zero_grad()
        last.sum().backward()
        optimiser.step()
    assert last.item() < 1e-3 * first.item()


@pytest.mark.parametrize("divergence", [laplace_kl, gaussian_kl])
@pytest.mark.parametrize("distance", [0.0, 0.5, 1000.0])
def test_no_spread_at_all_asks_for_more(divergence, distance: float):
    place, spread = torch.full((1, 1, 2), 40.0, requires_grad=True), torch.zeros(1, 1, 2, requires_grad=True)
    loss = divergence(place, spread, torch.full((1, 1, 2), 40.0 - distance))
    loss.sum().backward()
    assert loss.isfinite().all()
    assert place.grad is not None and spread.grad is not None
    assert spread.grad.isfinite().all() and (spread.grad < 0).all()
    assert place.grad.isfinite().all() and (place.grad >= 0).all()


def test_the_floor_does_not_touch_what_is_wider():
    """From the narrowest that counts on, value and gradient are those of the formula: d = 0, b - log b - 1."""
    for b in (0.002, 0.1, 1.0):
        spread = torch.full((1, 1, 2), b, dtype=torch.float64, requires_grad=True)
        zero = torch.zeros(1, 1, 2, dtype=torch.float64)
        loss = laplace_kl(zero, spread, zero)
        loss.sum().backward()
        assert loss.item() == pytest.approx(2 * (b - torch.tensor(b, dtype=torch.float64).log().item() - 1))
        assert spread.grad is not None
        assert spread.grad[0, 0].tolist() == pytest.approx([1 - 1 / b] * 2)


# --- the table of objectives


def faces(*, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Logits (2, 3, 10, 12) without order, and places among them."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, 10, 12, generator=generator, dtype=dtype)
    return logits.requires_grad_(), 2 + 6 * torch.rand(2, 3, 2, generator=generator, dtype=dtype)


@every_loss
def test_every_objective_gives_a_loss_a_landmark(name: str):
    logits, target = faces()
    losses, gradient = losses_and_gradient(name, logits, target)
    assert losses.shape == (2, 3)
    assert losses.isfinite().all() and gradient.isfinite().all()
    assert (gradient.abs().sum(dim=(-2, -1)) > 0).all()


@every_loss
def test_gradients_by_differences(name: str):
    logits, target = faces(dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda logits: supervised_loss(name, probabilities(logits), target), logits)


@every_loss
def test_no_visible_landmark_no_gradient(name: str):
    logits, target = faces()
    loss = average(supervised_loss(name, probabilities(logits), 0 * target), torch.zeros(2, 3, dtype=torch.bool))
    (gradient,) = torch.autograd.grad(loss, logits)
    assert loss.item() == 0
    assert (gradient == 0).all()


@pytest.mark.parametrize("name", ["laplace_kl", "gaussian_kl", "softargmax", "l1", "wing"])
def test_a_perfect_heatmap_costs_nothing(name: str):
    """A quarter of the mass at each of (±1, ±1) from the truth: both moments about it are 1, along x and y."""
    heatmaps = torch.zeros(1, 1, 9, 9)
    for x, y in [(3, 4), (5, 4), (3, 6), (5, 6)]:
        heatmaps[0, 0, y, x] = 0.25
    assert supervised_loss(name, heatmaps, torch.tensor([[[4.0, 5.0]]])).tolist() == [[0.0]]


@pytest.mark.parametrize("scale", [1.0, 2.5])
@pytest.mark.parametrize("name", ["laplace_kl", "heatmap_mse"])
def test_a_drawn_heatmap_is_nearly_perfect_at_its_own_scale(name: str, scale: float):
    """Nearly, since pixels widen or narrow a density a little."""
    target = torch.tensor([[[40.25, 38.5]]])
    heatmaps = draw(target, (SIZE, SIZE), scale)
    right, wrong = supervised_loss(name, heatmaps, target, scale), supervised_loss(name, heatmaps, target, 3 * scale)
    assert right.item() < 0.01
    assert wrong.item() > right.item() + 0.005


@pytest.mark.parametrize("name", ["laplace_kl", "gaussian_kl", "heatmap_mse"])
def test_the_targets_scale_reaches_the_objective(name: str):
    logits, target = faces()
    heatmaps = probabilities(logits)
    assert not torch.allclose(supervised_loss(name, heatmaps, target, 3.0), supervised_loss(name, heatmaps, target))


def test_laplace_kl_of_a_5x5_heatmap_by_hand():
    # Half of the mass at (1, 2), a quarter at (3, 2) and at (3, 4); truth (2, 1). Landmark (2, 2.5), spread (1, 3/4).
    # x: d = 0, b = 1 costs 0, and both derivatives are 0.
    # y: d = 3/2, b = 3/4: log 4/3 + 3/4 e^-2 + 3/2 - 1 = 0.889184
    #    in b: -4/3 + e^-2 (1 + 2) = -0.927328, in the landmark: 1 - e^-2 = 0.864665
    #    in the mass at y: -0.927328 (|y - 2.5| + y/2) + 0.864665 y = 0.338337 at 2, 0.213012 at 4, 0.307006 on average
    #    so at the three: 0.0313313/2, 0.0313313/4, -0.0939940/4
    logits = torch.full((1, 1, 5, 5), -60.0)
    for (x, y), mass in {(1, 2): 0.5, (3, 2): 0.25, (3, 4): 0.25}.items():
        logits[0, 0, y, x] = torch.tensor(mass).log()
    losses, gradient = losses_and_gradient("laplace_kl", logits.requires_grad_(), torch.tensor([[[2.0, 1.0]]]))
    assert losses.item() == pytest.approx(0.889184, abs=1e-5)
    at_the_masses = [gradient[0, 0, y, x].item() for x, y in [(1, 2), (3, 2), (3, 4)]]
    assert at_the_masses == pytest.approx([0.0156656, 0.0078328, -0.0234985], abs=1e-5)


def test_laplace_nll_of_a_collapsed_hit_by_hand():
    """Below the narrowest spread the value is that of the narrowest, 0.001 px: twice log(0.002)."""
    place = torch.full((1, 1, 2), 3.0)
    assert laplace_nll(place, torch.zeros(1, 1, 2), place).item() == pytest.approx(2 * -6.2146, abs=1e-3)
