"""The forms in which a trained network can be written; each is held to what torch says of the trained one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from torch import nn

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.synthetic.dataset import synthetic_crops
from laplace_landmarks.errors import InputError
from laplace_landmarks.export.compact import CHANNELS, Told, compacted, silent
from laplace_landmarks.export.graph import to_fast_onnx
from laplace_landmarks.export.parity import Allowed, check_likeness
from laplace_landmarks.export.quantise import quantised
from laplace_landmarks.export.weights import weights_in_8_bits
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import HEADS, RECOMBINATOR, RecombinatorNet, parameter_count

MOST = 640  # crops that teach and judge a variant
LEAST = 16
JUDGES = 4  # every fourth crop is kept from the teaching, and judges
RANGES = 48  # crops that give the ranges of 8-bit numbers
FLOAT32 = "float32"  # the variant that is the trained network itself
NARROW = 8  # networks of a smaller width err more themselves, and may be missed by more


@dataclass(frozen=True)
class Variant:
    """What is done to the trained network, and how far from one of width 8 or more the file may then be.

    in_8_bits: what is rounded, which `precision` tells.
    """

    compact: bool
    in_8_bits: Literal["", "weights", "all"]
    allowed: Allowed

    @property
    def precision(self) -> str:
        """As a model file tells it."""
        return {"": FLOAT32, "weights": "int8 weights", "all": "int8"}[self.in_8_bits]


VARIANTS = {  # besides FLOAT32
    "fast": Variant(True, "", Allowed(landmarks=(0.25, 1.25), spread=(0.125, 0.75))),
    "int8": Variant(False, "all", Allowed(landmarks=(0.15, 0.75), spread=(0.075, 0.45))),
    "fast-w8": Variant(True, "weights", Allowed(landmarks=(0.25, 1.25), spread=(0.125, 0.75))),
    "fast-int8": Variant(True, "all", Allowed(landmarks=(0.3, 1.5), spread=(0.15, 0.9))),
}


@dataclass(frozen=True)
class Made:
    """A variant: its graph, without metadata; what was measured; facts for the metadata."""

    model: onnx.ModelProto
    differences: dict[str, float]
    parameters: int
    facts: dict[str, str | int]
    fitted: bool  # to crops; a quick network in floats is what was trained


def make_variant(name: str, network: nn.Module, beta: float, crops: NDArray[np.uint8], told: Told = silent) -> Made:
    """Makes it and holds it to the trained network on crops that it was not made with.

    crops: (N, size, size, 3), in any order. InputError: too few of them, beyond what is allowed, or another network.
    """
    if not isinstance(network, RecombinatorNet):
        raise InputError(f"a {name} file is made of the network `{RECOMBINATOR}` alone; export it without --variant")
    variant = VARIANTS[name]
    if len(crops) < LEAST:
        a = "an" if name.startswith("int8") else "a"
        raise InputError(f"{a} {name} file is fitted to at least {LEAST} crops, not {len(crops)}; give more pictures")
    chosen = crops[np.random.default_rng(0).permutation(len(crops))[:MOST]]
    judging = np.arange(len(chosen)) % JUDGES == 0
    teaching = chosen[~judging]
    small = compacted(network, beta, teaching, told=told) if variant.compact else network
    model = to_fast_onnx(small, beta, crops.shape[1], product=variant.in_8_bits != "all")
    if variant.in_8_bits == "all":
        model = quantised(model, teaching[:RANGES])
    elif variant.in_8_bits == "weights":
        model = weights_in_8_bits(model)
    allowed = variant.allowed.times(max(1, NARROW / len(network.encoder[0].get_parameter("weight"))))
    differences = check_likeness(model.SerializeToString(), network, beta, chosen[judging], allowed)
    facts: dict[str, str | int] = {"variant": name}
    if small is not network and len(network.head) == HEADS["paper"]:
        facts |= {"head_channels": CHANNELS}
    return Made(
        model, differences, parameter_count(small), facts, fitted=small is not network or variant.in_8_bits != ""
    )


def crops_for(rule: CropRule, markup: Markup, labeled: LabeledSet | None) -> NDArray[np.uint8]:
    """Crops to make a variant with: of these pictures or, for a model of faces, of drawn ones.

    InputError where there are no pictures and nothing can be drawn.
    """
    if labeled is None:
        if len(markup.anchors) != len(IBUG68.anchors):
            raise InputError(f"the model is not of faces ({markup.name}), so no pictures can be drawn to fit a variant "
                             "to; give some by --data")  # fmt: skip
        return np.asarray(synthetic_crops(MOST, 0, rule).pictures)
    return np.asarray(labeled_crops(labeled, rule).pictures)
