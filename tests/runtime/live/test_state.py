"""What viewers are shown, and the switches they turn."""

import json
from dataclasses import replace
from threading import Thread

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.live.state import Shown, Switches

FACE = Face(
    np.zeros((2, 2), np.float32), np.full((2, 2), 3, np.float32), Crop(0, 0, 80.0, 80), (0, 0, 1, 1),
    id=5, score=0.98765, radii=Radii((0.5, 0.9), (1.0, 2.0), {"all": 1.0}, (1.0, 0.0), (0.1, 0.1), ("all", "all")),
)  # fmt: skip


def test_every_viewer_sees_the_newest_picture_and_its_figures() -> None:
    shown = Shown(Switches("kalman"))
    shown.show(b"first", [], now=10.0, spent=0.01)
    shown.show(b"second", [FACE], now=10.5, spent=0.03)

    for _ in range(2):
        assert next(shown.pictures()) == b"second"
        assert json.loads(next(shown.figures())) == {
            "frame": 2,
            "fps": 2.0,  # one picture in half a second
            "ms": 20.0,
            "faces": [{"id": 5, "score": 0.988, "radius": 6.0, "spread": 3.0}],
            "smoothing": "kalman",
            "radius": True,
        }


def test_a_viewer_waits_for_what_is_new_and_is_let_go_at_the_end() -> None:
    shown, seen = Shown(Switches()), []
    viewer = Thread(target=lambda: seen.extend(shown.figures()))
    viewer.start()
    shown.show(b"only", [], now=1.0, spent=0.0)
    shown.end("stopped")
    viewer.join(5)

    assert not viewer.is_alive()
    assert json.loads(seen[-1]) == {"ended": "stopped"}


def test_a_face_without_a_calibration_has_no_radius() -> None:
    shown = Shown(Switches())
    shown.show(b"", [replace(FACE, radii=None, score=None)], now=0.0, spent=0.0)

    (face,) = json.loads(next(shown.figures()))["faces"]
    assert (face["radius"], face["score"], face["spread"]) == (None, None, 3.0)


def test_switches_are_turned_one_by_one() -> None:
    shown = Shown(Switches())

    assert shown.turn({"smoothing": "kalman"}) == Switches("kalman", True)
    assert shown.turn({"radius": False}) == shown.switches == Switches("kalman", False)


@pytest.mark.parametrize(
    "wishes", [None, [], "off", {"smoothing": "more"}, {"smoothing": 1}, {"radius": "yes"}, {"colour": "red"}]
)
def test_other_wishes_are_refused(wishes: object) -> None:
    shown = Shown(Switches())

    with pytest.raises(InputError):
        shown.turn(wishes)
    assert shown.switches == Switches()
