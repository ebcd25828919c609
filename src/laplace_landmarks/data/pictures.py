"""Picture files in and out: whatever the file holds becomes RGB uint8, upright, and a broken file is named."""

import struct
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.errors import InputError

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})

JPEG, PNG = b"\xff\xd8", b"\x89PNG"  # how such files begin
ORIENTATION_TAG = 0x0112  # of EXIF: how the camera was held, 1 to 8


def read_picture(path: Path | str) -> Picture:
    """(H, W, 3) the picture in a file: upright by its EXIF, grey as RGB, 16 bits as 8, transparency on white.

    InputError names a file that is missing, empty, cut short, or no picture.
    """
    return decode_picture(read_bytes(path), path)


def read_bytes(path: Path | str) -> bytes:
    """The bytes of a picture file; InputError where it cannot be read or is empty."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if not data:
        raise InputError(f"{path}: the file is empty; copy it again")
    return data


def decode_picture(data: bytes, where: Path | str) -> Picture:
    """(H, W, 3) the picture in a file's bytes, as read_picture; `where` names the file in errors."""
    if _cut_short(data):
        raise InputError(f"{where}: the picture is cut short; copy it again")
    encoded = np.frombuffer(data, np.uint8)
    try:
        if not data.startswith(JPEG):
            raw = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
            if raw is not None and raw.ndim == 3 and raw.shape[2] == 4:
                return _on_white(_upright(raw, _orientation(data)))
        picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR)  # heeds EXIF, as the flag above does not; drops opacity
    except cv2.error as error:
        raise InputError(f"{where}: too large or damaged to be decoded ({error.err})") from error
    if picture is None:
        raise InputError(f"{where}: not a picture that can be decoded, or a damaged one")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)  # pyright: ignore[reportReturnType]


def write_picture(path: Path | str, picture: Picture) -> None:
    """Writes (H, W, 3) RGB in the format that the suffix names."""
    path = Path(path)
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise InputError(f"{path}: cannot write this kind of picture; use one of {', '.join(sorted(PICTURE_SUFFIXES))}")
    _, encoded = cv2.imencode(path.suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    try:
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def _cut_short(data: bytes) -> bool:
    """Whether the end is missing, which some decoders forgive by painting the rest grey."""
    if data.startswith(JPEG):  # an embedded thumbnail has an end of its own, before the picture's last scan
        return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda") or b"\xff\xda" not in data
    return data.startswith(PNG) and data.rfind(b"IEND") < 0


def _on_white(raw: NDArray[np.uint8] | NDArray[np.uint16]) -> Picture:
    """(H, W, 4) BGR and opacity → RGB on a white ground."""
    shown = raw.astype(np.float32) / np.iinfo(raw.dtype).max
    opacity = shown[..., 3:]
    return np.rint(255 * (shown[..., 2::-1] * opacity + 1 - opacity)).astype(np.uint8)


def _orientation(data: bytes) -> int:
    """EXIF's orientation in a PNG or WebP file; 1, upright, where it has none."""
    start = max(data.find(b"eXIf"), data.find(b"EXIF"))
    start += 8 if data.startswith(b"RIFF") else 4  # WebP puts the block's length after its name, PNG before
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
