"""Faces by number, and the folders written from them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.plain_look import plain_look
from laplace_landmarks.data.formats.pictures_with_pts import read_pts_folder
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.data.synthetic.camera import View
from laplace_landmarks.data.synthetic.dataset import (
    SIZE,
    draw_face,
    face_behind_object,
    synthetic_crops,
    synthetic_face,
    write_synthetic,
)
from laplace_landmarks.data.synthetic.shape import Expression, Identity
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule


@given(st.integers(0, 2**63), st.integers(0, 2**31))
@settings(deadline=None, max_examples=60)
def test_every_face_is_a_picture_with_68_landmarks_mostly_inside(seed: int, index: int):
    picture, landmarks = synthetic_face(seed, index)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert landmarks.shape == (68, 2)
    assert landmarks.dtype == np.float32
    assert np.isfinite(landmarks).all()
    inside = ((landmarks > -0.5) & (landmarks < SIZE - 0.5)).all(axis=1)
    assert inside.mean() > 0.8
    inter_ocular = np.linalg.norm(landmarks[45] - landmarks[36])
    assert 0.15 * SIZE < inter_ocular < 0.55 * SIZE


def test_a_face_depends_on_seed_and_index_alone():
    first = synthetic_face(3, 7)
    synthetic_face(3, 8)
    np.random.default_rng().random()
    again = synthetic_face(3, 7)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    for seed, index in ((3, 8), (4, 7), (7, 3)):
        assert (synthetic_face(seed, index)[0] != first[0]).any()


def test_size_scales_the_face():
    _, small = synthetic_face(1, 2, size=100)
    _, large = synthetic_face(1, 2, size=200)
    np.testing.assert_allclose(large, 2 * small, atol=1e-3)


def test_faces_differ_in_pose_brightness_and_mouth():
    faces = [synthetic_face(0, index) for index in range(60)]
    landmarks = np.stack([points for _, points in faces])
    across = landmarks[:, 45] - landmarks[:, 36]
    roll = np.degrees(np.arctan2(across[:, 1], across[:, 0]))
    assert roll.std() > 5
    turned = (landmarks[:, 30, 0] - (landmarks[:, 36, 0] + landmarks[:, 45, 0]) / 2) / np.linalg.norm(across, axis=1)
    assert turned.min() < -0.15 < 0.15 < turned.max()
    opening = np.linalg.norm(landmarks[:, 66] - landmarks[:, 62], axis=1) / np.linalg.norm(across, axis=1)
    assert opening.min() < 0.02 < 0.15 < opening.max()
    assert np.std([picture.mean() for picture, _ in faces]) > 15


def test_crops_are_those_of_the_pictures():
    crops = synthetic_crops(3, seed=5, rule=CropRule(size=48), first=10)
    assert crops.pictures.shape == (3, 48, 48, 3)
    assert crops.visible.all()
    assert crops.names == ("face_000010", "face_000011", "face_000012")
    picture, landmarks = synthetic_face(5, 11)
    np.testing.assert_array_equal(crops.pictures[1], crops.crops[1].cut(picture))
    np.testing.assert_allclose(crops.crops[1].to_picture(crops.landmarks[1]), landmarks, atol=1e-3)


def test_landmarks_behind_an_object_are_where_the_picture_changed():
    def draw(occluded: bool, seed: int):
        random, look = np.random.default_rng(seed), plain_look()
        return draw_face(Identity(), Expression(), View(40, 96, 96), look, 192, random, occluded=occluded)

    covered = 0
    for seed in range(20):
        (bare, landmarks, every), (picture, same, visible) = draw(False, seed), draw(True, seed)
        np.testing.assert_array_equal(same, landmarks)
        assert every.all()
        changed = (picture != bare).any(axis=-1)
        for (x, y), seen in zip(np.rint(landmarks).astype(int), visible, strict=True):
            around = changed[y - 1 : y + 2, x - 1 : x + 2]  # the object's edge may pass through
            assert around.any() or seen
            assert not (around.all() and seen)
        covered += (~visible).sum()
    assert covered > 40


def test_a_face_behind_an_object_is_the_same_face():
    seen = [face_behind_object(4, index) for index in range(30)]
    for index, (_, landmarks, visible) in enumerate(seen):
        np.testing.assert_array_equal(landmarks, synthetic_face(4, index)[1])
        assert visible.shape == (68,)
    assert 0.02 < np.mean([~visible for *_, visible in seen]) < 0.4


def test_labels_of_faces_behind_objects_leave_out_what_is_covered(tmp_path: Path):
    write_synthetic(tmp_path, 6, seed=2, test_fraction=0.5, suffix=".png", behind_objects=True)
    train, test = (read_labeled(tmp_path / part, IBUG68) for part in ("train", "test"))
    for first, labeled in ((0, test), (3, train)):
        for index, sample in enumerate(labeled.samples, first):
            picture, landmarks, visible = face_behind_object(2, index)
            np.testing.assert_array_equal(read_picture(sample.picture), picture)
            shown = visible if labeled is train else np.ones(68, bool)
            np.testing.assert_array_equal(sample.visible, shown)
            np.testing.assert_allclose(sample.landmarks[shown], landmarks[shown], atol=1e-3)


def test_a_written_folder_is_read_back(tmp_path: Path):
    write_synthetic(tmp_path, 5, seed=2, test_fraction=0.4, unlabeled=2, suffix=".png")
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png"))
    assert files == [
        "test/face_000000.png", "test/face_000001.png",
        "train/face_000002.png", "train/face_000003.png", "train/face_000004.png",
        "unlabeled/face_000005.png", "unlabeled/face_000006.png",
    ]  # fmt: skip
    assert not list((tmp_path / "unlabeled").glob("*.pts"))
    train = read_pts_folder(tmp_path / "train", IBUG68)
    assert len(train) == 3
    picture, landmarks = synthetic_face(2, 3)
    np.testing.assert_allclose(train.samples[1].landmarks, landmarks, atol=1e-4)
    np.testing.assert_array_equal(read_picture(train.samples[1].picture), picture)


def test_two_sets_do_not_mix(tmp_path: Path):
    """Of 5 faces number 1 is one to train on, of 10 one to test: it would be in both."""
    write_synthetic(tmp_path, 5, seed=2, size=16)
    write_synthetic(tmp_path, 5, seed=2, size=16)  # the same again, as after a run that was cut off
    for count, behind_objects in ((10, False), (5, True)):
        with pytest.raises(InputError, match=r"train: holds face_00000.\.\w+, which is not of the set to be drawn"):
            write_synthetic(tmp_path, count, seed=2, size=16, behind_objects=behind_objects)
    assert len(list((tmp_path / "test").iterdir())) == 2


@pytest.mark.parametrize(("seed", "size"), [(-1, 128), (0, 2)])
def test_no_such_seed_and_no_such_size(tmp_path: Path, seed: int, size: int):
    with pytest.raises(InputError, match="a seed of 0 or more, and 3 pixels or more"):
        write_synthetic(tmp_path, 5, seed, size=size)


def test_written_points_count_from_one(tmp_path: Path):
    write_synthetic(tmp_path, 1, seed=2, test_fraction=0)
    lines = (tmp_path / "train" / "face_000000.pts").read_text().splitlines()
    _, landmarks = synthetic_face(2, 0)
    assert lines[1] == "n_points: 68"
    assert np.array(lines[3].split(), float) == pytest.approx(landmarks[0] + 1, abs=1e-4)
    assert (tmp_path / "train" / "face_000000.jpg").exists()


@pytest.mark.parametrize(("count", "fraction", "unlabeled"), [(0, 0.2, 0), (5, 1.0, 0), (5, -0.1, 0), (5, 0.2, -1)])
def test_impossible_numbers_are_refused(tmp_path: Path, count: int, fraction: float, unlabeled: int):
    with pytest.raises(InputError, match="at least 1 face"):
        write_synthetic(tmp_path, count, 0, test_fraction=fraction, unlabeled=unlabeled)
    assert not list(tmp_path.iterdir())
