"""An augmented training: resumed to the bit, shared without a difference, and told of in the model file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from onnx import ModelProto

from laplace_landmarks.data.augmentation.crop_errors import CropErrors, write_crop_errors
from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.errors import InputError
from laplace_landmarks.export import model
from laplace_landmarks.training import loop, trainer
from laplace_landmarks.training.algorithm import LabeledBatch
from laplace_landmarks.training.batches import (
    LABELED,
    UNLABELED,
    Share,
    labeled_batch,
    look,
    places,
    to_network,
)
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.pictures import TrainingPictures, training_pictures
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG
from laplace_landmarks.training.trainer import Training, train

MakeConfig = Callable[..., Config]
CPU = torch.device("cpu")
EVERY = {"mirror": 0.5, "rotation": 25.0, "scale": 0.2, "shift": 0.1, "perspective": 0.1, "colour": 0.5, "grey": 0.2,
         "occluders": 0.2, "blur": 1.0, "low_resolution": 1.0, "noise": 9.0, "jpeg": 50.0}  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn, and a model file holds what it says of itself alone."""
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)
    monkeypatch.setattr(model, "to_onnx", lambda *_: ModelProto())
    monkeypatch.setattr(model, "check_parity", lambda *_: None)


class Killed(BaseException):
    """No handler in the package may catch this."""


@pytest.mark.usefixtures("quick")
def test_killed_and_gone_on_with_it_ends_the_same(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, outcome_of: Callable[[Path], Any]
) -> None:
    base, record = tiny_config().run, Training.record
    whole = train(tiny_config(run=f"{base}-whole", augmentation=EVERY))
    plain = train(tiny_config(run=f"{base}-plain"))
    assert whole is not None
    assert plain is not None
    assert outcome_of(whole)[0] != outcome_of(plain)[0]

    def killing(self: Training, *given: Any) -> None:
        if self.state.step == 5:  # the last checkpoint is of step 4
            raise Killed
        record(self, *given)

    cut = tiny_config(run=f"{base}-cut", augmentation=EVERY)
    with monkeypatch.context() as patched:
        patched.setattr(Training, "record", killing)
        with pytest.raises(Killed):
            train(cut)
    assert outcome_of(train(cut) or Path())[:2] == outcome_of(whole)[:2]


def labeled_at(given: TrainingPictures, chosen: np.ndarray, key: Key) -> LabeledBatch:
    return labeled_batch(given, look(given, LABELED, chosen, key), CPU)


def unlabeled_at(given: TrainingPictures, chosen: np.ndarray, key: Key) -> torch.Tensor:
    return to_network(look(given, UNLABELED, chosen, key).crops, CPU)


def batches(given: TrainingPictures, share: Share, step: int) -> tuple[LabeledBatch, torch.Tensor]:
    """A process' labeled and unlabeled pictures of a step with 4 and 8 of them."""
    assert given.unlabeled is not None
    chosen, part = places(len(given.train.names), 4, step, 0, LABELED), share.of(4)
    labeled = labeled_at(given, chosen[part], Key(0, LABELED, step, part.start))
    drawn, part = places(len(given.unlabeled), 8, step, 0, UNLABELED), share.of(8)
    return labeled, unlabeled_at(given, drawn[part], Key(0, UNLABELED, step, part.start))


def test_two_processes_see_what_one_sees(tiny_config: MakeConfig) -> None:
    given = training_pictures(tiny_config(augmentation=EVERY), lambda _: None)
    for step in (0, 7):
        (labeled, unlabeled), *shared = [batches(given, share, step) for share in (Share(), Share(0, 2), Share(1, 2))]
        assert torch.equal(torch.cat([part for _, part in shared]), unlabeled)
        plain = unlabeled_at(replace(given, augmented=None), np.arange(8), Key(0, UNLABELED, step, 0))
        assert plain.shape == unlabeled.shape
        assert not torch.equal(plain, unlabeled)
        for name in ("pictures", "landmarks", "visible"):
            together = torch.cat([getattr(part, name) for part, _ in shared])
            assert torch.equal(together, getattr(labeled, name))


def test_labeled_and_unlabeled_pictures_are_treated_alike(tiny_config: MakeConfig) -> None:
    """The same picture under the same key is the same crop, whichever stream it is in."""
    given = training_pictures(tiny_config(augmentation=EVERY), lambda _: None)
    assert given.augmented is not None
    chosen, key = np.arange(4), Key(0, LABELED, 3, 0)
    labeled = labeled_at(given, chosen, key)
    pictures, _ = given.augmented.augmenter.crops(given.augmented.train, chosen, key)
    assert torch.equal(labeled.pictures, torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255)


