"""A whole training, small: what it leaves behind, what it begins with, and which runs it refuses to go on with."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fixtures.tiny_trainings import lines
from laplace_landmarks.errors import InputError
from laplace_landmarks.training import trainer
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.pictures import TrainingPictures, training_pictures
from laplace_landmarks.training.run import launched
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, HEATMAPS, LOG, REPORT, SPLIT
from laplace_landmarks.training.state import start
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]


def test_a_run_leaves_all_that_it_should(tiny_run: Path) -> None:
    assert {path.name for path in tiny_run.iterdir()} == {CONFIG, SPLIT, LOG, CHECKPOINT, REPORT, HEATMAPS}
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


def test_another_config_is_refused_and_nothing_changes(tiny_run: Path, tiny_config: MakeConfig, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    with pytest.raises(InputError, match=r"another training .*loss.name"):
        train(tiny_config(run=str(run), loss={"name": "wing"}))
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


def test_a_finished_run_may_be_made_longer(tiny_config: MakeConfig, tiny_run: Path, tmp_path: Path) -> None:
    """Its weights are then what they had been, had it been so long from the start; others may be kept, as it was
    validated at its old end, too."""
    run = tmp_path / "run"
    train(tiny_config(run=str(run), optimiser={"steps": 5}))
    assert train(tiny_config(run=str(run), optimiser={"steps": 12})) == run
    longer, whole = (load_checkpoint(folder / CHECKPOINT) for folder in (run, tiny_run))
    assert (longer.facts["step"], longer.facts["config"]["optimiser"]["steps"]) == (12, 12)
    assert load_config(run / CONFIG).optimiser.steps == 12
    ends = [name for name in whole.tensors if not name.startswith("best.")]
    assert len(ends) > 20
    assert all(torch.equal(longer.tensors[name], whole.tensors[name]) for name in ends)


def test_a_finished_run_is_left_as_it_is(tiny_run: Path, tiny_config: MakeConfig, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    assert train(tiny_config(run=str(run), optimiser={"steps": 12})) == run
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


def test_a_page_that_a_kill_left_behind_is_brought_to_its_end(
    tiny_config: MakeConfig, tiny_run: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    title = "<title>copy: trained, 12 steps</title>"
    (run / REPORT).write_text('<meta http-equiv="refresh" content="60">')
    for _ in range(2):
        train(tiny_config(run=str(run), optimiser={"steps": 12}))
        assert title in (run / REPORT).read_text()
        (run / REPORT).unlink()


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


def test_a_broken_checkpoint_is_told(tiny_run: Path, tiny_config: MakeConfig, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "copy")
    os.truncate(run / CHECKPOINT, 5000)
    with pytest.raises(InputError, match=r"not a whole checkpoint .* delete it to start the run anew"):
        train(tiny_config(run=str(run), optimiser={"steps": 12}))


def test_initial_weights_of_another_width_are_refused(tiny_run: Path, tiny_config: MakeConfig) -> None:
    with pytest.raises(InputError, match=r"set network\.width to 2 to start"):
        train(tiny_config(network={"width": 3, "init": str(tiny_run)}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"data": {"labeled": "nowhere"}}, "there is no such file or folder of labeled pictures"),
        ({"network": {"width": 3, "init": "RUN"}}, r"set network\.width to 2 to start"),
        ({"network": {"size": 48}, "teaching": {"teacher": "MODEL"}}, "its predictions would not fit"),
    ],
    ids=["labels", "initial weights", "teacher"],
)
def test_a_start_that_is_refused_leaves_nothing(
    changes: dict[str, dict[str, Any]], told: str, tiny_run: Path, tiny_run_model: Path, tiny_config: MakeConfig
) -> None:
    files = {"RUN": str(tiny_run), "MODEL": str(tiny_run_model)}
    config = tiny_config(**{
        section: {key: files.get(value, value) for key, value in entries.items()}
        for section, entries in changes.items()
    })  # fmt: skip
    with pytest.raises(InputError, match=told):
        train(config)
    assert not Path(config.run).exists()


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
