"""The whole path: a picture of a camera's size with one face, found, cut and looked at; and the same face followed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.tracking import Tracker

FACE = 0.75  # side of the square with the drawn face over the picture's height
SEED, TRIES = 5, 20
FRAME_RATE = 30.0


def parse_size(words: str) -> tuple[int, int]:
    """Height and width of "640x480"; InputError for anything else, and for pictures too small for a face.

    >>> parse_size("640x480")
    (480, 640)
    """
    width, _, height = words.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()) or min(int(width), int(height)) < 64 or len(words) > 11:
        raise InputError(f"--whole is a picture's width and height of at least 64 pixels, as 640x480, not {words!r}")
    return int(height), int(width)


def drawn_picture(height: int, width: int, finder: MTCNN) -> Picture:
    """A picture (height, width, 3) with one drawn face that the finder finds."""
    side = int(FACE * min(height, width))
    for index in range(TRIES):
        face, _ = synthetic_face(SEED, index, side)
        picture = np.empty((height, width, 3), np.uint8)
        picture[:] = face.reshape(-1, 3).mean(axis=0).astype(np.uint8)
        top, left = (height - side) // 2, (width - side) // 2
        picture[top : top + side, left : left + side] = face
        if len(finder(picture)) == 1:
            return picture
    raise InputError(f"--whole {width}x{height}: no drawn face of this size is found; take a larger picture")


def whole_path(file: Path, threads: int, height: int, width: int) -> dict[str, Callable[[], object]]:
    """What there is to time: finding alone, landmarks with the crop's cutting, both together, a frame of a video."""
    finder = MTCNN(threads=threads)
    detector = LandmarkDetector(file, threads, finder=finder)
    if detector.info.finds != "faces" or len(detector.info.markup.anchors) != len(IBUG68.anchors):
        raise InputError(f"{file}: --whole is for models of faces, which a face finder can place")
    picture = drawn_picture(height, width, finder)
    anchors = finder(picture)[0].anchors
    tracker, frames = Tracker(detector), iter(range(1_000_000_000))
    return {
        "find": lambda: finder(picture),
        "landmarks": lambda: detector(picture, anchors=anchors),
        "find + landmarks": lambda: detector(picture),
        # mostly a crop, now and then a search: the mean over a second is what a video costs
        "tracking, 1 s": lambda: [tracker(picture, next(frames) / FRAME_RATE) for _ in range(int(FRAME_RATE))],
    }
