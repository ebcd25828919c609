"""One face of a video: where it was, where it will be, and how little is known of it."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Box, Picture
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.smoothing import Smoother

SHAKE = 0.02  # sides of the crop; crops that went ahead of smaller shifts would follow noise, and shake themselves
FARTHEST = 0.2  # seconds without a frame, beyond which nobody knows where a moving face is
SMALLEST = 4.0  # pixels of a face's longer side; below that a crop shows nothing


@dataclass(eq=False)
class Track:
    id: int
    face: Face  # as found, not smoothed: smoothed landmarks lag, and a crop that lags loses the face
    smoother: Smoother
    confirmed: float  # its uncertainty when the finder last found it
    seen: float  # when it was last well
    before: Face | None = None  # of the frame before that
    step: float = 0.0  # seconds between the two
    lost: bool = False

    def ahead(self, seconds: float, lead: float) -> NDArray[np.float32]:
        """(K, 2) where the landmarks will be so much later, if the face goes on as it went (lead 1)."""
        if not lead or self.before is None or self.step <= 0 or seconds > FARTHEST:
            return self.face.landmarks
        shift = self.face.landmarks.mean(axis=0) - self.before.landmarks.mean(axis=0)
        motion = max(0.0, 1 - SHAKE * self.face.crop.side / max(float(np.linalg.norm(shift)), 1e-9))
        return self.face.landmarks + shift * np.float32(lead * motion * min(seconds / self.step, 2.0))

    def lose(self, picture: Picture) -> None:
        """Keeps the last face that was one, so that it can be found again near there; one at the edge has left."""
        if self.before is not None:
            self.face, self.seen = self.before, self.seen - self.step
        self.before, self.lost = None, True
        x0, y0, x1, y1 = self.face.box
        if min(x0, y0) < 0 or x1 > picture.shape[1] or y1 > picture.shape[0]:
            self.seen = -np.inf

    def scale(self, scale: tuple[float, float], smoother: Smoother) -> None:
        """The same place in a picture so many times as wide and high; what the old smoother knows is in old pixels."""
        self.face, self.before = scaled(self.face, scale), self.before and scaled(self.before, scale)
        self.smoother = smoother


def scaled(face: Face, scale: tuple[float, float]) -> Face:
    """A face in the pixels of a picture that is so many times as wide and high, both nearly alike: a crop is square."""
    x0, y0, x1, y1 = face.box
    (x, y), middle = _moved((face.crop.x, face.crop.y), scale).tolist(), sqrt(scale[0] * scale[1])
    return replace(
        face,
        landmarks=_moved(face.landmarks, scale),
        spread=face.spread * np.float32(middle),
        crop=replace(face.crop, x=x, y=y, side=face.crop.side * middle),
        box=tuple(_moved([(x0, y0), (x1, y1)], scale).ravel().tolist()),
        anchors=None if face.anchors is None else _moved(face.anchors, scale),
    )


def _moved(points: ArrayLike, scale: tuple[float, float]) -> NDArray[np.float32]:
    """(..., 2) points in a scaled picture, whose edge, half a pixel before the first one's centre, stays an edge."""
    return ((np.asarray(points, np.float64) + 0.5) * scale - 0.5).astype(np.float32)


def uncertainty(face: Face) -> float:
    """How little the network knows of a face: the mean radius at 0.9, in sides of the crop.

    Of a model that is not calibrated the mean spread, which can only be compared with that of the same face.
    """
    if face.radii is None:
        return float(face.spread.mean()) / face.crop.side
    p = min(max(0.9, face.radii.levels[0]), face.radii.levels[-1])
    return float(face.radius(p).mean()) / face.crop.side


def is_in(face: Face, picture: Picture) -> bool:
    """Whether the middle of a face is in the picture, and the face has a size at all."""
    x0, y0, x1, y1 = face.box
    height, width = picture.shape[:2]
    inside = 0 <= x0 + x1 <= 2 * width and 0 <= y0 + y1 <= 2 * height
    x0, y0, x1, y1 = extent(face)
    return inside and max(x1 - x0, y1 - y0) >= SMALLEST


def extent(face: Face) -> Box:
    """The box of a face; a single landmark's has no size, and the crop tells how large its object is."""
    return face.box if len(face.landmarks) > 1 else face.crop.box()
