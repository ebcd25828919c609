"""From logits to heatmaps, from heatmaps to landmarks and their spread, and back (Sec. 3.1 of the paper).

Shapes: logits and heatmaps (N, K, H, W), landmarks and spread (N, K, 2) as (x, y) in heatmap pixels, the centre of the
first pixel at 0. All of it in float32 or wider, whatever the network computes in: in bfloat16 Eq. 2 errs by 0.1 px or
more.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

FAINTEST = 2e-9  # see _Softmax


def probabilities(logits: Tensor, beta: float = 1.0) -> Tensor:
    """Heatmaps that sum to 1: the softmax of beta · logits over all pixels (Eq. 2)."""
    return _Softmax.apply(logits if beta == 1.0 else logits * beta)  # pyright: ignore[reportReturnType]


def softargmax(heatmaps: Tensor) -> Tensor:
    """The expected place under the heatmap (Eq. 2).

    >>> softargmax(torch.tensor([[[[0.0, 0.25, 0.75], [0.0, 0.0, 0.0]]]])).tolist()
    [[[1.75, 0.0]]]
    """
    return _expectation(marginals(heatmaps))


def spread(heatmaps: Tensor, landmarks: Tensor) -> Tensor:
    """Mean absolute deviation from the landmark along x and y: the b of a Laplace distribution (tau, alpha = 1).

    >>> heatmaps = torch.tensor([[[[0.25, 0.5, 0.25]]]])
    >>> spread(heatmaps, softargmax(heatmaps)).tolist()
    [[[0.5, 0.0]]]
    """
    return _deviation(marginals(heatmaps), landmarks, Tensor.abs)


def variance(heatmaps: Tensor, landmarks: Tensor) -> Tensor:
    """Mean squared deviation from the landmark along x and y: the sigma² of a Gaussian (tau, alpha = 2)."""
    return _deviation(marginals(heatmaps), landmarks, Tensor.square)


def readout(heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    """Landmarks (Eq. 2) and their spread (tau, alpha = 1), from one pass over the heatmaps."""
    masses = marginals(heatmaps)
    landmarks = _expectation(masses)
    return landmarks, _deviation(masses, landmarks, Tensor.abs)


def argmax(heatmaps: Tensor) -> Tensor:
    """The brightest pixel: the read-out without a gradient that Eq. 2 replaces."""
    place = heatmaps.flatten(2).argmax(dim=-1)
    width = heatmaps.shape[-1]
    return torch.stack([place % width, place // width], dim=-1).to(heatmaps.dtype)


def draw(landmarks: Tensor, size: tuple[int, int], scale: float = 1.0) -> Tensor:
    """Real heatmaps for true landmarks (omega): Laplace densities of that scale, centred on the sub-pixel truth.

    Integrated over each pixel and normalised to sum 1. Away from the border by 8 px or more the soft-argmax returns the
    landmark within 0.02 px and the spread is 0.94 to 1.10 of a scale of 1. Nearer, the part that falls outside is lost
    and the rest leans inwards: a landmark on the border pixel's centre comes back 0.69 px inside, one on the border or
    anywhere beyond it 1.08 px inside the border.

    size: (H, W).
    """
    columns = _pixel_masses(landmarks[..., 0], size[1], scale)
    rows = _pixel_masses(landmarks[..., 1], size[0], scale)
    return rows[..., :, None] * columns[..., None, :]


def marginals(heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    """(N, K, W) mass of every column and (N, K, H) of every row: all that expectations along x and y need."""
    return heatmaps.sum(dim=-2), heatmaps.sum(dim=-1)


def _pixels(masses: Tensor) -> Tensor:
    """Coordinates of the pixel centres along the last axis."""
    return torch.arange(masses.shape[-1], dtype=masses.dtype, device=masses.device)


def _expectation(masses: tuple[Tensor, Tensor]) -> Tensor:
    return torch.stack([mass @ _pixels(mass) for mass in masses], dim=-1)


def _deviation(masses: tuple[Tensor, Tensor], landmarks: Tensor, measure: Callable[[Tensor], Tensor]) -> Tensor:
    pairs = zip(masses, landmarks.unbind(dim=-1), strict=True)
    return torch.stack([(mass * measure(_pixels(mass) - centre[..., None])).sum(-1) for mass, centre in pairs], dim=-1)


def _pixel_masses(centres: Tensor, size: int, scale: float) -> Tensor:
    """(..., size) share of a Laplace distribution that falls on each pixel of a line."""
    # exponential tails have no memory: what a centre beyond the border leaves inside looks as if it were on the border
    centres = centres.clamp(-0.5, size - 0.5)
    edges = torch.arange(size + 1, dtype=centres.dtype, device=centres.device) - 0.5 - centres[..., None]
    below = 0.5 + 0.5 * edges.sign() * -torch.expm1(-edges.abs() / scale)  # Laplace's distribution function
    masses = below.diff(dim=-1)
    return masses / masses.sum(dim=-1, keepdim=True)


class _Softmax(torch.autograd.Function):
    """Softmax over H · W, in float32 at least, whose gradient does not die in a collapsed heatmap.

    A pixel's gradient carries its probability as a factor, and e^-100 is 0 in float32: a heatmap that is one pixel wide
    and wrong would stay so. The gradient therefore counts no pixel as less probable than FAINTEST, at which the 6,400
    pixels of a collapsed map together still pull with the strength of one.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, logits: Tensor) -> Tensor:
        wide = torch.promote_types(logits.dtype, torch.float32)
        heatmaps = torch.empty(logits.shape, dtype=wide, device=logits.device)
        for own, given in zip(_parts(heatmaps), _parts(logits), strict=True):
            torch.softmax(given.flatten(-2).contiguous(), dim=-1, dtype=wide, out=own.flatten(-2))
        ctx.save_for_backward(logits, heatmaps)
        return heatmaps

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> Tensor:
        logits, heatmaps = ctx.saved_tensors  # pyright: ignore[reportAttributeAccessIssue]
        of_logits = torch.empty_like(logits)  # in the same order in memory
        for target, heatmap, gradient in zip(*map(_parts, (of_logits, heatmaps, gradients[0])), strict=True):
            floored = heatmap.clamp(min=FAINTEST)
            weighted = floored * gradient
            mean = weighted.sum(dim=(-2, -1), keepdim=True)
            weighted.addcmul_(floored, mean, value=-1)  # floored · (gradient - mean)
            target.flatten(-2).mT.copy_(weighted.to(target.dtype).flatten(-2).mT)
        return of_logits


def _parts(x: Tensor) -> Sequence[Tensor]:
    """What is worked on at a time. On a CPU one sample: its heatmaps stay in the cache, where a batch's go to memory
    and back at every operation, and torch turns a matrix to another memory order twice as fast as a batch of them.
    """
    return x.unbind() if x.device.type == "cpu" else (x,)
