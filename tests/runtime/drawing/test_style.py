"""Colours of regions, and that eyes of all kinds can tell them apart."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import MARKUPS, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.drawing.style import PALETTE, RIM, Style, colours_of

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
SIGHT = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colours: Any) -> np.ndarray:
    """sRGB, 0 to 255, as light."""
    parts = np.asarray(colours) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB: a distance of 2 can be told, one of 10 is seen at a glance."""
    x, y, z = np.cbrt(np.maximum(light @ TO_XYZ.T / (0.95047, 1, 1.08883), 0.008856)).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def test_lab_of_white_and_red() -> None:
    np.testing.assert_allclose(lab(linear([(255, 255, 255), (255, 0, 0)])), [[100, 0, 0], [53.2, 80.1, 67.2]], atol=0.3)


@pytest.mark.parametrize("sight", SIGHT)
def test_no_two_colours_look_alike(sight: str) -> None:
    seen = lab(np.clip(linear(PALETTE) @ np.array(SIGHT[sight]).T, 0, 1))
    assert min(np.linalg.norm(first - second) for first, second in combinations(seen, 2)) > 15


def test_every_colour_stands_out_from_its_rim() -> None:
    """By WCAG's contrast, where 7 is its best class for text."""
    light, dark = (linear(colours) @ TO_XYZ[1] for colours in (PALETTE, RIM))
    assert ((light + 0.05) / (dark + 0.05)).min() > 7


def test_a_region_has_one_colour_and_shares_it_with_its_mirror_image() -> None:
    names = ("right eye", "left eye", "nose", "chin")
    markup = Markup("four", names, mirror=((0, 1),), regions={"right": (0,), "left": (1,), "nose": (2,)})
    right, left, nose, chin = colours_of(markup, Style()).tolist()

    assert right == left == list(PALETTE[0])
    assert nose == list(PALETTE[1])
    assert chin == list(PALETTE[2])  # in no region


def test_the_68_points_have_seven_colours() -> None:
    colours = colours_of(MARKUPS["ibug68"], Style())

    assert len(np.unique(colours, axis=0)) == 7
    assert (colours[36:48] == colours[36]).all()  # both eyes
    assert not (colours[48] == colours[60]).all()  # outer and inner lip


def test_a_markup_without_regions_has_one_colour() -> None:
    assert colours_of(Markup("two", ("a", "b")), Style()).tolist() == [list(PALETTE[0])] * 2


def test_colours_begin_again_when_there_are_more_regions() -> None:
    markup = Markup("three", ("a", "b", "c"), regions={"a": (0,), "b": (1,), "c": (2,)})
    style = Style(colours=((1, 2, 3), (4, 5, 6)))

    assert colours_of(markup, style).tolist() == [[1, 2, 3], [4, 5, 6], [1, 2, 3]]


@pytest.mark.parametrize("name", sorted(MARKUPS))
def test_every_markup_has_colours(name: str) -> None:
    colours = colours_of(MARKUPS[name], Style())
    assert {tuple(colour) for colour in colours.tolist()} <= set(PALETTE)


@pytest.mark.parametrize(
    ("choices", "what"),
    [
        ({"uncertainty": "circle"}, "uncertainty is auto, radius, spread or none, not 'circle'"),
        ({"p": 90}, "p is a probability between 0 and 1, not 90"),
        ({"p": float("nan")}, "p is a probability"),
        ({"p": None}, "p is a probability between 0 and 1, not None"),
        ({"weight": "2"}, "weight must be above 0 and below 100, not '2'"),
        ({"weight": 0}, "weight must be above 0"),
        ({"weight": float("inf")}, "weight must be above 0 and below 100"),
        ({"colours": ()}, "colours: give at least one"),
        ({"colours": ((1, 2),)}, r"not \(1, 2\)"),
        ({"truth": (0, 0, 256)}, "from 0 to 255"),
        ({"truth": 255}, "from 0 to 255, not 255$"),
        ({"truth": None}, "from 0 to 255, not None$"),
        ({"colours": (255, 0, 0)}, r"not 255; one alone for all is colours=\(\(255, 0, 0\),\)$"),
        ({"colours": "red"}, "from 0 to 255, not 'r'$"),
        ({"colours": None}, "colours: give at least one"),
    ],
)
def test_a_style_that_cannot_be_drawn_is_refused(choices: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        Style(**choices)
