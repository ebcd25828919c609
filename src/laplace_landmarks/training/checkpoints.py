"""Checkpoints: all that a training needs to go on, in one safetensors file that is there whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim import Optimizer

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.run_files import CHECKPOINT

VERSION = 1


@dataclass(frozen=True)
class Checkpoint:
    """Tensors by dotted name, and what else there is to know, as plain JSON."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors below a prefix, without it."""
        start = f"{prefix}."
        return {name[len(start) :]: tensor for name, tensor in self.tensors.items() if name.startswith(start)}


def save_checkpoint(path: Path, parts: Mapping[str, Mapping[str, Tensor]], facts: Mapping[str, Any]) -> None:
    """Write a checkpoint in place of the one at the path, which survives if this fails (a full disk, a kill)."""
    tensors = {
        f"{part}.{name}": value.detach().contiguous() for part, held in parts.items() for name, value in held.items()
    }
    write_whole(path, save(tensors, {"checkpoint": json.dumps({"version": VERSION, **facts})}))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; InputError where the file is broken or of another version."""
    try:
        with safe_open(str(path), framework="pt") as file:
            facts = json.loads((file.metadata() or {}).get("checkpoint", "{}"))
            # copies: a file that tensors are mapped to cannot be replaced on every system, and the run replaces it
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118, it is no dict
    except (OSError, SafetensorError, ValueError) as error:
        if path.name == CHECKPOINT:
            raise InputError(f"{path}: not a whole checkpoint ({error}); delete it to start the run anew") from None
        raise InputError(f"{path}: not a whole checkpoint; name the folder of a run, or its {CHECKPOINT}") from None
    if facts.get("version") != VERSION:
        raise InputError(f"{path}: a checkpoint of version {facts.get('version')}, this program reads {VERSION}")
    return Checkpoint(tensors, facts)


def optimiser_tensors(optimiser: Optimizer) -> dict[str, Tensor]:
    """An optimiser's state, flat: "3.exp_avg" belongs to its fourth parameter."""
    state = optimiser.state_dict()["state"]
    return {f"{place}.{name}": torch.as_tensor(value) for place, held in state.items() for name, value in held.items()}


def restore_optimiser(optimiser: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """The inverse of optimiser_tensors, into an optimiser with the same parameters."""
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        place, key = name.split(".", 1)
        like = parameters[int(place)]
        # fused Adam walks through memory, so that a moment must lie there in the order of its parameter
        held = torch.empty_like(like).copy_(value) if value.shape == like.shape else value
        state.setdefault(int(place), {})[key] = held
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def weights(network: nn.Module) -> dict[str, Tensor]:
    """A network's parameters, copied: later steps do not change them."""
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
