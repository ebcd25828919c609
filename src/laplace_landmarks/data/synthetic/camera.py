"""Where a head stands and how it is seen: pose, perspective, and the jaw line that its outline makes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks
from laplace_landmarks.data.synthetic.shape import (
    EDGE,
    FRONT,
    Expression,
    Identity,
    Points3D,
    half_width,
    landmarks_in_space,
    place,
)

NECK = np.array((0.0, 1.0, -1.5))  # the head turns about this point
JAW = 17  # the first landmarks of the markup run along the jaw, the chin in their middle


@dataclass(frozen=True)
class View:
    """A head's turn and place in a picture; the defaults look straight ahead.

    yaw, pitch, roll: degrees; positive turns the nose to the picture's right, nods down, tilts clockwise.
    distance: of the camera, in head units (half the distance of the outer eye corners). scale: pixels per head unit.
    x, y: picture pixels of the point between eyes and mouth.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    distance: float = 15.0
    scale: float = 25.0
    x: float = 64.0
    y: float = 64.0

    def turn(self, points: Points3D) -> Points3D:
        """(..., 3) points of the head after yaw and pitch; roll happens in the picture's plane."""
        return (points - NECK) @ self._rotation().T + NECK

    def project(self, points: Points3D) -> NDArray[np.float64]:
        """(..., 3) points of the head → (..., 2) picture pixels."""
        return self.roll_into_picture(self.see(points))

    def see(self, points: Points3D) -> NDArray[np.float64]:
        """(..., 2) head units in the upright image plane."""
        turned = self.turn(points) - (0.0, 0.8, 0.0)
        return turned[..., :2] / (1 - turned[..., 2:] / self.distance)

    def roll_into_picture(self, seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 2) the upright image plane → picture pixels."""
        cosine, sine = np.cos(np.deg2rad(self.roll)), np.sin(np.deg2rad(self.roll))
        return seen @ (self.scale * np.array(((cosine, sine), (-sine, cosine)))) + (self.x, self.y)

    def _rotation(self) -> NDArray[np.float64]:
        yaw, pitch = np.deg2rad((self.yaw, self.pitch))
        about_y = np.array(((np.cos(yaw), 0, np.sin(yaw)), (0, 1, 0), (-np.sin(yaw), 0, np.cos(yaw))))
        about_x = np.array(((1, 0, 0), (0, np.cos(pitch), np.sin(pitch)), (0, -np.sin(pitch), np.cos(pitch))))
        return about_x @ about_y


def landmarks_in_picture(identity: Identity, expression: Expression, view: View) -> Landmarks:
    """(68, 2) picture pixels; the jaw's lie on the visible outline of the cheeks, as people mark them in pictures."""
    landmarks = view.project(landmarks_in_space(identity, expression))
    landmarks[:JAW] = jaw_line(identity, expression, view)
    return landmarks.astype(np.float32)


def jaw_line(identity: Identity, expression: Expression, view: View) -> NDArray[np.float64]:
    """(17, 2) picture pixels: on each level of the jaw the outermost points of the face, left and right.

    On a turned head the near side's lie on the jaw's edge, the far side's where the cheek turns away from the viewer.
    """
    seen = view.see(place(_LEVELS, identity, expression, bare=True))
    left = seen[range(len(seen)), seen[..., 0].argmin(axis=1)]
    right = seen[range(len(seen)), seen[..., 0].argmax(axis=1)]
    return view.roll_into_picture(np.concatenate([left, right[-2::-1]]))


def level(y: NDArray[np.float64], samples: int) -> NDArray[np.float64]:
    """(len(y), samples, 2) front coordinates from edge to edge of the face, evenly spaced in angle around the head."""
    sines = np.sin(np.linspace(-EDGE, EDGE, samples)) / np.sin(EDGE)
    x = half_width(y)[:, None] * sines
    return np.stack([x, np.broadcast_to(y[:, None], x.shape)], axis=-1)


_LEVELS = level(FRONT[: JAW // 2 + 1, 1], 101)  # as many on either side of the middle: a mirror image stays one
