"""The detector on pictures of coloured dots, whose centres the tiny model finds."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.network import AT_ONCE

DrawDots = Callable[..., np.ndarray]
FACE = ((40, 30), (60, 30), (50, 50))
OTHER = ((90, 60), (110, 60), (100, 80))


def test_landmarks_are_where_the_dots_are(dots_at: DrawDots, detector: LandmarkDetector) -> None:
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


def test_several_faces_come_in_the_order_given(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE, *OTHER)

    first, second = detector(picture, anchors=[np.array(OTHER), list(FACE)])

    np.testing.assert_allclose(first.landmarks[:3], OTHER, atol=0.6)
    np.testing.assert_allclose(second.landmarks[:3], FACE, atol=0.6)


def test_one_face_or_a_sequence_of_one_are_the_same(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE)
    for given_as in (FACE, [FACE], np.array([FACE]), np.array(FACE, np.float32)):
        (face,) = detector(picture, anchors=given_as)
        np.testing.assert_allclose(face.landmarks[:3], FACE, atol=0.6)
    for box in ((40, 30, 60, 50), [40.0, 30, 60, 50], np.array([[40, 30, 60, 50]])):
        (face,) = detector(picture, boxes=box)
        assert face.crop.box() == (30.0, 20.0, 70.0, 60.0)
        assert face.anchors is None


def test_all_landmarks_will_do_as_anchors(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    (face,) = detector(dots_at(*FACE), anchors=[*FACE, FACE[0]])

    np.testing.assert_array_equal(face.anchors, np.array(FACE, np.float32))


def test_a_markup_without_anchors_is_placed_by_the_box(dots_at: DrawDots, tiny_model: Callable[..., Path]) -> None:
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


def test_heatmaps_are_kept_when_asked_for(
    dots_at: DrawDots, detector: LandmarkDetector, tiny_model: Callable[..., Path]
) -> None:
    (face,) = detector(dots_at(*FACE), anchors=FACE, heatmaps=True)

    assert face.heatmaps is not None
    assert face.heatmaps.shape == (4, 16, 16)
    np.testing.assert_allclose(face.heatmaps.sum(axis=(1, 2)), 1, rtol=1e-5)
    without = LandmarkDetector(tiny_model(outputs=("landmarks", "spread")))
    with pytest.raises(InputError, match="model tiny gives no heatmaps; the file without -fast"):
        without(dots_at(*FACE), anchors=FACE, heatmaps=True)


def test_no_faces_give_none(dots_at: DrawDots, detector: LandmarkDetector) -> None:
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


def test_pictures_may_be_views(dots_at: DrawDots, detector: LandmarkDetector) -> None:
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
def test_a_moved_face_moves_its_landmarks(
    dots_at: DrawDots, detector: LandmarkDetector, shift: tuple[int, int]
) -> None:
    moved = [(x + shift[0], y + shift[1]) for x, y in FACE]
    (there,) = detector(dots_at(*moved), anchors=moved)
    (here,) = detector(dots_at(*FACE), anchors=FACE)

    np.testing.assert_allclose(there.landmarks - here.landmarks, np.broadcast_to(shift, (4, 2)), atol=1e-3)


def test_crops_of_another_size_are_refused(detector: LandmarkDetector) -> None:
    with pytest.raises(InputError, match=r"crops must be uint8 \(N, 16, 16, 3\), not uint8 \(1, 80, 80, 3\)"):
        detector.on_crops(np.zeros((1, 80, 80, 3), np.uint8))


@pytest.mark.parametrize("crops", [[1], None, "crops"])
def test_crops_that_are_no_array_are_refused(crops: Any, detector: LandmarkDetector) -> None:
    with pytest.raises(InputError, match="crops must be a numpy array, uint8"):
        detector.on_crops(crops)


@pytest.mark.parametrize("copied", [copy.deepcopy, pickle.dumps])
def test_a_detector_is_made_anew_in_each_process(copied: Callable[..., Any], detector: LandmarkDetector) -> None:
    with pytest.raises(TypeError, match=r"neither pickled nor copied.* make one in each process"):
        copied(detector)


def test_a_face_cannot_be_changed(dots_at: DrawDots, detector: LandmarkDetector) -> None:
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


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda face: pickle.loads(pickle.dumps(face))])
def test_a_copy_of_a_face_cannot_be_changed_either(
    dots_at: DrawDots, detector: LandmarkDetector, copied: Callable[[Face], Face]
) -> None:
    (face,) = detector(dots_at(*FACE), anchors=FACE, heatmaps=True)
    for one in (copied(face), copied(detector(dots_at(*FACE), boxes=(40, 30, 60, 50))[0])):
        for array in (one.landmarks, one.spread, one.anchors, one.heatmaps):
            assert array is None or not array.flags.writeable
    again = copied(face)
    assert vars(again).keys() == vars(face).keys() and again.crop == face.crop
    np.testing.assert_array_equal(again.landmarks, face.landmarks)
    own = np.zeros((4, 2), np.float32)
    copied(replace(face, landmarks=own))
    assert own.flags.writeable  # of a face made by hand they are the caller's


def test_a_face_knows_its_picture_but_does_not_print_it(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE)
    (face,) = detector(picture, anchors=FACE)
    assert face.picture is picture
    assert "picture" not in repr(face) and len(repr(face)) < 1000
    kept = face.without_picture()
    assert kept.picture is None and kept.landmarks is face.landmarks
    with pytest.raises(InputError, match="no picture to cut a chip from"):
        kept.chip()


def test_every_result_is_a_face(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    picture = dots_at(*FACE)
    for faces in (detector(picture, anchors=FACE), detector(picture, boxes=(40, 30, 60, 50))):
        assert isinstance(faces, tuple) and [type(face) for face in faces] == [Face]


def test_a_face_is_shown_in_a_line(tiny_model: Callable[..., Path]) -> None:
    face = LandmarkDetector(tiny_model())(np.zeros((40, 60, 3), np.uint8), boxes=(5, 5, 20, 20))[0]
    assert repr(face).startswith("Face(4 landmarks, box=(") and repr(face).endswith("))")
    assert repr(replace(face, score=0.5, id=3)).endswith("), score=0.5, id=3)")


def test_a_batch_may_be_any_iterable(dots_at: DrawDots, detector: LandmarkDetector) -> None:
    pictures, anchors = [dots_at(*FACE), dots_at(*OTHER)], [np.array(FACE), np.array(OTHER)]
    found = detector.batch(iter(pictures), anchors=iter(anchors))
    for faces, listed in zip(found, detector.batch(pictures, anchors=anchors), strict=True):
        np.testing.assert_array_equal(faces[0].landmarks, listed[0].landmarks)
    with pytest.raises(InputError, match="a batch is several pictures, not int"):
        detector.batch(3)  # pyright: ignore[reportArgumentType]
    for one in (pictures[0], pictures[0][..., 0]):
        with pytest.raises(InputError, match=r"^a batch is a list of pictures, not an array \(100, 120.*\[picture\]"):
            detector.batch(one)
    assert len(detector.batch(np.stack(pictures), anchors=anchors)) == 2


def test_a_model_that_gives_no_numbers_is_refused(detector: LandmarkDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = detector._network.run

    def broken(names: tuple[str, ...], crops: np.ndarray) -> list[np.ndarray]:
        return [values * np.float32("nan") for values in whole(names, crops)]

    monkeypatch.setattr(detector._network, "run", broken)
    with pytest.raises(InputError, match="gives landmarks that are no numbers"):
        detector(np.zeros((40, 40, 3), np.uint8), boxes=(5, 5, 30, 30))


def test_a_detector_says_what_it_is_and_what_it_may_be_used_for() -> None:
    said = repr(LandmarkDetector())
    assert said.startswith("LandmarkDetector('laplace68-eighth-fast': ibug68; trained on 300W (iBUG)")
