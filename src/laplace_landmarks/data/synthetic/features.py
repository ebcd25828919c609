"""The parts of a face that carry landmarks, painted through them: brows, eyes, nose and lips; and glasses."""

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.synthetic.appearance import Appearance
from laplace_landmarks.data.synthetic.brush import FINE, curve, disc, fill, mix, stroke
from laplace_landmarks.data.synthetic.camera import View
from laplace_landmarks.data.synthetic.shape import Expression

Points = NDArray[np.float64]

SHADOW = (40, 20, 15)  # what folds and nostrils darken toward
IRIS = 0.135  # its radius, head units


def paint_features(fine: Picture, points: Points, look: Appearance, expression: Expression, view: View) -> None:
    """Brows, eyes, nose and lips through the landmarks (68, 2), in unlit colours, far things first."""
    sides = ((17, 36, -1.0, 0), (22, 42, 1.0, 1))
    for brow, eye, side, number in sides[:: 1 if view.yaw > 0 else -1]:
        _eye(fine, points[eye : eye + 6], look, expression.gaze, expression.eyes_open[number], view)
        _brow(fine, points[brow : brow + 5], side, look, view)
    _nose(fine, points, look, view)
    _lips(fine, points, look, view.scale)


def paint_glasses(fine: Picture, points: Points, look: Appearance, view: View) -> None:
    """Round glasses: two rims, bridge, and lenses that may be dark."""
    eyes = [points[36:42].mean(axis=0), points[42:48].mean(axis=0)]
    along = _direction(view, (1, 0, 0))
    down = _direction(view, (0, 1, 0))
    angle = np.linspace(0, 2 * np.pi, 25)[:, None]
    rims = [eye + look.glasses * (np.cos(angle) * along + 0.8 * np.sin(angle) * down) for eye in eyes]
    if look.tint:
        clear = fine.copy()
        for rim in rims:
            fill(fine, rim, look.hair * 0.3)
        cv2.addWeighted(fine, look.tint, clear, 1 - look.tint, 0, dst=fine)
    for rim in rims:
        stroke(fine, rim, look.hair * 0.6, 0.05 * view.scale)
    bridge = np.stack([eyes[0] + look.glasses * along, eyes[1] - look.glasses * along])
    stroke(fine, bridge, look.hair * 0.6, 0.05 * view.scale)


def _eye(fine: Picture, eye: Points, look: Appearance, gaze: tuple[float, float], opening: float, view: View) -> None:
    upper, lower = curve(eye[:4]), curve(eye[[3, 4, 5, 0]])
    down, lid = _direction(view, (0, 1, 0)), mix(look.skin, SHADOW, 0.75)
    stroke(fine, upper - 0.07 * down, mix(look.skin, SHADOW, 0.35), 0.04 * view.scale)
    if opening > 0.15:
        outline = np.concatenate([upper, lower[1:-1]])
        centre = 0.5 * (eye[0] + eye[3]) + 0.17 * gaze[0] * _direction(view, (1, 0, 0)) + (0.1 * gaze[1] - 0.01) * down
        _inside(fine, outline, centre, look, view)
    stroke(fine, lower, mix(look.skin, SHADOW, 0.25), 0.02 * view.scale)
    stroke(fine, upper, lid, 0.045 * view.scale)


def _inside(fine: Picture, outline: Points, centre: Points, look: Appearance, view: View) -> None:
    """The eyeball, seen through the opening of the lids."""
    x0, y0 = np.maximum(np.floor(outline.min(axis=0)) - 1, 0).astype(int)
    x1, y1 = np.maximum(np.ceil(outline.max(axis=0)) + 2, 0).astype(int)
    window = fine[FINE * y0 : FINE * y1, FINE * x0 : FINE * x1]
    if not window.size:
        return
    ball, opening = np.empty_like(window), np.zeros(window.shape[:2], np.uint8)
    ball[:] = mix((240, 236, 230), look.skin, 0.12).astype(np.uint8)
    squeezed = np.cos(np.deg2rad(view.yaw))
    centre = centre - (x0, y0)
    for part, colour in ((1.0, look.iris * 0.6), (0.85, look.iris), (0.42, (12, 10, 10))):
        radius = part * IRIS * view.scale
        disc(ball, centre, radius * squeezed, radius, view.roll, colour)
    disc(ball, centre + 0.05 * view.scale, 0.03 * view.scale, 0.03 * view.scale, 0, (250, 250, 250))  # the lamp in it
    fill(opening, outline - (x0, y0), 255)
    cv2.copyTo(ball, opening, window)


