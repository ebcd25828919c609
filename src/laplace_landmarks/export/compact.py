"""A trained network with less work in it: the same layers around, its costliest ones replaced by smaller stand-ins.

Most of a run is spent at full resolution: in the head, whose K channels a CPU's kernels pad to the next multiple of 16,
and in the 5×5 fusions. The head's two inner layers keep CHANNELS of their K channels; a 5×5 fusion becomes a row of 1×5
and 5×1 convolutions. The stand-ins begin with what least squares and the largest singular values make of the trained
weights, and then they, and more gently the layers around them, are taught to give the trained network's heatmaps: no
labels are needed, only crops, which are mirrored and shifted so that few seem many.
"""

from collections.abc import Callable
from copy import deepcopy
from math import cos, pi
from typing import TypeAlias

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from laplace_landmarks.method.recombinator import HEADS, RecombinatorNet, Separable, activation

CHANNELS = 32  # of the head's inner layers: two blocks of 16; docs/speed.md tells what others cost and lose
SEPARATED = (2, 3)  # which of the four fusions: those at half and at full resolution
SELECTED_ON = 32  # crops; their pixels are many
FLOOR = 1e-3  # weight of all pixels outside the heatmap together: so that none of them lights up
STEPS, BATCH, RATE = 4000, 4, 5e-3
GENTLY = 0.2  # of the rate, for layers that are the trained network's own
SHIFT = 5  # pixels, at the most

Told: TypeAlias = Callable[[int, float], None]


def silent(step: int, loss: float) -> None:
    """Nobody listens."""


def compacted(
    network: RecombinatorNet,
    beta: float,
    crops: NDArray[np.uint8],
    *,
    channels: int = CHANNELS,
    separated: tuple[int, ...] = SEPARATED,
    steps: int = STEPS,
    told: Told = silent,
) -> RecombinatorNet:
    """A smaller network that gives nearly the same heatmaps; the one given stays as it is.

    One that was trained with a light head and separable fusions has nothing to replace: it comes back itself.

    crops: (N, size, size, 3) of the kind it will see. channels: between the head's layers.
    told: hears every step and its loss, the mean over landmarks of the KL divergence from the trained network's
        heatmap to the smaller one's.
    """
    small = deepcopy(network).eval()
    wide = len(network.head) == HEADS["paper"]
    if wide:
        small.head = _narrowed(network, beta, crops[:SELECTED_ON], channels)
    square = {level: full for level in separated if isinstance(full := network.fusion[level], nn.Conv2d)}
    for level, full in square.items():
        small.fusion[level] = separable(full, full.out_channels)
    if not wide and not square:
        return network
    teach(small, network, beta, crops, steps, told)
    return small


@torch.no_grad()
def separable(full: nn.Conv2d, rank: int) -> Separable:
    """The best fit to a convolution's weights with so many channels between row and column."""
    weights = full.weight.detach()
    outputs, inputs, height, width = weights.shape
    rank = min(rank, inputs * width, outputs * height)
    made = Separable(inputs, outputs, height, rank)
    left, strengths, right = torch.linalg.svd(weights.permute(1, 3, 0, 2).reshape(inputs * width, outputs * height))
    root = strengths[:rank].sqrt()
    made.along.weight.copy_((left[:, :rank] * root).T.reshape(rank, inputs, 1, width))
    made.down.weight.copy_((right[:rank] * root[:, None]).reshape(rank, outputs, height, 1).permute(1, 0, 2, 3))
    assert made.down.bias is not None and full.bias is not None
    made.down.bias.copy_(full.bias)
    return made


def teach(
    small: nn.Module,
    network: nn.Module,
    beta: float,
    crops: NDArray[np.uint8],
    steps: int = STEPS,
    told: Told = silent,
) -> None:
    """Changes the parameters of `small` that require a gradient until it gives the network's heatmaps, or nearly."""
    random = np.random.default_rng(0)
    own = {name: parameter.shape for name, parameter in network.named_parameters()}
    groups: dict[float, list[nn.Parameter]] = {RATE: [], GENTLY * RATE: []}
    for name, parameter in small.named_parameters():
        if parameter.requires_grad:
            groups[GENTLY * RATE if own.get(name) == parameter.shape else RATE].append(parameter)
    optimiser = torch.optim.Adam([{"params": group, "lr": rate} for rate, group in groups.items()])
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / 10) * (1 + cos(pi * step / max(steps, 1))) / 2
    )
    for step in range(steps):
        some = _varied(pictures(crops[random.choice(len(crops), min(BATCH, len(crops)), replace=False)]), random)
        with torch.no_grad():
            wanted = (beta * network(some)).flatten(2).log_softmax(dim=-1)
        given = (beta * small(some)).flatten(2).log_softmax(dim=-1)
        loss = F.kl_div(given, wanted, reduction="sum", log_target=True) / given[..., 0].numel()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        told(step + 1, loss.item())


