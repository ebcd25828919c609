"""Video files out: pictures with time stamps become frames at a constant rate."""

from pathlib import Path

import cv2
import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import is_utf8

CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".mkv": "mp4v", ".avi": "MJPG", ".webm": "VP80"}
"""What opencv's wheels can encode on every system; H.264 is not among it. Browsers play .webm alone of these."""
LARGEST = {"mp4v": 8190, "MJPG": 65_500, "VP80": 16_382}  # pixels a side
SMALLEST = 2
LONGEST = 60.0  # seconds; a gap beyond is left out, since a broken time stamp must not fill the disk


class VideoWriter:
    """Writes one video file; closed by `with`, also when something goes wrong, so that what is there can be played.

    rate: frames a second. Each frame of the file shows the picture of its time: where pictures come at uneven times,
    some are shown for several frames and some, closer than a frame, are not shown. InputError: a file that cannot be
    written, or at its end does not hold all that was.
    """

    def __init__(self, path: str | Path, rate: float) -> None:
        self._path, self._rate = Path(path), rate
        if self._path.suffix.lower() not in CODECS:
            known = ", ".join(CODECS)
            raise InputError(f"{path}: cannot write this kind of video; let the name end in one of {known}")
        self._writer: cv2.VideoWriter | None = None
        self._last: Picture | None = None
        self._frames = 0
        self._skipped = 0.0  # seconds

    def write(self, picture: Picture, seconds: float) -> None:
        """Adds a picture (H, W, 3), RGB, at this time of the video; all have the size of the first.

        The codecs want even sides: of an odd one the last row or column is left out. A picture that is too large for
        its codec is written smaller.
        """
        picture = fitted(picture, LARGEST[CODECS[self._path.suffix.lower()]])
        if self._writer is None:
            self._writer = self._open(picture)
        if seconds - self._skipped > self._frames / self._rate + LONGEST:
            self._skipped = seconds - (self._frames + 1) / self._rate
        while self._last is not None and self._frames < round((seconds - self._skipped) * self._rate):
            self._add(self._last)
        self._last = picture

    def close(self) -> None:
        """Ends the file, and reads its end: opencv does not tell that a frame could not be written."""
        if self._writer is not None:
            self._end()
            if not self._is_whole():
                raise InputError(f"{self._path}: the video could not be written whole; is the disk full?")

    def __enter__(self) -> "VideoWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        if raised[0] is None:
            self.close()
        else:
            self._end()  # what went wrong is told, and nothing in its place

    def _end(self) -> None:
        if self._writer is not None:
            if self._last is not None:
                self._add(self._last)
            self._writer.release()
            self._writer = None

    def _is_whole(self) -> bool:
        """Whether the file tells of all frames, which stands at its end or in its head, and the last can be read."""
        file = cv2.VideoCapture(str(self._path.absolute()), cv2.CAP_FFMPEG)
        try:
            if not file.isOpened() or round(file.get(cv2.CAP_PROP_FRAME_COUNT)) != self._frames:
                return False
            file.set(cv2.CAP_PROP_POS_FRAMES, self._frames - 1)
            return file.read()[0]
        finally:
            file.release()

    def _add(self, picture: Picture) -> None:
        assert self._writer is not None
        self._writer.write(np.ascontiguousarray(picture[..., ::-1]))
        self._frames += 1

    def _open(self, picture: Picture) -> cv2.VideoWriter:
        code = cv2.VideoWriter.fourcc(*CODECS[self._path.suffix.lower()])
        size = (picture.shape[1], picture.shape[0])
        if not is_utf8(str(self._path)):  # it would end the process in opencv
            raise InputError(f"{self._path}: videos are written by names in UTF-8 alone; choose another folder")
        try:
            self._path.open("ab").close()
        except OSError as error:
            raise InputError(f"{self._path}: cannot be written ({error.strerror})") from None
        # absolute, since ffmpeg takes a colon in a name's first part for the end of a protocol's
        writer = cv2.VideoWriter(str(self._path.absolute()), cv2.CAP_FFMPEG, code, self._rate, size)
        if not writer.isOpened():
            raise InputError(f"{self._path}: a video of {size[0]} x {size[1]} pixels cannot be encoded")
        return writer


def fitted(picture: Picture, largest: int) -> Picture:
    """A picture with sides of SMALLEST pixels at the least, and as much smaller as the largest side asks for.

    >>> fitted(np.zeros((9000, 200, 3), np.uint8), 4500).shape
    (4500, 100, 3)
    """
    height, width = picture.shape[:2]
    if min(height, width) >= SMALLEST and max(height, width) <= largest:
        return picture
    scale = min(1.0, largest / max(height, width))
    size = (max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # pyright: ignore[reportReturnType]
