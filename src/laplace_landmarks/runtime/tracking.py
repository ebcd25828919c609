"""Faces through a video: found once, then followed in crops that their own last landmarks place.

Following costs one crop a face; finding costs a search of the whole picture. So the finder is asked only when the
network doubts a face, when one is missing, and now and then for newcomers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture, is_number
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.overlap import matched, overlap
from laplace_landmarks.runtime.smoothing import Smoother, check_smoothing
from laplace_landmarks.runtime.track import Track, extent, is_in, uncertainty


class Detector(Protocol):
    """LandmarkDetector, or whatever is called like it; None, without anchors, where nobody has looked at a picture."""

    def __call__(self, picture: Picture, /, *, anchors: Any = None) -> tuple[Face, ...] | None: ...


UNSEARCHED = 2.0  # growth of the uncertainty that loses a face where nobody looks whether it is there
SAME_SHAPE = 0.02  # by which sides may be stretched unlike, as rounding does, in what is the same picture resized


@dataclass(frozen=True)
class Tracking:
    """How faces are followed. Times are seconds of the video; docs/video.md tells where the numbers come from.

    smoothing: "off", "kalman" or "one-euro".
    look_every: the picture is searched for newcomers that often. search_every: while a face is missing, or none there.
    keep: a face that is found again within this time keeps its id.
    doubt: the uncertainty above which the finder must confirm a face; see uncertainty().
    growth: a face that the finder has confirmed is doubted again only when its uncertainty has grown by this factor.
        For a model without a calibration this is the whole rule.
    unseen: a face that a search does not find is kept while its uncertainty is below this part of the doubt.
    lead: a crop is placed ahead by this part of the face's last shift; 0 is where the face was.
    same: overlap of two boxes, intersection over union, from which on they are one face.
    """

    smoothing: str = "off"
    look_every: float = 1.0
    search_every: float = 0.2
    keep: float = 1.0
    doubt: float = 0.085
    growth: float = 1.3
    unseen: float = 0.75
    lead: float = 1.0
    same: float = 0.4

    def __post_init__(self) -> None:
        check_smoothing(self.smoothing)
        for name in ("look_every", "search_every", "keep", "doubt", "unseen", "lead"):
            given = getattr(self, name)
            if not (is_number(given) and given >= 0):
                raise InputError(f"{name} of a tracker is a number of at least 0, not {given!r}")
        numbers = is_number(self.growth) and is_number(self.same)
        if not (numbers and self.growth >= 1 and 0 < self.same <= 1):
            raise InputError("of a tracker, growth is at least 1, and same above 0 and at most 1")


class Tracker:
    """Takes one frame after the other, and gives its faces with ids that are never used again.

    >>> tracker = Tracker(detector, Tracking(smoothing="kalman"))  # doctest: +SKIP
    >>> for seconds, picture in frames:  # doctest: +SKIP
    ...     faces = tracker(picture, seconds)
    """

    def __init__(self, detector: Detector, settings: Tracking | None = None) -> None:
        self._detector, self._settings = detector, settings or Tracking()
        self._tracks: list[Track] = []
        self._next_id = 0
        self._size: tuple[int, ...] | None = None  # height and width of the last picture
        self._searched = self._time = -np.inf

    def smooth(self, smoothing: str) -> None:
        """Goes on with another smoothing: "off", "kalman" or "one-euro"."""
        self._settings = replace(self._settings, smoothing=smoothing)
        for track in self._tracks:
            track.smoother = Smoother(smoothing)

    def __call__(self, picture: Picture, time: float) -> tuple[Face, ...]:
        """The faces of this frame, oldest track first; time: seconds, on any clock that does not run backwards."""
        if not isinstance(time, Real) or not isfinite(time):
            raise InputError(f"the time of a frame is its seconds, a finite number, not {time!r}")
        if time < self._time:
            raise InputError(f"the frames of a tracker come in order, but {time:g} s comes after {self._time:g} s")
        self._time = time
        self._resize(picture)
        doubted = self._follow(picture)
        if doubted or self._due():
            self._search(picture)
        self._tracks = _apart(self._tracks, self._settings.same)
        self._tracks = [track for track in self._tracks if time - track.seen <= self._settings.keep]
        return tuple(replace(track.smoother(time, track.face), id=track.id) for track in self._tracks if not track.lost)

    def _resize(self, picture: Picture) -> None:
        """A stream that changes its resolution goes on; in a picture of another shape nobody is where he was."""
        size = np.shape(picture)[:2]  # of whatever the detector takes
        if self._size is not None and size != self._size:
            down, across = (new / old for new, old in zip(size, self._size, strict=True))
            if abs(across / down - 1) <= SAME_SHAPE:
                for track in self._tracks:
                    track.scale((across, down), Smoother(self._settings.smoothing))
            else:
                self._tracks, self._searched = [], -np.inf
        self._size = size

    def _follow(self, picture: Picture) -> bool:
        """Each face where it was in the last frame; whether one of them needs the finder's word."""
        followed = [track for track in self._tracks if not track.lost]
        if not followed:
            return False
        places = [track.ahead(self._time - track.seen, self._settings.lead) for track in followed]
        faces = self._seen_at(picture, places)
        for track, face in zip(followed, faces, strict=True):
            if face is None:
                track.before = None  # its last face was one, and is what may be found again
                track.lose(picture)
                continue
            track.before, track.step = track.face, self._time - track.seen
            track.face, track.seen = replace(face, score=track.face.score), self._time
            if not is_in(face, picture):
                track.lose(picture)
        # where a place was refused the search tells whether it is the picture's fault
        return None in faces or any(not track.lost and self._doubts(track) for track in followed)

    def _seen_at(self, picture: Picture, places: Sequence[NDArray[np.float32]]) -> list[Face | None]:
        """The face at each place; None at one that cannot be looked at, as a face that moves fast ends far outside."""
        try:
            return list(self._detector(picture, anchors=places) or ())
        except InputError:
            if len(places) == 1:
                return [None]
        return [face for place in places for face in self._seen_at(picture, [place])]

    def _due(self) -> bool:
        missing = not self._tracks or any(track.lost for track in self._tracks)
        every = self._settings.search_every if missing else self._settings.look_every
        return self._time - self._searched >= every

    def _search(self, picture: Picture) -> None:
        self._searched = self._time
        seen = self._detector(picture)
        if seen is None:
            for track in self._tracks:
                if not track.lost and self._doubts(track, UNSEARCHED):
                    track.lose(picture)
            return
        found = [face for face in seen if is_in(face, picture)]
        pairs = matched([extent(track.face) for track in self._tracks], list(map(extent, found)), self._settings.same)
        for place, track in enumerate(self._tracks):
            if place in pairs:
                self._confirm(track, found[pairs[place]])
            else:
                limit = self._settings.unseen * self._settings.doubt
                uncertain = track.face.radii is not None and uncertainty(track.face) > limit
                if not track.lost and (uncertain or self._doubts(track)):
                    track.lose(picture)
        for place, face in enumerate(found):
            if place not in pairs.values():
                smoother = Smoother(self._settings.smoothing)
                self._tracks.append(Track(self._next_id, face, smoother, uncertainty(face), self._time))
                self._next_id += 1

    def _confirm(self, track: Track, face: Face) -> None:
        if track.lost:
            track.smoother, track.before = Smoother(self._settings.smoothing), None
        if track.lost or uncertainty(face) < uncertainty(track.face):  # else its own crop was the better one
            track.face = face
        track.face = replace(track.face, score=face.score)
        track.confirmed = uncertainty(track.face)
        track.seen, track.lost = self._time, False

    def _doubts(self, track: Track, least_growth: float = 1.0) -> bool:
        least = self._settings.doubt if track.face.radii is not None else 0.0
        return uncertainty(track.face) > max(least, max(self._settings.growth, least_growth) * track.confirmed)


def _apart(tracks: Sequence[Track], same: float) -> list[Track]:
    """Without the tracks that have run onto an older one's face."""
    kept: list[Track] = []
    for track in tracks:
        others = [extent(other.face) for other in kept if not other.lost]
        if track.lost or not any(overlap(extent(track.face), other) >= same for other in others):
            kept.append(track)
    return kept
