"""What light, lenses, sensors and files do to a crop's pixels, once its geometry is settled.

Pictures are (size, size, 3) RGB uint8; nothing is written to them. `row` is an augmentation's row of uniform numbers.
"""

from math import exp

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.draws import Draws
from laplace_landmarks.data.augmentation.occluder import occluded
from laplace_landmarks.data.augmentation.settings import Augmentation

Row = NDArray[np.float64]
LUMINANCE = np.array((0.299, 0.587, 0.114))  # of red, green, blue (ITU-R BT.601, as JPEG)
WARM, GREEN = np.array((1, 0, -1)), np.array((-0.5, 1, -0.5))  # light differs most from blue sky to candle
BLOCK = 8  # pixels of JPEG
LEAST_BLUR = 0.2  # standard deviation in pixels: a kernel below is one pixel wide


def with_other_pixels(picture: Picture, settings: Augmentation, draws: Draws) -> Picture:
    """All that is on, in the order in which it happens to a photograph: scene, light, lens, sensor, file."""

    def by_chance(name: str) -> bool:
        return getattr(settings, name) > 0 and draws.row(name)[0] < settings.probability

    if by_chance("occluders"):
        picture = occluded(picture, settings.occluders, draws.many("occluders"))
    if settings.colour:
        picture = recoloured(picture, settings.colour, draws.row("colour"))
    if by_chance("blur"):
        picture = blurred(picture, settings.blur * draws.row("blur")[1])
    if by_chance("low_resolution"):
        picture = coarser(picture, 1 + settings.low_resolution * draws.row("low_resolution")[1])
    if by_chance("noise"):
        picture = noisy(picture, settings.noise * draws.row("noise")[1], draws.many("noise"))
    if draws.row("grey")[0] < settings.grey:
        picture = without_colours(picture)
    if by_chance("jpeg"):
        picture = compressed(picture, 100 - settings.jpeg * draws.row("jpeg")[1], draws.row("jpeg")[2:])
    return picture


def recoloured(picture: Picture, strength: float, row: Row) -> Picture:
    """Another exposure, contrast, saturation and colour of the light.

    Curves from black to at most white, so that nothing is clipped but the strongest of saturated colours.
    """
    darker, contrast, saturation, warmer, greener = 2 * row[:5] - 1
    more = 1 + strength * (0.3 if saturation > 0 else 0.8) * saturation
    picture = cv2.transform(picture, more * np.eye(3) + (1 - more) * LUMINANCE)  # pyright: ignore[reportAssignmentType]
    level = (np.arange(256) / 255) ** exp(0.7 * strength * darker)
    bend = 0.8 * strength * contrast  # toward an S above 0, a flat middle below
    level = (1 - bend) * level + bend * level**2 * (3 - 2 * level)
    gains = np.exp(strength * (0.25 * warmer * WARM + 0.1 * greener * GREEN))
    curves = np.rint(255 * level[:, None] * (gains / gains.max())).astype(np.uint8)  # the strongest colour stays
    return cv2.LUT(picture, curves[None])  # pyright: ignore[reportReturnType]


def without_colours(picture: Picture) -> Picture:
    """Its luminance."""
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)  # pyright: ignore[reportReturnType]


def blurred(picture: Picture, deviation: float) -> Picture:
    """Out of focus, as a Gaussian of that standard deviation in pixels."""
    if deviation < LEAST_BLUR:
        return picture
    return cv2.GaussianBlur(picture, (0, 0), deviation, borderType=cv2.BORDER_REPLICATE)  # pyright: ignore[reportReturnType]


def coarser(picture: Picture, times: float) -> Picture:
    """As cut from a picture whose pixels are so many times as coarse."""
    size = picture.shape[0]
    few = max(4, round(size / times))
    shrunk = cv2.resize(picture, (few, few), interpolation=cv2.INTER_AREA)
    return cv2.resize(shrunk, (size, size), interpolation=cv2.INTER_LINEAR)  # pyright: ignore[reportReturnType]


def noisy(picture: Picture, deviation: float, random: np.random.Generator) -> Picture:
    """With independent Gaussian noise of that standard deviation, in grey levels."""
    noise = random.standard_normal(picture.shape, np.float32)
    noise *= np.float32(deviation)
    return cv2.add(picture, noise, dtype=cv2.CV_8U)  # pyright: ignore[reportReturnType]


def compressed(picture: Picture, quality: float, row: Row) -> Picture:
    """Once through JPEG, its blocks anywhere on the picture."""
    size = picture.shape[0]
    top, left = (int(BLOCK * number) for number in row[:2])
    larger = cv2.copyMakeBorder(picture, top, BLOCK - top, left, BLOCK - left, cv2.BORDER_REPLICATE)
    _, file = cv2.imencode(".jpg", cv2.cvtColor(larger, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, round(quality)])
    decoded = cv2.imdecode(file, cv2.IMREAD_COLOR)
    assert decoded is not None
    part = np.ascontiguousarray(decoded[top : top + size, left : left + size])
    return cv2.cvtColor(part, cv2.COLOR_BGR2RGB)  # pyright: ignore[reportReturnType]
