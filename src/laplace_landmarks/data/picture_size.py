"""How many pixels a picture file promises, from its first bytes: known before memory is taken for them."""

import re
import struct

from laplace_landmarks.data.netpbm import netpbm_size

# of a JPEG: the frames that tell a size; the other markers in their range define tables
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
WIDTH_TAG, HEIGHT_TAG = 256, 257  # of a TIFF
RADIANCE = re.compile(rb"-Y (\d{1,10}) \+X (\d{1,10})")
HEADER = 4096  # bytes in which a header of text has told its size


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the header tells them; None where it tells none, or is of another kind of file.

    >>> picture_size(bytes.fromhex("89504e470d0a1a0a0000000d4948445200000280000001e0"))
    (640, 480)
    """
    try:
        if data[4:8] == b"ftyp":  # after its own length, which may be any
            return _avif(data)
        for start, read in READERS.items():
            if data.startswith(start):
                return read(data)
    except (struct.error, IndexError):  # the header itself is cut short
        pass
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
        elif marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 if marker == 0x01 or 0xD0 <= marker <= 0xD8 else 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _png(data: bytes) -> tuple[int, int]:
    return struct.unpack_from(">II", data, 16)


def _gif(data: bytes) -> tuple[int, int]:
    return struct.unpack_from("<HH", data, 6)


def _bmp(data: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", data, 14)[0] == 12:  # the header of OS/2
        return struct.unpack_from("<HH", data, 18)
    width, height = struct.unpack_from("<ii", data, 18)
    return abs(width), abs(height)  # a negative height counts rows from the top


def _webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


def _tiff(data: bytes) -> tuple[int, int] | None:
    order = "<" if data.startswith(b"II") else ">"
    (directory,) = struct.unpack_from(order + "I", data, 4)
    sides: dict[int, int] = {}
    for entry in range(struct.unpack_from(order + "H", data, directory)[0]):
        tag, kind = struct.unpack_from(order + "HH", data, directory + 2 + 12 * entry)
        if tag in (WIDTH_TAG, HEIGHT_TAG):
            form = order + ("H" if kind == 3 else "I")  # 16 or 32 bits
            (sides[tag],) = struct.unpack_from(form, data, directory + 10 + 12 * entry)
    return (sides[WIDTH_TAG], sides[HEIGHT_TAG]) if len(sides) == 2 else None


def _avif(data: bytes) -> tuple[int, int] | None:
    """The largest of the sizes that it lists: of the picture, of its parts and of its opacity."""
    sizes = [struct.unpack_from(">II", data, found.end() + 4) for found in re.finditer(b"ispe", data[: 16 * HEADER])]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _jpeg2000(data: bytes) -> tuple[int, int] | None:
    """From the codestream, which is decoded; boxes around it may promise another size."""
    at = data.find(b"\xff\x4f\xff\x51")
    if at < 0:
        return None
    right, bottom, left, top = struct.unpack_from(">IIII", data, at + 8)
    return right - left, bottom - top


def _sun(data: bytes) -> tuple[int, int]:
    return struct.unpack_from(">II", data, 4)


def _radiance(data: bytes) -> tuple[int, int] | None:
    found = RADIANCE.search(data[:HEADER])
    return (int(found[2]), int(found[1])) if found else None


READERS = {
    b"\xff\xd8": _jpeg,
    b"\x89PNG": _png,
    b"GIF8": _gif,
    b"BM": _bmp,
    b"RIFF": _webp,
    b"II*\0": _tiff,
    b"MM\0*": _tiff,
    b"\0\0\0\x0cjP": _jpeg2000,
    b"\xff\x4f\xff\x51": _jpeg2000,
    b"\x59\xa6\x6a\x95": _sun,
    b"P": netpbm_size,
    b"#?": _radiance,
}
