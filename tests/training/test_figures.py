"""What a run looks like: pictures of a sensible size that show something."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.training.figures import draw_curves
from laplace_landmarks.training.run_files import CURVES, HEATMAPS

TRAIN = [{"kind": "train", "step": step, "loss": 40 / step, "images_per_second": 9.0} for step in range(10, 200, 10)]
BOTH = [line | {"d_real": 0.9, "d_fake": 0.8} for line in TRAIN]
VALIDATION = [
    {"kind": "validation", "step": step, "nmse_raw": 9.0, "nmse_ema": 8.0, "spread_raw": 1.5, "spread_ema": 1.4}
    for step in (50, 100)
]


@pytest.mark.parametrize(
    ("lines", "panels"),
    [(TRAIN[:1], 1), (TRAIN, 1), (VALIDATION[:1], 2), (TRAIN + VALIDATION, 3), (BOTH + VALIDATION, 4)],
)
def test_a_panel_for_each_thing_that_is_known(lines: list, panels: int, tmp_path: Path) -> None:
    draw_curves(lines, tmp_path / "curves.png")
    height, width, _ = read_picture(tmp_path / "curves.png").shape
    assert (height, width) == (352, panels * 462)


def test_nothing_is_drawn_of_nothing(tmp_path: Path) -> None:
    draw_curves([], tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()


def test_a_run_has_its_curves(tiny_run: Path) -> None:
    picture = read_picture(tiny_run / CURVES)
    assert picture.shape == (352, 4 * 462, 3)
    blue = np.abs(picture.astype(int) - (31, 119, 180)).sum(axis=2) < 30
    assert all(blue[:, place : place + 462].any() for place in range(0, 4 * 462, 462)), "a curve in each panel"


def test_heatmaps_lie_over_the_same_faces_every_time(tiny_run: Path) -> None:
    first, *_, last = sorted((tiny_run / HEATMAPS).iterdir())
    before, after = read_picture(first), read_picture(last)
    assert before.shape == after.shape
    height, width, _ = before.shape
    assert 32 <= height <= 4 * 32  # crops of 32 pixels, perhaps enlarged, in one row
    assert width >= 2 * height
    assert not np.array_equal(before, after)
    assert before.std() > 10
