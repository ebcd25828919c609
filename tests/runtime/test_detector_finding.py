"""Where the detector looks: faces that a finder finds, and objects that fill their picture."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import FIVE, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.tracking import Tracker

DrawDots = Callable[..., np.ndarray]
FACE = ((40, 30), (60, 30), (50, 50))
OTHER = ((90, 60), (110, 60), (100, 80))


def test_a_finder_of_any_kind_finds_the_faces(dots_at: DrawDots, tiny_model: Callable[..., Path]) -> None:
    """Boxes, boxes with scores, or faces with points: what common detectors give."""
    found: list[Any] = [
        np.array([(40, 30, 60, 50)]),
        [(40, 30, 60, 50, 0.9)],
        [FoundFace((40, 30, 60, 50), 0.9, np.array(FACE, np.float32))],
        (FoundFace((40, 30, 60, 50), None, np.array([*FACE, (0, 0), (1, 1)], np.float32)),),  # five points: not ours
    ]
    model = tiny_model(crop=CropRule(size=16, factor=2.0, box_factor=2.0))
    for faces, score, points in zip(found, (None, 0.9, 0.9, None), (False, False, True, False), strict=True):
        detector = LandmarkDetector(model, finder=lambda _, faces=faces: faces, refine=0)
        (face,) = detector(dots_at(*FACE))
        assert face.crop.box() == (30.0, 20.0, 70.0, 60.0)
        assert face.score == score
        assert (face.anchors is not None) == points


@pytest.mark.parametrize("faces", [None, [], (), np.empty((0, 4)), np.empty((0, 5))])
def test_a_finder_may_find_none(dots_at: DrawDots, tiny_model: Callable[..., Path], faces: Any) -> None:
    assert LandmarkDetector(tiny_model(), finder=lambda _: faces)(dots_at()) == ()


def test_a_box_that_is_none_is_the_finders(dots_at: DrawDots, tiny_model: Callable[..., Path]) -> None:
    detector = LandmarkDetector(tiny_model(), finder=lambda _: [(9, 9, 0, 0)])
    with pytest.raises(InputError, match="the finder gave a face that has no place: a box is x0, y0, x1, y1 with"):
        detector(dots_at())


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([(40, 30, 60, 50), (500, 30, 520, 50)], r"box \(500, 30, 520, 50\) lies outside of the picture, 120 x 100"),
        (
            [FoundFace((40, 30, 60, 50), 0.9, np.array(FACE, np.float32) + 500)],
            r"box around the points \(540, 530, 560, 550\) lies outside of the picture",
        ),
        ([(0.4, 0.3, 0.6, 0.5, 0.9)], "are these fractions of the picture"),
        ([(0, 0, 1e300, 1e300)], r"1e\+300 is no place in a picture"),
    ],
)
def test_a_face_that_shows_nothing_of_the_picture_is_the_finders(
    dots_at: DrawDots, tiny_model: Callable[..., Path], found: Any, says: str
) -> None:
    detector = LandmarkDetector(tiny_model(crop=CropRule(16, 2.0, 2.0)), finder=lambda _: found)
    with pytest.raises(InputError, match=f"the finder gave a face that has no place: .*{says}"):
        detector(dots_at(*FACE))


def test_mtcnn_is_the_finder_and_starts_when_first_needed(
    dots_at: DrawDots, tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def start(*, threads: int, providers: Any) -> Callable[[np.ndarray], list[FoundFace]]:
        started.append((threads, providers))
        return lambda _: [FoundFace((40, 30, 60, 50), 0.5)]

    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", start)
    detector = LandmarkDetector(tiny_model(markup=FIVE), threads=2)
    detector(dots_at(*FACE), boxes=(40, 30, 60, 50))
    assert started == []
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(detector, [dots_at(*FACE)] * 8))
    assert started == [(2, ("CPUExecutionProvider",))]
    assert [faces[0].score for faces in found] == [0.5] * 8


PAIR = Markup("pair", ("red", "green"))


@pytest.fixture
def no_mtcnn(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object, **__: object) -> None:
        raise AssertionError("no faces are meant to be searched for")

    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", start)


@pytest.fixture
def of_whole_pictures(tiny_model: Callable[..., Path]) -> Path:
    return tiny_model(markup=PAIR, size=32, crop=CropRule(size=32, box_factor=1.25, whole_picture=True))


def test_objects_that_fill_their_picture_need_no_places(
    dots_at: DrawDots, of_whole_pictures: Path, no_mtcnn: None
) -> None:
    detector, wide = LandmarkDetector(of_whole_pictures), dots_at((20, 30), (90, 70), size=(96, 128))

    for faces in (detector(wide), *detector.batch([wide, wide.transpose(1, 0, 2)])[:1]):
        (face,) = faces
        assert (face.crop.x, face.crop.y, face.crop.side) == (63.5, 47.5, 160)  # 1.25 times the longer side
        np.testing.assert_allclose(face.landmarks, [(20, 30), (90, 70)], atol=2.5)  # half a crop pixel
        assert (face.score, face.anchors) == (None, None)
    tall = detector(wide.transpose(1, 0, 2))[0]
    assert (tall.crop.x, tall.crop.y, tall.crop.side) == (47.5, 63.5, 160)


def test_of_whole_pictures_landmarks_place_no_crop(dots_at: DrawDots, of_whole_pictures: Path, no_mtcnn: None) -> None:
    """Neither those of the last frame, by which a tracker follows, nor those of a first look."""
    picture = dots_at((20, 30), (90, 70), size=(96, 128))
    for refine in (None, 0, 2):
        for where in (None, [(30, 30), (70, 70)]):
            (face,) = LandmarkDetector(of_whole_pictures, refine=refine)(picture, anchors=where)
            assert face.crop.side == 160


def test_a_face_that_fills_its_picture_is_looked_at_once(
    dots_at: DrawDots, tiny_model: Callable[..., Path], no_mtcnn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it leans: a second look would be the same."""
    rule = CropRule(size=32, box_factor=1.25, whole_picture=True)
    detector, runs = LandmarkDetector(tiny_model(markup=FIVE, size=32, crop=rule)), []
    once = detector._network.run
    monkeypatch.setattr(detector._network, "run", lambda *given: (runs.append(given), once(*given))[1])

    (face,) = detector(dots_at((60, 30), (60, 80), (20, 55), size=(96, 128)))

    assert len(runs) == 1
    assert face.anchors is None


