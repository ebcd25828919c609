"""What is written, and where."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.conventions import Box
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.drawing.labels import draw_legend, draw_name, draw_numbers, legend
from laplace_landmarks.runtime.drawing.style import Style
from laplace_landmarks.runtime.face import Face

LINE = Markup("line", ("left", "right"), edges=((0, 1),))
RADII = Radii((0.5, 0.9), (1.0, 2.0), {"other": 1.0}, (1.0, 0.0), (0.1, 0.1), ("other", "other"))
WHITE = np.full((2, 3), 255, np.uint8)


def face(box: Box = (100, 100, 200, 200), **changes: Any) -> Face:
    landmarks = np.array([box[:2], box[2:]], np.float32)
    return replace(Face(landmarks, np.ones_like(landmarks), Crop(150, 150, 200, 80), box), **changes)


def touched(drawn: np.ndarray) -> tuple[int, int, int, int]:
    """The box of what is not black, whole pixels."""
    y, x = np.nonzero(drawn.any(axis=2))
    return int(x.min()), int(y.min()), int(x.max()), int(y.max())


def test_id_and_score_stand_above_the_box() -> None:
    drawn = np.zeros((300, 300, 3), np.uint8)
    draw_name(drawn, face(id=3, score=0.987), Style())

    x0, _, x1, y1 = touched(drawn)
    assert x0 == 100
    assert x1 < 200
    assert 85 < y1 < 100


@pytest.mark.parametrize("box", [(100, 0, 200, 90), (100, -50, 200, 50), (-40, 100, 60, 200), (280, 100, 380, 200)])
def test_they_stay_within_the_picture(box: Box) -> None:
    drawn, middle = np.zeros((300, 300, 3), np.uint8), np.zeros((300, 300, 3), np.uint8)
    draw_name(drawn, face(box, id=3, score=0.987), Style())
    draw_name(middle, face(id=3, score=0.987), Style())

    assert drawn.any(axis=2).sum() == middle.any(axis=2).sum()


def test_a_face_without_id_and_score_has_no_label() -> None:
    drawn = np.zeros((300, 300, 3), np.uint8)
    draw_name(drawn, face(), Style())
    draw_name(drawn, face((400, 0, 500, 100), id=1), Style())  # outside of the picture

    assert not drawn.any()


def test_numbers_stand_on_the_outer_side() -> None:
    drawn = np.zeros((300, 300, 3), np.uint8)
    landmarks = np.array([(100, 150), (200, 150)], np.float32)
    draw_numbers(drawn, landmarks, LINE, WHITE, Style())

    x0, y0, x1, y1 = touched(drawn)
    assert x0 < 98 and x1 > 202
    assert not drawn[:, 105:195].any()
    assert (y0 + y1) / 2 == pytest.approx(150, abs=2)


def test_numbers_of_lone_landmarks_stand_above() -> None:
    drawn = np.zeros((300, 300, 3), np.uint8)
    draw_numbers(drawn, np.array([(100, 150)], np.float32), Markup("one", ("a",)), WHITE[:1], Style())

    x0, _, x1, y1 = touched(drawn)
    assert (x0 + x1) / 2 == pytest.approx(100, abs=2)
    assert y1 < 152


def test_the_legend_says_what_is_drawn() -> None:
    style = Style()
    assert legend([face()], False, style) == "ellipses: the heatmaps' spread"
    assert legend([face(radii=RADII)], True, style) == (
        "each circle holds the true place with probability 90 %  ·  thin lines: truth"
    )
    assert legend([face(radii=RADII)], False, replace(style, p=0.625)).endswith("62.5 %")
    assert legend([face(radii=RADII)], False, replace(style, uncertainty="none", heatmaps=True)) == "glow: heatmaps"
    assert legend([], False, style) == ""


def test_the_legend_stands_in_the_lower_left_corner() -> None:
    drawn = np.zeros((300, 400, 3), np.uint8)
    draw_legend(drawn, [face()], False, Style())

    x0, y0, x1, y1 = touched(drawn)
    assert x0 < 10 and x1 < 395
    assert y0 > 270 and 285 < y1 < 300


@pytest.mark.parametrize("size", [1, 5, 30])
def test_there_is_no_legend_where_it_could_not_be_read(size: int) -> None:
    drawn = np.zeros((size, size, 3), np.uint8)
    draw_legend(drawn, [face()], True, Style())

    assert not drawn.any()
