"""By which id a face is known that is lost, comes back, leaves, or is followed twice."""

import numpy as np
import pytest

from fixtures.followed_scene import PICTURE, WELL, Scene, ids
from laplace_landmarks.runtime.tracking import Tracker, Tracking


@pytest.mark.parametrize(("away", "then"), [(0.5, 0), (2.0, 1)])
def test_a_face_that_comes_back_soon_keeps_its_id(away: float, then: int) -> None:
    scene = Scene({"a": ((100, 100), WELL)})
    tracker = Tracker(scene, Tracking(keep=1.0, search_every=0.0))
    tracker(PICTURE, 0.0)
    there = scene.there.pop("a")
    for time in np.arange(0.04, away, 0.04):
        assert tracker(PICTURE, float(time)) == ()
    scene.there["a"] = there

    assert ids(tracker(PICTURE, away)) == [then]


def test_ids_are_never_used_again() -> None:
    scene, seen = Scene(), []
    tracker = Tracker(scene, Tracking(keep=0.0, search_every=0.0))
    for number in range(6):
        scene.there = {"a": ((100 + 200 * (number % 2), 100), WELL)} if number % 2 == 0 else {}
        seen += ids(tracker(PICTURE, float(number)))

    assert seen == [0, 1, 2]


def test_two_tracks_on_one_face_become_the_older() -> None:
    scene = Scene({"a": ((100, 100), WELL), "b": ((150, 100), WELL)})
    tracker = Tracker(scene)
    assert ids(tracker(PICTURE, 0.0)) == [0, 1]
    for number in range(1, 10):  # the second walks behind the first
        scene.there["b"] = ((150 - 5 * number, 100), WELL)
        faces = tracker(PICTURE, number / 25)

    assert ids(faces) == [0]


def test_a_face_that_leaves_the_picture_ends() -> None:
    scene = Scene({"a": ((20, 100), WELL)})
    tracker = Tracker(scene)
    for number in range(8):
        scene.there["a"] = ((20 - 5 * number, 100), WELL)
        faces = tracker(PICTURE, number / 25)

    assert faces == ()


def test_a_face_that_has_left_does_not_lend_its_id_to_the_next() -> None:
    scene = Scene({"a": ((15, 100), WELL)})
    tracker = Tracker(scene, Tracking(search_every=0.0))
    tracker(PICTURE, 0.0)
    scene.there = {}
    assert tracker(PICTURE, 0.04) == ()
    scene.there = {"b": ((15, 100), WELL)}

    assert ids(tracker(PICTURE, 0.08)) == [1]
