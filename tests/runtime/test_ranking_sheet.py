"""The contact sheet of a ranking."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.ranked import Ranked
from laplace_landmarks.runtime.ranking_sheet import TILE, ranking_sheet


def test_a_tile_a_picture_and_an_empty_one_for_what_is_gone(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    _, info = open_model(tiny_model())
    write_picture(tmp_path / "a.png", np.full((40, 40, 3), 120, np.uint8))
    landmarks, spread = np.array([(10, 10), (30, 10), (20, 30), (20, 20)], np.float32), np.ones((4, 2), np.float32)
    ranked = [
        Ranked(Prediction(str(tmp_path / name), landmarks, spread=spread, crop=Crop(19.5, 19.5, 40, 16)), 5.0, 1.0, 1)
        for name in ("a.png", "gone.png")
    ]
    sheet = ranking_sheet(ranked, info)
    assert sheet.shape[1] > 2 * TILE
    first, second = sheet[4 : TILE + 4, 4 : TILE + 4], sheet[4 : TILE + 4, TILE + 8 : 2 * TILE + 8]
    assert (first[0, 0] == 120).all()  # the picture's own grey in the corner
    assert (first != 120).any()  # lines on it
    assert len(np.unique(second.reshape(-1, 3), axis=0)) == 1
    by_lot = ranking_sheet([replace(ranked[0], by_lot=True), ranked[1]], info)
    assert (by_lot[: TILE + 4] == sheet[: TILE + 4]).all()
    assert (by_lot != sheet).any()  # the asterisk below the first
