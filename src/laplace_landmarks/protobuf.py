"""Protobuf's wire format, as much of it as ONNX files need: a message is a row of fields, each with its number.

A field's tag says its number and its kind: a varint (0), eight bytes (1), a length and that many bytes (2: text, bytes,
a message within), or four bytes (5).
"""

import struct
from collections.abc import Iterator

VARINT, LENGTH, FOUR_BYTES = 0, 2, 5


class NotWholeError(ValueError):
    """The bytes end within a field, or are no protobuf message."""


def field(number: int, content: bytes | str | int | float) -> bytes:
    """One field: bytes, a message among them, and text with their length, an int as a varint, a float in four bytes.

    >>> field(1, 300).hex(), field(2, "on").hex()
    ('08ac02', '12026f6e')
    """
    match content:
        case int():
            return _varint(number << 3 | VARINT) + _varint(content)
        case float():
            return _varint(number << 3 | FOUR_BYTES) + struct.pack("<f", content)
        case str():
            content = content.encode()
    return _varint(number << 3 | LENGTH) + _varint(len(content)) + content


def fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each field; a varint's content is left empty, since nothing here asks for one."""
    return ((number, message[start:end]) for number, start, end in spans(message))


def spans(message: bytes) -> Iterator[tuple[int, int, int]]:
    """Number of each field, and where its content starts and ends; a field begins where the one before ends."""
    place = 0
    while place < len(message):
        tag, place = _read_varint(message, place)
        match tag & 7:
            case 0:
                _, place = _read_varint(message, place)
                length = 0
            case 1:
                length = 8
            case 2:
                length, place = _read_varint(message, place)
            case 5:
                length = 4
            case _:
                raise NotWholeError
        if tag >> 3 == 0 or place + length > len(message):
            raise NotWholeError
        yield tag >> 3, place, place + length
        place += length


def _varint(value: int) -> bytes:
    """A number of at least 0 in groups of seven bits, the lowest first."""
    groups = bytearray()
    while value >= 0x80:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    """The number at a place, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            break
        byte, place = message[place], place + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise NotWholeError
