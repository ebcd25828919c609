"""The listing of docs/model-file.md, run as it stands: what it finds is what the package finds, as near as it says."""

import re
import shutil
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.faces.boxes import Crop, CropRule, tight_box, turn
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import find_model_file

PAGE = (Path(__file__).parents[2] / "docs" / "model-file.md").read_text("utf-8")
FLOAT, INT8 = "laplace68-eighth-fast", "laplace68-eighth-fast-int8"
SIZES = (128, 200, 480, 320)  # of the drawn pictures: crops of two to six samples a pixel

Listing = Callable[[str], dict[str, Any]]


@pytest.fixture
def listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listing:
    """Runs the page's program beside a released model and a portrait; all that it names."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE) == ["json", "math", "cv2", "numpy", "onnxruntime"]
    write_picture(tmp_path / "portrait.jpg", synthetic_face(0, 0, 240)[0])
    monkeypatch.chdir(tmp_path)

    def run(model: str) -> dict[str, Any]:
        shutil.copy(find_model_file(model), "model.onnx")
        names: dict[str, Any] = {}
        exec(code, names)
        return names

    return run


@pytest.fixture(scope="module")
def faces() -> list[tuple[Picture, np.ndarray]]:
    """Drawn faces, each turned by 0, 20 and 60 degrees, and their landmarks."""
    turned = []
    for index, size in enumerate(SIZES):
        picture, landmarks = synthetic_face(7, index, size)
        for degrees in (0, 20, 60):
            matrix = cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), -degrees, 1)  # clockwise
            tilted = np.asarray(cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REFLECT), np.uint8)
            turned.append((tilted, landmarks @ matrix[:, :2].T + matrix[:, 2]))
    return turned


def anchors_of(landmarks: np.ndarray) -> np.ndarray:
    anchors = IBUG68.anchors_of(landmarks.astype(np.float32), np.ones(68, np.bool_))
    assert anchors is not None
    return anchors


def askew(anchors: np.ndarray) -> np.ndarray:
    """Points that tell a turn by 25 degrees too much, so that a look more is due."""
    middle = anchors.mean(axis=0)
    return (anchors - middle) @ turn(25).T + middle


def mirrored(anchors: np.ndarray) -> np.ndarray:
    """Points that are no face's, because left and right have changed places."""
    return anchors[[1, 0, 2, 4, 3]]


@pytest.mark.parametrize("model", [FLOAT, INT8])
def test_it_finds_what_the_package_finds(model: str, listing: Listing, faces: list[tuple[Picture, np.ndarray]]) -> None:
    detect, detector, angles = listing(model)["detect"], LandmarkDetector(model), []
    for picture, landmarks in faces:
        anchors, box = anchors_of(landmarks), tight_box(landmarks)
        both = [(detect(picture, box=box), detector(picture, boxes=box))]
        for points in (anchors, askew(anchors), mirrored(anchors)):
            both.append((detect(picture, points=points), detector(picture, anchors=points)))
        for found, (face,) in both:
            angles.append(face.crop.angle)
            for ours, theirs in zip(found, (face.landmarks, face.spread, face.radius(0.9)), strict=True):
                np.testing.assert_allclose(ours, theirs, rtol=0, atol=0.001)
    assert min(angles) < -5 and max(angles) > 55  # turned they were


def test_it_tells_what_it_finds(listing: Listing, capsys: pytest.CaptureFixture) -> None:
    listing(FLOAT)
    said = capsys.readouterr().out.splitlines()
    (face,) = LandmarkDetector(FLOAT)(read_picture("portrait.jpg"), boxes=(60, 40, 180, 170))
    (x, y), radius = face.landmarks[67], face.radius(0.9)[67]
    assert len(said) == 68
    assert said[67] == f"inner lip 8: {x:.1f}, {y:.1f}, with 90 % within {radius:.1f} pixels"


def test_its_crops_are_the_package_s(listing: Listing) -> None:
    cut, random = listing(FLOAT)["cut"], np.random.default_rng(0)
    picture, long = (random.integers(0, 256, (*size, 3), np.uint8) for size in ((300, 400), (20, 40_000)))
    for side in (5, 79.5, 80, 81, 333.3, 700):
        for angle in (0.0, 30.0, -135.0):
            x, y = random.uniform(50, 250, 2).tolist()
            assert np.array_equal(cut(picture, x, y, side, angle), Crop(x, y, side, 80, angle).cut(picture))
    x = 39_950.3  # farther right than opencv reaches in a whole picture
    assert np.array_equal(cut(long, x, 9.0, 200.0, 30.0), Crop(x, 9.0, 200.0, 80, 30.0).cut(long))


@pytest.mark.skipif(cv2.__version__ < "5", reason="opencv 4 rounds the places of samples")
def test_how_opencv_5_rounds(listing: Listing, faces: list[tuple[Picture, np.ndarray]]) -> None:
    landmarks_of = listing(FLOAT)["landmarks_of"]
    for picture, landmarks in faces:
        crop = CropRule(upright=True).from_anchors(anchors_of(landmarks))
        one, other = crop.cut(picture), bilinear_crop(picture, crop, halves_up=2)
        levels = np.abs(one.astype(int) - other)
        assert levels.max() <= 1 and (levels > 0).sum() <= 10
        assert np.linalg.norm(landmarks_of(one)[0] - landmarks_of(other)[0], axis=1).max() < 0.02


@pytest.mark.parametrize(("model", "mean", "most"), [(FLOAT, 0.05, 0.5), (INT8, 0.5, 5)])
def test_what_other_rounding_does(
    model: str, mean: float, most: float, listing: Listing, faces: list[tuple[Picture, np.ndarray]]
) -> None:
    landmarks_of, away = listing(model)["landmarks_of"], []
    for picture, landmarks in faces:
        crop = CropRule(upright=True).from_anchors(anchors_of(landmarks))
        one, other = crop.cut(picture), bilinear_crop(picture, crop, halves_up=0)
        levels = np.abs(one.astype(int) - other)
        assert levels.max() <= 3 and (levels > 0).mean() < 0.2
        away.append(landmarks_of(one)[0] - landmarks_of(other)[0])
    distance = np.linalg.norm(away, axis=-1)  # in crop pixels
    assert 0 < distance.mean() < mean and distance.max() < most


def bilinear_crop(picture: Picture, crop: Crop, halves_up: int) -> Picture:
    """Crop.cut in numpy, its samples where they should be; halves go up in means of so many samples along a side."""
    fine = ceil(crop.side / crop.size)
    grid = (np.arange(crop.size * fine) + 0.5) / fine - 0.5
    places = (np.stack(np.meshgrid(grid, grid), axis=-1) - (crop.size - 1) / 2) / crop.scale
    height, width = picture.shape[:2]
    places = np.clip(places @ turn(crop.angle).T + (crop.x, crop.y), 0, (width - 1, height - 1))
    first = np.minimum(places.astype(int), (width - 2, height - 2))
    (x, y), (right, down) = np.moveaxis(first, -1, 0), np.moveaxis((places - first)[..., None], 2, 0)
    above, below = (picture[row, x] * (1 - right) + picture[row, x + 1] * right for row in (y, y + 1))
    samples = np.rint(above * (1 - down) + below * down)
    means = samples.reshape(crop.size, fine, crop.size, fine, 3).mean(axis=(1, 3))
    return (np.floor(means + 0.5) if fine == halves_up else np.rint(means)).astype(np.uint8)