def test_weak_settings_change_little(tiny_config: MakeConfig) -> None:
    """Crops and landmarks of the sources are those of the plain crops, in the same order."""
    given = training_pictures(tiny_config(augmentation={"rotation": 1e-9}), lambda _: None)
    assert given.augmented is not None
    chosen = np.array([3, 1, 5])
    plain = labeled_at(replace(given, augmented=None), chosen, Key(0, LABELED, 0, 0))
    changed = labeled_at(given, chosen, Key(0, LABELED, 0, 0))
    assert (plain.pictures - changed.pictures).abs().mean() < 4 / 255  # drawn faces are full of edges
    assert torch.allclose(plain.landmarks, changed.landmarks, atol=1e-4)
    assert plain.visible.all()
    inside = ((plain.landmarks >= -0.5) & (plain.landmarks <= 31.5)).all(dim=-1)
    assert torch.equal(changed.visible, inside)


def test_it_is_told_and_validation_is_not_augmented(tiny_config: MakeConfig) -> None:
    said: list[str] = []
    given = training_pictures(tiny_config(augmentation={"blur": 1.5, "mirror": 0.5}), said.append)
    plain = training_pictures(tiny_config(), said.append)
    assert "augmentation: mirror 0.5, blur 1.5, probability 0.3" in said
    assert given.validation is not None
    assert plain.validation is not None
    assert np.array_equal(given.validation.pictures, plain.validation.pictures)
    assert plain.augmented is None


def test_jitter_is_read_from_a_file(tiny_config: MakeConfig, tmp_path: Path) -> None:
    write_crop_errors(tmp_path / "e.json", CropErrors("d", "faces", np.array([[0.25, 0.0, 0.0]])))
    settings = {"jitter": str(tmp_path / "e.json"), "jitter_strength": 0.5}
    given = training_pictures(tiny_config(augmentation=settings), lambda _: None)
    assert given.augmented is not None
    batch = labeled_at(given, np.arange(3), Key(0, LABELED, 0, 0))
    away = batch.landmarks.numpy() - given.train.landmarks[:3]
    assert np.allclose(away, (-0.125 * 32, 0), atol=1e-4)
    with pytest.raises(InputError, match=r"nope\.json: cannot be read"):
        training_pictures(tiny_config(augmentation={"jitter": "nope.json"}), lambda _: None)


@pytest.mark.usefixtures("quick")
def test_another_augmentation_is_another_training(tiny_config: MakeConfig) -> None:
    config = tiny_config(augmentation={"blur": 1.0}, optimiser={"steps": 2})
    train(config)
    with pytest.raises(InputError, match=r"holds another training \(augmentation.blur: 1.0 there, 2.0 now\)"):
        train(replace(config, augmentation=Augmentation(blur=2.0)))


@pytest.mark.usefixtures("quick")
def test_the_model_file_says_what_was_on(tiny_config: MakeConfig, tmp_path: Path) -> None:
    write_crop_errors(tmp_path / "secret-folder.json", CropErrors("d", "faces", np.zeros((1, 3))))
    settings = {"rotation": 20.0, "jitter": str(tmp_path / "secret-folder.json")}
    run = train(tiny_config(augmentation=settings, optimiser={"steps": 1}))
    assert run is not None
    told = model.export_run(run, tmp_path / "model.onnx").training["augmentation"]
    assert told == {"rotation": 20.0, "jitter": "secret-folder.json", "jitter_strength": 1.0}


@pytest.mark.usefixtures("quick")
def test_a_run_from_before_there_was_augmentation_goes_on(
    tiny_config: MakeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome_of: Callable[[Path], Any]
) -> None:
    """Its config.yaml and its checkpoint know no such section."""
    facts = trainer.run_facts

    def of_old(*given: Any) -> dict[str, Any]:
        found = facts(*given)
        del found["config"]["augmentation"]
        return found

    whole, stopped = train(tiny_config(run=str(tmp_path / "whole"))), tiny_config(run=str(tmp_path / "old"))
    record = Training.record

    def killing(self: Training, *given: Any) -> None:
        if self.state.step == 5:
            raise Killed
        record(self, *given)

    with monkeypatch.context() as patched:
        patched.setattr(trainer, "run_facts", of_old)
        patched.setattr(Training, "record", killing)
        with pytest.raises(Killed):
            train(stopped)
    saved = Path(stopped.run) / CONFIG
    settings = yaml.safe_load(saved.read_text())
    del settings["augmentation"]
    saved.write_text(yaml.safe_dump(settings))

    info = model.export_run(Path(stopped.run), tmp_path / "old.onnx")
    assert info.training["augmentation"] is None
    assert whole is not None
    assert outcome_of(train(stopped) or Path())[:2] == outcome_of(whole)[:2]
    assert (Path(stopped.run) / CHECKPOINT).exists()
