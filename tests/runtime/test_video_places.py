"""Objects of a video whose places are told in some frames: from where each is followed, and when it is lost."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.followed_scene import PICTURE, WELL, Scene, ids
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.folder_run import Places
from laplace_landmarks.runtime.tracking import Tracking
from laplace_landmarks.runtime.video_places import ToldTracker, frame_path

DOTS = np.array([(20, 20), (44, 20), (32, 44)])
SIZE = (120, 240, 3)


def at(x: int, y: int = 0) -> np.ndarray:
    return DOTS + np.array((x, y))


def frame(*places: tuple[int, int]) -> np.ndarray:
    """A dark picture with three coloured squares, an object, at each place."""
    picture = np.full(SIZE, 20, np.uint8)
    for place in places:
        for colour, (x, y) in enumerate(at(*place)):
            picture[y - 3 : y + 4, x - 3 : x + 4] = 255 * np.eye(3, dtype=np.uint8)[colour]
    return picture


@pytest.fixture
def told(tiny_model: Callable[..., Path], dots: Any) -> Callable[..., ToldTracker]:
    """Makes a tracker of dots, which are no faces, by boxes of some frames."""
    detector = LandmarkDetector(tiny_model(size=32, markup=dots, crop=CropRule(size=32, box_factor=1.8)))

    def make(boxes: Mapping[int, Any], kind: str = "boxes", **settings: Any) -> ToldTracker:
        frames = {frame_path("x/talk.avi", number): places for number, places in boxes.items()}
        told_by = {path: [f"boxes.csv, row {path.name}"] * len(places) for path, places in frames.items()}
        return ToldTracker(detector, Places(kind, frames, told_by), "x/talk.avi", Tracking(**settings))

    return make


@pytest.mark.parametrize(("kind", "place"), [("boxes", (26, 20, 50, 44)), ("anchors", at(6))])
def test_an_object_is_followed_from_the_frame_that_tells_its_place(told, kind: str, place: Any) -> None:
    tracker = told({2: [place]}, kind)
    for number in range(50):  # longer than a face goes unsearched
        faces = tracker(frame((3 * number, 0)), number / 25)
        assert ids(faces) == ([] if number < 2 else [0]), number
        for face in faces:
            np.testing.assert_allclose(face.landmarks[:3], at(3 * number), atol=1.5)


def test_a_further_object_is_told_while_one_is_followed(told) -> None:
    tracker = told({0: [(20, 20, 44, 44)], 3: [(120, 60, 144, 84)]})
    pictures = [frame((0, 0), (100, 40))] * 6

    assert [ids(tracker(picture, number / 25)) for number, picture in enumerate(pictures)] == [[0]] * 3 + [[0, 1]] * 3


@pytest.mark.parametrize(("growth", "kept"), [(1.9, [0]), (2.1, [])])
def test_where_nobody_looks_a_face_is_lost_when_its_uncertainty_has_doubled(
    told, monkeypatch: pytest.MonkeyPatch, growth: float, kept: list[int]
) -> None:
    scene = Scene({"a": ((100, 100), WELL)}, radii=None)
    tracker = told({0: [()], 2: []})
    monkeypatch.setattr(
        tracker, "_landmarks", lambda picture, anchors=None, boxes=None: scene(picture, anchors=anchors)
    )
    assert ids(tracker(PICTURE, 0.0)) == [0]
    scene.there["a"] = ((100, 100), growth * WELL)
    assert ids(tracker(PICTURE, 0.04)) == kept
    scene.there.clear()
    assert ids(tracker(PICTURE, 0.08)) == []  # told that nothing is there


def test_a_place_that_cannot_be_is_told_by_its_row_and_the_video_goes_on(told) -> None:
    tracker = told({0: [(20, 20, 44, 44)], 1: [(20, 20, 44, 44), (900, 20, 944, 44)]})
    assert [len(tracker(frame((0, 0)), number / 25)) for number in range(3)] == [1, 1, 1]
    (line,) = tracker.refused
    assert line.startswith("boxes.csv, row talk.avi#1: box (900, 20, 944, 44) lies outside")