def _varied(some: Tensor, random: np.random.Generator) -> Tensor:
    """The same crops, all mirrored or not, and shifted; their edge goes on."""
    some = some.flip(3) if random.random() < 0.5 else some
    right, down = random.integers(0, 2 * SHIFT + 1, 2).tolist()
    height, width = some.shape[2:]
    return F.pad(some, (SHIFT,) * 4, mode="replicate")[:, :, down : down + height, right : right + width]


@torch.no_grad()
def _narrowed(network: RecombinatorNet, beta: float, crops: NDArray[np.uint8], channels: int) -> nn.ModuleList:
    """A head with so many channels between its layers: the most telling of the trained ones, the rest fitted to them.

    What a pixel's logit is matters as much as there is probability: the squares are weighted by the heatmaps.
    """
    seen, logits = _before_head(network, crops)
    first, second, last = map(_rows, network.head)
    channels = min(channels, len(first[1]), len(second[1]))
    masses = (beta * logits).flatten(2).softmax(dim=-1).transpose(1, 2).flatten(0, 1).double()
    weights = masses + FLOOR / logits[0, 0].numel()
    shared = weights.mean(dim=1)
    inner = activation(seen @ first[0].T + first[1])
    wanted = inner @ second[0].T + second[1]
    outer = activation(wanted.clone())
    kept_outer = _telling(outer, shared, last[0].T, channels)
    kept_inner = _telling(inner, shared, second[0][kept_outer].T, channels)
    inner = _with_one(inner[:, kept_inner])
    fitted = _least_squares(inner, wanted[:, kept_outer], shared)
    outer = _with_one(activation(inner @ fitted))
    aims = logits.transpose(0, 1).flatten(1).double()
    fits = [_least_squares(outer, aim[:, None], weights[:, place]) for place, aim in enumerate(aims)]
    return nn.ModuleList(
        [
            _pointwise(torch.cat([first[0][kept_inner], first[1][kept_inner, None]], dim=1)),
            _pointwise(fitted.T),
            _pointwise(torch.cat(fits, dim=1).T),
        ]
    )


def _rows(layer: nn.Module) -> tuple[Tensor, Tensor]:
    """(outputs, inputs) weights and (outputs,) bias of a 1×1 convolution."""
    assert isinstance(layer, nn.Conv2d) and layer.bias is not None
    return layer.weight.detach()[:, :, 0, 0].double(), layer.bias.detach().double()


def _before_head(network: RecombinatorNet, crops: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
    """(pixels of all crops, 2n) what the head sees, and the logits (N, K, H, W) it makes of it."""
    kept: list[Tensor] = []
    hook = network.head[0].register_forward_hook(lambda layer, given, made: kept.append(given[0].clone()))
    try:
        logits = torch.cat([network(pictures(crops[first : first + BATCH])) for first in range(0, len(crops), BATCH)])
    finally:
        hook.remove()
    return torch.cat(kept).permute(0, 2, 3, 1).flatten(0, 2).double(), logits


def _telling(features: Tensor, weights: Tensor, onwards: Tensor, count: int) -> list[int]:
    """Which features explain best, together, what the next layer makes of all: one after the other is taken."""
    features = features - (features * weights[:, None]).sum(dim=0) / weights.sum()
    rest = (features * weights[:, None]).T @ features
    taken: list[int] = []
    for _ in range(count):
        gains = (rest @ onwards).square().sum(dim=1) / rest.diagonal().clamp(min=1e-12)
        gains[taken] = -1
        best = int(gains.argmax())
        taken.append(best)
        rest = rest - torch.outer(rest[:, best], rest[best]) / rest[best, best].clamp(min=1e-12)
    return sorted(taken)


def _least_squares(features: Tensor, wanted: Tensor, weights: Tensor) -> Tensor:
    """(features, outputs) coefficients; a touch of ridge, for features that are never on."""
    weighted = (features * weights[:, None]).T
    square = weighted @ features
    ridge = 1e-9 * square.diagonal().mean() * torch.eye(len(square), dtype=square.dtype)
    return torch.linalg.solve(square + ridge, weighted @ wanted)


def _with_one(features: Tensor) -> Tensor:
    return torch.cat([features, torch.ones_like(features[:, :1])], dim=1)


def _pointwise(rows: Tensor) -> nn.Conv2d:
    """A 1×1 convolution from (outputs, inputs + 1), the bias last."""
    layer = nn.Conv2d(rows.shape[1] - 1, len(rows), 1)
    with torch.no_grad():
        layer.weight.copy_(rows[:, :-1, None, None])
        layer.bias.copy_(rows[:, -1])  # pyright: ignore[reportOptionalMemberAccess]
    return layer


def pictures(crops: NDArray[np.uint8]) -> Tensor:
    """(N, 3, size, size) in [0, 1], as the network takes them."""
    return torch.from_numpy(np.ascontiguousarray(crops)).permute(0, 3, 1, 2).float() / 255
