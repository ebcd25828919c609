"""The objectives: distances between a predicted and a true distribution of each landmark.

Landmarks and spread are (N, K, 2) in heatmap pixels; every loss gives (N, K), summed over x and y, to be averaged by
`average` over the visible landmarks. A new objective is one function and one entry in LOSSES (docs/extending.md).
"""

from collections.abc import Callable
from math import log

import torch
import torch.nn.functional as F
from torch import Tensor

from laplace_landmarks.method.heatmaps import draw, readout, softargmax, variance
from laplace_landmarks.method.registered import registered

NARROWEST = 1e-3  # pixels; a spread below is counted as this, see _floored
NARROWEST_VARIANCE = 1e-2  # pixels²; at these two the faintest pixels' pull on a collapsed heatmap is of order 1


def softargmax_loss(landmarks: Tensor, target: Tensor) -> Tensor:
    """Euclidean distance between prediction and truth (Eq. 1)."""
    return torch.linalg.vector_norm(landmarks - target, dim=-1)


def laplace_kl(landmarks: Tensor, spread: Tensor, target: Tensor, target_spread: Tensor | float = 1.0) -> Tensor:
    """KL(q ‖ p) of two Laplace distributions, q predicted and p true (Eq. 3); x and y independent.

    target_spread: b0 of the truth, a number or (N, K, 2).
    """
    b, b0 = _floored(spread), torch.as_tensor(target_spread, dtype=spread.dtype, device=spread.device)
    distance = (landmarks - target).abs()
    return (b0.log() - b.log() + (b * torch.exp(-distance / b) + distance) / b0 - 1).sum(dim=-1)


def gaussian_kl(landmarks: Tensor, variance: Tensor, target: Tensor, target_spread: Tensor | float = 1.0) -> Tensor:
    """KL(q ‖ p) of two Gaussian distributions (Eq. 3), the paper's weaker alternative.

    variance: sigma² of the prediction. target_spread: the truth's standard deviation, a number or (N, K, 2).
    """
    s2 = _floored(variance, NARROWEST_VARIANCE)
    s0 = torch.as_tensor(target_spread, dtype=variance.dtype, device=variance.device)
    return (s0.log() - s2.log() / 2 + (s2 + (landmarks - target).square()) / (2 * s0.square()) - 0.5).sum(dim=-1)


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """What the discriminator minimises: minus Eq. 5, from its logits on real and fake heatmaps."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake: Tensor, saturating: bool = True) -> Tensor:
    """What fooling the discriminator is worth: log(1 - D) as printed (Eq. 5), or its stronger twin -log D."""
    return -F.softplus(fake).mean() if saturating else F.softplus(-fake).mean()


def laplace_nll(landmarks: Tensor, spread: Tensor, target: Tensor) -> Tensor:
    """Negative log-likelihood of the truth under the predicted Laplace distribution: the KL's natural rival.

    Its best spread is the expected error itself, where the KL's is a compressed sign of it.
    """
    b = _floored(spread)
    return (log(2) + b.log() + (landmarks - target).abs() / b).sum(dim=-1)


def l1_loss(landmarks: Tensor, target: Tensor) -> Tensor:
    """Sum of the absolute differences along x and y."""
    return (landmarks - target).abs().sum(dim=-1)


def wing_loss(landmarks: Tensor, target: Tensor, width: float = 10.0, curvature: float = 2.0) -> Tensor:
    """Wing loss (Feng et al., CVPR 2018): logarithmic for small errors, linear beyond `width` pixels."""
    distance = (landmarks - target).abs()
    joint = width - width * log(1 + width / curvature)
    return torch.where(distance < width, width * torch.log1p(distance / curvature), distance - joint).sum(dim=-1)


def heatmap_mse(heatmaps: Tensor, target: Tensor, scale: float = 1.0) -> Tensor:
    """Squared difference to the drawn heatmap, summed over its pixels: the classic heatmap regression."""
    return (heatmaps - draw(target, (heatmaps.shape[-2], heatmaps.shape[-1]), scale)).square().sum(dim=(-2, -1))


def average(losses: Tensor, visible: Tensor, count: Tensor | None = None) -> Tensor:
    """Mean of (N, K) losses over the visible landmarks; 0 with gradient 0 where none is.

    count: the number to divide by, where it is not that of `visible` (several processes share one batch).
    """
    count = visible.sum() if count is None else count
    return torch.where(visible, losses, 0.0).sum() / torch.where(count > 0, count, 1)


def supervised_loss(name: str, heatmaps: Tensor, target: Tensor, target_spread: float = 1.0) -> Tensor:
    """(N, K) the named objective, from heatmaps (N, K, H, W) to the true landmarks."""
    return registered(LOSSES, name, "loss.name")(heatmaps, target, target_spread)


def _laplace_kl(heatmaps: Tensor, target: Tensor, target_spread: float) -> Tensor:
    landmarks, spread = readout(heatmaps)
    return laplace_kl(landmarks, spread, target, target_spread)


def _gaussian_kl(heatmaps: Tensor, target: Tensor, target_spread: float) -> Tensor:
    landmarks = softargmax(heatmaps)
    return gaussian_kl(landmarks, variance(heatmaps, landmarks), target, target_spread)


def _laplace_nll(heatmaps: Tensor, target: Tensor, target_spread: float) -> Tensor:
    landmarks, spread = readout(heatmaps)
    return laplace_nll(landmarks, spread, target)


LOSSES: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {
    "laplace_kl": _laplace_kl,
    "gaussian_kl": _gaussian_kl,
    "laplace_nll": _laplace_nll,
    "softargmax": lambda heatmaps, target, _: softargmax_loss(softargmax(heatmaps), target),
    "l1": lambda heatmaps, target, _: l1_loss(softargmax(heatmaps), target),
    "wing": lambda heatmaps, target, _: wing_loss(softargmax(heatmaps), target),
    "heatmap_mse": heatmap_mse,
}


def _floored(spread: Tensor, floor: float = NARROWEST) -> Tensor:
    """max(spread, floor) in value, the spread itself in gradient.

    A hard clamp would leave a collapsed heatmap without the gradient that widens it again; none at all gives log 0.
    """
    return spread + (spread.clamp(min=floor) - spread).detach()
