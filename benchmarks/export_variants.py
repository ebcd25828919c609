"""Ways to make a trained model run faster, each with what it gains and what it costs.

python benchmarks/export_variants.py RUN DATA SPLIT

RUN: folder of a training, or its checkpoint. Every way is timed in turns with the plain export, on one thread, and
scored on the split's validation faces; what is fitted is fitted to its training faces.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from record import record
from torch import Tensor, nn

from laplace_landmarks.data.crops import Crops, labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.speed.benchmark import drawn_crops
from laplace_landmarks.evaluation.speed.interleaved import interleaved
from laplace_landmarks.export import quantise
from laplace_landmarks.export.compact import compacted
from laplace_landmarks.export.graph import LandmarksAlone, exported, to_fast_onnx, to_onnx
from laplace_landmarks.export.quantise import quantised
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.runtime.model_info import OUTPUTS
from laplace_landmarks.session import start_session
from laplace_landmarks.training.checkpoints import load_checkpoint

TAUGHT_ON = 192  # crops
RANGES = 48
SECONDS = 12  # of taking turns, for each of the two groups
SIZE = 80

Make = Callable[[], onnx.ModelProto]


def main(run: Path, data: Path, split: Path) -> None:
    """Make all, score all, time all, and write the result file."""
    network, beta = trained(run)
    labeled = read_labeled(data, IBUG68)
    judges = select(labeled, read_split(split, "validation"))
    rule = CropRule(size=SIZE)
    validation = labeled_crops(judges, rule)
    teaching = labeled_crops(select(labeled, read_split(split, "train")), rule).pictures
    teaching = np.asarray(teaching)[np.random.default_rng(0).permutation(len(teaching))[:TAUGHT_ON]]
    made = {name: make() for name, make in ways(network, beta, teaching).items()}
    figures = compared(made, judges, validation)
    widths = {}
    for width in (4, 8, 64):
        widths[f"width {width}"] = untrained(width)
        print(f"width {width}", widths[f"width {width}"])
    record(
        "export-variants",
        {"ways, width 8": figures, "times alone, untrained weights": widths},
        threads=1,
        data=f"{len(validation.names)} validation faces; fitted to {TAUGHT_ON} training faces; crops placed by labels",
        time="ratio: fastest run of a block to the plain export's in the same turn, median over turns",
    )


def trained(run: Path) -> tuple[RecombinatorNet, float]:
    """The run's best network and its beta."""
    checkpoint = load_checkpoint(run / "last.safetensors" if run.is_dir() else run)
    settings = checkpoint.facts["config"]["network"]
    network = RecombinatorNet(settings["width"], len(IBUG68), 0.0).eval()
    network.load_state_dict(checkpoint.part("best"))
    return network, settings["beta"]


def ways(network: RecombinatorNet, beta: float, crops: NDArray[np.uint8]) -> dict[str, Make]:
    """What is tried, by name; the first is what the others are compared with."""
    fast = compacted(network, beta, crops)

    def alone(**settings: Any) -> Make:
        return lambda: to_fast_onnx(compacted(network, beta, crops, **settings), beta, SIZE, product=False)

    def eight_bits(of: RecombinatorNet, **changed: Any) -> Make:
        def make() -> onnx.ModelProto:
            if not changed:
                return quantised(to_fast_onnx(of, beta, SIZE, product=False), crops[:RANGES])
            with patch.multiple(quantise, **changed):
                return quantised(to_fast_onnx(of, beta, SIZE, product=False), crops[:RANGES])

        return make

    def nothing(model: onnx.ModelProto) -> set[str]:
        return set()

    return {
        "plain float32 export": lambda: to_onnx(network, beta, SIZE),
        "no heatmaps, scales in weights, one read-out": lambda: to_fast_onnx(network, beta, SIZE, product=False),
        "the same, exp and sums in place of softmax": lambda: exported(
            ByExponentials(network, beta), OUTPUTS[:2], SIZE
        ),
        "the same, head as matrix products (no padding)": lambda: exported(
            ByProducts(network, beta), OUTPUTS[:2], SIZE
        ),
        "head of 64 channels, fitted": alone(channels=64, separated=(), steps=0),
        "head of 48 channels, fitted": alone(channels=48, separated=(), steps=0),
        "head of 32 channels, fitted": alone(channels=32, separated=(), steps=0),
        "head of 32 channels, taught": alone(channels=32, separated=()),
        "head of 16 channels, taught": alone(channels=16, separated=()),
        "separable 5x5 at 80 px, not taught": alone(channels=68, separated=(3,), steps=0),
        "separable 5x5 at 40 and 80 px, taught": alone(channels=68),
        "fast: head of 32, separable at 40 and 80 px": lambda: to_fast_onnx(fast, beta, SIZE, product=True),
        "head of 48, separable at 40 and 80 px": alone(channels=48),
        "head of 32, separable at 20, 40 and 80 px": alone(separated=(1, 2, 3)),
        "int8": eight_bits(network),
        "int8, the first layer too": eight_bits(network, _first_level=nothing),
        "int8, logits 12 deep": eight_bits(network, DEPTH=12.0),
        "int8, logits 40 deep": eight_bits(network, DEPTH=40.0),
        "int8, upsampling in float": eight_bits(network, LAYERS=("Conv", "LeakyRelu", "MaxPool", "Concat")),
        "fast-int8": eight_bits(fast),
    }


