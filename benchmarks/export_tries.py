"""More ways to make a trained model run faster, most of which do not: what each gains and what it costs.

python benchmarks/export_tries.py RUN DATA SPLIT

As benchmarks/export_variants.py, and as it judges: every way is timed in turns with the plain export, on one thread,
and scored on the split's validation faces; what is taught is taught on its training faces.
"""

import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from unittest.mock import patch

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from export_variants import RANGES, SIZE, TAUGHT_ON, compared, trained
from numpy.typing import NDArray
from record import record
from torch import Tensor, nn

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.export import quantise
from laplace_landmarks.export.compact import compacted, teach
from laplace_landmarks.export.graph import LandmarksAlone, exported, to_fast_onnx, to_onnx
from laplace_landmarks.export.quantise import quantised
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import LEVELS, RecombinatorNet, activation
from laplace_landmarks.runtime.model_info import OUTPUTS

COARSE = 4  # pixels between those that are looked at first
LEAST = 0.75  # of the weights that are made zero


def main(run: Path, data: Path, split: Path) -> None:
    """Make all, score all, time all, and write the result file."""
    network, beta = trained(run)
    labeled = read_labeled(data, IBUG68)
    judges = select(labeled, read_split(split, "validation"))
    rule = CropRule(size=SIZE)
    teaching = np.asarray(labeled_crops(select(labeled, read_split(split, "train")), rule).pictures)
    teaching = teaching[np.random.default_rng(0).permutation(len(teaching))[:TAUGHT_ON]]
    made = {name: make() for name, make in ways(network, beta, teaching).items()}
    figures = compared(made, judges, labeled_crops(judges, rule))
    width = width_of(network)
    record(
        f"export-tries-{width}",
        figures,
        threads=1,
        width=width,
        data=f"{len(judges)} validation faces; fitted to {TAUGHT_ON} training faces; crops placed by labels",
        time="ratio: fastest run of a block to the plain export's in the same turn, median over turns",
    )


def width_of(network: RecombinatorNet) -> int:
    first = network.encoder[0]
    assert isinstance(first, nn.Conv2d)
    return first.out_channels


def ways(network: RecombinatorNet, beta: float, crops: NDArray[np.uint8]) -> dict[str, Callable[[], onnx.ModelProto]]:
    """What is tried, by name; the first is what the others are compared with."""

    def windows(side: int) -> Callable[[], onnx.ModelProto]:
        return lambda: exported(ByWindows(network, beta, side), OUTPUTS[:2], SIZE)

    def per_tensor() -> onnx.ModelProto:
        with patch.object(quantise, "PER_CHANNEL", False):
            return quantised(to_fast_onnx(network, beta, SIZE, product=False), crops[:RANGES])

    def fewer(channels: int) -> Callable[[], onnx.ModelProto]:
        return lambda: to_fast_onnx(compacted(network, beta, crops, channels=channels), beta, SIZE, product=True)

    return {
        "plain float32 export": lambda: to_onnx(network, beta, SIZE),
        "no heatmaps, scales in weights, one read-out": lambda: to_fast_onnx(network, beta, SIZE, product=False),
        "the same, last layer in a window of 9 px around the peak": windows(9),
        "the same, last layer in a window of 17 px around the peak": windows(17),
        "head at 40 px, taught, landmarks between its pixels": lambda: at_half(network, beta, crops, enlarged=False),
        "head at 40 px, taught, logits enlarged to 80": lambda: at_half(network, beta, crops, enlarged=True),
        "3 of 4 weights of the 5x5 at 80 px zero": lambda: to_fast_onnx(sparse(network), beta, SIZE, product=False),
        "fast, head of 32": fewer(32),
        "fast, head of 16": fewer(16),
        "int8, a scale a channel": lambda: quantised(to_fast_onnx(network, beta, SIZE, product=False), crops[:RANGES]),
        "int8, a scale a layer": per_tensor,
    }


