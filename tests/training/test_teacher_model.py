"""A model file as a teacher: it predicts each crop once, what was damaged again, and only crops like its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training import teacher as teacher_module
from laplace_landmarks.training.batches import LABELED, UNLABELED
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.pictures import training_pictures
from laplace_landmarks.training.run import launched
from laplace_landmarks.training.state import start
from laplace_landmarks.training.teacher import StoredTeacher, teacher_of

MakeConfig = Callable[..., Config]
CPU = torch.device("cpu")


def test_a_model_predicts_each_crop_once(
    tiny_config: MakeConfig, tiny_run_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(teaching={"teacher": str(tiny_run_model)})
    given = training_pictures(config, lambda _: None)
    with launched(config, Path(config.run)) as fabric:
        state = start(config, given, fabric)
    first = teacher_of(config, given, state, CPU, lambda _: None)
    assert first is not None
    monkeypatch.setattr(teacher_module.LandmarkDetector, "on_crops", lambda *_: pytest.fail("predicted again"))
    again = teacher_of(config, given, state, CPU, lambda _: None)
    assert again is not None
    for stream in (LABELED, UNLABELED):
        for ours, theirs in zip(*(t.predictions(stream, np.arange(4)) for t in (first, again)), strict=True):
            assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no array"),
        lambda file: file.write_bytes(b"PK\3\4 no archive either"),
        lambda file: file.write_bytes(file.read_bytes()[:-9]),
        lambda file: np.save(file, np.load(file)[:, 1:]),
    ],
)
def test_damaged_predictions_are_made_again(
    damage: Callable[[Path], object], tiny_config: MakeConfig, tiny_run_model: Path, tmp_path: Path
) -> None:
    given = training_pictures(tiny_config(), lambda _: None)
    config = tiny_config(teaching={"teacher": str(tiny_run_model), "unlabeled": 0.0}, data={"cache": str(tmp_path)})

    def taught() -> np.ndarray:
        teacher = teacher_of(config, given, None, CPU, lambda _: None)  # pyright: ignore[reportArgumentType]
        assert teacher is not None
        return np.stack(teacher.predictions(LABELED, np.arange(len(given.train.names))))

    whole = taught()
    (file,) = tmp_path.glob("teacher-*.npy")
    damage(file)
    assert np.array_equal(taught(), whole)
    assert np.array_equal(np.load(file), whole)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"network": {"size": 48}},
            "sees crops of 32 pixels, 2.8 times the points' hull, the student of 48 pixels",
        ),
        ({"data": {"factor": 2.0}}, "the student of 32 pixels, 2 times the points' hull"),
    ],
)
def test_a_teacher_of_other_crops_is_refused(
    changes: dict, told: str, tiny_config: MakeConfig, tiny_run_model: Path
) -> None:
    config = tiny_config(teaching={"teacher": str(tiny_run_model)})
    config = replace(config, **{part: replace(getattr(config, part), **new) for part, new in changes.items()})
    given = training_pictures(config, lambda _: None)
    with launched(config, Path(config.run)) as fabric:
        state = start(config, given, fabric)
    with pytest.raises(InputError, match=told):
        teacher_of(config, given, state, CPU, lambda _: None)


def test_of_a_markup_without_anchors_boxes_are_compared(
    tiny_config: MakeConfig, tiny_run_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(teaching={"teacher": str(tiny_run_model)})
    given = training_pictures(config, lambda _: None)
    markup = replace(given.markup, anchors=())
    given = replace(given, markup=markup, rule=CropRule(32, 9.9, 1.5, (0.0, 0.1)))
    detector = LandmarkDetector(tiny_run_model)

    def asked(crop: CropRule) -> object:
        detector.info = replace(detector.info, markup=markup, crop=crop)
        monkeypatch.setattr(teacher_module, "LandmarkDetector", lambda *_, **__: detector)
        return teacher_of(config, given, None, CPU, lambda _: None)  # pyright: ignore[reportArgumentType]

    assert asked(CropRule(32, 2.8, 1.5, (0.0, 0.1))) is not None, "the factor of points that there are not is nothing"
    for crop, told in (
        (
            CropRule(32, 9.9, 1.2, (0.0, 0.1)),
            r"of 32 pixels, 1\.2 times the box, shifted by 0 and 0\.1 of it, the",
        ),
        (CropRule(32, 9.9, 1.5), r"1\.5 times the box, the student of 32 pixels, 1\.5 times the box, shifted by 0 and"),
        (CropRule(32, 9.9, 1.5, (0.0, 0.1), whole_picture=True), r"1\.5 times the whole picture, shifted"),
    ):
        with pytest.raises(InputError, match=told):
            asked(crop)


@pytest.mark.parametrize(("weights", "asked"), [((1.0, 0.0), LABELED), ((0.0, 1.0), UNLABELED)])
def test_a_model_predicts_only_what_counts(
    weights: tuple[float, float], asked: int, tiny_config: MakeConfig, tiny_run_model: Path
) -> None:
    labeled, unlabeled = weights
    config = tiny_config(teaching={"teacher": str(tiny_run_model), "labeled": labeled, "unlabeled": unlabeled})
    given = training_pictures(config, lambda _: None)
    teacher = teacher_of(config, given, None, CPU, lambda _: None)  # pyright: ignore[reportArgumentType]
    assert isinstance(teacher, StoredTeacher)
    assert list(teacher.of_stream) == [asked]
