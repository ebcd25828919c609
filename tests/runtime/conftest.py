"""Pictures of coloured dots, and a detector that finds them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector


def _dots_at(*dots: tuple[int, int], size: tuple[int, int] = (100, 120)) -> np.ndarray:
    picture = np.zeros((*size, 3), np.uint8)
    for place, (x, y) in enumerate(dots):
        picture[y - 2 : y + 3, x - 2 : x + 3, place % 3] = 255
    return picture


@pytest.fixture(scope="session")
def dots_at() -> Callable[..., np.ndarray]:
    """Draws a black picture with squares of 5 × 5 pixels in red, green, blue, red, ... around given centres."""
    return _dots_at


@pytest.fixture(scope="module")
def detector(tiny_model: Callable[..., Path]) -> LandmarkDetector:
    return LandmarkDetector(tiny_model(crop=CropRule(size=16, factor=2.0, box_factor=2.0)), refine=0)
