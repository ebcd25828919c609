"""Picture files in and out: whatever the file holds becomes RGB uint8, upright, and a broken file is named."""

import os
import re
import stat
import struct
from math import inf
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.avif import avif_orientation, is_avif
from laplace_landmarks.data.netpbm import with_white
from laplace_landmarks.data.picture_size import picture_size
from laplace_landmarks.errors import InputError

WRITTEN_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
PICTURE_SUFFIXES = WRITTEN_SUFFIXES | {".gif", ".jfif", ".jp2", ".avif", ".ppm", ".pgm", ".pnm"}
LARGEST_SIDE = {".jpg": 65_500, ".jpeg": 65_500, ".webp": 16_383}  # pixels, of what is written
MOST_PIXELS = 250_000_000  # of a picture, which then takes 750 MB; beyond, a small file may be meant to fill the memory
MOST_BYTES = 2**31 - 1  # of a file: opencv counts them in 32 bits

JPEG, PNG, TIFF = b"\xff\xd8", b"\x89PNG", (b"II*\0", b"MM\0*")  # how such files begin
MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")  # of JPEG, those without a segment of their own left out
END, SCAN = 0xD9, 0xDA  # such markers
DEPTHS = (8, 10, 12)  # bits that are used where a picture of 16 has no brighter pixel
ORIENTATION_TAG = 0x0112  # of EXIF: how the camera was held, 1 to 8


class TooLarge(InputError):
    """A picture that this kind of file cannot hold."""


def read_picture(path: Path | str) -> Picture:
    """(H, W, 3) the picture in a file: upright by its EXIF, grey as RGB, 16 bits as 8, transparency on white.

    Of 16 bits the upper 8 are taken; where a PNG or TIFF has 10 or 12 in use alone, as cameras do, those of them; of a
    PGM or PPM up to its own white. An AVIF is turned as it says itself. What the file holds counts, not its suffix; of
    an animation or a stack of pages the first. InputError names a file that is missing, empty, cut short, larger than
    MOST_PIXELS, or no picture.
    """
    return decode_picture(read_bytes(path), path)


def read_bytes(path: Path | str) -> bytes:
    """The bytes of a picture file; InputError where it cannot be read or is empty."""
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"a picture file is named by its path, not {type(path).__name__}")
    try:
        facts = Path(path).stat()
        if not (stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode)):  # reading a pipe or a device may never end
            raise InputError(f"{path}: not a file")
        if facts.st_size > MOST_BYTES:
            raise InputError(f"{path}: {facts.st_size:,} bytes are no picture")
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if not data:
        raise InputError(f"{path}: the file is empty; copy it again")
    return data


