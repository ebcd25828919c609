"""Light and shade on a face: its relief under one lamp, and what has no edge, on a map coarser than the picture."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.synthetic.appearance import Appearance
from laplace_landmarks.data.synthetic.brush import fill, mix, stroke
from laplace_landmarks.data.synthetic.camera import View, level
from laplace_landmarks.data.synthetic.shape import Expression, Identity, place

Points = NDArray[np.float64]

SOFT = 0.5  # pixels of the map for one of the picture
DAYLIGHT = 128  # the value that leaves a colour as it is


def light_map(size: int, identity: Identity, expression: Expression, view: View, look: Appearance) -> Picture:
    """Light on the face's relief, at SOFT times the picture's size, going on smoothly around the face."""
    surface = place(_mesh(), identity, expression)
    turned = view.turn(surface)
    normals = np.cross(turned[1:-1, 2:] - turned[1:-1, :-2], turned[2:, 1:-1] - turned[:-2, 1:-1])
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-9
    facing = normals @ (look.light / np.linalg.norm(look.light))
    value = look.ambient + (1 - look.ambient) * np.clip(facing * 1.15, -0.1, 1.1)

    side = round(size * SOFT)
    near_last = np.argsort(turned[1:-1, 1:-1, 2], axis=None)  # what lies nearer hides what lies behind
    seen = view.project(surface[1:-1, 1:-1]).reshape(-1, 2)[near_last]
    x, y = np.rint((seen + 0.5) * SOFT - 0.5).astype(int).T
    inside = (x >= 0) & (x < side) & (y >= 0) & (y < side)
    shades = np.zeros((side, side, 2), np.float32)
    shades[y[inside], x[inside], 0] = value.reshape(-1)[near_last][inside]
    shades[y[inside], x[inside], 1] = 1
    known = cv2.GaussianBlur(shades, (5, 5), 1.0)
    known += 1e-3 * cv2.GaussianBlur(shades, (0, 0), 8) + np.array((5e-7 * look.ambient, 5e-7), np.float32)
    shade = known[..., 0] / known[..., 1]
    return np.clip(shade[..., None] * look.light_colour * DAYLIGHT, 0, 255).astype(np.uint8)


def add_soft_shades(light: Picture, points: Points, look: Appearance, view: View) -> None:
    """What has no edge, as factors of the light: beard, moustache, shadows under nose and lip, folds of the cheeks."""
    factors = np.full_like(light, 255)
    down = np.array((-np.sin(np.deg2rad(view.roll)), np.cos(np.deg2rad(view.roll)))) * view.scale
    white, hair = (255, 255, 255), 255 * np.minimum(1, look.hair / np.maximum(look.skin, 1))
    if look.beard:
        inner = points[[48, 59, 57, 55, 54]] + 0.1 * down * np.array((0, 1, 1, 1, 0))[:, None]
        fill(factors, np.concatenate([points[3:14], inner[::-1]]), mix(white, hair, look.beard), per_pixel=SOFT)
    if look.moustache:
        patch = np.concatenate([points[48:55], points[[35, 33, 31]] + 0.12 * down])
        fill(factors, patch, mix(white, hair, look.moustache), per_pixel=SOFT)
    fill(factors, np.concatenate([points[31:36], points[[34, 33, 32]] + 0.13 * down]), (190, 180, 178), per_pixel=SOFT)
    for wing, corner in ((31, 48), (35, 54)):
        away = 0.25 * (points[corner] - points[51])
        fold = np.stack([points[wing] + 0.3 * away, points[corner] + away])
        stroke(factors, fold, (225, 215, 212), 0.06 * view.scale, per_pixel=SOFT)
    fill(factors, points[56:59] + 0.14 * down, (215, 208, 205), per_pixel=SOFT)
    cv2.multiply(light, cv2.blur(factors, (3, 3)), dst=light, scale=1 / 255)


@cache
def _mesh() -> NDArray[np.float64]:
    return level(np.linspace(-1.9, 2.58, 64), 56)