class ByWindows(LandmarksAlone):
    """The last layer at every fourth pixel, then in a window around each landmark's highest logit alone."""

    def __init__(self, network: RecombinatorNet, beta: float, side: int) -> None:
        super().__init__(network, beta)
        self.last, self.scaled.head[-1] = self.scaled.head[-1], nn.Identity()
        self.side = side

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.scaled(crops.permute(0, 3, 1, 2).float())  # (N, C, size, size)
        coarse = self.last(seen[:, :, COARSE // 2 :: COARSE, COARSE // 2 :: COARSE]).flatten(2)
        highest = coarse.argmax(dim=-1)  # (N, K)
        across = SIZE // COARSE
        reach, far = self.side // 2, SIZE - 1 - self.side // 2
        middles = torch.stack([highest % across, highest // across], dim=-1) * COARSE + COARSE // 2
        middles = middles.clamp(reach, far)  # (N, K, 2)
        steps = torch.arange(-reach, reach + 1)
        columns, rows = middles[..., :1] + steps, middles[..., 1:] + steps  # (N, K, side)
        places = (rows[..., :, None] * SIZE + columns[..., None, :]).flatten(2)  # (N, K, side²)
        pictures = torch.arange(seen.shape[0])[:, None, None] * SIZE**2
        rows_of_pixels = seen.permute(0, 2, 3, 1).reshape(-1, seen.shape[1])
        around = rows_of_pixels[(places + pictures).flatten()].view(*places.shape, -1)  # (N, K, side², C)
        weight, bias = self.last.get_parameter("weight"), self.last.get_parameter("bias")
        logits = (around @ weight[:, :, 0, 0][None, :, :, None])[..., 0] + bias[:, None]
        masses = logits.softmax(dim=-1).view(*highest.shape, self.side, self.side)
        masses = torch.stack([masses.sum(dim=-2), masses.sum(dim=-1)], dim=-2)  # (N, K, 2, side)
        at = torch.stack([columns, rows], dim=-2).float()
        landmarks = (masses * at).sum(dim=-1)
        return landmarks, (masses * (at - landmarks[..., None]).abs()).sum(dim=-1)


class AtHalf(nn.Module):
    """The network without its last level: logits of 40 × 40 pixels, or these enlarged."""

    def __init__(self, network: RecombinatorNet, enlarged: bool) -> None:
        super().__init__()
        whole = deepcopy(network)
        self.encoder, self.bottleneck = whole.encoder, whole.bottleneck
        self.decoder, self.fusion, self.head = whole.decoder[:-1], whole.fusion[:-1], whole.head
        self.enlarged = enlarged
        self.requires_grad_(False)
        for part in (self.decoder[-1], self.fusion[-1], self.head):
            part.requires_grad_(True)

    def forward(self, pictures: Tensor) -> Tensor:
        x, skips = pictures, []
        for layer in self.encoder:
            skips.append(activation(layer(x)))
            x = F.max_pool2d(skips[-1], 2)
        for layer in self.bottleneck:
            x = activation(layer(x))
        for mix, fuse, skip in zip(self.decoder, self.fusion, reversed(skips[1:]), strict=True):
            x = F.interpolate(activation(mix(x)), scale_factor=2, mode="bilinear", align_corners=False)
            x = activation(fuse(torch.cat([x, skip], dim=1)))
        for layer in self.head[:-1]:
            x = activation(layer(x))
        x = self.head[-1](x)
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) if self.enlarged else x


class Pooled(nn.Module):
    """Logits whose heatmap is the network's in blocks of 2 × 2."""

    def __init__(self, network: nn.Module, beta: float) -> None:
        super().__init__()
        self.network, self.beta = network, beta

    def forward(self, pictures: Tensor) -> Tensor:
        logits = self.network(pictures)
        heatmaps = (self.beta * logits).flatten(2).softmax(dim=-1).view(logits.shape)
        return (4 * F.avg_pool2d(heatmaps, 2)).clamp(min=1e-20).log() / self.beta


class HalfLandmarks(nn.Module):
    """Crops to landmarks and spread, from logits of any size, in pixels of the crop."""

    def __init__(self, network: AtHalf, beta: float) -> None:
        super().__init__()
        self.network, self.beta = network, beta

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.beta * self.network(crops.permute(0, 3, 1, 2).float() / 255)
        heatmaps = logits.flatten(2).softmax(dim=-1).view(logits.shape)
        masses = torch.stack([heatmaps.sum(dim=-2), heatmaps.sum(dim=-1)], dim=-2)
        step = SIZE // masses.shape[-1]
        places = torch.arange(masses.shape[-1], dtype=masses.dtype) * step + (step - 1) / 2
        landmarks = (masses * places).sum(dim=-1)
        return landmarks, (masses * (places - landmarks[..., None]).abs()).sum(dim=-1)


def at_half(network: RecombinatorNet, beta: float, crops: NDArray[np.uint8], enlarged: bool) -> onnx.ModelProto:
    """A network that ends at half of the resolution, its last parts taught to give the whole one's heatmaps."""
    small = AtHalf(network, enlarged).eval()
    teach(small, network if enlarged else Pooled(network, beta), beta, crops)
    return exported(HalfLandmarks(small, beta), OUTPUTS[:2], SIZE)


def sparse(network: RecombinatorNet) -> RecombinatorNet:
    """The smallest weights of the last fusion zero: does a runtime skip them?"""
    thin = deepcopy(network)
    layer = thin.fusion[LEVELS - 1]
    assert isinstance(layer, nn.Conv2d)
    with torch.no_grad():
        layer.weight[layer.weight.abs() < layer.weight.abs().flatten().quantile(LEAST)] = 0
    return thin


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*map(Path, sys.argv[1:4]))
