"""The detector on pictures of coloured dots, whose centres the tiny model finds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.markup import FIVE, IBUG68, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.detector import AT_ONCE, LandmarkDetector
from laplace_landmarks.runtime.face import Face


@pytest.fixture(scope="module")
def detector(tiny_model: Callable[..., Path]) -> LandmarkDetector:
    return LandmarkDetector(tiny_model(crop=CropRule(size=16, factor=2.0, box_factor=2.0)), refine=0)


def dots_at(*dots: tuple[int, int], size: tuple[int, int] = (100, 120)) -> np.ndarray:
    """A black picture with squares of 5 × 5 pixels in red, green, blue, red, ... around these centres."""
    picture = np.zeros((*size, 3), np.uint8)
    for place, (x, y) in enumerate(dots):
        picture[y - 2 : y + 3, x - 2 : x + 3, place % 3] = 255
    return picture


FACE = ((40, 30), (60, 30), (50, 50))
OTHER = ((90, 60), (110, 60), (100, 80))


def test_landmarks_are_where_the_dots_are(detector: LandmarkDetector) -> None:
    face, *others = detector(dots_at(*FACE), anchors=np.array(FACE))

    assert not others
    # the hull is 20 × 20 about (50, 40), the crop's side twice that: 2.5 picture pixels a crop pixel
    assert face.crop.box() == (30.0, 20.0, 70.0, 60.0)
    np.testing.assert_allclose(face.landmarks, [*FACE, FACE[0]], atol=0.6)
    np.testing.assert_array_equal(face.anchors, np.array(FACE, np.float32))
    assert face.box == pytest.approx((40, 30, 60, 50), abs=0.6)
    assert face.score is None
    assert face.heatmaps is None


def test_spread_is_in_picture_pixels(detector: LandmarkDetector) -> None:
    (face,) = detector(np.zeros((100, 120, 3), np.uint8), anchors=np.array(FACE))

    np.testing.assert_allclose(face.spread, np.full((4, 2), 4 * 2.5), rtol=1e-4)  # 4 crop pixels on a blank crop


def test_several_faces_come_in_the_order_given(detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE, *OTHER)

    first, second = detector(picture, anchors=[np.array(OTHER), list(FACE)])

    np.testing.assert_allclose(first.landmarks[:3], OTHER, atol=0.6)
    np.testing.assert_allclose(second.landmarks[:3], FACE, atol=0.6)


def test_one_face_or_a_sequence_of_one_are_the_same(detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE)
    for given_as in (FACE, [FACE], np.array([FACE]), np.array(FACE, np.float32)):
        (face,) = detector(picture, anchors=given_as)
        np.testing.assert_allclose(face.landmarks[:3], FACE, atol=0.6)
    for box in ((40, 30, 60, 50), [40.0, 30, 60, 50], np.array([[40, 30, 60, 50]])):
        (face,) = detector(picture, boxes=box)
        assert face.crop.box() == (30.0, 20.0, 70.0, 60.0)
        assert face.anchors is None


def test_all_landmarks_will_do_as_anchors(detector: LandmarkDetector) -> None:
    (face,) = detector(dots_at(*FACE), anchors=[*FACE, FACE[0]])

    np.testing.assert_array_equal(face.anchors, np.array(FACE, np.float32))


def test_a_markup_without_anchors_is_placed_by_the_box(tiny_model: Callable[..., Path]) -> None:
    detector = LandmarkDetector(tiny_model(markup=Markup("pair", ("red", "green")), crop=CropRule(16, box_factor=3.0)))

    (face,) = detector(dots_at(*FACE[:2]), anchors=FACE[:2])

    assert face.crop.side == 60  # three times the box of 20 pixels
    np.testing.assert_allclose(face.landmarks, FACE[:2], atol=1.9)  # half a crop pixel


def test_68_landmarks_give_five_anchors(tiny_model: Callable[..., Path]) -> None:
    points = np.stack([np.arange(68), np.arange(68) % 17], axis=1)

    (face,) = LandmarkDetector(tiny_model(markup=IBUG68))(np.zeros((80, 80, 3), np.uint8), anchors=points)

    assert face.landmarks.shape == (68, 2)
    assert face.anchors is not None
    np.testing.assert_array_equal(face.anchors[2:], points[[30, 48, 54]])


def test_heatmaps_are_kept_when_asked_for(detector: LandmarkDetector, tiny_model: Callable[..., Path]) -> None:
    (face,) = detector(dots_at(*FACE), anchors=FACE, heatmaps=True)

    assert face.heatmaps is not None
    assert face.heatmaps.shape == (4, 16, 16)
    np.testing.assert_allclose(face.heatmaps.sum(axis=(1, 2)), 1, rtol=1e-5)
    without = LandmarkDetector(tiny_model(outputs=("landmarks", "spread")))
    with pytest.raises(InputError, match="model tiny gives no heatmaps; use its float32 file"):
        without(dots_at(*FACE), anchors=FACE, heatmaps=True)


def test_no_faces_give_none(detector: LandmarkDetector) -> None:
    assert detector(dots_at(), anchors=[]) == ()
    assert detector(dots_at(), boxes=np.empty((0, 4)), heatmaps=True) == ()


def test_many_crops_run_in_parts_and_come_whole(detector: LandmarkDetector) -> None:
    crops = np.random.default_rng(0).integers(0, 255, (2 * AT_ONCE + 3, 16, 16, 3), np.uint8)

    landmarks, spread, heatmaps = detector.on_crops(crops, heatmaps=True)

    assert heatmaps is not None
    for place in (0, AT_ONCE, 2 * AT_ONCE + 2):
        alone = detector.on_crops(crops[place : place + 1], heatmaps=True)
        np.testing.assert_allclose(landmarks[place], alone[0][0], atol=1e-4)
        np.testing.assert_allclose(spread[place], alone[1][0], atol=1e-4)
        np.testing.assert_allclose(heatmaps[place], alone[2][0], atol=1e-6)  # pyright: ignore[reportOptionalSubscript]


def test_pictures_may_be_views(detector: LandmarkDetector) -> None:
    mirrored = dots_at(*((119 - x, y) for x, y in FACE))[:, ::-1]

    (face,) = detector(mirrored, anchors=FACE)

    np.testing.assert_allclose(face.landmarks[:3], FACE, atol=0.6)


def test_threads_share_a_detector(detector: LandmarkDetector) -> None:
    generator = np.random.default_rng(1)
    pictures = [generator.integers(0, 255, (60, 60, 3), np.uint8) for _ in range(40)]
    boxes = [(x, x, x + 30, x + 30) for x in range(8)]

    def landmarks(picture: np.ndarray) -> np.ndarray:
        return np.stack([face.landmarks for face in detector(picture, boxes=boxes)])

    alone = [landmarks(picture) for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(landmarks, pictures))

    np.testing.assert_array_equal(together, alone)


@given(shift=st.tuples(st.integers(-15, 15), st.integers(-15, 15)))
def test_a_moved_face_moves_its_landmarks(detector: LandmarkDetector, shift: tuple[int, int]) -> None:
    moved = [(x + shift[0], y + shift[1]) for x, y in FACE]
    (there,) = detector(dots_at(*moved), anchors=moved)
    (here,) = detector(dots_at(*FACE), anchors=FACE)

    np.testing.assert_allclose(there.landmarks - here.landmarks, np.broadcast_to(shift, (4, 2)), atol=1e-3)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({"anchors": FACE, "boxes": (0, 0, 9, 9)}, "by boxes= or by anchors=, not by both"),
        (
            {"anchors": FACE[:2]},
            "anchors of model tiny are 3 points (x, y) or all 4 landmarks a face, not an array (2, 2)",
        ),
        ({"anchors": [(1, 2, 3)]}, "anchors of model tiny are 3 points"),
        ({"anchors": "FACE"}, "anchors must be numbers"),
        ({"anchors": [FACE, (1, 2)]}, "anchors must be an array of one face, or a sequence of such arrays"),
        ({"anchors": [(np.nan, 0), (1, 1), (2, 2)]}, "anchors must be at least two finite points"),
        ({"anchors": [(5, 5)] * 3}, "lie all in one point"),
        ({"boxes": (0, 0, 9)}, "a box is four finite numbers"),
        ({"boxes": (9, 9, 0, 0)}, "a box is x0, y0, x1, y1 with x0 <= x1"),
        ({"boxes": [(0, 0, 9, np.inf)]}, "a box is four finite numbers"),
        ({"boxes": 7}, "boxes must be numbers"),
    ],
)
def test_places_that_cannot_be_used_are_refused(detector: LandmarkDetector, where: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        detector(dots_at(*FACE), **where)
    assert says in str(error.value)


def test_crops_of_another_size_are_refused(detector: LandmarkDetector) -> None:
    with pytest.raises(InputError, match=r"crops must be uint8 \(N, 16, 16, 3\), not uint8 \(1, 80, 80, 3\)"):
        detector.on_crops(np.zeros((1, 80, 80, 3), np.uint8))


def test_a_finder_of_any_kind_finds_the_faces(tiny_model: Callable[..., Path]) -> None:
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
def test_a_finder_may_find_none(tiny_model: Callable[..., Path], faces: Any) -> None:
    assert LandmarkDetector(tiny_model(), finder=lambda _: faces)(dots_at()) == ()


def test_a_box_that_is_none_is_the_finders(tiny_model: Callable[..., Path]) -> None:
    detector = LandmarkDetector(tiny_model(), finder=lambda _: [(9, 9, 0, 0)])
    with pytest.raises(InputError, match="the finder gave a face that has no place: a box is x0, y0, x1, y1 with"):
        detector(dots_at())


def test_mtcnn_is_the_finder_and_starts_when_first_needed(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
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


def test_objects_that_fill_their_picture_need_no_places(of_whole_pictures: Path, no_mtcnn: None) -> None:
    detector, wide = LandmarkDetector(of_whole_pictures), dots_at((20, 30), (90, 70), size=(96, 128))

    for faces in (detector(wide), *detector.batch([wide, wide.transpose(1, 0, 2)])[:1]):
        (face,) = faces
        assert (face.crop.x, face.crop.y, face.crop.side) == (63.5, 47.5, 160)  # 1.25 times the longer side
        np.testing.assert_allclose(face.landmarks, [(20, 30), (90, 70)], atol=2.5)  # half a crop pixel
        assert (face.score, face.anchors) == (None, None)
    tall = detector(wide.transpose(1, 0, 2))[0]
    assert (tall.crop.x, tall.crop.y, tall.crop.side) == (47.5, 63.5, 160)


def test_of_whole_pictures_landmarks_place_no_crop(of_whole_pictures: Path, no_mtcnn: None) -> None:
    """Neither those of the last frame, by which a tracker follows, nor those of a first look."""
    picture = dots_at((20, 30), (90, 70), size=(96, 128))
    for refine in (None, 0, 2):
        for where in (None, [(30, 30), (70, 70)]):
            (face,) = LandmarkDetector(of_whole_pictures, refine=refine)(picture, anchors=where)
            assert face.crop.side == 160


def test_a_part_of_a_picture_may_be_like_a_whole_one(of_whole_pictures: Path, no_mtcnn: None) -> None:
    picture = dots_at((20, 30), (90, 70), size=(200, 300))
    (face,) = LandmarkDetector(of_whole_pictures)(picture, boxes=(-0.5, -0.5, 127.5, 95.5))
    assert (face.crop.x, face.crop.y, face.crop.side) == (63.5, 47.5, 160)
    (found,) = LandmarkDetector(of_whole_pictures, finder=lambda _: [(-0.5, -0.5, 127.5, 95.5, 0.5)])(picture)
    assert (found.crop, found.score) == (face.crop, 0.5)


@pytest.mark.parametrize("markup", [PAIR, None])  # the dots have three points that place the crop, a face has five
def test_no_faces_are_searched_for_by_a_model_of_other_objects(
    markup: Markup | None, tiny_model: Callable[..., Path], no_mtcnn: None
) -> None:
    detector = LandmarkDetector(tiny_model(**({"markup": markup} if markup else {})))

    with pytest.raises(InputError, match=r"^model tiny is not known to be of faces \(\w+\), .* by boxes= or anchors= "):
        detector(dots_at(*FACE))
    assert len(detector(dots_at(*FACE), boxes=[(40, 30, 60, 50)] * 2)) == 2


def test_boxes_are_looked_at_once_where_boxes_placed_the_crops_in_training(tiny_model: Callable[..., Path]) -> None:
    model = tiny_model(markup=PAIR, crop=CropRule(size=16, box_factor=3.0))
    for refine in (None, 1):
        (face,) = LandmarkDetector(model, refine=refine)(dots_at(*FACE[:2]), boxes=(43, 20, 63, 40))
        assert ((face.crop.x, face.crop.y, face.crop.side) == (53, 30, 60)) == (refine is None)


def test_a_batch_gives_each_picture_its_faces(detector: LandmarkDetector, tiny_model: Callable[..., Path]) -> None:
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


def test_all_crops_of_a_batch_run_at_once(detector: LandmarkDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    once = detector.on_crops

    def counted(crops: np.ndarray, heatmaps: bool = False) -> Any:
        runs.append(len(crops))
        return once(crops, heatmaps)

    monkeypatch.setattr(detector, "on_crops", counted)
    detector.batch([dots_at(*FACE, *OTHER)] * 3, anchors=[[FACE, OTHER]] * 3)
    assert runs == [6]


@pytest.mark.parametrize(
    ("places", "says"),
    [({"boxes": [(0, 0, 9, 9)]}, "one entry a picture: 2, not 1 entries"), ({"anchors": 3}, "2, not no sequence")],
)
def test_a_batch_has_places_for_each_picture(detector: LandmarkDetector, places: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        detector.batch([dots_at(), dots_at()], **places)


def test_another_look_is_taken_where_the_landmarks_were_found(tiny_model: Callable[..., Path]) -> None:
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


def test_points_are_looked_at_once_unless_more_is_asked_for(tiny_model: Callable[..., Path]) -> None:
    model = tiny_model(crop=CropRule(size=16, factor=2.0))
    shifted = [(x + 3, y) for x, y in FACE]
    for refine, middle in ((None, 53.0), (2, 50.0)):
        (face,) = LandmarkDetector(model, refine=refine)(dots_at(*FACE), anchors=shifted)
        assert face.crop.x == pytest.approx(middle, abs=0.8)


def test_where_nothing_is_seen_the_first_look_counts(tiny_model: Callable[..., Path]) -> None:
    """All landmarks of a blank crop lie in its middle, which places no crop."""
    (face,) = LandmarkDetector(tiny_model(), refine=3)(np.zeros((50, 50, 3), np.uint8), boxes=(10, 10, 30, 30))
    assert face.crop.side == 27


def test_a_face_cannot_be_changed(detector: LandmarkDetector) -> None:
    given = np.array(FACE, np.float32)
    picture = dots_at(*FACE)
    (face,) = detector(picture, anchors=given, heatmaps=True)
    assert face.anchors is not None and face.heatmaps is not None
    for array in (face.landmarks, face.spread, face.anchors, face.heatmaps):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        face.score = 1.0  # pyright: ignore[reportAttributeAccessIssue]
    assert given.flags.writeable and picture.flags.writeable  # the caller's own stay the caller's


def test_a_face_knows_its_picture_but_does_not_print_it(detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE)
    (face,) = detector(picture, anchors=FACE)
    assert face.picture is picture
    assert "picture" not in repr(face) and len(repr(face)) < 1000
    kept = face.without_picture()
    assert kept.picture is None and kept.landmarks is face.landmarks
    with pytest.raises(InputError, match="no picture to cut a chip from"):
        kept.chip()


def test_refine_is_a_count(tiny_model: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="refine is how often to look again, a whole number of 0 or more, not -1"):
        LandmarkDetector(tiny_model(), refine=-1)


def test_every_result_is_a_face(detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE)
    for faces in (detector(picture, anchors=FACE), detector(picture, boxes=(40, 30, 60, 50))):
        assert isinstance(faces, tuple) and [type(face) for face in faces] == [Face]


@pytest.mark.parametrize("box", [(-50, -40, -1, -1), (500, 500, 600, 600), (0, 1e6, 10, 2e6)])
def test_a_box_beside_the_picture_is_refused(box: tuple, tiny_model: Callable[..., Path]) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    with pytest.raises(InputError, match=r"lies outside of the picture, 60 x 40 pixels"):
        LandmarkDetector(tiny_model())(picture, boxes=[(5, 5, 20, 20), box])


def test_a_finder_that_cannot_be_called_is_refused_at_once(tiny_model: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="finder is something to call with a picture, not 3"):
        LandmarkDetector(tiny_model(), finder=3)  # pyright: ignore[reportArgumentType]


def test_a_face_is_shown_in_a_line(tiny_model: Callable[..., Path]) -> None:
    face = LandmarkDetector(tiny_model())(np.zeros((40, 60, 3), np.uint8), boxes=(5, 5, 20, 20))[0]
    assert repr(face).startswith("Face(4 landmarks, box=(") and repr(face).endswith("))")
    assert repr(replace(face, score=0.5, id=3)).endswith("), score=0.5, id=3)")
