"""Objects that are seen from either side: which of them are mirror images of the others, and when that is right."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.checking.mirrored import may_be_mirrored, mirror_images
from laplace_landmarks.data.checking.shape_model import Shapes
from laplace_landmarks.data.checking.suspicions import Checked, check_labels
from laplace_landmarks.data.markup import FIVE, IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample

COUNT = 60
FISH = Markup("fish", ("mouth", "eye", "top fin", "tail up", "tail low", "belly"))
PROFILE = np.array([2.2 - 0.2j, 1.5 - 0.3j, 0.3 - 1j, -2 - 0.7j, -1.7 + 1j, 0.4 + 1j])
WORM = np.array([2, 1, 0, -1, -2]) + 0j


def drawn(shape: Shapes, bend: float = 0.05) -> Shapes:
    """(N, K) a shape bent either way, turned and grown at will, every landmark a little off."""
    random = np.random.default_rng(0)
    shapes = shape + 1j * random.normal(0, bend, (COUNT, 1)) * shape.real**2
    shapes = shapes + random.normal(0, 0.02, shapes.shape) + 1j * random.normal(0, 0.02, shapes.shape)
    return shapes * np.exp(1j * random.uniform(0, 2 * np.pi, (COUNT, 1))) * random.uniform(5, 9, (COUNT, 1))


def from_behind(shapes: Shapes, count: int) -> Shapes:
    """The last ones mirrored."""
    return np.where(np.arange(COUNT)[:, None] >= COUNT - count, shapes.conj(), shapes)


@pytest.mark.parametrize("count", [0, 2, 20, 29])
def test_the_rarer_side_is_the_mirrored_one(count: int):
    shapes = from_behind(drawn(PROFILE), count)
    shapes[-1, 2] += 5  # one wrong landmark changes no side
    found = mirror_images(shapes, np.ones(shapes.shape, np.bool_))
    assert np.flatnonzero(found).tolist() == list(range(COUNT - count, COUNT))


def test_what_bends_to_both_sides_has_no_mirror_images():
    shapes = drawn(WORM, bend=0.1)
    assert not mirror_images(shapes, np.ones(shapes.shape, np.bool_)).any()


def test_too_few_objects_or_landmarks_tell_nothing():
    shapes = from_behind(drawn(PROFILE), 20)
    assert not mirror_images(shapes[-29:-10], np.ones((19, 6), np.bool_)).any()
    assert not mirror_images(shapes, np.tile(np.arange(6) < 2, (COUNT, 1))).any()


def test_only_where_no_landmark_has_a_side():
    assert may_be_mirrored(FISH)
    bare = replace(FIVE, names=("1", "2", "3", "4", "5"), mirror=())
    assert not any(map(may_be_mirrored, (IBUG68, FIVE, bare, Markup("fly", ("head", "left wing", "right wing")))))


@pytest.fixture
def checked(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[..., Checked]:
    """What is found of shapes (N, 6) as labels of one picture."""
    picture = put_picture("a.png", None)

    def check(shapes: Shapes, markup: Markup = FISH) -> Checked:
        points = np.stack([shapes.real, shapes.imag], axis=-1).astype(np.float32)
        samples = (Sample(str(row), picture, each, np.ones(6, np.bool_)) for row, each in enumerate(points))
        whole = check_labels(LabeledSet(markup, tuple(samples)), 8.0)
        return replace(whole, suspicions=tuple(s for s in whole.suspicions if s.kind in ("swapped", "unlikely")))

    return check


def test_both_sides_are_right_and_a_moved_landmark_is_found(checked: Callable[..., Checked]):
    shapes = from_behind(drawn(PROFILE), 25)
    assert checked(shapes).suspicions == ()
    shapes[50, 2] += 0.5 * np.abs(shapes[50, 0] - shapes[50, 3])
    shapes[3, 5] -= 0.5 * np.abs(shapes[3, 0] - shapes[3, 3])
    found = checked(shapes)
    assert {(s.sample, s.landmarks) for s in found.suspicions} == {(50, (2,)), (3, (5,))}
    assert found.notes[0].startswith("25 of 60 objects look like mirror images of the others and were taken as such (")


def test_few_mirror_images_are_listed_as_a_whole(checked: Callable[..., Checked]):
    found = checked(from_behind(drawn(PROFILE), 2))
    assert found.notes == ()
    assert {(s.sample, s.kind, s.landmarks) for s in found.suspicions} == {(58, "swapped", ()), (59, "swapped", ())}
    assert found.suspicions[0].text.startswith("the mirror image of the others: seen from the other side, or")


def test_no_mirror_image_is_right_where_landmarks_have_sides(checked: Callable[..., Checked]):
    sided = Markup("fish", ("mouth", "eye", "left fin", "tail up", "tail low", "right fin"))
    found = checked(from_behind(drawn(PROFILE), 20), sided)
    assert found.notes == ()
    assert {s.sample for s in found.suspicions} >= set(range(40, 60))
