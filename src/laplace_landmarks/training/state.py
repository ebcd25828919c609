"""All that changes while a training runs: how it starts, how it is saved, how it goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor

from laplace_landmarks.method.discriminator import PatchDiscriminator
from laplace_landmarks.method.losses import LOSSES
from laplace_landmarks.method.recombinator import NETWORKS, he_start, network_of
from laplace_landmarks.method.registered import registered
from laplace_landmarks.runtime.released import find_model
from laplace_landmarks.training.algorithm import ALGORITHMS, Algorithm
from laplace_landmarks.training.checkpoints import (
    Checkpoint,
    optimiser_tensors,
    restore_optimiser,
    save_checkpoint,
    weights,
)
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.initial import start_from
from laplace_landmarks.training.pictures import TrainingPictures


@dataclass
class State:
    """Networks, optimisers, averaged weights, and the best ones so far."""

    algorithm: Algorithm
    ema: dict[str, Tensor]
    step: int = 0  # finished ones
    start: int = 1  # of the run: each process that goes on from a checkpoint is one more
    best: dict[str, Tensor] = field(default_factory=dict)
    best_score: dict[str, Any] = field(default_factory=dict)  # step, weights ("raw" or "ema"), nmse, spread


def check_names(config: Config) -> None:
    """InputError where the config names a loss, a network or an algorithm that is none."""
    registered(LOSSES, config.loss.name, "loss.name")
    registered(NETWORKS, config.network.name, "network.name")
    registered(ALGORITHMS, config.algorithm, "algorithm")


def start(
    config: Config, pictures: TrainingPictures, fabric: Fabric, say: Callable[[str], None] | None = None
) -> State:
    """The state before the first step; every process builds the same."""
    torch.manual_seed(config.seed)
    landmarks, settings = len(pictures.markup), config.optimiser
    network = config.network
    generator = network_of(vars(network), landmarks)
    if network.start == "he":
        he_start(generator)
    if config.network.init:
        fresh = start_from(generator, find_model(config.network.init))
        if fresh and say:
            say(f"{config.network.init}: another number of landmarks, so {', '.join(fresh)} begin anew")
    # channels last: the 1×1 convolutions of the head, half of the work, are twice as fast; not D's, to which heatmaps
    # come in the other order: they would take half as long again
    generator.to(device=fabric.device, memory_format=torch.channels_last).train()  # pyright: ignore[reportCallIssue]
    discriminator = None
    if pictures.unlabeled is not None and config.adversarial.weight > 0:
        branch = config.adversarial
        discriminator = PatchDiscriminator(landmarks, branch.width, branch.noise, branch.scaling)
        discriminator.to(fabric.device).train()
    adam = partial(torch.optim.Adam, lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True)
    algorithm = registered(ALGORITHMS, config.algorithm, "algorithm")(
        generator=generator,
        optimiser_g=adam(generator.parameters()),
        discriminator=discriminator,
        optimiser_d=None if discriminator is None else adam(discriminator.parameters()),
        autocast=fabric.autocast,
        objective=config.loss.name,
        target_spread=config.loss.target_spread,
        beta=config.network.beta,
        adversarial_weight=config.adversarial.weight,
        saturating=config.adversarial.saturating,
        largest_gradient=settings.largest_gradient,
        discriminator_rate=config.adversarial.rate,
        redrawn=config.adversarial.redrawn,
        blind=config.adversarial.blind,
    )
    return State(algorithm, ema=weights(generator))


def average_weights(state: State, decay: float) -> None:
    """Let the averaged weights follow the raw ones; the first few are hardly remembered."""
    decay = min(decay, (1 + state.step) / (10 + state.step))
    for name, weight in state.algorithm.generator.state_dict().items():
        if weight.is_floating_point():
            state.ema[name].lerp_(weight, 1 - decay)
        else:  # as batch normalisation counts its batches
            state.ema[name].copy_(weight)


def save_state(state: State, path: Path, facts: dict[str, Any]) -> None:
    """Write a checkpoint; facts are what a model file made from it will say."""
    algorithm = state.algorithm
    parts = {
        "generator": algorithm.generator.state_dict(),
        "optimiser_g": optimiser_tensors(algorithm.optimiser_g),
        "ema": state.ema,
        "best": state.best,
    }
    if algorithm.discriminator is not None and algorithm.optimiser_d is not None:
        parts["discriminator"] = algorithm.discriminator.state_dict()
        parts["optimiser_d"] = optimiser_tensors(algorithm.optimiser_d)
    save_checkpoint(path, parts, {**facts, "step": state.step, "best": state.best_score, "start": state.start})


def restore_state(state: State, checkpoint: Checkpoint) -> None:
    """Go back to a checkpoint, to the bit."""
    algorithm = state.algorithm
    algorithm.generator.load_state_dict(checkpoint.part("generator"))
    restore_optimiser(algorithm.optimiser_g, checkpoint.part("optimiser_g"))
    if algorithm.discriminator is not None and algorithm.optimiser_d is not None:
        algorithm.discriminator.load_state_dict(checkpoint.part("discriminator"))
        restore_optimiser(algorithm.optimiser_d, checkpoint.part("optimiser_d"))
    for name, value in checkpoint.part("ema").items():
        state.ema[name].copy_(value)
    state.best = {name: value.to(state.ema[name].device) for name, value in checkpoint.part("best").items()}
    state.best_score, state.step = checkpoint.facts["best"], checkpoint.facts["step"]
    state.start = checkpoint.facts.get("start", 1) + 1  # runs of old did not count
