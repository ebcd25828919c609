"""Objects of a video of which somebody says where they are, in some frames or in all; they are followed from there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from laplace_landmarks.conventions import Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.folder_run import Places
from laplace_landmarks.runtime.tracking import Tracker, Tracking


def frame_path(video: str, number: int) -> Path:
    """What a frame is called, in predictions and by those who say what is in it.

    >>> str(frame_path("monday/talk.mp4", 12))
    'monday/talk.mp4#12'
    """
    return Path(f"{video}#{number}")


class ToldTracker(Tracker):
    """Takes each frame of a video, from the first; nothing is searched for. places: of frames, by their frame_path.

    A frame with a place that cannot be looked at counts as one that nobody named.
    """

    def __init__(
        self, detector: LandmarkDetector, places: Places, video: str, settings: Tracking | None = None
    ) -> None:
        super().__init__(self._look, replace(settings or Tracking(), look_every=0.0, search_every=0.0))
        self._landmarks, self._places, self._video = detector, places, video
        self._number = -1
        self.refused: list[str] = []  # places that could not be looked at, and why

    def __call__(self, picture: Picture, time: float) -> tuple[Face, ...]:
        self._number += 1
        return super().__call__(picture, time)

    def _look(self, picture: Picture, /, *, anchors: Any = None) -> tuple[Face, ...] | None:
        if anchors is not None:
            return self._landmarks(picture, anchors=anchors)
        frame = frame_path(self._video, self._number)
        given: dict[str, Any] = {self._places.kind: self._places.of_pictures.get(frame)}
        if given[self._places.kind] is None:
            return None
        try:
            return self._landmarks(picture, **given)
        except InputError as error:
            self.refused.append(f"{self._places.blamed(frame, picture, self._landmarks)}{error}")
            return None
