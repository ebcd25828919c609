"""Pictures that are cut short, are none, or would fill the memory: refused by name, and none that is whole."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from fixtures.picture_bytes import encoded, exif, jpeg_with, png_chunk
from laplace_landmarks.data.pictures import decode_picture, read_picture
from laplace_landmarks.errors import InputError


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95, 0.999])
def test_a_picture_cut_short(tmp_path: Path, photo: np.ndarray, suffix: str, share: float):
    data = encoded(suffix, photo)
    file = tmp_path / f"short{suffix}"
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match=f"short{suffix}"):
        read_picture(file)


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_picture_cut_short_is_reported_once(tmp_path: Path, photo: np.ndarray, suffix: str, capfd):
    (tmp_path / "short").write_bytes(encoded(suffix, photo)[:-40])
    with pytest.raises(InputError, match="cut short"):
        read_picture(tmp_path / "short")
    assert capfd.readouterr() == ("", "")


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture(tmp_path: Path, photo: np.ndarray):
    thumbnail = encoded(".jpg", photo[:8, :8])
    whole = jpeg_with(exif(1) + thumbnail, encoded(".jpg", photo))
    (tmp_path / "whole.jpg").write_bytes(whole)
    assert read_picture(tmp_path / "whole.jpg").shape == photo.shape
    (tmp_path / "short.jpg").write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(InputError, match=r"short\.jpg: the picture is cut short"):
        read_picture(tmp_path / "short.jpg")


def test_what_cameras_append_does_no_harm(tmp_path: Path, photo: np.ndarray):
    for suffix in (".jpg", ".png"):
        (tmp_path / f"a{suffix}").write_bytes(encoded(suffix, photo) + b"\0" * 100)
        assert read_picture(tmp_path / f"a{suffix}").shape == photo.shape


def test_a_video_behind_a_photo_does_no_harm(tmp_path: Path, photo: np.ndarray):
    """Phones append one, in whose bytes a scan may seem to begin; a photo that ends early is refused all the same."""
    jpeg, video = encoded(".jpg", photo), b"\0\0\0\x18ftypmp42 \xff\xd9 \xff\xda and so on"
    (tmp_path / "motion.jpg").write_bytes(jpeg + video)
    assert read_picture(tmp_path / "motion.jpg").shape == photo.shape
    (tmp_path / "short.jpg").write_bytes(jpeg[:-2])
    with pytest.raises(InputError, match="cut short"):
        read_picture(tmp_path / "short.jpg")


def test_no_picture(tmp_path: Path):
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("this is a text, whatever its name says")
    (tmp_path / "folder.jpg").mkdir()
    for name, words in {
        "missing.jpg": "cannot be read",
        "empty.jpg": "is empty",
        "text.jpg": "not a picture",
        "folder.jpg": "cannot be read",
    }.items():
        with pytest.raises(InputError, match=rf"{name}: .*{words}"):
            read_picture(tmp_path / name)


def test_a_picture_that_would_fill_the_memory(tmp_path: Path):
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + body + png_chunk(b"IEND", b""))
    with pytest.raises(InputError, match=r"bomb\.png: too large"):
        read_picture(tmp_path / "bomb.png")


@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "tiff", "webp", "jpeg", "pbm", "avif"])
def test_a_bomb_is_refused_by_what_its_header_promises(tmp_path: Path, kind: str):
    """Files of a few bytes that promise thousands of megapixels: nothing is decoded."""
    side = (30_000, 30_000)
    heads = {
        "png": b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", *side, 1, 0, 0, 0, 0)) + b"IEND",
        "gif": b"GIF89a" + struct.pack("<HHBBB", *side, 0, 0, 0) + b";",
        "bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 30_000, -30_000, 1, 24, 0, 0, 0, 0, 0, 0),
        "tiff": b"II*\0" + struct.pack("<IHHHIIHHII", 8, 2, 256, 4, 1, 30_000, 257, 4, 1, 30_000),
        "webp": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (29_999).to_bytes(3, "little") * 2,
        "jpeg": b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HHB", *side, 3) + bytes(9) + b"\xff\xda\xff\xd9",
        "pbm": b"P4\n# small\n30000 30000\n",
        "avif": b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x14ispe" + struct.pack(">III", 0, *side),
    }  # fmt: skip
    (tmp_path / "bomb").write_bytes(heads[kind])
    with pytest.raises(InputError, match=r"bomb: too large, 30,000 x 30,000 pixels; 250,000,000 are the most"):
        read_picture(tmp_path / "bomb")


def test_what_is_no_ordinary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "self.jpg").symlink_to("self.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(3 * 2**30)  # takes no room on the disk
    for name, words in {
        "self.jpg": "cannot be read",
        "pipe.jpg": "not a file",
        "huge.jpg": "3,221,225,472 bytes are no picture",
    }.items():
        with pytest.raises(InputError, match=rf"{name}: {words}"):
            read_picture(tmp_path / name)
    monkeypatch.setattr(Path, "read_bytes", denied)
    (tmp_path / "locked.jpg").write_bytes(b"1")
    with pytest.raises(InputError, match=r"locked\.jpg: cannot be read \(Permission denied\)"):
        read_picture(tmp_path / "locked.jpg")


def denied(_: Path) -> bytes:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("kind", [np.float32, np.int16, np.int8])
@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3), (2, 3, 4)])
def test_pixels_whose_white_nobody_knows(kind: type, shape: tuple[int, ...]):
    data = encoded(".tif", np.full(shape, 1, kind))
    told = rf"m\.tif: its pixels are {kind.__name__}, whose black and white nobody knows; save it with 8 or 16 bits"
    with pytest.raises(InputError, match=told):
        decode_picture(data, "m.tif")


def test_no_bytes():
    with pytest.raises(InputError, match=r"up\.jpg: empty, no picture"):
        decode_picture(b"", "up.jpg")
