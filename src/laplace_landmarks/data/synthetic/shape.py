"""A head in three dimensions: identity and expression to a surface and the 68 points of `IBUG68` on it.

x runs to the picture's right, y down, z toward the viewer. The unit is half the distance of the outer eye corners
(about 45 mm) of an average face; the origin lies between the eyes. A place on the face is named by its (x, y) on the
average neutral face seen from the front, its *front* coordinates: the surface gives it depth, then identity and
expression move it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.data.markup import IBUG68

Points3D = NDArray[np.float64]  # (..., 3)

# The landmarks with x <= 0; the others are their mirror images. Proportions of an average adult, drawn by hand.
_RIGHT_HALF = {
    0: (-1.62, -0.02), 1: (-1.60, 0.42), 2: (-1.54, 0.84), 3: (-1.45, 1.25), 4: (-1.30, 1.64), 5: (-1.07, 1.99),
    6: (-0.77, 2.28), 7: (-0.41, 2.50), 8: (0.0, 2.59),
    17: (-1.32, -0.30), 18: (-1.11, -0.44), 19: (-0.84, -0.48), 20: (-0.56, -0.44), 21: (-0.28, -0.36),
    27: (0.0, -0.03), 28: (0.0, 0.27), 29: (0.0, 0.57), 30: (0.0, 0.86), 31: (-0.32, 0.99),
    32: (-0.16, 1.05), 33: (0.0, 1.10),
    36: (-1.0, 0.0), 37: (-0.82, -0.11), 38: (-0.62, -0.11), 39: (-0.45, 0.03), 40: (-0.63, 0.09), 41: (-0.83, 0.09),
    48: (-0.63, 1.54), 49: (-0.41, 1.45), 50: (-0.17, 1.40), 51: (0.0, 1.43), 57: (0.0, 1.80), 58: (-0.19, 1.78),
    59: (-0.42, 1.70), 60: (-0.55, 1.545), 61: (-0.18, 1.55), 62: (0.0, 1.56), 66: (0.0, 1.57), 67: (-0.18, 1.565),
}  # fmt: skip

EDGE = np.deg2rad(75)  # where the face ends: the angle of the jaw line, seen from inside the head, from straight ahead
# Outlines as (y, what): half width above the jaw line; depth along the middle; the nose above that.
FOREHEAD = ((-2.0, 0.55), (-1.7, 1.05), (-1.3, 1.38), (-0.8, 1.56), (-0.4, 1.61))
PROFILE = (
    (-2.0, -0.55), (-1.5, -0.1), (-0.9, 0.05), (-0.4, 0.08), (0.0, 0.0), (1.1, 0.06), (1.6, 0.08),
    (2.3, 0.04), (2.6, -0.06),
)  # fmt: skip
RIDGE = ((-0.3, 0.0), (-0.03, 0.13), (0.86, 0.62), (0.98, 0.52), (1.1, 0.1), (1.2, 0.0))


@dataclass(frozen=True)
class Identity:
    """What one person's face is like; the defaults are the average."""

    width: float = 1.0
    jaw: float = 1.0  # width of the lower face over that of the upper
    nose_length: float = 1.0
    nose_width: float = 1.0
    nose_height: float = 1.0
    philtrum: float = 1.0  # length from nose to lips
    chin: float = 1.0  # length from lips to chin
    eye_height: float = 1.0
    eye_tilt: float = 0.0  # how much higher the outer corner lies
    eye_length: float = 1.0
    brow_height: float = 0.0
    brow_arch: float = 0.0
    mouth_width: float = 1.0
    upper_lip: float = 1.0
    lower_lip: float = 1.0


@dataclass(frozen=True)
class Expression:
    """What the face is doing; the defaults are neutral."""

    jaw_drop: float = 0.0
    lips_apart: float = 0.0
    smile: float = 0.0  # negative: the corners drop
    brow_raise: tuple[float, float] = (0.0, 0.0)  # right and left
    frown: float = 0.0
    eyes_open: tuple[float, float] = (1.0, 1.0)  # right and left, 0 is closed
    gaze: tuple[float, float] = (0.0, 0.0)


