"""What stands behind a face and before it, and what a camera does to the picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.synthetic.brush import disc, fill, stroke


def paint_background(fine: Picture, size: int, random: np.random.Generator) -> None:
    """Fill the canvas: a soft wash of colour, shapes in natural colours on it, sometimes stripes, sometimes blurred."""
    cells = random.integers(2, 9)
    wash = natural_colour(random) + random.normal(0, random.uniform(5, 45), (cells, cells, 1))
    wash = wash + random.normal(0, random.uniform(2, 16), (cells, cells, 3))
    cv2.resize(np.clip(wash, 0, 255).astype(np.uint8), fine.shape[:2], dst=fine, interpolation=cv2.INTER_CUBIC)
    if random.random() < 0.25:
        _stripes(fine, random)
    for _ in range(random.integers(0, 14)):
        colour, centre = natural_colour(random), random.uniform(0, size, 2)
        match random.integers(3):
            case 0:
                across, down = size * random.uniform(0.03, 0.25, 2)
                disc(fine, centre, across, down, random.uniform(0, 180), colour)
            case 1:
                fill(fine, centre + random.normal(0, 0.2 * size, (random.integers(3, 6), 2)), colour)
            case _:
                stroke(fine, centre + random.normal(0, 0.3 * size, (3, 2)), colour, random.uniform(0.5, 6))
    if random.random() < 0.4:
        width = int(random.integers(3, 14))
        cv2.blur(fine, (width, width), dst=fine)


def paint_occluder(fine: Picture, landmarks: NDArray[np.floating], random: np.random.Generator) -> None:
    """Cover a part of the face with a bar, a hand-like row of fingers or a disc."""
    size = float(np.ptp(landmarks[:, 1]))
    centre = landmarks[random.integers(len(landmarks))] + random.normal(0, 0.05 * size, 2)
    along = random.normal(0, 1, 2)
    along /= np.linalg.norm(along)
    across = np.array((-along[1], along[0]))
    colour = natural_colour(random)
    match random.integers(3):
        case 0:
            length, width = size * random.uniform((0.4, 0.06), (1.2, 0.16))
            fill(fine, centre + np.array([along * a * length + across * b * width for a, b in _CORNERS]), colour)
        case 1:
            for finger in range(4):
                start = centre + across * (finger - 1.5) * 0.095 * size
                stroke(fine, np.stack([start, start + along * size]), colour * (1 - 0.06 * (finger % 2)), 0.09 * size)
        case _:
            wide, tall = size * random.uniform(0.08, 0.2, 2)
            disc(fine, centre, wide, tall, random.uniform(0, 180), colour)


def photograph(picture: Picture, random: np.random.Generator) -> Picture:
    """The picture as a camera gives it: colour cast, contrast and gamma, blur or coarseness, noise, sometimes grey."""
    ramp = np.linspace(0, 1, 256)[:, None] ** random.uniform(0.65, 1.3)
    ramp = (ramp - 0.5) * random.uniform(0.7, 1.25) + 0.5 + random.uniform(-0.1, 0.1)
    table = np.clip(255 * ramp * (1 + random.normal(0, 0.04, 3)), 0, 255).astype(np.uint8)
    picture = cv2.LUT(picture, table[None])  # pyright: ignore[reportAssignmentType]
    if random.random() < 0.08:
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)  # pyright: ignore[reportAssignmentType]
    if random.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.5, 1.4))  # pyright: ignore[reportAssignmentType]
    noise = random.standard_normal(picture.shape, np.float32)
    noise *= np.float32(random.uniform(0.5, 7))
    return cv2.add(picture, noise, dtype=cv2.CV_8U)  # pyright: ignore[reportReturnType]


def natural_colour(random: np.random.Generator) -> NDArray[np.float64]:
    """Mostly dull, often as warm as skin, so that colour alone does not tell a face from its background."""
    grey = random.uniform(20, 230)
    if random.random() < 0.4:
        return np.clip(grey * np.array((1.15, 0.9, 0.72)) + random.normal(0, 10, 3), 0, 255)
    return np.clip(grey + random.normal(0, random.choice((6, 28)), 3), 0, 255)


def _stripes(fine: Picture, random: np.random.Generator) -> None:
    angle, wave = random.uniform(0, np.pi), random.uniform(6, 40)
    places = np.arange(len(fine), dtype=np.float32) * np.float32(2 * np.pi / wave)
    phase = np.float32(np.cos(angle)) * places + np.float32(np.sin(angle)) * places[:, None]
    wave_height = (random.uniform(8, 40) * np.sin(phase)).astype(np.int16)
    cv2.add(fine, cv2.merge([wave_height] * 3), dst=fine, dtype=cv2.CV_8U)


_CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))
