"""Which file teaches, and that one that cannot is told before pictures are read."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.released import MODEL, released_models
from laplace_landmarks.training import folds, trainer
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.teacher_file import teacher_file

MakeConfig = Callable[..., Config]


def test_what_teaches(tiny_run_model: Path, tmp_path: Path) -> None:
    name = next(iter(released_models()))
    assert teacher_file("") is teacher_file("average") is None
    assert teacher_file(name) == released_models()[name]
    assert teacher_file(str(tiny_run_model)) == tiny_run_model
    with pytest.raises(InputError, match=r"has no model\.onnx, as a run has at its end; `laplace-landmarks export .*`"):
        teacher_file(str(tmp_path))
    shutil.copy(tiny_run_model, tmp_path / MODEL)
    assert teacher_file(str(tmp_path)) == tmp_path / MODEL


@pytest.mark.parametrize(
    ("teacher", "told"),
    [
        ("averge", r"teaching\.teacher: did you mean average\? no released model is named 'averge'"),
        ("runs/gone/model.onnx", r"teaching\.teacher: runs/gone/model\.onnx: there is no such model file or run"),
    ],
)
@pytest.mark.parametrize("count", [0, 3])
def test_a_teacher_that_is_none_is_told_first(
    teacher: str, told: str, count: int, tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(trainer, "training_pictures", lambda *_: pytest.fail("pictures were read"))
    monkeypatch.setattr(folds, "labeled_pictures", lambda *_: pytest.fail("labels were read"))
    config = tiny_config(teaching={"teacher": teacher}, folds={"count": count})
    with pytest.raises(InputError, match=told):
        (folds.train_folds if count else trainer.train)(config)
    assert capsys.readouterr().err == ""
    assert not Path(config.run).exists()


@pytest.mark.parametrize(
    ("teacher", "told"),
    [
        ("average", r"teaching\.mirrored is for a model file that teaches, not for 'average'"),
        ("", r"teaching\.mirrored is for a model file that teaches, not for 'none'"),
        ("model", r"markup .* has no mirror pairs, so it is not known what its landmarks are in"),
    ],
)
def test_mirror_images_are_not_for_every_teacher(
    teacher: str, told: str, tiny_config: MakeConfig, tiny_model: Callable[..., Path]
) -> None:
    name = str(tiny_model(markup=Markup("dots", ("red", "green")))) if teacher == "model" else teacher
    with pytest.raises(InputError, match=told):
        trainer.train(tiny_config(teaching={"teacher": name, "mirrored": True}))


@pytest.mark.usefixtures("plain")
def test_a_run_teaches_by_its_model_file(
    tiny_config: MakeConfig, tiny_run: Path, tiny_run_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "large")
    shutil.copy(tiny_run_model, run / MODEL)
    assert trainer.train(tiny_config(teaching={"teacher": str(run)}, optimiser={"steps": 1}))
    assert "licence of the model: CC0\n" in capsys.readouterr().err
