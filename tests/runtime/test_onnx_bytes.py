"""ONNX files read as bytes: messages written by hand, byte by byte."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.runtime.onnx_bytes import NotWholeError, metadata, replace_metadata

VERSION = b"\x08\x0a"  # field 1, varint 10
GRAPH = b"\x3a\x03abc"  # field 7, three bytes
ENTRY = b"\x72\x08" + b"\x0a\x01k" + b"\x12\x03abc"  # field 14: key "k", value "abc"


def test_metadata_of_a_message_written_by_hand() -> None:
    assert metadata(VERSION + GRAPH + ENTRY) == {"k": "abc"}


def test_a_model_without_metadata_has_none() -> None:
    assert metadata(VERSION + GRAPH) == {}


def test_a_length_may_take_two_bytes() -> None:
    long = b"\x3a\x80\x02" + 256 * b"x"  # 256 = 0 + 2 · 128

    assert metadata(long + ENTRY) == {"k": "abc"}
    with pytest.raises(NotWholeError):
        metadata(long[:-1])


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"", id="empty"),
        pytest.param(VERSION, id="no graph"),
        pytest.param(VERSION + GRAPH[:-1], id="cut within the graph"),
        pytest.param(VERSION + GRAPH + ENTRY[:1], id="cut after a tag"),
        pytest.param(VERSION + GRAPH + ENTRY[:-2], id="cut within the metadata"),
        pytest.param(GRAPH + b"\x72\x03\x0a\x01k", id="a key without a value"),
        pytest.param(GRAPH + b"\x72\x06\x0a\x01k\x12\x01\xff", id="a value that is no text"),
        pytest.param(b"\xff" * 20, id="a varint without an end"),
        pytest.param(b"\x3b" + GRAPH, id="a kind that protobuf 3 does not have"),
        pytest.param(b"{}", id="JSON"),
    ],
)
def test_what_is_not_whole_is_refused(broken: bytes) -> None:
    with pytest.raises(NotWholeError):
        metadata(broken)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with suppress(NotWholeError):
        assert isinstance(metadata(data), dict)


def test_an_entry_is_replaced_by_hand() -> None:
    other = b"\x72\x08" + b"\x0a\x01o" + b"\x12\x03xyz"
    new = b"\x72\x09" + b"\x0a\x01k" + b"\x12\x04long"

    assert replace_metadata(ENTRY + VERSION + ENTRY + GRAPH + other, "k", "long") == VERSION + GRAPH + other + new
    assert replace_metadata(GRAPH + VERSION, "k", "long") == GRAPH + VERSION + new


@given(st.text(max_size=50), st.text(max_size=20_000))
def test_any_entry_is_read_as_it_was_written(key: str, value: str) -> None:
    once = replace_metadata(VERSION + GRAPH + ENTRY, key, value)
    assert metadata(once) == {"k": "abc"} | {key: value}
    assert replace_metadata(once, key, value) == once
    for length in range(len(once) - 3, len(once)):
        with pytest.raises(NotWholeError):
            metadata(once[:length])


@pytest.mark.parametrize("broken", [b"", VERSION, VERSION + GRAPH[:-1], VERSION + GRAPH + ENTRY[:-2]])
def test_nothing_is_added_to_what_is_not_whole(broken: bytes) -> None:
    with pytest.raises(NotWholeError):
        replace_metadata(broken, "k", "v")
