"""Several pictures at once, and second looks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule, fit_box_rule, tight_box, turn
from laplace_landmarks.faces.five_points import roll
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.looks import Looks

DrawDots = Callable[..., np.ndarray]
FACE = ((40, 30), (60, 30), (50, 50))
OTHER = ((90, 60), (110, 60), (100, 80))


def test_a_batch_gives_each_picture_its_faces(
    dots_at: DrawDots, detector: LandmarkDetector, tiny_model: Callable[..., Path]
) -> None:
    pictures = [dots_at(*FACE, *OTHER), dots_at(), dots_at(*OTHER, size=(90, 130))]
    places = [[FACE, OTHER], [], OTHER]

    batch = detector.batch(pictures, anchors=places)

    assert [len(faces) for faces in batch] == [2, 0, 1]
    assert isinstance(batch, tuple) and all(isinstance(faces, tuple) for faces in batch)
    alone = [detector(picture, anchors=where) for picture, where in zip(pictures, places, strict=True)]
    for ours, theirs in zip(batch, alone, strict=True):
        for face, same in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(face.landmarks, same.landmarks, atol=1e-4)
    assert detector.batch([]) == ()
    searching = LandmarkDetector(tiny_model(), finder=lambda picture: [(0, 0, *picture.shape[:2])])
    assert [faces[0].picture is picture for faces, picture in zip(searching.batch(pictures), pictures, strict=True)]


def test_all_crops_of_a_batch_run_at_once(
    dots_at: DrawDots, detector: LandmarkDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    once = detector._network.run

    def counted(names: Sequence[str], crops: np.ndarray) -> Any:
        runs.append(len(crops))
        return once(names, crops)

    monkeypatch.setattr(detector._network, "run", counted)
    detector.batch([dots_at(*FACE, *OTHER)] * 3, anchors=[[FACE, OTHER]] * 3)
    assert runs == [6]


@pytest.mark.parametrize(
    ("places", "says"),
    [({"boxes": [(0, 0, 9, 9)]}, "one entry a picture: 2, not 1 entries"), ({"anchors": 3}, "2, not no sequence")],
)
def test_a_batch_has_places_for_each_picture(
    dots_at: DrawDots, detector: LandmarkDetector, places: Any, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        detector.batch([dots_at(), dots_at()], **places)


def test_another_look_is_taken_where_the_landmarks_were_found(
    dots_at: DrawDots, tiny_model: Callable[..., Path]
) -> None:
    """A box that is off by 6 pixels: the second crop lies where the dots are, and has their size."""
    model = tiny_model(crop=CropRule(size=16, factor=2.0, box_factor=3.0))
    crops = {}
    for refine in (0, 1, None):
        (face,) = LandmarkDetector(model, refine=refine)(dots_at(*FACE), boxes=(46, 30, 66, 50))
        crops[refine] = face.crop
        np.testing.assert_allclose(face.landmarks[:3], FACE, atol=2)
        assert (face.anchors is not None) == (refine != 0)
    assert (crops[0].x, crops[0].side) == (56, 60)
    assert abs(crops[1].x - 50) < 1.5 and abs(crops[1].side - 40) < 6
    assert crops[None] == crops[1]  # a box is looked at twice


def test_points_are_looked_at_once_unless_more_is_asked_for(dots_at: DrawDots, tiny_model: Callable[..., Path]) -> None:
    model = tiny_model(crop=CropRule(size=16, factor=2.0))
    shifted = [(x + 3, y) for x, y in FACE]
    for refine, middle in ((None, 53.0), (2, 50.0)):
        (face,) = LandmarkDetector(model, refine=refine)(dots_at(*FACE), anchors=shifted)
        assert face.crop.x == pytest.approx(middle, abs=0.8)


def test_where_nothing_is_seen_the_first_look_counts(tiny_model: Callable[..., Path]) -> None:
    """All landmarks of a blank crop lie in its middle, which places no crop."""
    (face,) = LandmarkDetector(tiny_model(), refine=3)(np.zeros((50, 50, 3), np.uint8), boxes=(10, 10, 30, 30))
    assert face.crop.side == 27


def test_refine_is_a_count(dots_at: DrawDots, tiny_model: Callable[..., Path]) -> None:
    refine: Any
    for refine in (-1, True, 1.0, "1"):
        with pytest.raises(InputError, match=f"look again, a whole number of 0 or more, not {refine!r}"):
            LandmarkDetector(tiny_model(), refine=refine)
    places = []
    for refine in (2, np.int64(2)):
        (face,) = LandmarkDetector(tiny_model(), refine=refine)(dots_at(*FACE), boxes=(46, 30, 66, 50))
        places.append(face.crop)
    assert places[0] == places[1]


@pytest.fixture(scope="module")
def portrait() -> tuple[np.ndarray, np.ndarray]:
    """A drawn face, and where its landmarks are."""
    return synthetic_face(5, 0)


def a_quarter_on(points: np.ndarray, height: int) -> np.ndarray:
    """Points of a picture so high, where they are once it is turned by 90 degrees clockwise."""
    return np.stack([height - 1 - points[..., 1], points[..., 0]], axis=-1)


def test_a_face_is_seen_upright_however_it_is_turned(portrait: tuple[np.ndarray, np.ndarray]) -> None:
    picture, truth = portrait
    detector = LandmarkDetector()
    (face,) = detector(picture, anchors=truth)
    lying, where = np.ascontiguousarray(np.rot90(picture, -1)), a_quarter_on(truth, len(picture))
    (turned,) = detector(lying, anchors=where)
    assert turned.crop.angle == pytest.approx(face.crop.angle + 90)
    np.testing.assert_allclose(turned.landmarks, a_quarter_on(face.landmarks, len(picture)), atol=0.05)
    np.testing.assert_allclose(turned.spread, face.spread[:, ::-1], rtol=0.1, atol=0.05)

    (plain,) = LandmarkDetector(upright=False)(lying, anchors=where)
    assert plain.crop.angle == 0
    far, near = (np.linalg.norm(found.landmarks - where, axis=1).mean() for found in (plain, turned))
    assert far > 3 * near  # it has learned from no such face


def test_a_second_look_is_upright(portrait: tuple[np.ndarray, np.ndarray]) -> None:
    """A box does not say how the face is turned; the landmarks that were found first do."""
    picture, truth = portrait
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -25, 1)  # clockwise
    tilted = np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.uint8)
    where = truth @ matrix[:, :2].T + matrix[:, 2]
    box = tight_box(where)
    first, second = (LandmarkDetector(refine=looks)(tilted, boxes=box)[0] for looks in (0, 1))
    assert (first.crop.angle, round(second.crop.angle / 25)) == (0, 1)
    worse, better = (np.linalg.norm(face.landmarks - where, axis=1).mean() for face in (first, second))
    assert better < worse


@pytest.mark.parametrize(("refine", "looks_again"), [(None, True), (0, False)])
def test_points_that_do_not_tell_how_a_face_leans_are_not_trusted(
    portrait: tuple[np.ndarray, np.ndarray], refine: int | None, looks_again: bool
) -> None:
    picture, truth = portrait
    anchors = IBUG68.anchors_of(truth, np.ones(68, np.bool_))
    assert anchors is not None
    middle = anchors.mean(axis=0)
    (face,) = LandmarkDetector(refine=refine)(picture, anchors=(anchors - middle) @ turn(15).T + middle)
    assert (abs(face.crop.angle - roll(anchors)) < 4) == looks_again


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("upright", [False, True])
def test_who_runs_a_model_says_whether_crops_turn(
    portrait: tuple[np.ndarray, np.ndarray], learned: bool, upright: bool
) -> None:
    """Whichever crops it learned from."""
    picture, truth = portrait
    info = LandmarkDetector().info
    looks = Looks(replace(info, crop=replace(info.crop, upright=learned)), refine=None, upright=upright)
    anchors = IBUG68.anchors_of(truth, np.ones(68, np.bool_))
    assert anchors is not None and abs(roll(anchors)) > 1
    assert looks.at_anchors(picture, truth).crop.angle == (pytest.approx(roll(anchors)) if upright else 0)


def test_what_is_no_face_is_never_turned(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    (found,) = detector(dots_at((40, 50), (60, 30), (50, 50)), anchors=[(40, 50), (60, 30), (50, 50)])
    assert found.crop.angle == 0


def test_boxes_that_are_drawn_otherwise_have_a_rule_of_their_own(
    dots_at: DrawDots, tiny_model: Callable[..., Path], portrait: tuple[np.ndarray, np.ndarray]
) -> None:
    picture = dots_at((40, 30), (60, 30), (50, 50))
    given = LandmarkDetector(tiny_model(), refine=0, box_rule=CropRule(size=99, box_factor=2, box_shift=(0.5, -0.25)))
    (face,) = given(picture, boxes=(20, 20, 40, 30))  # 20 pixels wide, about (30, 25)
    assert (face.crop.x, face.crop.y, face.crop.side) == (40, 20, 40)
    assert face.crop.size == given.info.crop.size

    picture, truth = portrait
    detector = LandmarkDetector()
    placed = detector(picture, anchors=truth)
    x, y, half = placed[0].crop.x, placed[0].crop.y, placed[0].crop.side / 2
    head = (x - half, y - 1.4 * half, x + half, y + 0.6 * half)  # with the forehead, as some finders have it
    rule = fit_box_rule(detector.info.crop, [face.crop for face in placed], [head])
    (face,) = LandmarkDetector(refine=0, box_rule=rule)(picture, boxes=head)
    np.testing.assert_allclose((face.crop.x, face.crop.y, face.crop.side), (x, y, 2 * half), atol=0.05)
    with pytest.raises(InputError, match="box_rule is a CropRule"):
        LandmarkDetector(box_rule=1.2)  # pyright: ignore[reportArgumentType]
