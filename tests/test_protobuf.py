"""The wire format, by the examples of protobuf's own documentation and by what protobuf itself writes."""

import pytest
from google.protobuf import wrappers_pb2
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.protobuf import NotWholeError, field, fields, spans


def test_documented_examples() -> None:
    assert field(1, 150) == bytes.fromhex("089601")
    assert field(2, "testing") == bytes.fromhex("120774657374696e67")
    assert field(3, field(1, 150)) == bytes.fromhex("1a03089601")


@given(st.integers(0, 2**63 - 1))
def test_numbers_are_as_protobuf_writes_them(value: int) -> None:
    assert wrappers_pb2.Int64Value.FromString(field(1, value)).value == value


@given(st.floats(width=32, allow_nan=False))
def test_floats_are_as_protobuf_writes_them(value: float) -> None:
    assert wrappers_pb2.FloatValue.FromString(field(1, value)).value == value


@given(st.lists(st.tuples(st.integers(1, 5000), st.binary(max_size=300))))
def test_what_was_written_is_read(rows: list[tuple[int, bytes]]) -> None:
    assert list(fields(b"".join(field(number, content) for number, content in rows))) == rows


def test_spans_pass_over_every_kind() -> None:
    message = field(1, 300) + field(2, 0.5) + field(3, "ab") + b"\x21" + bytes(8)  # 0x21: field 4, eight bytes
    assert [(number, end - start) for number, start, end in spans(message)] == [(1, 0), (2, 4), (3, 2), (4, 8)]


@pytest.mark.parametrize("message", [b"\x0a", b"\x0a\x05abc", b"\x08", b"\x0b", b"\x02\x00", b"\xff" * 11, b"\x0d\x00"])
def test_no_message(message: bytes) -> None:
    with pytest.raises(NotWholeError):
        list(spans(message))
