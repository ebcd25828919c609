"""A whole face: hair and neck behind it, skin shaded by its own relief, the features on it."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.synthetic.appearance import Appearance
from laplace_landmarks.data.synthetic.brush import FINE, curve, disc, fill, stroke
from laplace_landmarks.data.synthetic.camera import JAW, View
from laplace_landmarks.data.synthetic.features import Points, paint_features, paint_glasses
from laplace_landmarks.data.synthetic.light import DAYLIGHT, add_soft_shades, light_map
from laplace_landmarks.data.synthetic.shape import EDGE, Expression, Identity, half_width, place

SKULL = np.array((0.0, -0.65, -1.85)), np.array((1.66, 1.75, 1.95))  # centre and half axes


def paint_head(
    fine: Picture, points: Points, identity: Identity, expression: Expression, view: View, look: Appearance,
    random: np.random.Generator,
) -> None:  # fmt: skip
    """Paint a head whose landmarks are points (68, 2) over what is on the canvas."""
    light = light_map(len(fine) // FINE, identity, expression, view, look)
    add_soft_shades(light, points, look, view)
    light = cv2.resize(light, fine.shape[:2], interpolation=cv2.INTER_LINEAR)

    skull = _hull(_skull(view, max(1.0, look.hair_volume)))
    _paint_behind(fine, skull, view, look, random)

    face = np.empty_like(fine)
    face[:] = np.clip(look.skin, 0, 255).astype(np.uint8)
    paint_features(face, points, look, expression, view)
    cv2.multiply(face, light, dst=face, scale=1 / DAYLIGHT)

    shape = np.zeros(fine.shape[:2], np.uint8)
    fill(shape, np.concatenate([curve(points[:JAW]), _hairline(identity, expression, view, look)]), 255)
    for part in (points[27:36], points[48:60]):  # from the side nose and lips stand out
        fill(shape, _hull(part), 255)
    if not look.hair_volume:
        fill(shape, skull, 255)
    cv2.copyTo(face, shape, fine)
    if look.glasses:
        paint_glasses(fine, points, look, view)


def _paint_behind(fine: Picture, skull: Points, view: View, look: Appearance, random: np.random.Generator) -> None:
    """Clothes, long hair, neck, skull and ears: what the face is painted over."""
    middle = np.array(look.light_colour) * (look.ambient + 0.6 * (1 - look.ambient))
    skin, hair = look.skin * middle, look.hair * middle
    body = View(0.5 * view.yaw, 0.3 * view.pitch, 0.5 * view.roll, 1e3, view.scale, view.x, view.y)
    clothes = random.uniform(20, 220) + random.normal(0, 30, 3)
    fill(fine, body.project(_SHOULDERS), clothes)
    if look.long_hair:
        fill(fine, np.concatenate([view.project(_CURTAIN), body.project(_CURTAIN_END)]), hair * 0.8)
    fill(fine, body.project(_NECK), skin * 0.7)
    fill(fine, skull, hair if look.hair_volume else skin)
    if look.hair_volume:
        centre = skull.mean(axis=0)
        for _ in range(8):  # strands
            ends = centre + (skull[random.integers(len(skull), size=2)] - centre) * random.uniform(0.6, 0.98, (2, 1))
            stroke(fine, ends, hair * random.uniform(0.7, 1.35), random.uniform(0.5, 2.5))
    for side in (-1.0, 1.0)[:: 1 if view.yaw > 0 else -1]:
        ear = view.project(np.array((side * 1.72, 0.35, -1.55)))
        across = 0.12 * (1 + abs(np.sin(np.deg2rad(view.yaw))))
        disc(fine, ear, across * view.scale, 0.44 * view.scale, view.roll, skin * 0.88)
        if look.long_hair:
            disc(fine, ear, 0.3 * view.scale, 0.6 * view.scale, view.roll, hair * 0.85)


def _hairline(identity: Identity, expression: Expression, view: View, look: Appearance) -> Points:
    """From the left temple (in the picture, the right end of the jaw) over the forehead to the other."""
    across = np.linspace(-1, 1, 41)
    height = look.hairline + (look.hairline_side - look.hairline) * across**4
    front = np.stack([half_width(height) * np.sin(EDGE * across) / np.sin(EDGE), height], axis=-1)
    seen = view.see(place(front, identity, expression))
    visible = seen[seen[:, 0].argmin() : seen[:, 0].argmax() + 1]  # beyond its outermost points the line turns back
    return view.roll_into_picture(visible[::-1])


def _hull(points: Points) -> Points:
    return cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)


def _skull(view: View, volume: float) -> Points:
    centre, axes = SKULL
    return view.project(centre + _sphere() * axes * volume)


@cache
def _sphere() -> NDArray[np.float64]:
    angle, height = np.meshgrid(np.linspace(0, 2 * np.pi, 20), np.linspace(-1, 1, 9))
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), height, radius * np.sin(angle)], axis=-1).reshape(-1, 3)


def _symmetric(*half: tuple[float, float, float]) -> NDArray[np.float64]:
    """A closed outline, from its left half (x <= 0) as one goes round."""
    return np.array([*half, *((-x, y, z) for x, y, z in reversed(half))])


_SHOULDERS = _symmetric((-1.0, 3.1, -1.6), (-3.6, 3.7, -1.8), (-4.4, 9.0, -1.8))
_NECK = _symmetric((-0.95, 1.2, -1.5), (-0.92, 3.0, -1.6), (-1.3, 3.5, -1.6), (-0.3, 3.9, -1.4))
_CURTAIN = np.array(((-1.75, -0.6, -1.7), (1.75, -0.6, -1.7), (1.9, 1.0, -1.7)))  # long hair where it leaves the head
_CURTAIN_END = np.array(((1.9, 3.4, -1.4), (-1.9, 3.4, -1.4), (-1.9, 1.0, -1.7)))  # and on the shoulders
