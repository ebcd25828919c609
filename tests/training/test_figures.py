"""What a network sees while it learns: pictures of a sensible size that show something."""

from pathlib import Path

import numpy as np

from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.training.run_files import HEATMAPS


def test_heatmaps_lie_over_the_same_faces_every_time(tiny_run: Path) -> None:
    first, *_, last = sorted((tiny_run / HEATMAPS).iterdir())
    before, after = read_picture(first), read_picture(last)
    assert before.shape == after.shape
    height, width, _ = before.shape
    assert 32 <= height <= 4 * 32  # crops of 32 pixels, perhaps enlarged, in one row
    assert width >= 2 * height
    assert not np.array_equal(before, after)
    assert before.std() > 10