def half_width(y: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the width of the average face at front height y."""
    return np.interp(np.asarray(y), *_WIDTHS)


def dome(front: ArrayLike) -> NDArray[np.float64]:
    """Depth of the face without its features, at front coordinates (..., 2): what makes its outline from any side."""
    x, y = np.moveaxis(np.asarray(front, np.float64), -1, 0)
    width = half_width(y)
    sine = np.clip(np.abs(x) / np.maximum(width, 1e-6), 0, 1) * np.sin(EDGE)
    falling = 0.53 * width**2 * (1 - np.sqrt(1 - sine**2)) / (1 - np.cos(EDGE))
    cheek = 0.1 * _bump(np.abs(x) - 0.8, 0.35) * _bump(y - 0.65, 0.3)
    return np.interp(y, *np.transpose(PROFILE)) - falling + cheek


def features(front: ArrayLike, nose_height: float) -> NDArray[np.float64]:
    """What nose, lips and eye sockets add to the depth of the dome, at front coordinates (..., 2)."""
    x, y = np.moveaxis(np.asarray(front, np.float64), -1, 0)
    socket = 0.16 * _bump(np.abs(x) - 0.66, 0.26) * _bump(y + 0.02, 0.17)
    lips = 0.08 * _bump(x, 0.35) * (_bump(y - 1.45, 0.08) + _bump(y - 1.72, 0.08) - _bump(y - 1.98, 0.1))
    nose = np.interp(y, *np.transpose(RIDGE)) * _bump(x, np.interp(y, (0, 0.5, 0.95), (0.12, 0.14, 0.24)))
    return nose_height * nose + lips - socket


def place(front: ArrayLike, identity: Identity, expression: Expression, *, bare: bool = False) -> Points3D:
    """(..., 3) the surface's points at front coordinates (..., 2); bare is the dome alone."""
    front = np.asarray(front, np.float64)
    depth = dome(front) if bare else dome(front) + features(front, identity.nose_height)
    return _drop_jaw(_stretch(front, depth, identity), front[..., 1], expression)


def landmarks_in_space(identity: Identity, expression: Expression) -> Points3D:
    """(68, 3) the landmarks; the jaw's lie on the face's edge, where they are seen from the front."""
    front = FRONT.copy()
    for eye, opening in zip(_EYES, expression.eyes_open, strict=True):
        front[eye] = _eye(front[eye], opening, identity)
    for brow, lift in zip(_BROWS, expression.brow_raise, strict=True):
        front[brow] = _brow(front[brow], lift, expression.frown, identity)
    front[_NOSTRILS, 0] *= identity.nose_width
    front[_MOUTH] = _mouth(front[_MOUTH], identity, expression)
    points = _stretch(front, _DOME + features(FRONT, identity.nose_height), identity)
    points[_MOUTH, 2] -= 0.15 * expression.smile * (FRONT[_MOUTH, 0] / 0.63) ** 2  # the corners draw back
    points[_JAW] = _drop_jaw(points[_JAW], FRONT[_JAW, 1], expression)
    return points


def _eye(points: NDArray[np.float64], opening: float, identity: Identity) -> NDArray[np.float64]:
    """An eye's six points, from its right corner in the picture round over the upper lid."""
    x, y = points.T
    y = y * identity.eye_height
    y[1:3] += (1 - opening) * (y[[5, 4]] - y[1:3])  # the upper lid comes down to the lower
    y = y - identity.eye_tilt * (np.abs(x) - 0.72)
    return np.stack([x + (identity.eye_length - 1) * (x - 0.72 * np.sign(x)), y], axis=-1)


def _brow(points: NDArray[np.float64], lift: float, frown: float, identity: Identity) -> NDArray[np.float64]:
    x, y = points.T
    inner = np.clip((1.1 - np.abs(x)) / 0.82, 0, 1)
    arch = 1 - ((np.abs(x) - 0.8) / 0.52) ** 2
    y = y - 0.17 * lift - identity.brow_height - identity.brow_arch * arch + 0.14 * frown * inner
    return np.stack([x - np.sign(x) * 0.08 * frown * inner, y], axis=-1)


def _mouth(points: NDArray[np.float64], identity: Identity, expression: Expression) -> NDArray[np.float64]:
    x, y = points.T
    line = 1.56  # where closed lips meet
    middle = np.clip(1 - (x / 0.63) ** 2, 0, 1)
    upper = np.isin(_MOUTH, _UPPER_LIP)
    y = line + (y - line) * np.where(upper, identity.upper_lip, identity.lower_lip)
    opening = np.where(upper, -0.35 * expression.lips_apart, 0.65 * expression.lips_apart + expression.jaw_drop)
    inner_corner = np.isin(_MOUTH, (60, 64))
    y = y + np.where(inner_corner, 0, opening * np.sqrt(middle))
    y += 0.35 * expression.jaw_drop * (1 - middle) - 0.17 * expression.smile * (0.7 - middle)
    return np.stack([x * identity.mouth_width * (1 + 0.2 * expression.smile - 0.3 * expression.jaw_drop), y], axis=-1)


def _stretch(front: NDArray[np.float64], depth: NDArray[np.float64], identity: Identity) -> Points3D:
    """Front coordinates and depth, with the proportions of a person."""
    x, y = np.moveaxis(front, -1, 0)
    wider = identity.width * (1 + (identity.jaw - 1) * _ramp(y, 0.4, 2.0))
    heights = (-3.0, 0.0, 1.1, 1.43, 1.8, 2.6)
    lengths = np.diff(heights) * (1, identity.nose_length, identity.philtrum, 1, identity.chin)
    tall = np.interp(y, heights, -3.0 + np.concatenate([[0], np.cumsum(lengths)]))
    tall = tall + (y - 2.6) * (y > 2.6)
    return np.stack([x * wider, tall, depth], axis=-1)


def _drop_jaw(points: Points3D, height: NDArray[np.float64], expression: Expression) -> Points3D:
    dropped = expression.jaw_drop * _ramp(height, 1.0, 2.3)
    return points + dropped[..., None] * (0.0, 1.0, -0.3)


def _ramp(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _bump(distance: NDArray[np.float64], width: ArrayLike) -> NDArray[np.float64]:
    return np.exp(-0.5 * (distance / np.asarray(width)) ** 2)


def _front() -> NDArray[np.float64]:
    points = np.zeros((len(IBUG68), 2))
    for index, mirrored in enumerate(IBUG68.mirror_order()):
        x, y = _RIGHT_HALF[index] if index in _RIGHT_HALF else _RIGHT_HALF[mirrored]
        points[index] = (x, y) if index in _RIGHT_HALF else (-x, y)
    return points


FRONT = _front()  # (68, 2) the landmarks of the average neutral face
_EYES = [np.array(IBUG68.regions[eye]) for eye in ("right eye", "left eye")]
_BROWS = [np.array(IBUG68.regions[brow]) for brow in ("right eyebrow", "left eyebrow")]
_NOSTRILS = np.array(IBUG68.regions["nostrils"])
_MOUTH = np.array(IBUG68.regions["outer lip"] + IBUG68.regions["inner lip"])
_UPPER_LIP = (*IBUG68.regions["outer lip"][:7], *IBUG68.regions["inner lip"][:5])
_JAW = np.array(IBUG68.regions["jaw"])
_WIDTHS = np.array([*FOREHEAD, *((y, -x) for x, y in FRONT[:9])]).T  # heights, half widths
_DOME = dome(FRONT)
