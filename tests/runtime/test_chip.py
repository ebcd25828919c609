"""Aligned face pictures: points land on the widely used places, whatever the face's turn and size."""

from dataclasses import replace
from math import cos, radians, sin
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.faces.five_points import FIVE_POINTS
from laplace_landmarks.runtime.chip import aligned
from laplace_landmarks.runtime.face import Face


def turned(degrees: float, scale: float, move: tuple[float, float]) -> np.ndarray:
    """(5, 2) the five places, turned, scaled and moved."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return FIVE_POINTS @ np.array([[c, s], [-s, c]]) * scale + move


def lit(points: np.ndarray, size: int, radius: float) -> np.ndarray:
    """A black picture with a soft light at each point."""
    y, x = np.mgrid[:size, :size]
    light = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2)) for px, py in points)
    return np.repeat((255 * np.clip(light, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize(
    ("degrees", "scale", "move"), [(0, 1, (0, 0)), (0, 3, (20, 11.5)), (30, 2.5, (150, 20)), (-100, 2, (100, 330))]
)
def test_points_come_to_their_places(degrees: float, scale: float, move: tuple[float, float]) -> None:
    points = turned(degrees, scale, move)
    chip = aligned(lit(points, 500, 2 * scale), points)
    assert (chip.shape, chip.dtype) == ((112, 112, 3), np.uint8)
    y, x = np.mgrid[:112, :112]
    for px, py in FIVE_POINTS:
        weight = np.where(np.hypot(x - px, y - py) < 5, chip[..., 0].astype(float), 0)
        assert (weight * x).sum() / weight.sum() == pytest.approx(px, abs=0.15)
        assert (weight * y).sum() / weight.sum() == pytest.approx(py, abs=0.15)


def test_a_larger_chip_shows_the_same() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8).repeat(10, 0).repeat(10, 1)
    points = turned(10, 2, (60, 30))
    small, large = aligned(picture, points, 112), aligned(picture, points, 224)
    halved = large.reshape(112, 2, 112, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - small).mean() < 1.5


def test_fine_patterns_become_grey_not_moire() -> None:
    checks = np.indices((800, 800)).sum(axis=0) % 2 * 255
    chip = aligned(np.repeat(checks[..., None], 3, axis=2).astype(np.uint8), turned(7, 6, (60, 40)))
    assert np.abs(chip.astype(int) - 127).max() < 16


def face_of(markup: Markup | None, landmarks: np.ndarray, picture: np.ndarray) -> Face:
    return Face(landmarks.astype(np.float32), np.ones_like(landmarks, np.float32), Crop(50, 50, 80, 16), (0, 0, 1, 1),
                picture=picture, markup=markup)  # fmt: skip


def test_a_face_s_chip_is_of_its_landmarks() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    landmarks = np.zeros((68, 2))
    points = turned(5, 1.3, (20, 10))
    for group, point in zip(IBUG68.anchors, points, strict=True):
        landmarks[list(group)] = point
    face = face_of(IBUG68, landmarks, picture)
    assert np.abs(face.chip().astype(int) - aligned(picture, points)).mean() < 0.1  # landmarks are float32
    assert face.chip(224).shape == (224, 224, 3)
    assert face.chip(np.int64(8)).shape == (8, 8, 3)  # pyright: ignore[reportArgumentType]
    size: Any
    for size in (0, -1, 4097, 1.5, 112.0, True, "112", None):
        with pytest.raises(InputError, match=f"a whole number of pixels from 1 to 4096, not {size!r}"):
            face.chip(size)


def test_without_five_points_the_chip_is_the_crop() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (100, 100, 3), np.uint8)
    pair = Markup("pair", ("a", "b"))
    three = Markup("three", ("a", "b", "c"), anchors=((0,), (1,), (2,)))
    crop = replace(Crop(50, 50, 80, 16), size=40).cut(picture)
    for markup, landmarks in ((pair, np.eye(2)), (three, np.eye(3)[:, :2]), (IBUG68, np.zeros((68, 2)))):
        np.testing.assert_array_equal(face_of(markup, landmarks, picture).chip(40), crop)
