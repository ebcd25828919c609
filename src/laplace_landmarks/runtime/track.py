"""One face of a video: where it was, where it will be, and how little is known of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.smoothing import Smoother

SHAKE = 0.02  # sides of the crop; crops that went ahead of smaller shifts would follow noise, and shake themselves
FARTHEST = 0.2  # seconds without a frame, beyond which nobody knows where a moving face is


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


def uncertainty(face: Face) -> float:
    """How little the network knows of a face: the mean radius at 0.9, in sides of the crop.

    Of a model that is not calibrated the mean spread, which can only be compared with that of the same face.
    """
    if face.radii is None:
        return float(face.spread.mean()) / face.crop.side
    p = min(max(0.9, face.radii.levels[0]), face.radii.levels[-1])
    return float(face.radius(p).mean()) / face.crop.side
