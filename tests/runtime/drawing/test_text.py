"""Letters of the size that was asked for, legible on any picture."""

import numpy as np
import pytest

from laplace_landmarks.runtime.drawing.layer import paste
from laplace_landmarks.runtime.drawing.text import ABOVE, letters, rimmed, tag


@pytest.mark.parametrize("height", [6.0, 12.0, 30.5])
def test_a_capital_has_its_height_and_stands_on_the_line(height: float) -> None:
    rows = np.flatnonzero((letters("H", height) > 100).any(axis=1))

    assert rows[-1] - rows[0] + 1 == pytest.approx(height, rel=0.1, abs=1.2)
    assert rows[-1] + 1 == pytest.approx(ABOVE * height, rel=0.06, abs=1.5)


def test_nothing_is_cut_off() -> None:
    for text in ("(Qgjpqy)", "WWW"):
        covered = letters(text, 20)
        edges = (covered[0], covered[-1], covered[:, 0], covered[:, -1])
        assert not any(edge.any() for edge in edges)


def test_words_of_any_kind_have_a_picture() -> None:
    for text in ("", " ", "± √", "日本", "a\tb\nc"):
        assert letters(text, 8).shape[0] == letters("x", 8).shape[0]
    assert letters("longer", 8).shape[1] > letters("long", 8).shape[1]


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("kind", [rimmed, tag])
def test_text_is_legible_on_any_shade(kind, shade: int) -> None:
    picture = np.full((40, 60, 3), shade, np.uint8)
    paste(picture, kind("H8", 12.0), 5, 5)

    assert picture.max() > 230
    assert picture[picture > 200].size > 0
    assert picture.min() < 110  # a dark rim or plate beside it


def test_a_tag_has_round_corners() -> None:
    plate = tag("#3", 12.0)
    assert not plate[0, 0].any()
    assert 150 < plate[plate.shape[0] // 2, 1, 3] < 255


def test_what_is_remembered_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        tag("#3", 12.0)[0, 0] = 1


def test_a_name_that_is_not_utf8_is_drawn() -> None:
    """opencv ends the whole process at such a text."""
    assert letters("caf\udce9.jpg", 8).shape == letters("caf?.jpg", 8).shape
