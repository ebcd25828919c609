"""What can be read from an ONNX file's bytes alone: whether it is whole, and its metadata.

An ONNX file is one protobuf message, a row of fields, each with its number, its kind and its length. That is enough to
see where a file was cut, before a runtime reads it, and to read a model's metadata without starting one.
The numbers are ONNX's ModelProto (onnx.proto): 7 graph, 14 metadata, whose entries hold 1 key, 2 value.
"""

from collections.abc import Iterator

GRAPH, METADATA = 7, 14
KEY, VALUE = 1, 2


class NotWholeError(ValueError):
    """The bytes end within a field, or are no protobuf message."""


def metadata(model: bytes) -> dict[str, str]:
    """The model's metadata; NotWholeError where the file was cut off, or is no ONNX file."""
    entries: dict[str, str] = {}
    has_graph = False
    for number, content in _fields(model):
        has_graph |= number == GRAPH
        if number == METADATA:
            entry = dict(_fields(content))
            try:
                entries[entry[KEY].decode()] = entry[VALUE].decode()
            except (KeyError, UnicodeDecodeError):
                raise NotWholeError from None
    if not has_graph:
        raise NotWholeError
    return entries


def replace_metadata(model: bytes, key: str, value: str) -> bytes:
    """The model with this one entry in place of any of that key, as the last of its fields."""
    metadata(model)  # a model that is not whole must not look whole for the entry at its end
    kept, before = [], 0
    for number, start, end in _spans(model):
        if not (number == METADATA and dict(_fields(model[start:end]))[KEY].decode() == key):
            kept.append(model[before:end])
        before = end
    entry = _field(KEY, key.encode()) + _field(VALUE, value.encode())
    return b"".join([*kept, _field(METADATA, entry)])


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each field; a varint's content is left empty, since nothing here asks for one."""
    return ((number, message[start:end]) for number, start, end in _spans(message))


def _spans(message: bytes) -> Iterator[tuple[int, int, int]]:
    """Number of each field, and where its content starts and ends; a field begins where the one before ends."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        match tag & 7:
            case 0:
                _, place = _varint(message, place)
                length = 0
            case 1:
                length = 8
            case 2:
                length, place = _varint(message, place)
            case 5:
                length = 4
            case _:
                raise NotWholeError
        if tag >> 3 == 0 or place + length > len(message):
            raise NotWholeError
        yield tag >> 3, place, place + length
        place += length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            break
        byte, place = message[place], place + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise NotWholeError


def _field(number: int, content: bytes) -> bytes:
    """A field of that content; the number is below 16, so that its tag is one byte."""
    length, groups = len(content), bytearray()
    while length >= 0x80:
        groups.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([number << 3 | 2, *groups, length]) + content
