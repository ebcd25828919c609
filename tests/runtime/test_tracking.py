"""The tracker with a detector that is told what there is to see: who is followed, lost and found again, by which id."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.followed_scene import DOUBTFUL, PICTURE, WELL, Scene, ids
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.overlap import overlap
from laplace_landmarks.runtime.track import scaled, uncertainty
from laplace_landmarks.runtime.tracking import Tracker, Tracking


def test_a_face_is_found_once_and_followed() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)

    for number in range(20):
        scene.there["a"] = ((100 + 6 * number, 100), WELL)
        (face,) = tracker(PICTURE, number / 25)
        assert face.landmarks.mean(axis=0).tolist() == [100 + 6 * number, 100]
        assert (face.id, face.score) == (0, 0.9)

    assert scene.searches == 1


def test_the_crop_goes_ahead_with_the_face() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)
    for time, x in ((0.0, 100), (0.04, 110), (0.06, 115), (1.0, 115)):
        scene.there["a"] = ((x, 100), WELL)
        tracker(PICTURE, time)

    # at first where the face was; then ahead by a half of the last shift, 10 less SHAKE's 1.6, as half of the time has
    # passed; and after a gap where it was
    np.testing.assert_allclose(scene.crops, [(100, 100), (114.2, 100), (115, 100)], rtol=1e-5)


def test_a_face_at_rest_is_not_led_by_its_noise() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)
    for number, x in enumerate((100, 101.5, 100, 100)):
        scene.there["a"] = ((x, 100), WELL)
        tracker(PICTURE, number / 25)

    assert scene.crops == [(100, 100), (101.5, 100), (100, 100)]


def test_a_fast_face_is_lost_by_crops_that_do_not_go_ahead() -> None:
    places = (100, 120, 150, 190, 230, 270)
    kept = {}
    for lead in (0.0, 1.0):
        scene = Scene({"a": ((100, 100), WELL)})
        tracker = Tracker(scene, Tracking(lead=lead))
        for number, x in enumerate(places):
            scene.there["a"] = ((x, 100), WELL)
            scene.hidden = {"a"} if number else set()
            kept[lead] = ids(tracker(PICTURE, number / 25))

    assert kept == {0.0: [], 1.0: [0]}


def test_newcomers_are_looked_for_now_and_then() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker, seen = Tracker(scene, Tracking(look_every=1.0)), {}
    for number in range(60):
        if number == 5:
            scene.there["b"] = ((300, 100), WELL)
        seen[number] = ids(tracker(PICTURE, number / 25))

    assert seen[24] == [0]
    assert seen[25] == [0, 1]  # a second after the first search
    assert scene.searches == 3


def test_an_empty_picture_is_searched_more_often() -> None:
    scene = Scene()
    tracker = Tracker(scene, Tracking(search_every=0.2))

    assert all(tracker(PICTURE, number / 10) == () for number in range(10))
    assert scene.searches == 5


def test_a_doubtful_face_is_kept_where_the_finder_confirms_it() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)
    tracker(PICTURE, 0.0)
    scene.there["a"] = ((100, 100), DOUBTFUL)

    seen = [ids(tracker(PICTURE, number / 25)) for number in range(1, 10)]

    assert seen == [[0]] * 9
    assert scene.searches == 2  # once confirmed, it is doubted again only when it grows less certain still


def test_a_doubtful_face_that_the_finder_does_not_see_is_lost_at_once() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)
    tracker(PICTURE, 0.0)
    scene.there.clear()

    assert tracker(PICTURE, 0.04) == ()


def test_a_face_that_the_finder_misses_is_kept_while_it_is_certain() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)
    tracker(PICTURE, 0.0)
    scene.hidden.add("a")

    assert [ids(tracker(PICTURE, number / 5)) for number in range(1, 20)] == [[0]] * 19
    assert scene.searches > 3


def test_without_a_calibration_a_grown_spread_raises_doubt() -> None:
    scene = Scene({"a": ((100, 100), 2.0)}, radii=None)
    tracker = Tracker(scene, Tracking(growth=1.5))
    tracker(PICTURE, 0.0)
    for number, (spread, searches) in enumerate([(2.9, 1), (3.1, 2), (4.0, 2), (4.7, 3)], start=1):
        scene.there["a"] = ((100, 100), spread)
        assert ids(tracker(PICTURE, number / 25)) == [0]
        assert scene.searches == searches, spread


def test_uncertainty_is_a_part_of_the_crop() -> None:
    scene = Scene()

    assert uncertainty(scene.face((0, 0), 4.0)) == pytest.approx(4 / 80)
    scene.radii = None
    assert uncertainty(scene.face((0, 0), 4.0)) == pytest.approx(4 / 80)


def test_smoothing_can_be_turned_on_and_off() -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene, Tracking(smoothing="kalman"))
    tracker(PICTURE, 0.0)
    scene.there["a"] = ((100.5, 100), WELL)
    (smooth,) = tracker(PICTURE, 0.04)
    tracker.smooth("off")
    (plain,) = tracker(PICTURE, 0.08)

    assert 100 < smooth.landmarks[:, 0].mean() < 100.5
    assert plain.landmarks[:, 0].mean() == 100.5
    with pytest.raises(InputError, match="smoothing is one of"):
        tracker.smooth("more")


def test_a_place_that_cannot_be_looked_at_loses_its_face_alone() -> None:
    """As LandmarkDetector refuses one whose crop shows nothing of the picture, where a fast face is about to leave."""
    scene = Scene({"a": ((100, 100), WELL), "b": ((300, 100), WELL)})

    def refusing(picture: np.ndarray, /, *, anchors: Any = None) -> Any:
        if anchors is not None and any(np.asarray(points).mean(axis=0)[0] < 30 for points in anchors):
            raise InputError("outside of the picture")
        return scene(picture, anchors=anchors)

    tracker = Tracker(refusing)
    assert ids(tracker(PICTURE, 0.0)) == [0, 1]
    scene.there["a"] = ((80, 100), WELL)
    assert ids(tracker(PICTURE, 0.04)) == [0, 1]
    scene.there["a"] = ((60, 100), WELL)
    assert ids(tracker(PICTURE, 0.08)) == [0, 1]
    del scene.there["a"]  # after twice the time its crop would go ahead by 2 · 20 less SHAKE's 3.2, to 23.2
    assert ids(tracker(PICTURE, 0.16)) == [1]
    assert scene.searches == 2  # at once, not when it is due


def test_a_stream_that_changes_its_resolution_goes_on() -> None:
    scene = Scene({"a": ((199.5, 99.5), WELL)})
    tracker = Tracker(scene, Tracking(smoothing="kalman"))
    tracker(PICTURE, 0.0)
    scene.there["a"] = ((99.5, 49.5), WELL)  # (199.5 + 0.5) / 2 - 0.5
    (face,) = tracker(np.zeros((241, 320, 3), np.uint8), 0.04)  # a row more than exactly the half

    np.testing.assert_allclose(scene.crops[-1], (99.5, 100 * 241 / 480 - 0.5), rtol=1e-6)
    np.testing.assert_allclose(face.landmarks.mean(axis=0), (99.5, 49.5), rtol=1e-6)  # smoothed by no old pixel
    assert (face.id, scene.searches) == (0, 1)


@pytest.mark.parametrize("place", [(100, 100), (100.5 * 480 / 640 - 0.5, 100.5 * 640 / 480 - 0.5)])
def test_a_picture_of_another_shape_begins_anew(place: tuple[float, float]) -> None:
    """Whoever is where a face was, in pixels or in proportion, is somebody else, as where a telephone was turned."""
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene)
    assert ids(tracker(PICTURE, 0.0)) == [0]
    scene.there["a"] = (place, WELL)

    assert ids(tracker(np.zeros((640, 480, 3), np.uint8), 0.04)) == [1]  # searched at once
    assert scene.searches == 2


def test_a_scaled_face_is_where_it_was_in_its_crop() -> None:
    face = Scene().face((100, 60), WELL)
    twice = scaled(face, (2.0, 2.0))

    assert (twice.crop.x, twice.crop.y, twice.crop.side) == (200.5, 120.5, 160)
    np.testing.assert_allclose(twice.crop.to_crop(twice.landmarks), face.crop.to_crop(face.landmarks), rtol=1e-6)
    assert twice.box == (160.5, 80.5, 240.5, 160.5)
    assert uncertainty(twice) == pytest.approx(uncertainty(face))


def test_a_picture_is_whatever_the_detector_takes() -> None:
    grey: Any = np.zeros(PICTURE.shape[:2], np.uint8)
    tracker = Tracker(Scene({"a": ((100, 100), WELL)}))
    assert ids(tracker(grey, 0.0)) == ids(tracker(grey, 0.04)) == [0]


def test_frames_come_in_order() -> None:
    tracker = Tracker(Scene())
    tracker(PICTURE, 1.0)

    tracker(PICTURE, 1.0)
    with pytest.raises(InputError, match=r"come in order, but 0\.5 s comes after 1 s"):
        tracker(PICTURE, 0.5)
    time: Any
    for time in (float("nan"), float("inf"), None, "2"):
        with pytest.raises(InputError, match=f"time of a frame is its seconds, a finite number, not {time!r}"):
            tracker(PICTURE, time)
    assert tracker(PICTURE, np.float32(1.5)) == ()  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"smoothing": "very"}, "smoothing is one of"),
        ({"look_every": -1}, "look_every of a tracker is a number of at least 0"),
        ({"keep": float("nan")}, "keep of a tracker"),
        ({"keep": "1"}, "keep of a tracker is a number of at least 0, not '1'"),
        ({"doubt": None}, "doubt of a tracker .* not None"),
        ({"growth": "2"}, "growth is at least 1"),
        ({"growth": 0.5}, "growth is at least 1"),
        ({"same": 0}, "same above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Tracking(**changes)


def test_overlap_of_boxes_worked_by_hand() -> None:
    assert overlap((0, 0, 10, 10), (5, 5, 15, 15)) == pytest.approx(25 / 175)
    assert overlap((0, 0, 10, 10), (10, 0, 20, 10)) == 0
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1


def test_a_drawn_face_is_followed_by_a_model_file(tiny_model: Callable[..., Path]) -> None:
    """The tiny model finds a colour's centre, so three coloured squares on the moving picture are the face."""
    drawn = synthetic_face(seed=3, index=0, size=96)[0] // 4

    def frame(number: int) -> np.ndarray:
        picture = np.full((200, 240, 3), 20, np.uint8)
        left, top = 20 + 4 * number, 30 + 2 * number
        picture[top : top + 96, left : left + 96] = drawn
        for place, (x, y) in enumerate(((30, 30), (66, 30), (48, 66))):
            picture[top + y - 3 : top + y + 4, left + x - 3 : left + x + 4] = np.eye(3, dtype=np.uint8)[place] * 255
        return picture

    box = (50.0, 60.0, 86.0, 96.0)
    model = tiny_model(size=32, crop=CropRule(size=32, factor=2.2, box_factor=2.2))
    tracker = Tracker(LandmarkDetector(model, finder=lambda picture: [FoundFace(box, 0.8)]), Tracking(keep=5))

    for number in range(12):
        (face,) = tracker(frame(number), number / 25)
        expected = np.array([(50, 60), (86, 60), (68, 96)]) + np.array((4 * number, 2 * number))
        np.testing.assert_allclose(face.landmarks[:3], expected, atol=1.5)
        assert face.id == 0
