"""The discriminator: a 4-layer PatchGAN that judges [picture, heatmaps] patch by patch (Sec. 3.4)."""

from math import exp

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from laplace_landmarks.method import processes
from laplace_landmarks.method.noise import normal

REAL_PEAK = (1 - exp(-0.5)) ** 2  # mass of a drawn heatmap's brightest pixel: scale 1, truth on the pixel's centre

SCALINGS = {
    "none": lambda heatmaps: heatmaps,
    "peak": lambda heatmaps: heatmaps / REAL_PEAK,
    # the root of 0 has no gradient: half a millionth of a real peak keeps it finite
    "root": lambda heatmaps: (heatmaps / REAL_PEAK + 5e-7).sqrt(),
}


class PatchDiscriminator(nn.Module):
    """(N, 3, H, W) pictures in [0, 1] and (N, K, H, W) heatmaps → (N, 1, h, w) logits, above 0 for "real".

    Noise before each convolution, batch norm on all but the first and the last. Real and fake pass separately, each
    with its own batch's statistics; there are no running ones, since a discriminator only ever trains.

    scaling: how heatmaps enter. They sum to 1 over 6,400 pixels and peak near 0.15, so "none" (the paper's letter)
        leaves them below the noise; "peak" divides by a real one's peak; "root" takes the square root of that.
    """

    def __init__(self, landmarks: int = 68, width: int = 64, noise: float = 0.2, scaling: str = "peak") -> None:
        super().__init__()
        widths = [landmarks + 3, width, 2 * width, 4 * width, 1]
        strides = [2, 2, 2, 1]
        self.layers = nn.ModuleList(
            nn.Conv2d(inputs, outputs, kernel_size=4, stride=stride, padding=1)
            for inputs, outputs, stride in zip(widths[:-1], widths[1:], strides, strict=True)
        )
        self.norms = nn.ModuleList(BatchNorm(channels) for channels in widths[2:4])
        self.noise = noise
        self.scaling = scaling

    def forward(self, pictures: Tensor, heatmaps: Tensor) -> Tensor:
        first, second, third, last = self.layers
        norm2, norm3 = self.norms
        x = torch.cat([as_computed(pictures), SCALINGS[self.scaling](as_computed(heatmaps))], dim=1)
        x = activation(first(self.noisy(x)))
        x = activation(norm2(second(self.noisy(x))))
        x = activation(norm3(third(self.noisy(x))))
        return last(self.noisy(x)).float()

    def noisy(self, x: Tensor) -> Tensor:
        return x.add(normal(x), alpha=self.noise) if self.noise > 0 else x


class BatchNorm(nn.Module):
    """Batch normalisation by the statistics of the whole batch, however many processes share it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        if processes.count() == 1:
            return F.batch_norm(x, None, None, self.weight, self.bias, training=True)
        wide = x.float()
        centred = wide - processes.mean(wide.mean(dim=(0, 2, 3)))[:, None, None]
        variance = processes.mean(centred.square().mean(dim=(0, 2, 3)))
        scale = self.weight * (variance + 1e-5).rsqrt()
        return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)


def as_computed(x: Tensor) -> Tensor:
    """In the type that convolutions compute in: noise as exact as float32 is rounded away by them."""
    device = x.device.type
    return x.to(torch.get_autocast_dtype(device)) if torch.is_autocast_enabled(device) else x


def activation(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)
