"""JSON values read by type."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.fields import Fields


def test_numbers_keep_their_shape() -> None:
    points = Fields.parse('{"points": [[1, 2.5], [3, 4]]}', "a file").numbers("points", (None, 2))

    np.testing.assert_array_equal(points, [[1, 2.5], [3, 4]])


def test_null_is_not_there() -> None:
    assert not Fields.parse('{"box": null}', "a file").has("box")


def test_errors_within_an_object_name_the_way_to_it() -> None:
    with pytest.raises(InputError, match=r"^m\.onnx: crop\.inner: size must be .* at least 1, not 0$"):
        Fields.parse('{"crop": {"inner": {"size": 0}}}', "m.onnx").object("crop").object("inner").integer(
            "size", least=1
        )


@pytest.mark.parametrize(
    ("value", "read", "says"),
    [
        ("1.0", lambda f: f.text("x"), "x must be a text that is not empty, not 1.0"),
        ('" "', lambda f: f.text("x"), "x must be a text that is not empty"),
        ("true", lambda f: f.integer("x", least=0), "x must be a whole number of at least 0, not true"),
        ("1.5", lambda f: f.integer("x", least=0), "x must be a whole number of at least 0, not 1.5"),
        ("-1", lambda f: f.integer("x", least=0), "x must be a whole number of at least 0, not -1"),
        ('"1"', lambda f: f.number("x"), 'x must be a finite number, not "1"'),
        ("1e999", lambda f: f.number("x"), "x must be a finite number"),
        ("0", lambda f: f.number("x", above=0), "x must be a finite number above 0, not 0"),
        ("[[1, 2], [3]]", lambda f: f.numbers("x", (None, 2)), "x must be finite numbers (N, 2)"),
        ("[[1, null]]", lambda f: f.numbers("x", (None, 2)), "x must be finite numbers (N, 2)"),
        ('[["1", "2"]]', lambda f: f.numbers("x", (None, 2)), "x must be finite numbers (N, 2)"),
        ("[]", lambda f: f.numbers("x", (None, 2)), "x must be finite numbers (N, 2)"),
        ("[1, 2, 1e999, 4]", lambda f: f.numbers("x", (4,)), "x must be finite numbers (4)"),
        ("[]", lambda f: f.texts("x"), "x must be a list of texts that is not empty, not []"),
        ("[0, true]", lambda f: f.group("x"), "x must be a list of indices"),
        ("[[0], []]", lambda f: f.groups("x"), "x must be a list of lists of indices"),
        ("[[0, 1, 2]]", lambda f: f.pairs("x"), "x must be a list of pairs of indices"),
        ("[]", lambda f: f.object("x"), "x must be an object {...}, not []"),
        ("[1]", lambda f: f.objects("x"), "x must be a list of objects {...}, not [1]"),
        ("1", lambda f: f.expect("x", "one"), 'x must be "one", not 1'),
        ("1", lambda f: f.text("y"), "y is missing"),
    ],
)
def test_wrong_values_are_refused(value: str, read: Callable[[Fields], Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        read(Fields.parse(f'{{"x": {value}}}', "the file"))
    assert str(error.value).startswith(f"the file: {says}")


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"x": NaN}', '{"x": Infinity}', "[" * 100_000, '{"x": ' + "9" * 5000 + "}", b"\xff{}"]
)
def test_what_is_no_json_object_is_refused(text: str | bytes) -> None:
    with pytest.raises(InputError, match=r"^the file: "):
        Fields.parse(text, "the file")


def test_long_values_are_shown_in_short() -> None:
    with pytest.raises(InputError) as error:
        Fields.parse(f'{{"x": "{"a" * 999}"}}', "f").integer("x", least=0)
    assert len(str(error.value)) < 150
