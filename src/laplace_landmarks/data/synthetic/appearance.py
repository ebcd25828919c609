"""What a person looks like apart from their shape: skin, hair, glasses, and the light on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.synthetic.brush import mix
from laplace_landmarks.data.synthetic.camera import View
from laplace_landmarks.data.synthetic.shape import Expression, Identity

Vector = NDArray[np.float64]

SKINS = np.array(
    ((252, 226, 208), (240, 202, 176), (222, 176, 142), (186, 134, 100), (134, 90, 66), (100, 68, 54)), float
)
HAIRS = np.array(
    ((24, 20, 20), (52, 36, 28), (92, 62, 42), (150, 110, 66), (206, 172, 116), (150, 150, 150), (120, 54, 30)), float
)
IRISES = np.array(((48, 32, 24), (84, 56, 34), (92, 104, 76), (96, 124, 150)), float)


@dataclass(frozen=True)
class Appearance:
    """One person's colours, (3,) RGB from 0 to 255, hair and glasses, and the light."""

    skin: Vector
    lips: Vector
    hair: Vector
    iris: Vector
    brow: float  # how much of the hair's colour the brows have
    brow_width: float  # head units
    hairline: float  # front height of its top
    hairline_side: float
    hair_volume: float  # size of the hair over that of the skull; 0 is bald
    long_hair: bool
    beard: float  # how much of the hair's colour lies on the beard's skin
    moustache: float
    glasses: float  # radius in head units; 0 is none
    tint: float  # how dark their lenses are
    light: Vector  # toward the light: x right, y down, z toward the viewer
    ambient: float
    light_colour: Vector  # factors


def random_identity(random: np.random.Generator) -> Identity:
    """A person, within what is common."""
    low = (0.9, 0.88, 0.85, 0.8, 0.75, 0.85, 0.85, 0.8, -0.08, 0.92, -0.05, 0.0, 0.85, 0.65, 0.65)
    high = (1.12, 1.14, 1.15, 1.35, 1.3, 1.3, 1.15, 1.4, 0.12, 1.08, 0.13, 0.1, 1.18, 1.6, 1.6)
    return Identity(*random.uniform(low, high).tolist())


def random_expression(random: np.random.Generator) -> Expression:
    """Half of the mouths are closed; one face in twelve has its eyes shut."""
    opened = random.random(2)
    eyes = random.uniform(0.0, 0.12) if random.random() < 1 / 12 else random.uniform(0.55, 1.25)
    brows = random.normal(0.15, 0.5) + random.normal(0, 0.15, 2)
    gaze = random.uniform((-0.8, -0.3), (0.8, 0.3))
    return Expression(
        jaw_drop=float(random.uniform(0, 0.6)) if opened[0] < 0.35 else 0.0,
        lips_apart=float(random.uniform(0, 0.25)) if opened[1] < 0.45 else 0.0,
        smile=float(random.uniform(-0.4, 1.0)),
        brow_raise=(float(brows[0]), float(brows[1])),
        frown=float(max(0.0, random.normal(0, 0.4))),
        eyes_open=(eyes, float(np.clip(eyes + random.normal(0, 0.05), 0, 1.3))),
        gaze=(float(gaze[0]), float(gaze[1])),
    )


def random_view(random: np.random.Generator, size: int) -> View:
    """A pose in which the face lies mostly inside a picture of size × size pixels."""
    yaw, pitch, roll = np.clip(random.normal(0, (14, 7, 8)), (-45, -20, -30), (45, 20, 30))
    x, y = size * (0.5 + random.uniform(-0.05, 0.05, 2))
    distance, scale = random.uniform((8, 0.17 * size), (25, 0.21 * size))
    return View(float(yaw), float(pitch), float(roll), float(distance), float(scale), float(x), float(y))


def random_appearance(random: np.random.Generator) -> Appearance:
    """Skin from very light to very dark, in any light from the front half of the room."""
    tone = random.uniform(0, len(SKINS) - 1)
    skin = mix(SKINS[int(tone)], SKINS[int(tone) + 1], tone % 1) * random.normal(1, 0.04, 3)
    dark = tone > 2.8  # brown skin goes with dark hair and eyes, mostly
    hair = HAIRS[random.integers(2 if dark else len(HAIRS))] * random.uniform(0.7, 1.3)
    style = random.random()
    man, bald, fringe = random.random() < 0.5, style < 0.1, style > 0.85
    hairline = (-1.75, -1.6) if bald else (-0.75, -0.5) if fringe else (-1.5, -0.95)
    return Appearance(
        skin=skin,
        lips=mix(skin * (0.88, 0.66, 0.66), (170, 40, 50), random.choice((0, 0.15, 0.5), p=(0.55, 0.3, 0.15))),
        hair=hair,
        iris=IRISES[random.integers(2 if dark else 4)] * random.uniform(0.8, 1.2),
        brow=random.uniform(0.3, 0.95),
        brow_width=random.uniform(0.05, 0.12),
        hairline=random.uniform(*hairline),
        hairline_side=random.uniform(-0.5, 0.0),
        hair_volume=0.0 if bald else random.uniform(1.03, 1.22),
        long_hair=not (man or bald) and random.random() < 0.75,
        beard=random.uniform(0.15, 0.85) if man and random.random() < 0.45 else 0.0,
        moustache=random.uniform(0.15, 0.9) if man and random.random() < 0.45 else 0.0,
        glasses=random.uniform(0.36, 0.5) if random.random() < 0.15 else 0.0,
        tint=random.uniform(0.3, 0.9) if random.random() < 0.15 else 0.0,
        light=random.normal((0, -0.35, 0.9), (0.6, 0.35, 0.15)),
        ambient=random.uniform(0.42, 0.8),
        light_colour=1 + random.normal(0, 0.05) * np.array((1.0, 0.1, -1.0)),
    )
