"""The size that a header promises is the size that is decoded."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from laplace_landmarks.data.picture_size import picture_size

KINDS = {
    "JPEG": {}, "progressive JPEG": {"progressive": True}, "PNG": {}, "GIF": {}, "BMP": {}, "TIFF": {}, "WEBP": {},
    "lossless WEBP": {"lossless": True}, "exif WEBP": {"exif": b"Exif\0\0II*\0" + bytes(9)},
    "exif JPEG": {"exif": b"Exif\0\0II*\0" + bytes(5000)},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (37, 300), (300, 37)])
def test_the_size_in_the_header(kind: str, size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("RGB", size, (1, 2, 3)).save(file, kind.split()[-1], **KINDS[kind])
    assert picture_size(file.getvalue()) == size


def test_of_a_big_endian_tiff_and_opencv_s_files() -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    for suffix in (".jpg", ".png", ".bmp", ".tiff", ".webp", ".avif", ".ppm", ".pam", ".pfm", ".hdr", ".ras"):
        assert picture_size(cv2.imencode(suffix, pixels)[1].tobytes()) == (30, 20), suffix
    big = b"MM\0*\0\0\0\x08\0\x02\x01\0\0\3\0\0\0\1\0\x1e\0\0\x01\1\0\4\0\0\0\1\0\0\0\x14"
    assert picture_size(big) == (30, 20)


def test_of_a_jpeg_2000() -> None:
    whole = cv2.imencode(".jp2", np.zeros((300, 200, 3), np.uint8))[1].tobytes()
    assert picture_size(whole) == (200, 300)
    assert picture_size(whole[whole.index(b"\xff\x4f\xff\x51") :]) == (200, 300)


@pytest.mark.parametrize(
    "header", ["P1 30 20\n", "P4\n30 20\n", "P5\n# by hand\n#\n30\n# 7 8\n20\n255\n", "PF\n30 20\n-1\n"]
)
def test_of_a_pnm(header: str) -> None:
    assert picture_size(header.encode() + bytes(9)) == (30, 20)


def test_anything_else_has_none() -> None:
    whole = cv2.imencode(".jpg", np.zeros((20, 30, 3), np.uint8))[1].tobytes()
    for data in (
        b"",
        b"\xff\xd8",
        b"\x89PNG",
        b"BM",
        b"RIFF",
        b"GIF8",
        b"II*\0",
        b"a text",
        b"P",
        b"P4\n30 x",
        b"P7\nWIDTH 30\n",
        b"#?RADIANCE\n",
        b"\0\0\0\x20ftypavif",
        b"\0\0\0\x20ftypavif    ispe",
        b"\0\0\0\x0cjP  ",
        whole[:100],
        b"RIFF" + bytes(40),
    ):
        assert picture_size(data) is None


def test_any_bytes_are_no_trouble() -> None:
    random = np.random.default_rng(0)
    for start in (
        b"\xff\xd8",
        b"\x89PNG",
        b"GIF8",
        b"BM",
        b"RIFF____WEBPVP8X",
        b"II*\0",
        b"MM\0*",
        b"P5 ",
        b"P7",
        b"#?",
        b"____ftyp",
        b"\xff\x4f\xff\x51",
    ):
        for _ in range(50):
            picture_size(start + random.integers(0, 256, 200, np.uint8).tobytes())


def test_of_real_pictures(shared_data: Path) -> None:
    for file in sorted((shared_data / "group-photos").glob("*.jpg")):
        picture = cv2.imread(str(file), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        assert picture is not None
        assert picture_size(file.read_bytes()[: 2**16]) == picture.shape[1::-1]
