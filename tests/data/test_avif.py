"""An AVIF's own turn: as Pillow writes it for each of EXIF's orientations, and in files put together by hand."""

import io
import struct

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps, features

from laplace_landmarks.data.avif import avif_orientation
from laplace_landmarks.data.pictures import decode_picture

needs_avif = pytest.mark.skipif(not features.check("avif"), reason="this Pillow writes no AVIF")


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def full(name: bytes, content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(name, struct.pack(">I", version << 24 | flags) + content)


def file(properties: list[bytes], of_items: dict[int, list[int]], primary: int = 1, *, wide: bool = False) -> bytes:
    """The boxes that tell a turn. wide: with 32 bits for items, and 16 for properties."""
    item, number = ("I", "H") if wide else ("H", "B")
    entries = b"".join(
        struct.pack(f">{item}B{len(numbers)}{number}", ident, len(numbers), *numbers)
        for ident, numbers in of_items.items()
    )
    associations = full(b"ipma", struct.pack(">I", len(of_items)) + entries, int(wide), int(wide))
    listed = box(b"iprp", box(b"ipco", b"".join(properties)) + associations)
    meta = full(b"meta", full(b"pitm", struct.pack(f">{item}", primary), int(wide)) + listed)
    return box(b"ftyp", b"avif\0\0\0\0mif1") + meta + box(b"mdat", b"\0" * 9)


def irot(turns: int) -> bytes:
    return box(b"irot", bytes([turns]))


def imir(axis: int) -> bytes:
    return box(b"imir", bytes([axis]))


SIZE = full(b"ispe", struct.pack(">II", 64, 32))


def saved(orientation: int, mode: str) -> tuple[bytes, np.ndarray]:
    """A file, and the picture as it is seen."""
    stored = np.full((40, 64, 4), (30, 30, 200, 255), np.uint8)
    stored[:16, :16, :3] = (250, 10, 20)
    stored[:16, -16:, :3] = (20, 240, 30)
    picture, block = Image.fromarray(stored).convert(mode), Image.Exif()
    block[0x0112] = orientation
    to = io.BytesIO()
    picture.save(to, "AVIF", quality=95, exif=block)
    tagged = Image.fromarray(stored).convert("RGB")
    tagged.getexif()[0x0112] = orientation
    return to.getvalue(), np.asarray(ImageOps.exif_transpose(tagged))


@needs_avif
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(orientation: int, mode: str) -> None:
    data, wanted = saved(orientation, mode)
    if cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) is None:
        pytest.skip("this opencv reads no AVIF")
    assert avif_orientation(data) == orientation
    seen = decode_picture(data, "a.avif")
    assert seen.shape == wanted.shape
    assert np.abs(seen[4::8, 4::8].astype(int) - wanted[4::8, 4::8]).max() < 60


@pytest.mark.parametrize("wide", [False, True])
def test_the_turn_is_that_of_the_picture_and_not_of_a_thumbnail(wide: bool) -> None:
    properties = [irot(1), SIZE, irot(3), imir(0)]
    of_items = {7: [1, 2], 9: [0, 2, 0x8003 if wide else 0x83, 4]}
    assert avif_orientation(file(properties, of_items, 9, wide=wide)) == 7
    assert avif_orientation(file(properties, of_items, 7, wide=wide)) == 8
    assert avif_orientation(file(properties, of_items, 5, wide=wide)) == 1


def test_long_lengths_and_open_ends() -> None:
    whole = file([irot(1)], {1: [1]})
    at = whole.index(b"meta") - 4
    (length,) = struct.unpack_from(">I", whole, at)
    in_64_bits = whole[:at] + struct.pack(">I4sQ", 1, b"meta", length + 8) + whole[at + 8 :]
    to_the_end = whole[:at] + struct.pack(">I", 0) + whole[at + 4 : at + length]
    assert [avif_orientation(data) for data in (whole, in_64_bits, to_the_end)] == [8, 8, 8]


def test_damaged_files_are_upright_or_turned_but_never_an_error() -> None:
    whole = file([irot(1), imir(1)], {1: [1, 2, 9]})  # there is no ninth property
    assert avif_orientation(whole) == 1
    whole = file([irot(1), imir(1)], {1: [1, 2]})
    for cut in range(len(whole)):
        assert avif_orientation(whole[:cut]) in range(1, 9)
    random = np.random.default_rng(0)
    for _ in range(3000):
        damaged = np.frombuffer(whole, np.uint8).copy()
        damaged[random.integers(0, len(whole), 3)] = random.integers(0, 256, 3)
        assert avif_orientation(damaged.tobytes()) in range(1, 9)
