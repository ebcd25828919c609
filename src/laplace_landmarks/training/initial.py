"""Start from trained weights: any model file, or the checkpoint of a run."""

from collections.abc import Mapping
from math import gcd
from pathlib import Path

import torch
from torch import Tensor, nn

from laplace_landmarks.errors import InputError
from laplace_landmarks.method.recombinator import LEVELS, RECOMBINATOR, RecombinatorNet
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.run_files import CHECKPOINT

NETWORK = "network."  # what parameter names begin with in a model file
SCALED = "scaled."  # in a fast one, whose first and last layer do what scales pictures and logits
QUICK = {"head": "light", "fusion": "separable"}  # what fast files leave as it was trained


def start_from(network: nn.Module, source: Path) -> list[str]:
    """Load all weights that fit; the head stays new where the number of landmarks differs. Returns what stayed new.

    InputError: the file is broken, or one of the networks is built otherwise.
    """
    if not isinstance(network, RecombinatorNet):
        raise InputError(f"network.init: {source}: only the network `{RECOMBINATOR}` starts from a model")
    found, own = read_weights(source), network.state_dict()
    if not found.keys() >= {f"encoder.{level}.weight" for level in range(LEVELS)}:
        raise InputError(f"{source}: not this network's weights (a file in 8 bits has none to start from)")
    # an exporter leaves a bias of zeros out
    found |= {name: torch.zeros_like(own[name]) for name in own.keys() - found.keys() if name.endswith(".bias")}
    there, here = _structure(found), _structure(own)
    settings = " and ".join(f"network.{name} to {there[name]}" for name in there if there[name] != here[name])
    if settings:
        told = ", ".join(f"{name} {value}" for name, value in there.items())
        raise InputError(f"{source}: its network has {told}; set {settings} to start from it")
    other = [name for name, value in own.items() if name not in found or value.shape != found[name].shape]
    if body := [name for name in other if not name.startswith("head.")]:
        raise InputError(f"{source}: not this network's weights, as {body[0]} tells")
    network.load_state_dict({name: value if name in other else found[name] for name, value in own.items()})
    return other


def _structure(weights: Mapping[str, Tensor]) -> dict[str, str]:
    """Settings that tell how a network is built, from its weights."""
    channels = [len(weights[f"encoder.{level}.weight"]) for level in range(LEVELS)]
    width = gcd(*channels)
    return {
        "width": str(width),
        "growth": " ".join(str(count // width) for count in channels),
        "head": "paper" if "head.2.weight" in weights else "light",
        "fusion": "separable" if "fusion.0.along.weight" in weights else "paper",
    }


def read_weights(source: Path) -> dict[str, Tensor]:
    """A network's weights by parameter name, from a model file, a checkpoint or the folder of a run."""
    if source.is_dir():
        source = source / CHECKPOINT
    if not source.is_file():
        raise InputError(f"{source}: there is no such model file or run to start from")
    if source.suffix == ".safetensors":
        checkpoint = load_checkpoint(source)
        return checkpoint.part("best") or checkpoint.part("generator")
    import onnx
    from google.protobuf.message import DecodeError
    from onnx import numpy_helper

    try:
        graph = onnx.load(source).graph
    except (DecodeError, OSError) as error:
        raise InputError(f"{source}: cannot be read as an ONNX file ({error})") from None

    def tensors(prefix: str) -> dict[str, Tensor]:
        return {
            tensor.name.removeprefix(prefix): torch.from_numpy(numpy_helper.to_array(tensor).copy())
            for tensor in graph.initializer
            if tensor.name.startswith(prefix)
        }

    if scaled := tensors(SCALED):
        built = read_info(source).network
        if not built.items() >= QUICK.items():
            raise InputError(
                f"{source}: smaller than the network that was trained; start from the file that is not fast"
            )
        return _unscaled(scaled, float(built["beta"]))  # pyright: ignore[reportArgumentType]
    return tensors(NETWORK)


def _unscaled(scaled: dict[str, Tensor], beta: float) -> dict[str, Tensor]:
    """The weights that export.graph.LandmarksAlone was given, but for the last bias, which it leaves out."""
    first, last = "encoder.0.weight", "head.0.weight"
    unscaled = {first: scaled[first] * 255, last: scaled[last][:, :, None, None] / beta}
    return scaled | unscaled
