"""Drawn faces whose labels are broken on purpose: each is found, under its name, and no other."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.picture_bytes import encoded, exif, jpeg_with
from laplace_landmarks.data.checking.kinds import KINDS
from laplace_landmarks.data.checking.sheet import CAPTION, TILE, check_sheet, suspicious_tiles
from laplace_landmarks.data.checking.suspicions import Checked, check_labels
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled, read_split, select, subset
from laplace_landmarks.data.synthetic.dataset import write_synthetic
from laplace_landmarks.faces.boxes import tight_box

COUNT = 60


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> LabeledSet:
    """Drawn faces with exact labels."""
    folder = tmp_path_factory.mktemp("faces")
    write_synthetic(folder, COUNT, seed=3, test_fraction=0, size=96)
    return read_labeled(folder, IBUG68, format="pts")


def broken(faces: LabeledSet, number: int, change: Callable[[np.ndarray], np.ndarray]) -> LabeledSet:
    """The faces, one of them with other landmarks."""
    samples = list(faces.samples)
    samples[number] = replace(samples[number], landmarks=change(samples[number].landmarks.copy()).astype(np.float32))
    return replace(faces, samples=tuple(samples))


def to_the_right(landmarks: np.ndarray) -> np.ndarray:
    return landmarks + np.array([60, 0])


def found(checked: Checked, but: Checked | None = None) -> set[tuple[int, str]]:
    """Samples and kinds, less those that were suspicious before."""
    before = {(s.sample, s.kind) for s in but.suspicions} if but else set()
    return {(s.sample, s.kind) for s in checked.suspicions} - before


@pytest.fixture(scope="module")
def whole(faces: LabeledSet) -> Checked:
    return check_labels(faces, 8.0)


def test_exact_labels_are_hardly_ever_suspicious(whole: Checked):
    assert len(found(whole)) <= 2
    assert whole.not_checked == ()


def test_one_landmark_elsewhere(faces: LabeledSet, whole: Checked):
    def nose_on_cheek(landmarks: np.ndarray) -> np.ndarray:
        landmarks[30] += 0.4 * (landmarks[45] - landmarks[30])
        return landmarks

    checked = check_labels(broken(faces, 5, nose_on_cheek), 8.0)
    assert found(checked, whole) == {(5, "unlikely")}
    first = next(s for s in checked.suspicions if s.sample == 5)
    assert IBUG68.names[30] in first.text
    assert 30 in first.landmarks


def test_a_tight_box_holds_its_landmarks_whatever_is_rounded(faces: LabeledSet, whole: Checked):
    """As formats write boxes that nobody gave: a coordinate of every landmark of a small object may lie on an edge."""
    few = np.arange(len(faces.markup)) < 3
    tight = [tight_box(sample.landmarks[few]) for sample in faces.samples]
    boxes = [(x0 + 1e-4, y0 + 1e-4, x1 - 1e-4, y1 - 1e-4) for x0, y0, x1, y1 in tight]
    samples = [
        replace(sample, box=box, visible=sample.visible & few) for sample, box in zip(faces.samples, boxes, strict=True)
    ]
    checked = check_labels(replace(faces, samples=tuple(samples)), 8.0)
    assert [suspicion for suspicion in checked.suspicions if suspicion.kind == "box"] == []


def test_boxes_beside_their_picture_or_their_landmarks(faces: LabeledSet, whole: Checked):
    samples = list(faces.samples)
    boxes = {1: (300, 10, 400, 90), 2: (0, 0, 95, 95), 3: (-20, -20, 5, 5)}
    for number, box in boxes.items():
        samples[number] = replace(samples[number], box=box)
    checked = check_labels(replace(faces, samples=tuple(samples)), 8.0)

    assert found(checked, whole) == {(1, "box"), (3, "box")}
    texts = {s.sample: s.text for s in checked.suspicions if s.kind == "box"}
    assert texts == {
        1: "the box (300, 10, 400, 90) lies outside of the picture",
        3: "the box holds 0 of 68 landmarks",
    }


@pytest.mark.parametrize("order", [np.r_[17:68, 0:17], np.arange(68)[::-1], np.roll(np.arange(68), 1)])
def test_all_landmarks_in_another_order(faces: LabeledSet, whole: Checked, order: np.ndarray):
    """Each object is like all others then, and only their mean is no face."""
    samples = tuple(replace(s, landmarks=s.landmarks[order], visible=s.visible[order]) for s in faces.samples)

    assert whole.of_all == ()
    (line,) = check_labels(replace(faces, samples=samples), 8.0).of_all
    assert "not like its mirror image by ibug68's pairs" in line


def test_left_for_right(faces: LabeledSet, whole: Checked):
    checked = check_labels(broken(faces, 8, lambda landmarks: landmarks[IBUG68.mirror_order()]), 8.0)
    assert found(checked, whole) == {(8, "swapped")}
    assert "left and right are swapped in all pairs" in {s.text for s in checked.suspicions}


@pytest.mark.parametrize(
    ("pair", "words"),
    [((36, 45), "right eye 1 and left eye 4 are swapped"), ((8, 30), "jaw 9 and nose bridge 4 have changed places")],
)
def test_two_landmarks_exchanged(faces: LabeledSet, whole: Checked, pair: tuple[int, int], words: str):
    def exchanged(landmarks: np.ndarray) -> np.ndarray:
        landmarks[list(pair)] = landmarks[list(pair[::-1])]
        return landmarks

    checked = check_labels(broken(faces, 2, exchanged), 8.0)
    assert found(checked, whole) == {(2, "swapped")}
    assert words in {s.text for s in checked.suspicions}


def test_outside_of_the_picture(faces: LabeledSet, whole: Checked):
    checked = check_labels(broken(faces, 1, to_the_right), 8.0)
    assert found(checked, whole) == {(1, "outside")}, "the shape is as it was"
    assert next(s for s in checked.suspicions if s.sample == 1).text.endswith("px")


def test_pictures_and_labels_twice(faces: LabeledSet, whole: Checked, tmp_path: Path):
    shutil.copy(faces.samples[0].picture, tmp_path / "again.png")
    shifted = replace(faces.samples[0], name="again", picture=tmp_path / "again.png",
                      landmarks=faces.samples[0].landmarks + 0.3)  # fmt: skip
    copied = replace(faces.samples[1], name="copied", landmarks=faces.samples[2].landmarks)
    checked = check_labels(replace(faces, samples=(*faces.samples, shifted, copied)), 8.0)
    new = {(s.sample, s.kind, s.text) for s in checked.suspicions if s.sample >= COUNT}
    name, other = faces.samples[0].name, faces.samples[2].name
    assert new == {
        (COUNT, "same picture", f"the same picture as {name}"),
        (COUNT, "same labels", f"one object with {name}, labeled twice"),
        (COUNT + 1, "same labels", f"the same landmarks as {other}"),
    }


def test_two_objects_of_a_picture_are_two(faces: LabeledSet, whole: Checked):
    beside = replace(
        faces.samples[0], name="beside", landmarks=faces.samples[0].landmarks + np.array([0, 20], np.float32)
    )
    checked = check_labels(replace(faces, samples=(*faces.samples, beside)), 8.0)
    assert not {kind for sample, kind in found(checked, whole) if sample == COUNT} & {"same picture", "same labels"}


def test_a_broken_picture(faces: LabeledSet, whole: Checked, tmp_path: Path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    samples = (*faces.samples, replace(faces.samples[0], name="x", picture=tmp_path / "broken.png"))
    checked = check_labels(replace(faces, samples=samples), 8.0)
    assert (COUNT, "broken picture") in found(checked, whole)
    page = check_sheet(faces, suspicious_tiles(replace(faces, samples=samples), checked.suspicions))
    assert page.shape[0] == TILE + CAPTION


def test_what_cannot_be_looked_for_is_said(put_picture: Callable[..., Path]):
    picture = put_picture("a.png", None)
    landmarks, visible = np.zeros((2, 2), np.float32), np.array([True, False])
    none = Sample("b", picture, landmarks, ~visible & False)
    checked = check_labels(LabeledSet(Markup("two", ("a", "b")), (Sample("a", picture, landmarks, visible), none)), 8.0)
    assert checked.suspicions == ()
    assert "three landmarks or more; there are 0" in checked.not_checked[0]


def test_the_worst_kinds_come_first(faces: LabeledSet):
    moved = broken(broken(faces, 1, to_the_right), 0, lambda points: points[IBUG68.mirror_order()])
    kinds = [KINDS.index(s.kind) for s in check_labels(moved, 8.0).suspicions]
    assert kinds == sorted(kinds)


def test_the_sheet_shows_landmarks_and_marks_the_suspicious(faces: LabeledSet):
    moved = broken(faces, 1, to_the_right)
    tiles = suspicious_tiles(moved, [s for s in check_labels(moved, 8.0).suspicions if s.sample == 1])
    page = check_sheet(moved, tiles * 3, columns=2)
    assert page.shape == (2 * (TILE + CAPTION), 2 * TILE, 3)
    red = (page[:TILE, :TILE] == (255, 60, 60)).all(axis=-1).sum()
    green = (page[:TILE, :TILE] == (80, 255, 80)).all(axis=-1).sum()
    assert red > 100
    assert green > 20
    assert (page[TILE + CAPTION :, TILE:] != 240).sum() == 0, "the fourth place is empty"


def test_lfpw(shared_data: Path):
    """A real set with known errors: image_0190 has two points of the inner lip exchanged."""
    labeled = subset(read_labeled(shared_data / "300w", IBUG68), "train")
    some = select(labeled, [*read_split(shared_data / "splits/lfpw.json", "validation")])
    checked = check_labels(some, 8.0)
    told = {some.samples[s.sample].name: s.text for s in checked.suspicions}
    assert told["lfpw/trainset/image_0190"].startswith("inner lip 2")
    assert len(told) < 10


@pytest.mark.filterwarnings("error")
def test_landmarks_at_the_end_of_what_float32_holds(faces: LabeledSet):
    far = broken(faces, 7, lambda landmarks: np.full_like(landmarks, 1.6e38))
    assert {(7, "outside"), (7, "one point")} <= found(check_labels(far, 8.0))


def test_an_object_in_one_point_is_called_so(faces: LabeledSet, whole: Checked):
    checked = check_labels(broken(faces, 7, lambda landmarks: np.full_like(landmarks, 50)), 8.0)
    assert found(checked, whole) - {(7, "unlikely")} == {(7, "one point")}
    (told,) = [suspicion for suspicion in checked.suspicions if suspicion.sample == 7]
    assert told.text == "all 68 landmarks lie in one point, (50, 50)"
    assert checked.not_checked == ()


@pytest.mark.parametrize("place", [(0, 0), (-1, -1)])
def test_what_may_stand_for_a_missing_landmark(faces: LabeledSet, whole: Checked, place: tuple[int, int]):
    def without_nose(landmarks: np.ndarray) -> np.ndarray:
        landmarks[30] = place
        return landmarks

    one = broken(faces, 5, without_nose)
    assert found(check_labels(one, 8.0), whole) == {(5, "unlikely")}, "one alone may be meant"
    checked = check_labels(broken(one, 7, without_nose), 8.0)
    assert found(checked, whole) == {(5, "stand-in"), (7, "stand-in")}, "and no more unlikely"
    told = next(s for s in checked.suspicions if s.sample == 7)
    assert told.landmarks == (30,)
    assert told.text.startswith(f"{IBUG68.names[30]} exactly at {place}: if that stands for a missing landmark, leave")


def test_objects_that_are_wholly_missing_are_no_twins(faces: LabeledSet, whole: Checked):
    none = broken(broken(faces, 5, np.zeros_like), 7, np.zeros_like)
    assert found(check_labels(none, 8.0), whole) == {(5, "stand-in"), (7, "stand-in")}


def test_fractions_of_the_picture(faces: LabeledSet):
    samples = tuple(replace(s, landmarks=s.landmarks / 96) for s in faces.samples)
    checked = check_labels(replace(faces, samples=samples), 8.0)
    assert checked.suspicions == ()
    assert checked.of_all[0].startswith("all landmarks of all objects lie between 0 and 1, as fractions")

    one = check_labels(broken(faces, 7, lambda landmarks: landmarks / 96), 8.0)
    (told,) = [suspicion for suspicion in one.suspicions if suspicion.kind == "one point"]
    assert told.text.startswith("all 68 landmarks lie between 0 and 1, as fractions of the picture's size do; labels")


@pytest.mark.parametrize(("orientation", "y", "hint"), [(1, 50, False), (6, 50, True), (6, 70, False), (3, 70, False)])
def test_labels_of_a_picture_before_it_is_turned(
    tmp_path: Path, photo: np.ndarray, orientation: int, y: float, hint: bool
):
    """90 x 60 pixels are stored; turned by 90 degrees they are 60 x 90."""
    (tmp_path / "a.jpg").write_bytes(jpeg_with(exif(orientation), encoded(".jpg", photo)))
    points = np.array([[80, y], [10, 20]], np.float32)
    sample = Sample("a", tmp_path / "a.jpg", points, np.ones(2, np.bool_))
    told = [s.text for s in check_labels(LabeledSet(Markup("two", ("a", "b")), (sample,)), 8.0).suspicions]
    assert any("before its EXIF orientation turns it; labels are of the turned picture" in t for t in told) == hint
