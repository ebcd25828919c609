"""A whole training, small: what it leaves behind, how it stops, and that it goes on as if it had not."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.training import loop, trainer
from laplace_landmarks.training.algorithm import LabeledBatch
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.pictures import TrainingPictures, training_pictures
from laplace_landmarks.training.run import launched
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, HEATMAPS, LOG, REPORT
from laplace_landmarks.training.state import start
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page and no heatmaps, which take half of a short training's time."""
    monkeypatch.setattr(trainer.LivePage, "write", lambda *_, **__: None)
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)


def lines(run: Path, kind: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, (run / LOG).read_text().splitlines()) if line["kind"] == kind]


def test_a_run_leaves_all_that_it_should(tiny_run: Path) -> None:
    assert {path.name for path in tiny_run.iterdir()} == {CONFIG, LOG, CHECKPOINT, REPORT, HEATMAPS}
    steps = [path.name for path in sorted((tiny_run / HEATMAPS).iterdir())]
    assert steps == ["step-000000.png", "step-000003.png", "step-000006.png", "step-000009.png", "step-000012.png"]


def test_the_log_has_what_was_asked_for(tiny_run: Path) -> None:
    train_lines, validations = lines(tiny_run, "train"), lines(tiny_run, "validation")
    assert [line["step"] for line in train_lines] == [10, 12]
    assert [line["step"] for line in validations] == [0, 3, 6, 9, 12]
    assert train_lines[0].keys() == {
        "kind", "step", "loss", "loss_d", "fooling", "d_real", "d_fake", "spread_real", "spread_fake",
        "learning_rate", "images_per_second", "seconds", "start",
    }  # fmt: skip
    assert validations[0].keys() == {"kind", "step", "nmse_raw", "nmse_ema", "spread_raw", "spread_ema"}
    assert train_lines[-1]["loss"] < 0.9995 * 13.2  # what flat heatmaps of 32 pixels cost, about


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
        return Full(file) if CHECKPOINT in self.name and next(count) == 1 else file

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


