"""The loop of a training: which weights it keeps, and how it stops, fails and goes on."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from fixtures.tiny_trainings import lines
from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.training import loop, trainer
from laplace_landmarks.training.algorithm import LabeledBatch
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.pictures import training_pictures
from laplace_landmarks.training.run_files import CHECKPOINT
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]


def test_the_best_raw_weights_are_kept(tiny_run: Path) -> None:
    best = load_checkpoint(tiny_run / CHECKPOINT).facts["best"]
    smallest = min(lines(tiny_run, "validation"), key=lambda line: line["nmse_raw"])
    assert best == {
        "step": smallest["step"], "weights": "raw", "nmse": smallest["nmse_raw"], "spread": smallest["spread_raw"]
    }  # fmt: skip


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("select", ["raw", "ema"])
def test_or_the_averaged_or_the_last(tiny_config: MakeConfig, select: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # before training, averaged and raw weights; then each validation is worse than the one before
    worse = iter([99, 99, *range(100)])
    monkeypatch.setattr(loop, "validate", lambda *_: {"nmse": float(next(worse)), "spread": 1.0})
    run = train(tiny_config(select=select, data={"unlabeled": ()}))
    assert run is not None
    kept = load_checkpoint(run / CHECKPOINT)
    assert kept.facts["best"]["step"] == 3
    last = kept.part({"raw": "generator", "ema": "ema"}[select])
    assert any(not torch.equal(value, last[name]) for name, value in kept.part("best").items())

    run = train(tiny_config(select=select, keep="last", run=f"{run}-last", data={"unlabeled": ()}))
    assert run is not None
    kept = load_checkpoint(run / CHECKPOINT)
    last = kept.part({"raw": "generator", "ema": "ema"}[select])
    assert (kept.facts["best"]["step"], kept.facts["best"]["weights"]) == (6, select)
    assert all(torch.equal(value, last[name]) for name, value in kept.part("best").items())


@pytest.mark.usefixtures("plain")
def test_without_validation_the_last_weights_are_kept(tiny_config: MakeConfig) -> None:
    run = train(tiny_config(data={"validation": "", "unlabeled": ()}))
    assert run is not None
    kept = load_checkpoint(run / CHECKPOINT)
    assert kept.facts["best"] == {"step": 6, "weights": "raw"}
    assert all(torch.equal(value, kept.part("generator")[name]) for name, value in kept.part("best").items())
    assert not lines(run, "validation")


@pytest.mark.usefixtures("plain")
def test_averaged_weights_do_not_alter_the_training(tiny_config: MakeConfig) -> None:
    runs = [train(tiny_config(run=f"{tiny_config().run}-{ema}", optimiser={"ema": ema})) for ema in (0.1, 0.9)]
    one, other = (load_checkpoint(Path(run or "") / CHECKPOINT) for run in runs)
    assert all(torch.equal(value, other.part("generator")[name]) for name, value in one.part("generator").items())
    assert any(not torch.equal(value, other.part("ema")[name]) for name, value in one.part("ema").items())


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_step_end_and_the_same_command_goes_on(
    tiny_config: MakeConfig, number: int, monkeypatch: pytest.MonkeyPatch, outcome_of: Callable[[Path], object]
) -> None:
    config, whole = tiny_config(), train(tiny_config(run=f"{tiny_config().run}-whole"))
    step = trainer.Training.step

    def interrupted(self: trainer.Training) -> dict[str, float]:
        if self.state.step == 2:
            os.kill(os.getpid(), number)
        return step(self)

    monkeypatch.setattr(trainer.Training, "step", interrupted)
    with pytest.raises(Stopped, match="stopped after step 3 of 6; the same command goes on from there"):
        train(config)
    assert load_checkpoint(Path(config.run) / CHECKPOINT).facts["step"] == 3

    assert whole is not None
    assert outcome_of(train(config) or Path()) == outcome_of(whole)


@pytest.mark.usefixtures("plain")
def test_a_loss_that_is_no_number_names_its_batch_and_spares_the_checkpoint(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, batches = tiny_config(), loop.labeled_batch
    chosen: list[Any] = []

    def broken(given: Any, seen: Any, device: Any) -> LabeledBatch:
        chosen.append(seen.chosen)
        batch = batches(given, seen, device)
        return replace(batch, landmarks=batch.landmarks * float("nan")) if len(chosen) == 4 else batch

    monkeypatch.setattr(loop, "labeled_batch", broken)
    with pytest.raises(
        InputError, match=r"the loss is not finite at step 4, on .*\. Look at these pictures"
    ) as stopped:
        train(config)

    names = training_pictures(config, lambda _: None).train.names
    assert ", ".join(names[place] for place in chosen[3]) in str(stopped.value)
    kept = load_checkpoint(Path(config.run) / CHECKPOINT)
    assert kept.facts["step"] == 2
    assert all(tensor.isfinite().all() for tensor in kept.tensors.values())


@pytest.mark.usefixtures("plain")
def test_a_full_disk_leaves_the_last_checkpoint_to_go_on_from(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, outcome_of: Callable[[Path], object]
) -> None:
    config, whole = tiny_config(), train(tiny_config(run=f"{tiny_config().run}-whole"))
    opened = Path.open

    class Full:
        """A file on a disk with room for half of it."""

        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, content: bytes) -> None:
            self.file.write(content[: len(content) // 2])
            raise OSError(28, os.strerror(28))

    count = iter(range(100))

    def full(self: Path, *arguments: Any, **named: Any) -> Any:
        file = opened(self, *arguments, **named)
        return Full(file) if CHECKPOINT in self.name and arguments == ("wb",) and next(count) == 1 else file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(
        InputError, match=rf"{CHECKPOINT}: cannot be written \(No space left on device\); what was there"
    ):
        train(config)
    assert load_checkpoint(Path(config.run) / CHECKPOINT).facts["step"] == 2
    assert not list(Path(config.run).glob(".*"))

    assert whole is not None
    assert outcome_of(train(config) or Path()) == outcome_of(whole)


@pytest.mark.usefixtures("plain")
def test_a_log_that_cannot_be_written_is_told(tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(trainer.Log, "write", full)
    with pytest.raises(InputError, match="No space left on device"):
        train(tiny_config())


@pytest.mark.usefixtures("plain")
def test_each_start_of_a_run_is_counted_in_its_log(tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    config, step = tiny_config(optimiser={"steps": 30}, data={"unlabeled": ()}), trainer.Training.step
    stops = [10, 25]

    def interrupted(self: trainer.Training) -> dict[str, float]:
        if self.state.step + 1 in stops:
            stops.remove(self.state.step + 1)
            os.kill(os.getpid(), signal.SIGTERM)
        return step(self)

    monkeypatch.setattr(trainer.Training, "step", interrupted)
    for _ in range(2):
        with pytest.raises(Stopped):
            train(config)
    run = train(config)
    assert [(line["step"], line["start"]) for line in lines(run or Path(), "train")] == [(10, 1), (20, 2), (30, 3)]
