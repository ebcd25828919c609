"""The loop around Algorithm 1: its steps, its validations and its checkpoints."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric

from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.method import processes
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.runtime.signals import asked_to_stop
from laplace_landmarks.training.algorithm import Lesson
from laplace_landmarks.training.batches import LABELED, UNLABELED, Seen, Share, labeled_batch, look, places, to_network
from laplace_landmarks.training.checkpoints import weights
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.figures import draw_snapshot
from laplace_landmarks.training.log import Log, Progress
from laplace_landmarks.training.not_finite import NonFiniteLoss
from laplace_landmarks.training.pictures import TrainingPictures
from laplace_landmarks.training.report.snapshots import snapshot_file
from laplace_landmarks.training.report.writing import LivePage
from laplace_landmarks.training.run_files import CHECKPOINT
from laplace_landmarks.training.schedule import learning_rate
from laplace_landmarks.training.state import State, average_weights, save_state
from laplace_landmarks.training.teacher import Teacher, lesson
from laplace_landmarks.training.together import all_or_none, attempt
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
    page: LivePage
    teacher: Teacher | None = None

    def loop(self) -> None:
        state, first = self.state, self.fabric.is_global_zero
        if state.step == self.steps:
            if first:
                self.page.end()
            return
        with asked_to_stop() as signals, self.page.tells_why() if first else nullcontext():
            if state.step == 0:
                all_or_none(attempt(self.validate) if first else None)  # where it begins
            while state.step < self.steps:
                seen = self.step()
                asked = torch.tensor(float(len(signals)), device=self.fabric.device)
                stop = bool(processes.mean(asked))  # all processes stop at the same step
                all_or_none(attempt(self.record, seen, stop) if first else None)
                if stop and state.step < self.steps:
                    where = f"{self.progress.called}: " if self.progress.called else ""
                    raise Stopped(
                        f"{where}stopped after step {state.step} of {self.steps}; the same command goes on from there"
                    )

    def step(self) -> dict[str, float]:
        """One step: its random numbers depend on seed and step, its part of the batch on the process."""
        config, state, pictures, device = self.config, self.state, self.pictures, self.fabric.device
        share = Share(self.fabric.global_rank, self.fabric.world_size)
        seen = {LABELED: self.look(LABELED, len(pictures.train.names), config.optimiser.batch, share)}
        if pictures.unlabeled is not None:
            seen[UNLABELED] = self.look(UNLABELED, len(pictures.unlabeled), config.adversarial.batch, share)
        unlabeled = to_network(seen[UNLABELED].crops, device) if UNLABELED in seen else None
        settings = config.optimiser
        state.algorithm.learn_at(learning_rate(settings.schedule, settings.learning_rate, state.step, self.steps))
        try:
            with keyed(config.seed, state.step, share.rank):
                labeled = labeled_batch(pictures, seen[LABELED], device)
                figures = state.algorithm.step(labeled, unlabeled, self.lessons(seen))
        except NonFiniteLoss as found:
            chosen = places(len(pictures.train.names), settings.batch, state.step, config.seed, LABELED)
            names = ", ".join(pictures.train.names[place] for place in chosen)
            raise InputError(found.told(state.step + 1, names, str(self.run))) from None
        state.step += 1
        average_weights(state, config.optimiser.ema)
        return figures

    def look(self, stream: int, count: int, batch: int, share: Share) -> Seen:
        """The process' part of a stream's batch, of `count` pictures."""
        chosen, part = places(count, batch, self.state.step, self.config.seed, stream), share.of(batch)
        return look(self.pictures, stream, chosen[part], self.key(stream, part))

    def lessons(self, seen: dict[int, Seen]) -> dict[str, tuple[float, Lesson]]:
        """What the teacher says of each stream, and how much it counts at this step; nothing where it never counts."""
        if self.teacher is None:
            return {}
        teaching = self.config.teaching
        risen = min(1.0, self.state.step / teaching.ramp) if teaching.ramp else 1.0
        weights = {LABELED: ("taught", teaching.labeled), UNLABELED: ("taught_unlabeled", teaching.unlabeled)}
        return {
            name: (risen * weight, lesson(self.teacher, self.pictures, stream, seen[stream], self.fabric.device))
            for stream, (name, weight) in weights.items()
            if weight and stream in seen
        }

    def key(self, stream: int, part: slice) -> Key:
        """What this step's augmentation is drawn by: a picture's place in the whole batch, whoever has it."""
        return Key(self.config.seed, stream, self.state.step, part.start)

    def record(self, seen: dict[str, float], stop: bool) -> None:
        """What is due after a step: a line of the log, a validation, a checkpoint, each at the end as well."""
        machine, state = self.config.machine, self.state
        last = state.step == self.steps
        self.progress.step(state.step, seen)
        if state.step % LOG_EVERY == 0 or last:
            self.log.write(
                kind="train", step=state.step, **seen,
                learning_rate=state.algorithm.optimiser_g.param_groups[0]["lr"], start=state.start,
                images_per_second=round(self.progress.rate(), 1), seconds=round(self.progress.seconds(), 3),
            )  # fmt: skip
        if state.step % machine.validate_every == 0 or last:
            self.validate()
        if state.step % machine.checkpoint_every == 0 or last or stop:
            save_state(state, self.run / CHECKPOINT, self.facts)
        self.page.refresh(state.step, last)

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
            self.progress.say(
                f"step {state.step}/{self.steps}  validation NMSE {entry['nmse_raw']:.2f} % (averaged weights "
                f"{entry['nmse_ema']:.2f} %), spread {entry['spread_raw']:.2f} px{self.progress.pace(state.step)}"
            )
        score = scores.get(config.select, {})
        if config.keep == "last" or not score or score["nmse"] <= state.best_score.get("nmse", float("inf")):
            state.best = {name: value.clone() for name, value in candidates[config.select].items()}
            state.best_score = {"step": state.step, "weights": config.select, **score}
        every = max(1, self.steps // config.machine.validate_every // SNAPSHOTS) * config.machine.validate_every
        if state.step % every == 0 or state.step == self.steps:
            draw_snapshot(network, beta, pictures, self.fabric.device, snapshot_file(self.run, state.step))