def decode_picture(data: bytes | bytearray | memoryview, where: Path | str, most_pixels: int = MOST_PIXELS) -> Picture:
    """(H, W, 3) the picture in a file's bytes, as read_picture; `where` names the file in errors.

    most_pixels: larger ones are refused by what the header says, before anything is decoded.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise InputError(f"{where}: a picture's bytes are wanted, not {type(data).__name__}")
    data = bytes(data)
    if not data:
        raise InputError(f"{where}: empty, no picture")
    if _cut_short(data):
        raise InputError(f"{where}: the picture is cut short; copy it again")
    width, height = picture_size(data) or (0, 0)
    if width * height > most_pixels:
        raise InputError(
            f"{where}: too large, {width:,} x {height:,} pixels; {most_pixels:,} are the most, so make it smaller"
        )
    try:
        picture = _decoded(data)
    except cv2.error as error:
        raise InputError(f"{where}: too large or damaged to be decoded ({error.err})") from error
    if picture is None:
        raise InputError(f"{where}: {_why_not(data)}")
    return picture


def write_picture(path: Path | str, picture: Picture) -> None:
    """Writes (H, W, 3) RGB in the format that the suffix names; TooLarge where that cannot hold it."""
    path = Path(path)
    check_written(path)
    height, width = picture.shape[:2]
    limit = LARGEST_SIDE.get(path.suffix.lower(), inf)
    if max(width, height) > limit:
        raise TooLarge(
            f"{path}: {width:,} x {height:,} pixels, and a {path.suffix} has at most {limit:,} a side; "
            "let the name end in .png"
        )
    try:
        whole, encoded = cv2.imencode(path.suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    except cv2.error as error:
        raise TooLarge(
            f"{path}: {width:,} x {height:,} pixels cannot be encoded as {path.suffix} ({error.err})"
        ) from None
    if not whole:
        raise TooLarge(f"{path}: {width:,} x {height:,} pixels cannot be encoded as {path.suffix}")
    try:
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def check_written(path: Path) -> None:
    """InputError where the suffix is of no kind of picture that is written."""
    if path.suffix.lower() not in WRITTEN_SUFFIXES:
        raise InputError(f"{path}: cannot write this kind of picture; use one of {', '.join(sorted(WRITTEN_SUFFIXES))}")


def _decoded(data: bytes) -> Picture | None:
    """The picture as opencv decodes it, which heeds EXIF only where it drops opacity.

    It drops that of a grey TIFF, and the transparent level of a grey PNG, in any case: such pictures look opaque.
    """
    encoded, is_tiff = np.frombuffer(data, np.uint8), data.startswith(TIFF)
    if not data.startswith(JPEG):
        raw = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
        if raw is None or np.issubdtype(raw.dtype, np.signedinteger):  # negative ones would be the brightest
            return None
        raw = with_white(raw, data)
        depth = raw.shape[2] if raw.ndim == 3 else 1
        if depth == 4 and raw.dtype in (np.uint8, np.uint16):
            if raw.dtype == np.uint16 and (bits := _bits_in_use(raw[..., :3])) < 16:  # of opacity all 16 are
                raw[..., :3] = raw[..., :3].astype(np.uint32) * (2**16 - 1) // (2**bits - 1)
            # of 8 bits in a TIFF the colours come multiplied by their opacity
            return _on_white(_upright(raw, _orientation(data)), is_tiff and raw.dtype == np.uint8)
        if depth in (1, 3) and raw.dtype == np.uint8 and not is_tiff:
            to_rgb = cv2.COLOR_GRAY2RGB if depth == 1 else cv2.COLOR_BGR2RGB
            return cv2.cvtColor(np.ascontiguousarray(_upright(raw, _orientation(data))), to_rgb)  # pyright: ignore[reportReturnType]
        if raw.dtype == np.uint16 and (is_tiff or data.startswith(PNG)) and (bits := _bits_in_use(raw)) < 16:
            upright = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH))
            return cv2.cvtColor((upright >> (bits - 8)).astype(np.uint8), cv2.COLOR_BGR2RGB)  # pyright: ignore[reportReturnType]
        del raw
    picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR | (cv2.IMREAD_IGNORE_ORIENTATION if is_avif(data) else 0))
    if picture is not None and is_avif(data):
        picture = np.ascontiguousarray(_upright(picture, _orientation(data)))
    return None if picture is None else cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)  # pyright: ignore[reportReturnType]


def _bits_in_use(colours: NDArray) -> int:
    """Of 16 bits, as the brightest pixel tells: 8, 10 or 12 where there is none that would need more."""
    used = int(colours.max()).bit_length()
    return next((depth for depth in DEPTHS if used <= depth), 16)


def _why_not(data: bytes) -> str:
    """Why a file is not decoded, as far as can be told."""
    raw = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if raw is None:
        return "not a picture that can be decoded, or a damaged one"
    return f"its pixels are {raw.dtype}, whose black and white nobody knows; save it with 8 or 16 bits, unsigned"


def _cut_short(data: bytes) -> bool:
    """Whether the end is missing, which some decoders forgive by painting the rest grey."""
    if data.startswith(JPEG):
        return not _has_scan_and_end(data)
    return data.startswith(PNG) and data.rfind(b"IEND") < 0


def _has_scan_and_end(data: bytes) -> bool:
    """Whether a JPEG's own end follows a scan: thumbnails in segments, and what a phone adds behind, have ends too."""
    at, scanned = len(JPEG), False
    while marker := MARKER.search(data, at):
        kind, after = data[marker.end() - 1], marker.end()
        if kind == END:
            return scanned
        scanned |= kind == SCAN
        at = after if kind == SCAN else after + int.from_bytes(data[after : after + 2], "big")  # whatever it holds
    return False


def _on_white(raw: NDArray[np.uint8] | NDArray[np.uint16], multiplied: bool) -> Picture:
    """(H, W, 4) BGR, perhaps multiplied by their opacity, and opacity → RGB on a white ground."""
    picture = np.empty((*raw.shape[:2], 3), np.uint8)
    for y, row in enumerate(raw):  # row by row: floats of a whole picture are four times as large
        shown = row.astype(np.float32) / np.iinfo(raw.dtype).max
        opacity = shown[..., 3:]
        picture[y] = np.rint(255 * (shown[..., 2::-1] * (1 if multiplied else opacity) + 1 - opacity))
    return picture


def _orientation(data: bytes) -> int:
    """EXIF's orientation in a PNG or WebP file, an AVIF's own in its place; 1, upright, where it has none."""
    if is_avif(data):
        return avif_orientation(data)
    webp = data.startswith(b"RIFF")
    start = data.find(b"EXIF" if webp else b"eXIf")
    start += 8 if webp else 4  # WebP puts the block's length after its name, PNG before
    start += 6 if data[start : start + 6] == b"Exif\0\0" else 0  # which belongs into a JPEG; some write it anyway
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[start : start + 4])
    if order is None:
        return 1
    try:
        directory = start + struct.unpack_from(order + "I", data, start + 4)[0]
        for entry in range(struct.unpack_from(order + "H", data, directory)[0]):
            tag, _, _, value = struct.unpack_from(order + "HHIH", data, directory + 2 + 12 * entry)
            if tag == ORIENTATION_TAG:
                return value
    except struct.error:
        return 1
    return 1


def _upright(raw: NDArray, orientation: int) -> NDArray:
    """The picture as it was seen: EXIF's eight orientations are a transposition and two mirrorings."""
    if orientation in (5, 6, 7, 8):
        raw = raw.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        raw = raw[::-1]
    if orientation in (2, 3, 6, 7):
        raw = raw[:, ::-1]
    return raw
