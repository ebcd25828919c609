"""Drawn faces by number, and a folder of them laid out as 300W's."""

from pathlib import Path

import numpy as np

from laplace_landmarks.conventions import Landmarks, Picture, Visible
from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.synthetic.appearance import (
    Appearance,
    random_appearance,
    random_expression,
    random_identity,
    random_view,
)
from laplace_landmarks.data.synthetic.brush import canvas, shrink, values_at
from laplace_landmarks.data.synthetic.camera import View, landmarks_in_picture
from laplace_landmarks.data.synthetic.painting import paint_head
from laplace_landmarks.data.synthetic.scenery import paint_background, paint_occluder, photograph
from laplace_landmarks.data.synthetic.shape import Expression, Identity
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule

SIZE = 128  # pixels of a picture's side
SMALLEST = 3
OCCLUDED = 0.1  # of the faces have something before them
IN_VIEW = "landmarks.csv"  # of faces behind objects: the landmarks that can be seen


def synthetic_face(seed: int, index: int, size: int = SIZE) -> tuple[Picture, Landmarks]:
    """Face `index` of a seed: a picture (size, size, 3) and its 68 landmarks, decided by these three numbers alone."""
    picture, landmarks, _ = _face(seed, index, size, OCCLUDED)
    return picture, landmarks


def face_behind_object(seed: int, index: int, size: int = SIZE) -> tuple[Picture, Landmarks, Visible]:
    """The same face with something before it in any case, and which of its landmarks that leaves in view, (68,)."""
    return _face(seed, index, size, occluded=1.0)


def _face(seed: int, index: int, size: int, occluded: float) -> tuple[Picture, Landmarks, Visible]:
    random = np.random.default_rng((seed, index))
    identity, expression = random_identity(random), random_expression(random)
    view, look = random_view(random, size), random_appearance(random)
    covered = random.random() < occluded
    picture, landmarks, visible = draw_face(identity, expression, view, look, size, random, occluded=covered)
    return photograph(picture, random), landmarks, visible


def synthetic_crops(count: int, seed: int, rule: CropRule, first: int = 0) -> Crops:
    """The crops of faces first .. first + count - 1 of a seed, as `labeled_crops` would cut them, without files."""
    visible = np.ones(len(IBUG68), np.bool_)
    pictures = np.empty((count, rule.size, rule.size, 3), np.uint8)
    landmarks = np.empty((count, len(IBUG68), 2), np.float32)
    crops = []
    for place, index in enumerate(range(first, first + count)):
        picture, points = synthetic_face(seed, index)
        anchors = IBUG68.anchors_of(points, visible)
        assert anchors is not None
        crop = rule.from_anchors(anchors)
        pictures[place], landmarks[place] = crop.cut(picture), crop.to_crop(points)
        crops.append(crop)
    names = tuple(_name(index) for index in range(first, first + count))
    return Crops(pictures, landmarks, np.tile(visible, (count, 1)), names, tuple(crops))


def write_synthetic(
    folder: Path, count: int, seed: int, *, test_fraction: float = 0.2, unlabeled: int = 0, size: int = SIZE,
    suffix: str = ".jpg", behind_objects: bool = False,
) -> None:  # fmt: skip
    """Write `count` faces with their .pts into folder/train and folder/test, and others without into folder/unlabeled.

    The test part is the first round(count × test_fraction) faces; nothing in a folder is shared with another.
    behind_objects: something stands before every face. train then has one CSV with blanks for what cannot be seen,
    test has all landmarks, so that what a model says of those behind the objects is scored exactly.
    InputError where a part holds what would not be written anew: train and test of two sets do not mix.
    """
    if count < 1 or unlabeled < 0 or not 0 <= test_fraction < 1:
        raise InputError(
            f"{folder}: {count} faces, {unlabeled} unlabeled, test fraction {test_fraction}: "
            "ask for at least 1 face, 0 or more unlabeled, and a fraction from 0 to below 1"
        )
    if seed < 0 or size < SMALLEST:
        raise InputError(
            f"{folder}: seed {seed}, size {size}: ask for a seed of 0 or more, and {SMALLEST} pixels or more"
        )
    tested = round(count * test_fraction)
    parts = {"test": range(tested), "train": range(tested, count), "unlabeled": range(count, count + unlabeled)}
    for part, indices in parts.items():
        labels = {IN_VIEW} if part == "train" and behind_objects else {f"{_name(index)}.pts" for index in indices}
        _check_part(folder / part, {f"{_name(index)}{suffix}" for index in indices} | (labels if indices else set()))
    in_view = []
    for part, indices in parts.items():
        for index in indices:
            file = folder / part / f"{_name(index)}{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture, landmarks, visible = _face(seed, index, size, 1.0 if behind_objects else OCCLUDED)
            write_picture(file, picture)
            if part == "train" and behind_objects:
                in_view.append(Sample(file.stem, file, landmarks, visible))
            elif part != "unlabeled":
                write_pts(file.with_suffix(".pts"), landmarks)
    if in_view:
        write_table(folder / "train" / IN_VIEW, LabeledSet(IBUG68, tuple(in_view)))


def draw_face(
    identity: Identity, expression: Expression, view: View, look: Appearance, size: int, random: np.random.Generator,
    *, occluded: bool = False,
) -> tuple[Picture, Landmarks, Visible]:  # fmt: skip
    """The face that is described, before a random background and in a perfect camera.

    Visible are the landmarks that no object covers; those on the far side of the face itself count as visible.
    """
    landmarks = landmarks_in_picture(identity, expression, view)
    fine = canvas(size)
    paint_background(fine, size, random)
    paint_head(fine, landmarks.astype(np.float64), identity, expression, view, look, random)
    uncovered = values_at(fine, landmarks)
    if occluded:
        paint_occluder(fine, landmarks, random)
    return shrink(fine), landmarks, (values_at(fine, landmarks) == uncovered).all(axis=1)


def _check_part(folder: Path, names: set[str]) -> None:
    """InputError where a folder holds other files than these, hidden ones aside."""
    there = {file.name for file in folder.iterdir() if file.name[0] != "."} if folder.is_dir() else set()
    if other := sorted(there - names):
        raise InputError(
            f"{folder}: holds {other[0]}, which is not of the set to be drawn; choose another folder, or remove it"
        )


def _name(index: int) -> str:
    return f"face_{index:06d}"
