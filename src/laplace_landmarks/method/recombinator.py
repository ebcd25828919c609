"""The generator: a 4-branch ReCombinator network (Table 1), pictures in, one heatmap of logits a landmark out.

Coarse-to-fine: an encoder halves the picture four times; at each level on the way back the coarse features are mixed
(1×1), upsampled, set beside the encoder's features of that size, and fused (5×5). Table 1 read literally has 1,793,880
parameters; this layout has those of Table 3 to every printed digit: 17,408 / 39,828 / 128,060 / 478,092 / 1,872,428 at
width 4 / 8 / 16 / 32 / 64.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from laplace_landmarks.errors import InputError
from laplace_landmarks.method.noise import KeyedDropout
from laplace_landmarks.method.registered import registered

LEVELS = 4  # E1..E4: the input is halved so often
SLOPE = 0.2  # of the activation, below 0

# after which activations dropout stands: encoder E, bottleneck B, decoder D, fusion F (D_F in Table 1), head H
DROPOUT_PLACES = {
    "text": "E2 E3 E4 B1 B2 D4 D3 D2 D1 F1 F2 F3 F4 H1",  # Sec. 3.4: all but the first and the last activation
    "table": "E1 E2 E3 E4 D4 D3 D2 D1 F2 F3 F4 H1",  # as Table 1 lists it, where the bottleneck's layers are missing
}

# layers of the head: the paper's, or one for networks that must be quick, at 8 channels half of all the work
HEADS = {"paper": 3, "light": 1}

STRUCTURE = ("width", "growth", "dropout", "dropout_places", "head", "fusion")  # settings that a network is built by


class RecombinatorNet(nn.Module):
    """(N, 3, H, W) pictures in [0, 1] → (N, landmarks, H, W) logits; H and W are multiples of 16.

    width: channels of every encoder layer (64 is the paper's full size, 8 its "1/8"), times its growth.
    dropout: probability. dropout_places: after which activations; the paper's text and its Table 1 differ.
    head: "paper", 2n → K → K → K, or "light", 2n → K alone, which is not the paper's network.
    fusion: "paper", 5×5, or "separable", 1×5 and 5×1: not the paper's either.
    growth: channels at each resolution, the highest first, in widths: all 1 in the paper.
    """

    def __init__(
        self,
        width: int = 64,
        landmarks: int = 68,
        dropout: float = 0.2,
        dropout_places: str = "text",
        head: str = "paper",
        fusion: str = "paper",
        growth: Sequence[int] = (1,) * LEVELS,
    ) -> None:
        super().__init__()
        if width < 1 or landmarks < 1:
            raise InputError(f"a network needs a width and landmarks of at least 1, not {width} and {landmarks}")
        for name, kind, kinds in (("head", head, HEADS), ("fusion", fusion, FUSIONS)):
            if kind not in kinds:
                raise InputError(f"there is no {name} {kind}; there are {', '.join(kinds)}")
        if len(growth) != LEVELS or min(growth) < 1:
            raise InputError(f"a network's growth is {LEVELS} numbers of at least 1, not {list(growth)}")
        down = [width * times for times in growth]  # channels at 1, 1/2, 1/4, 1/8
        up, deepest, k = down[::-1], down[-1], landmarks
        self.encoder = nn.ModuleList(conv(i, o, 3) for i, o in pairwise([3, *down]))  # E1..E4
        self.bottleneck = nn.ModuleList(conv(deepest, deepest, 3) for _ in range(2))
        mixed = [deepest, *(2 * n for n in up[:-1])]
        self.decoder = nn.ModuleList(conv(i, o, 1) for i, o in zip(mixed, up, strict=True))  # D4..D1
        self.fusion = nn.ModuleList(FUSIONS[fusion](2 * n, 2 * n, 5) for n in up)  # D_F at 1/8, 1/4, 1/2, 1
        self.head = nn.ModuleList(conv(2 * up[-1] if layer == 0 else k, k, 1) for layer in range(HEADS[head]))
        self.dropout = KeyedDropout(dropout)
        self.dropped = DROPOUT_PLACES[dropout_places].split()

    def forward(self, pictures: Tensor) -> Tensor:
        x, skips = pictures, []
        for level, layer in enumerate(self.encoder, start=1):
            x = self.after(f"E{level}", layer(x))
            skips.append(x)  # taken before the pooling
            x = F.max_pool2d(x, 2)
        for number, layer in enumerate(self.bottleneck, start=1):
            x = self.after(f"B{number}", layer(x))
        for number, (mix, fuse, skip) in enumerate(zip(self.decoder, self.fusion, reversed(skips), strict=True), 1):
            x = self.after(f"D{LEVELS + 1 - number}", mix(x))
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = self.after(f"F{number}", fuse(torch.cat([x, skip], dim=1)))
        *refine, last = self.head
        for number, layer in enumerate(refine, start=1):
            x = self.after(f"H{number}", layer(x))
        return last(x)

    def after(self, name: str, x: Tensor) -> Tensor:
        """What follows a convolution of that name."""
        x = activation(x)
        return self.dropout(x) if name in self.dropped else x


class Separable(nn.Module):
    """A square convolution as a row and a column one, with `rank` channels between them; by default its outputs."""

    def __init__(self, inputs: int, outputs: int, kernel: int, rank: int = 0) -> None:
        super().__init__()
        rank = rank or outputs
        self.along = nn.Conv2d(inputs, rank, (1, kernel), padding=(0, kernel // 2), bias=False)
        self.down = nn.Conv2d(rank, outputs, (kernel, 1), padding=(kernel // 2, 0))

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.along(x))


def recombinator(settings: Mapping[str, Any], landmarks: int) -> RecombinatorNet:
    """The paper's network as a run's settings describe it; runs of old know fewer of them."""
    return RecombinatorNet(landmarks=landmarks, **{name: settings[name] for name in STRUCTURE if name in settings})


RECOMBINATOR = "recombinator"
# from all settings of `network` and the number of landmarks to a module as RecombinatorNet: pictures in, logits out
NETWORKS: dict[str, Callable[[Mapping[str, Any], int], nn.Module]] = {RECOMBINATOR: recombinator}


def network_of(settings: Mapping[str, Any], landmarks: int) -> nn.Module:
    """The network that a run's settings name. InputError: none has that name here."""
    return registered(NETWORKS, settings.get("name", RECOMBINATOR), "network.name")(settings, landmarks)


def conv(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
    """A convolution that keeps the size."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)


FUSIONS: dict[str, Callable[[int, int, int], nn.Module]] = {"paper": conv, "separable": Separable}


def activation(x: Tensor) -> Tensor:
    return F.leaky_relu(x, SLOPE, inplace=True)


def he_start(network: nn.Module) -> None:
    """Draw all weights anew so that signals neither grow nor fade from layer to layer (He et al., ICCV 2015).

    With torch's own start they fade to 0.42 a layer: the first logits are all but the same everywhere.
    """
    rows = {layer.along for layer in network.modules() if isinstance(layer, Separable)}  # no activation follows
    for layer in network.modules():
        if layer in rows:
            nn.init.kaiming_normal_(layer.get_parameter("weight"), nonlinearity="linear")
        elif isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, a=SLOPE, nonlinearity="leaky_relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def parameter_count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())
