"""Names that say left and right, and the mirror pairs that they must be in."""

import pytest

from laplace_landmarks.data.markup import MARKUPS, Markup
from laplace_landmarks.data.markups.sides import doubtful_pairs, first_sided

FEET = ("head", "left foot", "right foot", "left wing", "right wing")


@pytest.mark.parametrize("name", MARKUPS)
def test_the_built_in_pairs_fit_their_names(name: str):
    assert doubtful_pairs(MARKUPS[name]) == []


def test_one_pair_of_two_is_too_few():
    told = doubtful_pairs(Markup("fly", FEET, mirror=((1, 2),)))
    assert told == ["the markup fly has mirror pairs, but none for left wing, right wing"]
    assert doubtful_pairs(Markup("fly", FEET, mirror=((1, 2), (3, 4)))) == []
    assert doubtful_pairs(Markup("fly", FEET)) == [], "what mirrors with it is refused"


def test_pairs_across_are_told():
    told = doubtful_pairs(Markup("fly", FEET, mirror=((1, 4), (3, 2))))
    assert told == [
        "the markup fly has mirror pairs whose names do not match: left foot with right wing, left wing with right foot"
    ]


@pytest.mark.parametrize(
    "pair",
    ["LeftEye RightEye", "eyeLeft eyeRight", "left_eye eye_right", "l_eye r_eye", "eye.L eye.R", "left_1 right_9",
     "LEFT RIGHT", "a b", "upright bright"],
)  # fmt: skip
def test_ways_to_name_a_pair(pair: str):
    assert doubtful_pairs(Markup("two", (*pair.split(), "x", "y"), mirror=((0, 1),))) == []


def test_letters_are_sides_where_both_are_there():
    names = ("nose", "tail", "l_ear", "r_ear", "r_squared")
    told = doubtful_pairs(Markup("mouse", names, mirror=((0, 1),)))
    assert told == ["the markup mouse has mirror pairs, but none for l_ear, r_ear"]


@pytest.mark.parametrize(
    ("names", "sided"),
    [("nose l_eye r_eye", "l_eye"), ("ear.L ear.R", "ear.L"), ("nose leftEye", "leftEye"), ("r_squared l_shape", None)],
)
def test_the_first_that_says_a_side(names: str, sided: str | None):
    assert first_sided(Markup("pet", tuple(names.split()))) == sided
