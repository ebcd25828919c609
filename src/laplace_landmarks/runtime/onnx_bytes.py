"""What can be read from an ONNX file's bytes alone: whether it is whole, and its metadata.

An ONNX file is one protobuf message, a row of fields, each with its number, its kind and its length. That is enough to
see where a file was cut, before a runtime reads it, and to read a model's metadata without starting one.
The numbers are ONNX's ModelProto (onnx.proto): 7 graph, 14 metadata, whose entries hold 1 key, 2 value.
"""

from laplace_landmarks.protobuf import NotWholeError, field, fields, spans

GRAPH, METADATA = 7, 14
KEY, VALUE = 1, 2


def metadata(model: bytes) -> dict[str, str]:
    """The model's metadata; NotWholeError where the file was cut off, or is no ONNX file."""
    entries: dict[str, str] = {}
    has_graph = False
    for number, content in fields(model):
        has_graph |= number == GRAPH
        if number == METADATA:
            entry = dict(fields(content))
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
    for number, start, end in spans(model):
        if not (number == METADATA and dict(fields(model[start:end]))[KEY].decode() == key):
            kept.append(model[before:end])
        before = end
    entry = field(KEY, key.encode()) + field(VALUE, value.encode())
    return b"".join([*kept, field(METADATA, entry)])
