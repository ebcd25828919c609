"""How an AVIF is to be turned: by two properties of its own, whatever the EXIF block in it says (ISO/IEC 23008-12).

The file is boxes within boxes, each its length, a name of four letters, and what it holds. meta tells the picture's
item (pitm), a list of properties (iprp/ipco), and which of them, counted from 1, belong to which item (iprp/ipma).
"""

import struct
from collections.abc import Iterator

# quarter turns anti-clockwise (irot), then a mirroring (imir: 0 upside down, 1 left to right) → EXIF's orientation
ORIENTATIONS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip
FULL = 4  # bytes of a version and of flags, with which some boxes begin

Span = tuple[int, int]  # where what a box holds begins and ends


def is_avif(data: bytes) -> bool:
    """Whether a file is of boxes, as AVIF is alone of what opencv reads."""
    return data[4:8] == b"ftyp"


def avif_orientation(data: bytes) -> int:
    """1 to 8, as EXIF counts; 1, upright, where nothing is said, or the file is damaged."""
    try:
        start, end = _only(data, (0, len(data)), b"meta")
        within = (start + FULL, end)
        item = _primary(data, _only(data, within, b"pitm"))
        properties = _only(data, within, b"iprp")
        listed = [*_boxes(data, _only(data, properties, b"ipco"))]
        turns, mirror = 0, None
        for index in _of_item(data, _only(data, properties, b"ipma"), item):
            name, (at, _) = listed[index - 1] if index else (b"", (0, 0))  # 0 is none
            if name == b"irot":
                turns = data[at] & 3
            elif name == b"imir":
                mirror = data[at] & 1
    except (struct.error, LookupError):
        return 1
    return ORIENTATIONS[turns, mirror]


def _boxes(data: bytes, within: Span) -> Iterator[tuple[bytes, Span]]:
    """The boxes there: their names, and where what they hold is."""
    at, end = within
    while at + 8 <= end:
        length, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:  # the length itself stands behind, in 64 bits
            (length,), head = struct.unpack_from(">Q", data, at + 8), 16
        last = at + length if length else end  # 0: to the end of the file
        if at + head > last or last > end:
            return
        yield name, (at + head, last)
        at = last


def _only(data: bytes, within: Span, name: bytes) -> Span:
    """The first box of that name; LookupError where there is none."""
    for found, span in _boxes(data, within):
        if found == name:
            return span
    raise LookupError(name)


def _primary(data: bytes, pitm: Span) -> int:
    """Which item the picture is; others are its opacity, a thumbnail, or parts of it."""
    at, _ = pitm
    return struct.unpack_from(">I" if data[at] else ">H", data, at + FULL)[0]


def _of_item(data: bytes, ipma: Span, item: int) -> list[int]:
    """The numbers of an item's properties; none where it has none."""
    at, end = ipma
    version, wide = data[at], data[at + 3] & 1
    (entries,) = struct.unpack_from(">I", data, at + FULL)
    at += FULL + 4
    for _ in range(entries):
        if at >= end:
            break
        ident, count = struct.unpack_from(">IB" if version else ">HB", data, at)
        at += 5 if version else 3
        # the highest bit of each says whether it may be passed over
        if ident == item:
            numbers = struct.unpack_from(f">{count}{'H' if wide else 'B'}", data, at)
            return [number & (0x7FFF if wide else 0x7F) for number in numbers]
        at += count * (2 if wide else 1)
    return []