def _brow(fine: Picture, brow: Points, side: float, look: Appearance, view: View) -> None:
    """A band about the five points, thick inside and thin at the temple."""
    middle = curve(brow)
    taper = np.interp(side * np.linspace(-1, 1, len(middle)), (-1, -0.6, 0.2, 1), (0.75, 1.0, 0.9, 0.25))
    half = look.brow_width * taper[:, None] * _direction(view, (0, 1, 0))
    fill(fine, np.concatenate([middle - half, (middle + half)[::-1]]), mix(look.skin, look.hair * 0.8, look.brow))


def _nose(fine: Picture, points: Points, look: Appearance, view: View) -> None:
    along, down = _direction(view, (1, 0, 0)), _direction(view, (0, 1, 0))
    dark, fold = mix(look.skin, SHADOW, 0.7), mix(look.skin, SHADOW, 0.4)
    far = 1.0 if view.yaw > 0 else -1.0
    if abs(view.yaw) > 12:  # the ridge hides what lies behind it
        edge = curve(points[27:31] + far * 0.02 * along)
        stroke(fine, edge, mix(look.skin, SHADOW, min(0.5, abs(view.yaw) / 90)), 0.04 * view.scale)
    for wing, nostril, side in ((31, 32, -1.0), (35, 34, 1.0)):
        round_the_wing = np.array(((0.02 * side, -0.24), (0.05 * side, -0.1), (0.0, 0.0))) @ np.stack([along, down])
        stroke(fine, curve(points[wing] + round_the_wing), fold, 0.04 * view.scale)
        hole = 0.55 * points[nostril] + 0.45 * points[wing] - 0.02 * down
        height = np.clip(0.05 - view.pitch * 0.002, 0.02, 0.09) * view.scale
        disc(fine, hole, 0.1 * np.cos(np.deg2rad(view.yaw)) * view.scale, height, view.roll, dark)
    stroke(fine, curve(points[31:36]), fold, 0.035 * view.scale)


def _lips(fine: Picture, points: Points, look: Appearance, scale: float) -> None:
    upper, lower = curve(points[48:55]), curve(points[[54, 55, 56, 57, 58, 59, 48]])
    above, below = curve(points[60:65]), curve(points[[60, 67, 66, 65, 64]])
    fill(fine, np.concatenate([upper, above[::-1]]), look.lips * 0.88)
    fill(fine, np.concatenate([lower, below]), look.lips)
    gap = np.linalg.norm(points[62] - points[66]) / scale
    if gap > 0.06:
        fill(fine, np.concatenate([above, below[::-1]]), mix(SHADOW, (110, 40, 40), 0.4))
        teeth = min(1.0, 0.16 / gap)
        fill(fine, np.concatenate([above, (above + teeth * (below - above))[::-1]]), (228, 222, 210))
    for edge in (above, below):
        whole = np.concatenate([points[48:49], edge, points[54:55]])
        stroke(fine, whole, mix(look.lips, SHADOW, 0.6), 0.03 * scale)


def _direction(view: View, step: tuple[float, float, float]) -> Points:
    """(2,) picture pixels that one head unit along an axis of the head covers, perspective aside."""
    ends = view.turn(np.array(((0.0, 0.0, 0.0), step)))
    return view.roll_into_picture(ends[1, :2]) - view.roll_into_picture(ends[0, :2])
