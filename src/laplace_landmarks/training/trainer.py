"""From a config to trained weights: the loop around Algorithm 1, its validations and its checkpoints."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric

from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.method import processes
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.training.algorithm import NonFiniteLoss
from laplace_landmarks.training.batches import LABELED, UNLABELED, Share, labeled_batch, places, to_network
from laplace_landmarks.training.checkpoints import weights
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.figures import draw_curves, draw_snapshot
from laplace_landmarks.training.log import Log, Progress
from laplace_landmarks.training.memory import keep_freed_memory
from laplace_landmarks.training.pictures import TrainingPictures, training_pictures
from laplace_landmarks.training.run import asked_to_stop, launch, open_run, run_facts
from laplace_landmarks.training.run_files import CHECKPOINT, CURVES, HEATMAPS, LOG
from laplace_landmarks.training.state import State, average_weights, restore_state, save_state, start
from laplace_landmarks.training.validation import validate

LOG_EVERY = 10  # steps
SNAPSHOTS = 10  # pictures of heatmaps over a run


@dataclass
class Training:
    """One training in one process."""

    config: Config
    pictures: TrainingPictures
    state: State
    fabric: Fabric
    steps: int
    run: Path
    log: Log
    progress: Progress
    facts: dict[str, Any]

    def loop(self) -> None:
        machine, state = self.config.machine, self.state
        with asked_to_stop() as signals:
            while state.step < self.steps:
                seen = self.step()
                last = state.step == self.steps
                stop = bool(processes.mean(torch.tensor(float(len(signals)))))  # all processes stop at the same step
                if self.fabric.is_global_zero:
                    self.progress.step(state.step, seen)
                    if state.step % LOG_EVERY == 0 or last:
                        self.write(seen)
                    if state.step % machine.validate_every == 0 or last:
                        self.validate()
                    if state.step % machine.checkpoint_every == 0 or last or stop:
                        save_state(state, self.run / CHECKPOINT, self.facts)
                if stop and not last:
                    raise Stopped(
                        f"stopped after step {state.step} of {self.steps}; the same command goes on from there"
                    )
        self.fabric.barrier()

    def step(self) -> dict[str, float]:
        """One step: its random numbers depend on seed and step, its part of the batch on the process."""
        config, state, pictures, device = self.config, self.state, self.pictures, self.fabric.device
        share = Share(self.fabric.global_rank, self.fabric.world_size)
        mine = share.of(config.optimiser.batch)
        chosen = places(len(pictures.train.names), config.optimiser.batch, state.step, config.seed, LABELED)[mine]
        unlabeled = None
        if pictures.unlabeled is not None:
            batch = config.adversarial.batch
            drawn = places(len(pictures.unlabeled), batch, state.step, config.seed, UNLABELED)[share.of(batch)]
            unlabeled = to_network(pictures.unlabeled[drawn], device)
        try:
            with keyed(config.seed, state.step, mine.start):
                seen = state.algorithm.step(labeled_batch(pictures.train, chosen, device), unlabeled)
        except NonFiniteLoss:
            names = ", ".join(pictures.train.names[place] for place in chosen)
            raise InputError(
                f"the loss is not finite at step {state.step + 1}, on {names}. The checkpoint in {self.run} is from "
                "before; look at these pictures' labels, or lower optimiser.learning_rate"
            ) from None
        state.step += 1
        average_weights(state, config.optimiser.ema)
        return seen

    def write(self, seen: dict[str, float]) -> None:
        rate = round(self.progress.rate(), 1)
        self.log.write(kind="train", step=self.state.step, **seen, images_per_second=rate)
        self.fabric.log_dict(seen, self.state.step)

    def validate(self) -> None:
        """Score raw and averaged weights, remember the better ones, and draw how things stand."""
        config, state, pictures = self.config, self.state, self.pictures
        network, beta = state.algorithm.generator, config.network.beta
        candidates = {"ema": state.ema, "raw": weights(network)}
        scores: dict[str, dict[str, float]] = {}
        if pictures.validation is not None:
            for kind, candidate in candidates.items():  # raw last: it stays in the network
                network.load_state_dict(candidate)
                scores[kind] = validate(network, beta, pictures.validation, pictures.markup, self.fabric.device)
            entry = {f"{name}_{kind}": value for kind, score in scores.items() for name, value in score.items()}
            self.log.write(kind="validation", step=state.step, **entry)
            self.fabric.log_dict({f"validation/{name}": value for name, value in entry.items()}, state.step)
            self.progress.say(
                f"step {state.step}/{self.steps}  validation NMSE {entry['nmse_raw']:.2f} % (averaged weights "
                f"{entry['nmse_ema']:.2f} %), spread {entry['spread_raw']:.2f} px  "
                f"{self.progress.rate():.0f} images/s, {self.progress.left(state.step)} left"
            )
        score = scores.get(config.select, {})
        if config.keep == "last" or not score or score["nmse"] <= state.best_score.get("nmse", float("inf")):
            state.best = {name: value.clone() for name, value in candidates[config.select].items()}
            state.best_score = {"step": state.step, "weights": config.select, **score}
        draw_curves(self.log.lines, self.run / CURVES)
        every = max(1, self.steps // config.machine.validate_every // SNAPSHOTS) * config.machine.validate_every
        if state.step % every == 0 or state.step == self.steps:
            folder = self.run / HEATMAPS
            draw_snapshot(network, beta, pictures, self.fabric.device, folder / f"step-{state.step:06}.png")


def train(config: Config) -> Path:
    """Run a training to its end, on from where it was cut off if it was; returns its folder, with the checkpoint.

    InputError: data or settings cannot be used, the folder holds another training, a loss is not finite.
    Stopped: a signal asked for it.
    """
    keep_freed_memory()
    run = Path(config.run)
    fabric = launch(config, run)
    with fabric.rank_zero_first():  # the others find the crops in the cache
        progress = Progress(0, config.optimiser.batch, quiet=not fabric.is_global_zero)
        pictures = training_pictures(config, progress.say)
        if fabric.is_global_zero:
            open_run(config, run)
    progress.steps = steps = total_steps(config, len(pictures.train.names))
    state = start(config, pictures, fabric)
    if (run / CHECKPOINT).exists():
        restore_state(state, run / CHECKPOINT)
        progress.say(f"{run}: going on after step {state.step} of {steps}")
    log = Log(run / LOG)
    if fabric.is_global_zero:
        log.open_at(state.step)
    progress.start()
    Training(config, pictures, state, fabric, steps, run, log, progress, run_facts(config, pictures, steps)).loop()
    return run


def total_steps(config: Config, labeled: int) -> int:
    """Steps of the whole training: as set, or as many as the epochs take."""
    return config.optimiser.steps or -(-config.optimiser.epochs * labeled // config.optimiser.batch)
