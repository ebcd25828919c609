"""Landmarks of a file by name, however it is spelled; names of another object are no order."""

import re

import pytest

from laplace_landmarks.data.formats.naming import order_of, tell_left_out
from laplace_landmarks.data.markup import FIVE, Markup
from laplace_landmarks.errors import InputError

BEETLE = Markup("beetle", ("head", "left antenna", "right antenna"))


def order(names: list[str], markup: Markup = BEETLE) -> tuple[list[int], list[str]]:
    told: list[str] = []
    return order_of("a.csv", markup, names, len(names), told.append), told


@pytest.mark.parametrize(
    "names",
    [
        ["right antenna", "head", "left antenna"],
        ["Right Antenna", "Head", "Left Antenna"],
        ["right-antenna", "head", "leftAntenna"],
        ["RIGHT_ANTENNA", "HEAD", "left antenna"],
    ],
)
def test_names_tell_wherever_they_stand_and_however_they_are_spelled(names: list[str]):
    assert order(names) == ([1, 2, 0], [])


def test_of_two_spellings_the_markups_own_is_meant():
    assert order(["Head", "right antenna", "head", "left antenna"])[0] == [2, 3, 1]


@pytest.mark.parametrize("names", [[], ["0", "1", "2"], ["kp0", "kp1", "kp2"]])
def test_numbers_and_nothing_are_an_order(names: list[str]):
    assert order_of("a.csv", BEETLE, names, 3, lambda line: pytest.fail(line)) == [0, 1, 2]


def test_numbers_must_be_as_many():
    """One may count from 0, the other from 1."""
    with pytest.raises(InputError, match=r"a\.csv: 10 landmarks an object, but the markup own has 5; name another"):
        order([str(number) for number in range(10)], Markup("own", tuple("12345")))


def test_names_that_end_in_a_number_are_names():
    legs = Markup("spider", ("leg 1", "leg 2", "leg 3"))
    assert order(["head", "leg 1", "leg 2", "leg 3"], legs)[0] == [1, 2, 3]
    with pytest.raises(InputError, match="the first is 'leg 3'"):
        order(["head", "leg 1", "leg 2"], legs)


def test_names_of_another_object_are_refused():
    with pytest.raises(InputError) as error:
        order(["nose", "wing", "claw"])
    assert str(error.value) == (
        "a.csv: none of its names is a landmark of the markup beetle: there are 'nose', 'wing', 'claw', but the markup"
        " has 'head', 'left antenna', 'right antenna'; write the same names in both, in any order"
    )


def test_a_built_in_markup_takes_other_names_in_their_order_and_says_so():
    names = ["a", "b", "c", "d", "e"]
    assert order(names, FIVE) == (
        [0, 1, 2, 3, 4],
        [
            f"a.csv: none of its names is one of five, so landmarks are taken in their order: 'a' for {FIVE.names[0]!r}"
            f", ..., 'e' for {FIVE.names[4]!r}"
        ],
    )


def test_a_misspelled_name_is_shown_beside_the_right_one():
    wanted = "1 landmarks of beetle are not in it, the first is 'left antenna', but 'left antena' is; write it alike"
    with pytest.raises(InputError, match=re.escape(wanted)):
        order(["head", "left antena", "right antenna"])


def test_what_the_markup_lacks_is_told():
    names, told = ["head", "left antena", "left antenna", "right antenna", "wing"], []
    tell_left_out("a.xml", BEETLE, names, order(names)[0], [9, 1, 8, 9, 3], told.append)
    assert told == [
        "a.xml: not kept: landmarks that the markup beetle lacks: 'left antena' (1 label, did you mean "
        "'left antenna'?), 'wing' (3 labels)"
    ]


def test_a_part_of_a_built_in_markup_is_on_purpose():
    tell_left_out("a.mat", BEETLE, FIVE.names, [0, 1, 2], [9] * 5, lambda line: pytest.fail(line))