def test_another_config_is_refused_and_nothing_changes(tiny_run: Path, tiny_config: MakeConfig, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    with pytest.raises(InputError, match=r"another training .*loss.name.*optimiser.steps: 12 there, 6 now"):
        train(tiny_config(run=str(run), loss={"name": "wing"}))
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


def test_a_finished_run_is_left_as_it_is(tiny_run: Path, tiny_config: MakeConfig, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    assert train(tiny_config(run=str(run), optimiser={"steps": 12})) == run
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


@pytest.fixture
def own_labels(tiny_data: Path, tiny_config: MakeConfig, tmp_path: Path) -> Callable[..., Config]:
    """Makes configs of trainings on labels that a test may change, all of them trained on for two epochs."""
    shutil.copytree(tiny_data / "labeled", tmp_path / "data" / "labeled")
    for file in sorted((tmp_path / "data" / "labeled").iterdir())[16:]:  # of 12 pictures with their points
        file.rename(tmp_path / file.name)
    data = {"root": str(tmp_path / "data"), "unlabeled": (), "validation": ""}
    return lambda **changes: tiny_config(data=data, optimiser={"steps": 0, "epochs": 2}, **changes)


@pytest.mark.usefixtures("plain")
def test_more_labels_are_another_training(
    own_labels: MakeConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Going on would train for other steps, and might train on what had been held out."""
    run = train(own_labels())
    assert run is not None
    assert "training: 4 steps of 4 labeled pictures, 2.0 epochs\n" in capsys.readouterr().err
    before = (run / CHECKPOINT).read_bytes()
    for file in [*tmp_path.glob("*.p??")]:
        file.rename(tmp_path / "data" / "labeled" / file.name)

    with pytest.raises(InputError, match="was trained on other labels than there are now; choose another --run, or"):
        train(own_labels())

    assert (run / CHECKPOINT).read_bytes() == before


@pytest.mark.usefixtures("plain")
def test_a_corrected_label_is_one_too_unless_the_run_knows_names_alone(
    own_labels: MakeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = trainer.run_facts

    def of_old(*given: Any) -> dict[str, Any]:
        return {name: value for name, value in facts(*given).items() if name != "labels_hash"}

    run = train(own_labels())
    with monkeypatch.context() as patched:
        patched.setattr(trainer, "run_facts", of_old)
        old = train(own_labels(run=str(tmp_path / "old")))
    points = tmp_path / "data" / "labeled" / "00.pts"
    first, *_ = [line for line in points.read_text().splitlines() if line[0].isdecimal()]
    points.write_text(points.read_text().replace(first, "20.5 30.5", 1))

    with pytest.raises(InputError, match="was trained on other labels than there are now"):
        train(own_labels())
    assert train(own_labels(run=str(tmp_path / "old"))) == old
    assert run is not None


@pytest.mark.usefixtures("plain")
def test_unlabeled_pictures_that_nothing_uses_are_not_read(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    outcome_of: Callable[[Path], object],
) -> None:  # fmt: skip
    adversarial = {"weight": 0.0}
    without = train(tiny_config(run=f"{tiny_config().run}-without", adversarial=adversarial, data={"unlabeled": ()}))
    capsys.readouterr()
    monkeypatch.setattr("laplace_landmarks.training.pictures.unlabeled_crops", lambda *_, **__: pytest.fail("read"))
    given = train(tiny_config(adversarial=adversarial))
    assert "unlabeled: not read, because nothing would be learned from them: " in capsys.readouterr().err
    assert outcome_of(given or Path()) == outcome_of(without or Path())
    assert load_checkpoint((given or Path()) / CHECKPOINT).facts["unlabeled"] == 0


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


def test_a_broken_checkpoint_is_told(tiny_run: Path, tiny_config: MakeConfig, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    os.truncate(run / CHECKPOINT, 5000)
    with pytest.raises(InputError, match=r"not a whole checkpoint .* delete it to start the run anew"):
        train(tiny_config(run=str(run), optimiser={"steps": 12}))


def test_initial_weights_of_another_width_are_refused(tiny_run: Path, tiny_config: MakeConfig) -> None:
    with pytest.raises(InputError, match=r"set network\.width to 2 to start"):
        train(tiny_config(network={"width": 3, "init": str(tiny_run)}))


def test_training_starts_from_the_weights_that_were_asked_for(tiny_run: Path, tiny_config: MakeConfig) -> None:
    config = tiny_config(network={"init": str(tiny_run)})
    with launched(config, Path(config.run)) as fabric:
        state = start(config, training_pictures(config, lambda _: None), fabric)
    trained = load_checkpoint(tiny_run / CHECKPOINT).part("best")
    weights = state.algorithm.generator.state_dict()
    assert all(torch.equal(value, trained[name]) for name, value in weights.items())
    assert all(torch.equal(value, trained[name]) for name, value in state.ema.items())


@pytest.mark.usefixtures("plain")
def test_the_adversarial_branch_learns_with_missing_landmarks(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = trainer.training_pictures

    def half_hidden(config: Config, say: Callable[[str], None]) -> TrainingPictures:
        whole = read(config, say)
        visible = np.random.default_rng(0).random(whole.train.visible.shape) > 0.5
        return replace(whole, train=replace(whole.train, visible=visible))

    monkeypatch.setattr(trainer, "training_pictures", half_hidden)
    run = train(tiny_config())
    assert run is not None
    assert all(np.isfinite(line["loss_d"]) for line in lines(run, "train"))


@pytest.mark.usefixtures("plain")
def test_lower_precision_trains_as_well(tiny_config: MakeConfig, capfd: pytest.CaptureFixture[str]) -> None:
    run = train(tiny_config(machine={"precision": "bfloat16", "loggers": ("csv", "tensorboard")}))
    assert run is not None
    assert all(np.isfinite(line["nmse_raw"]) for line in lines(run, "validation"))
    assert len((run / "csv" / "metrics.csv").read_text().splitlines()) == 1 + 4
    assert len(list((run / "tensorboard").iterdir())) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert {line.split(":")[0].split(" ")[0] for line in said.err.splitlines()} == {
        "labeled",
        "unlabeled",
        "training",
        "step",
    }
