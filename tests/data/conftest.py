"""Small folders of labeled pictures, made on the spot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import write_picture

# Two eyes and a mouth: few enough to write by hand.
SMALL = Markup("small", ("right eye", "left eye", "mouth"), mirror=((0, 1),), anchors=((0,), (1,), (2,)))
POINTS = np.array([[20, 20], [40, 20], [30, 40]], np.float32)


@pytest.fixture(scope="session")
def small() -> Markup:
    return SMALL


@pytest.fixture
def put_picture(tmp_path: Path) -> Callable[..., Path]:
    """Puts a picture of noise, 60 wide and 50 high, at a path below tmp_path, and unless points=None its .pts."""

    def put(name: str, points: np.ndarray | None = POINTS, seed: int = 0) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        write_picture(file, np.random.default_rng(seed).integers(0, 256, (50, 60, 3), np.uint8))
        if points is not None:
            write_pts(file.with_suffix(".pts"), points)
        return file

    return put