class ByExponentials(LandmarksAlone):
    """Sums of exponentials over columns and rows, divided at the end on vectors of 80."""

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.scaled(crops.permute(0, 3, 1, 2).float())
        powers = (logits - logits.amax(dim=(2, 3), keepdim=True)).exp()
        masses = torch.stack([powers.sum(dim=-2), powers.sum(dim=-1)], dim=-2)
        masses = masses / masses.sum(dim=-1, keepdim=True)
        places = torch.arange(SIZE, dtype=masses.dtype)
        landmarks = (masses * places).sum(dim=-1)
        return landmarks, (masses * (places - landmarks[..., None]).abs()).sum(dim=-1)


class ByProducts(LandmarksAlone):
    """The head's 1×1 convolutions as (K, inputs) times (inputs, pixels), which no kernel pads."""

    def __init__(self, network: RecombinatorNet, beta: float) -> None:
        super().__init__(network, beta)
        self.scaled.head = nn.ModuleList(map(Product, self.scaled.head))


class Product(nn.Module):
    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        assert isinstance(layer, nn.Conv2d) and layer.bias is not None
        self.weight = nn.Parameter(layer.weight.detach()[:, :, 0, 0].clone())
        self.bias = nn.Parameter(layer.bias.detach()[:, None].clone())

    def forward(self, x: Tensor) -> Tensor:
        made = self.weight @ x.flatten(2) + self.bias
        return made.view(made.shape[0], made.shape[1], SIZE, SIZE)


def compared(made: dict[str, onnx.ModelProto], labeled: LabeledSet, crops: Crops) -> dict[str, dict[str, float]]:
    """Ratio, error, distance from the plain export, bytes without metadata."""
    contents = {name: model.SerializeToString() for name, model in made.items()}
    sessions = {name: start_session(content) for name, content in contents.items()}
    one = drawn_crops(1, SIZE)
    times = interleaved([partial(s.run, ["landmarks", "spread"], {"crops": one}) for s in sessions.values()], SECONDS)
    lengths = np.array([normaliser("inter_ocular", labeled.markup, sample) for sample in labeled.samples])
    pixels = lengths * np.array([crop.scale for crop in crops.crops])
    first = None
    figures = {}
    for (name, running), timing in zip(sessions.items(), times, strict=True):
        parts = [running.run(["landmarks", "spread"], {"crops": some}) for some in np.array_split(crops.pictures, 10)]
        landmarks, spread = (np.concatenate(part) for part in zip(*parts, strict=True))
        first = first or (landmarks, spread)
        figures[name] = {
            "ratio": round(timing.ratio, 3),
            "NMSE, %": round(100 * float(nmse(landmarks, crops.landmarks, crops.visible, pixels).mean()), 3),
            "landmarks differ by, px": round(float(np.abs(landmarks - first[0]).mean()), 4),
            "spread differs by, px": round(float(np.abs(spread - first[1]).mean()), 4),
            "mean spread, px": round(float(spread.mean()), 3),
            "kB": round(len(contents[name]) / 1000, 1),
        }
        print(f"{name:50}", *figures[name].values())
    return figures


def untrained(width: int) -> dict[str, float]:
    """Ratios of times alone; what is fitted is fitted to nothing of use."""
    torch.manual_seed(0)
    network = RecombinatorNet(width, len(IBUG68), 0.0).eval()
    crops = drawn_crops(4, SIZE)
    small = compacted(network, 1.0, crops, steps=0)
    made = {
        "float32": to_onnx(network, 1.0, SIZE),
        "fast": to_fast_onnx(small, 1.0, SIZE, product=True),
        "int8": quantised(to_fast_onnx(network, 1.0, SIZE, product=False), crops),
        "fast-int8": quantised(to_fast_onnx(small, 1.0, SIZE, product=False), crops),
    }
    sessions = [start_session(model.SerializeToString()) for model in made.values()]
    one = drawn_crops(1, SIZE)
    times = interleaved([partial(s.run, ["landmarks", "spread"], {"crops": one}) for s in sessions], SECONDS)
    return {name: round(timing.ratio, 3) for name, timing in zip(made, times, strict=True)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*map(Path, sys.argv[1:4]))
