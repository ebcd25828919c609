"""dlib's predictors as contestants: real ones, trained here for a moment on drawn faces."""

from pathlib import Path

import dlib
import numpy as np
import pytest

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.data.synthetic.dataset import synthetic_crops
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed import dlib_model
from laplace_landmarks.evaluation.speed.contestants import contestant
from laplace_landmarks.evaluation.speed.dlib_model import DlibModel, whole_crop
from laplace_landmarks.faces.boxes import CropRule

SIZE = 160


@pytest.fixture(scope="module")
def crops() -> Crops:
    return synthetic_crops(24, 3, CropRule(size=SIZE))


@pytest.fixture(scope="module")
def trees(crops: Crops, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = dlib.shape_predictor_training_options()  # pyright: ignore[reportAttributeAccessIssue]
    options.cascade_depth, options.num_trees_per_cascade_level, options.nu = 4, 60, 0.5
    options.random_seed = "0"
    shapes = [
        [dlib.full_object_detection(whole_crop(SIZE), [dlib.point(*map(round, map(float, point))) for point in face])]  # pyright: ignore
        for face in crops.landmarks
    ]
    trained = dlib.train_shape_predictor(list(np.asarray(crops.pictures)), shapes, options)  # pyright: ignore
    file = tmp_path_factory.mktemp("dlib") / "trees.dat"
    trained.save(str(file))
    return file


def test_it_finds_the_faces_it_learned(trees: Path, crops: Crops) -> None:
    model = contestant(f"{trees}:size={SIZE}")
    assert isinstance(model, DlibModel)
    assert (model.name, model.size) == ("trees", SIZE)
    points = model.points(crops, 68)
    assert points is not None
    mean_face = crops.landmarks.mean(axis=0)
    missed = np.linalg.norm(points - crops.landmarks, axis=2).mean()
    assert missed < 0.6 * np.linalg.norm(mean_face - crops.landmarks, axis=2).mean()
    assert model.points(crops, 5) is None
    assert len(model.work(model.start(1), crops.pictures[:3])()) == 3


def test_it_is_scored_on_the_labels_crops(trees: Path, tiny_data: Path) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    error = contestant(f"{trees}:size={SIZE}").nmse_percent(labeled)
    assert error is not None
    assert 2 < error < 40
    assert contestant(str(trees)).size == 80


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "broken.dat"
    with pytest.raises(InputError, match=r"broken\.dat: there is no such model file"):
        contestant(f"{file}:size=80")
    file.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"broken\.dat: dlib cannot read it"):
        contestant(str(file)).start(1)

    def absent() -> None:
        raise ImportError

    monkeypatch.setattr(dlib_model, "_dlib", absent)
    with pytest.raises(InputError, match="needs dlib, which is not installed: pip install dlib-bin"):
        contestant(str(file)).start(1)
