"""Start from trained weights: any model file, or the checkpoint of a run."""

from pathlib import Path

import torch
from torch import Tensor

from laplace_landmarks.errors import InputError
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.run_files import CHECKPOINT

NETWORK = "network."  # what parameter names begin with in a model file


def start_from(network: RecombinatorNet, source: Path) -> list[str]:
    """Load all weights that fit; the head stays new where the number of landmarks differs. Returns what stayed new.

    InputError: the file is broken, or of another width.
    """
    found, own = read_weights(source), network.state_dict()
    missing = sorted(own.keys() - found.keys())
    if missing:
        raise InputError(f"{source}: not this network's weights, {missing[0]} is not there")
    other = [name for name, value in own.items() if value.shape != found[name].shape]
    body = [name for name in other if not name.startswith("head.")]
    if body:
        width = found["encoder.0.weight"].shape[0]
        raise InputError(f"{source}: its network has width {width}; set network.width to {width} to start from it")
    network.load_state_dict({name: value if name in other else found[name] for name, value in own.items()})
    return other


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
    return {
        tensor.name.removeprefix(NETWORK): torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in graph.initializer
        if tensor.name.startswith(NETWORK)
    }