def test_a_single_landmark_of_a_whole_picture_is_followed(
    dots_at: DrawDots, tiny_model: Callable[..., Path], no_mtcnn: None
) -> None:
    """Its box has no size, and places no crop."""
    rule = CropRule(size=32, box_factor=1.25, whole_picture=True)
    tracker = Tracker(LandmarkDetector(tiny_model(markup=Markup("one", ("red",)), size=32, crop=rule)))

    for number in range(40):
        (face,) = tracker(dots_at((20 + number, 30), size=(96, 128)), number / 10)
        assert face.id == 0
        np.testing.assert_allclose(face.landmarks, [(20 + number, 30)], atol=2.5)


def test_a_part_of_a_picture_may_be_like_a_whole_one(
    dots_at: DrawDots, of_whole_pictures: Path, no_mtcnn: None
) -> None:
    picture = dots_at((20, 30), (90, 70), size=(200, 300))
    (face,) = LandmarkDetector(of_whole_pictures)(picture, boxes=(-0.5, -0.5, 127.5, 95.5))
    assert (face.crop.x, face.crop.y, face.crop.side) == (63.5, 47.5, 160)
    (found,) = LandmarkDetector(of_whole_pictures, finder=lambda _: [(-0.5, -0.5, 127.5, 95.5, 0.5)])(picture)
    assert (found.crop, found.score) == (face.crop, 0.5)


@pytest.mark.parametrize("markup", [PAIR, None])  # the dots have three points that place the crop, a face has five
def test_no_faces_are_searched_for_by_a_model_of_other_objects(
    dots_at: DrawDots, markup: Markup | None, tiny_model: Callable[..., Path], no_mtcnn: None
) -> None:
    detector = LandmarkDetector(tiny_model(**({"markup": markup} if markup else {})))

    with pytest.raises(InputError, match=r"^model tiny is not known to be of faces \(\w+\), .* by boxes= or anchors= "):
        detector(dots_at(*FACE))
    assert len(detector(dots_at(*FACE), boxes=[(40, 30, 60, 50)] * 2)) == 2


def test_boxes_are_looked_at_once_where_boxes_placed_the_crops_in_training(
    dots_at: DrawDots, tiny_model: Callable[..., Path]
) -> None:
    model = tiny_model(markup=PAIR, crop=CropRule(size=16, box_factor=3.0))
    for refine in (None, 1):
        (face,) = LandmarkDetector(model, refine=refine)(dots_at(*FACE[:2]), boxes=(43, 20, 63, 40))
        assert ((face.crop.x, face.crop.y, face.crop.side) == (53, 30, 60)) == (refine is None)


def test_a_finder_that_cannot_be_called_is_refused_at_once(tiny_model: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="finder is something to call with a picture, not 3"):
        LandmarkDetector(tiny_model(), finder=3)  # pyright: ignore[reportArgumentType]
