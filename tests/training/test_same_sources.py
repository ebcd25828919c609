"""A run goes on with the unlabeled pictures and the teacher that it began with, or not at all."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from fixtures.tiny_folds import SMALL
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.model_file import write_training
from laplace_landmarks.training import trainer
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.folds import train_folds
from laplace_landmarks.training.run_files import CHECKPOINT, SPLIT
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]
OTHERS = "was trained with other unlabeled pictures than there are now; put back what was there, choose another --run"

NEWER = ("unlabeled_hash", "teacher_hash", "pictures_hash")

pytestmark = pytest.mark.usefixtures("plain")


@pytest.fixture
def own_pictures(tiny_data: Path, tiny_config: MakeConfig, tmp_path: Path) -> Callable[..., Config]:
    """Makes configs of trainings on unlabeled pictures that a test may change, one of them no picture."""
    data = tmp_path / "data"
    for part in ("labeled", "unlabeled"):
        shutil.copytree(tiny_data / part, data / part)
    (data / "unlabeled" / "03.png").write_bytes(b"no picture")
    sections = {"data": {"root": str(data)}, "optimiser": {"steps": 1}}
    return lambda **changes: tiny_config(**sections | changes)


def mirrored(folder: Path, name: str = "05") -> None:
    picture = cv2.imread(str(folder / f"{name}.png"))
    assert picture is not None
    cv2.imwrite(str(folder / f"{name}.png"), picture[:, ::-1])


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "05.png").unlink(),
        lambda folder: (folder / "05.png").rename(folder / "more.png"),
        lambda folder: shutil.copy(folder / "05.png", folder / "03.png"),  # which had been skipped
        mirrored,
    ],
)
def test_other_unlabeled_pictures_are_another_training(
    change: Callable[[Path], object], own_pictures: MakeConfig, tmp_path: Path
) -> None:
    run = train(own_pictures())
    assert run is not None
    before = (run / CHECKPOINT).read_bytes()
    change(tmp_path / "data" / "unlabeled")

    with pytest.raises(InputError, match=OTHERS):
        train(own_pictures())

    assert (run / CHECKPOINT).read_bytes() == before


@pytest.mark.parametrize("held_out", [False, True])
def test_a_labeled_picture_of_another_content_is_another_training(
    held_out: bool, own_pictures: MakeConfig, tmp_path: Path
) -> None:
    run = train(own_pictures())
    assert run is not None
    names = json.loads((run / SPLIT).read_text())["validation" if held_out else "train"]
    mirrored(tmp_path / "data" / "labeled", names[0])

    with pytest.raises(InputError, match="trained on labeled pictures of other contents than there are now"):
        train(own_pictures())


def test_the_same_pictures_elsewhere_go_on(own_pictures: MakeConfig, tmp_path: Path) -> None:
    """What is skipped again changes nothing, and neither does what becomes of it."""
    run = train(own_pictures())
    assert train(own_pictures()) == run
    moved = (tmp_path / "data").rename(tmp_path / "moved")
    (moved / "unlabeled" / "03.png").unlink()
    config = own_pictures()
    assert train(replace(config, data=replace(config.data, root=str(moved)))) == run


def test_a_run_of_old_goes_on_as_before(
    own_pictures: MakeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = trainer.run_facts

    def of_old(*given: Any) -> dict[str, Any]:
        return {name: value for name, value in facts(*given).items() if name not in NEWER}

    with monkeypatch.context() as patched:
        patched.setattr(trainer, "check_sources", lambda *_: None)
        patched.setattr(trainer, "run_facts", of_old)
        run = train(own_pictures())
    assert run is not None
    assert "unlabeled_hash" not in load_checkpoint(run / CHECKPOINT).facts
    mirrored(tmp_path / "data" / "unlabeled")
    mirrored(tmp_path / "data" / "labeled")
    assert train(own_pictures()) == run


def test_another_model_in_the_teachers_file_is_another_training(
    own_pictures: MakeConfig, tiny_run_model: Path, tiny_model: Callable[..., Path], tmp_path: Path
) -> None:
    teacher = Path(shutil.copy(tiny_run_model, tmp_path / "teacher.onnx"))
    taught = {"teaching": {"teacher": str(teacher)}}
    run = train(own_pictures(**taught))
    write_training(teacher, {"note": "what a file says of itself teaches nothing"}, teacher)
    assert train(own_pictures(**taught)) == run
    shutil.copy(tiny_model(), teacher)
    with pytest.raises(InputError, match=r"was taught by another model than teaching\.teacher is now; put back"):
        train(own_pictures(**taught))
    teacher.unlink()
    with pytest.raises(InputError, match=r"teaching\.teacher: .*teacher\.onnx: there is no such model file or run"):
        train(own_pictures(**taught))


def test_all_folds_learn_from_the_same_pictures(
    own_pictures: MakeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folds = own_pictures(**SMALL)
    step = trainer.Training.step

    def cut(self: trainer.Training) -> dict[str, float]:
        if self.run.name == "fold-2":
            raise KeyboardInterrupt
        return step(self)

    with monkeypatch.context() as patched:
        patched.setattr(trainer.Training, "step", cut)
        with pytest.raises(KeyboardInterrupt):
            train_folds(folds)
    shutil.rmtree(Path(folds.run) / "fold-2")
    mirrored(tmp_path / "data" / "unlabeled")
    with pytest.raises(InputError, match=f"fold-1 {OTHERS}"):
        train_folds(folds)
