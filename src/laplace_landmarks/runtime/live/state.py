"""What the page shows: the newest picture and figures, for any number of viewers, and the switches that they share."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from threading import Condition
from typing import Any

import numpy as np

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.smoothing import check_smoothing

PATIENCE = 5.0  # seconds that a viewer waits for a new picture before it looks whether the view has ended
RECENT = 30  # frames over which rates are taken


@dataclass(frozen=True)
class Switches:
    """smoothing: as in Tracking. radius: whether the ellipses are drawn."""

    smoothing: str = "off"
    radius: bool = True

    def changed(self, wishes: Any) -> "Switches":
        """With these fields of a JSON object; InputError where it is none, or has others."""
        if not isinstance(wishes, dict) or not wishes.keys() <= {"smoothing", "radius"}:
            raise InputError('the switches are {"smoothing": NAME, "radius": true or false}')
        if not isinstance(wishes.get("smoothing", ""), str) or not isinstance(wishes.get("radius", True), bool):
            raise InputError("smoothing is a name, and radius true or false")
        check_smoothing(wishes.get("smoothing", self.smoothing))
        return replace(self, **wishes)


class Shown:
    """The newest picture, as JPEG, and its figures; written by one thread and read by many."""

    def __init__(self, switches: Switches) -> None:
        self._changed = Condition()
        self._jpeg, self._figures, self._number = b"", "{}", 0
        self._switches, self._ended = switches, ""
        self._times: deque[float] = deque(maxlen=RECENT)
        self._spent: deque[float] = deque(maxlen=RECENT)

    @property
    def switches(self) -> Switches:
        with self._changed:
            return self._switches

    def turn(self, wishes: Any) -> Switches:
        """Changes the switches by a viewer's JSON object."""
        with self._changed:
            self._switches = self._switches.changed(wishes)
            return self._switches

    def show(self, jpeg: bytes, faces: Sequence[Face], now: float, spent: float) -> None:
        """A new picture, finished at this time; spent: seconds that finding its landmarks took."""
        with self._changed:
            self._times.append(now)
            self._spent.append(spent)
            passed = self._times[-1] - self._times[0]
            rate = (len(self._times) - 1) / passed if passed > 0 else 0.0
            self._jpeg, self._number = jpeg, self._number + 1
            self._figures = json.dumps({
                "frame": self._number,
                "fps": round(rate, 1),
                "ms": round(1000 * float(np.mean(self._spent)), 1),
                "faces": [_of(face) for face in faces],
                **asdict(self._switches),
            })  # fmt: skip
            self._changed.notify_all()

    def end(self, why: str) -> None:
        """No picture will come any more; viewers are told why, and let go."""
        with self._changed:
            self._ended = why
            self._changed.notify_all()

    def pictures(self) -> Iterator[bytes]:
        """Each new JPEG until the end; a slow viewer misses some."""
        for jpeg, _ in self._news():
            yield jpeg

    def figures(self) -> Iterator[str]:
        """The figures of each new picture, as JSON; last {"ended": why}."""
        for _, figures in self._news():
            yield figures
        yield json.dumps({"ended": self._ended})

    def _news(self) -> Iterator[tuple[bytes, str]]:
        seen = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda seen=seen: self._ended or self._number > seen, PATIENCE)
                if self._number == seen:
                    if self._ended:
                        return
                    continue
                seen, news = self._number, (self._jpeg, self._figures)
            yield news


def _of(face: Face) -> dict[str, Any]:
    """A face's line in the page; radius: the mean, in pixels, that holds the truth with probability 0.9."""
    levels = face.radii.levels if face.radii else ()
    radius = float(face.radius(0.9).mean()) if levels and levels[0] <= 0.9 <= levels[-1] else None
    return {
        "id": face.id,
        "score": face.score and round(face.score, 3),
        "radius": radius and round(radius, 1),
        "spread": round(float(face.spread.mean()), 1),
    }
