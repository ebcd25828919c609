"""Video files and cameras in: frames with their time stamps, upright, and whether the end came too early."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import cv2

from laplace_landmarks.conventions import Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.tracking import Detector, Tracker, Tracking
from laplace_landmarks.text_files import is_utf8

CAMERA = "camera:"
USUAL_RATE = 30.0  # frames a second, where a file or camera names none that can be true
FASTEST = 480.0
MISSING = 0.02  # of the frames that a file announces may be missing before it counts as cut short: some only estimate


class NoVideo(InputError):
    """A video or camera that gives no frame at all."""


@dataclass(frozen=True, eq=False)
class Frame:
    """number: from 0. seconds: since the first frame, by the file's own time stamps. picture: RGB, upright."""

    number: int
    seconds: float
    picture: Picture


class Video:
    """A video file, or a camera ("camera:0"), as an iterable of frames; to be run through once.

    width, height: pixels of the upright frames. rate: frames a second, on average. count: frames that the file
    announces, None where it does not, and for a camera. After the run, `trouble` is None or says what was wrong.
    """

    def __init__(self, source: str | Path) -> None:
        self.name = str(source)
        self.live = is_camera(source)
        self.trouble: str | None = None
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # broken files are named by us, in one line
        self._capture = _camera(self.name) if self.live else _file(Path(source))
        self.width = int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self.height = int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.rate = rate if 0 < rate <= FASTEST else USUAL_RATE
        count = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.count = count if count > 0 and not self.live else None

    def __iter__(self) -> Iterator[Frame]:
        if not self._capture.isOpened():
            raise InputError(f"{self.name}: has been run through; open it anew")
        number, first, last = 0, None, -1.0
        try:
            while True:
                there, picture = self._capture.read()
                if not there:
                    break
                stamp = monotonic() if self.live else self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                first = stamp if first is None else first
                seconds = round(stamp - first, 6)
                if seconds <= last:  # no time stamps, or broken ones
                    seconds = round(last + 1 / self.rate, 6)
                yield Frame(number, seconds, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))  # pyright: ignore
                number, last = number + 1, seconds
        finally:
            self._capture.release()
        self.trouble = self._trouble(number)

    def _trouble(self, number: int) -> str | None:
        if self.live:
            return f"{self.name} gives no more pictures, after {number}"
        if not number:
            raise NoVideo(f"{self.name}: no frame of the video can be decoded; the file is damaged or cut short")
        if self.count and number < self.count * (1 - MISSING) - 1:
            return f"{self.name}: {number} of {self.count} frames could be read: damaged, cut short or trimmed"
        return None


def track_video(
    source: str | Path, detector: Detector, settings: Tracking | None = None
) -> Iterator[tuple[Frame, tuple[Face, ...]]]:
    """Each frame of a video file or camera with its faces, which keep their ids from frame to frame.

    >>> for frame, faces in track_video("talk.mp4", detector, Tracking(smoothing="kalman")):  # doctest: +SKIP
    ...     print(frame.seconds, [(face.id, face.landmarks) for face in faces])
    """
    tracker = Tracker(detector, settings)
    for frame in Video(source):
        yield frame, tracker(frame.picture, frame.seconds)


def is_camera(source: str | Path) -> bool:
    """Whether this names a camera, as in camera:0."""
    return str(source).startswith(CAMERA)


def _camera(name: str) -> cv2.VideoCapture:
    number = name.removeprefix(CAMERA)
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        raise NoVideo(f"{name}: a camera is named by its number: camera:0 is the first")
    capture = cv2.VideoCapture(int(number))
    if not capture.isOpened():
        raise NoVideo(f"{name}: no such camera answers; is it plugged in, free, and may this program use it?")
    return capture


def _file(path: Path) -> cv2.VideoCapture:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise NoVideo(f"{path}: cannot be read ({error.strerror})") from None
    if empty:
        raise NoVideo(f"{path}: the file is empty; copy it again")
    if not is_utf8(str(path)):  # it would end the process in opencv
        raise NoVideo(f"{path}: videos are opened by names in UTF-8 alone; rename it")
    # absolute, since ffmpeg takes a colon in a name's first part for the end of a protocol's
    capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise NoVideo(f"{path}: not a video that can be decoded, or a damaged one")
    return capture
