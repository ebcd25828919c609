"""Every kind of file becomes the same upright RGB picture, and every broken one is named."""

import io
import re
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from fixtures.picture_bytes import encoded, exif, jpeg_with, png_chunk, png_with
from laplace_landmarks.data.pictures import TooLarge, decode_picture, read_picture, write_picture
from laplace_landmarks.errors import InputError

RED, GREEN = (250, 10, 20), (20, 240, 30)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".TIF", ".jpg", ".jpeg", ".webp"])
def test_written_and_read_back(tmp_path: Path, photo: np.ndarray, suffix: str):
    write_picture(tmp_path / f"a{suffix}", photo)
    found = read_picture(tmp_path / f"a{suffix}")
    assert (found.shape, found.dtype) == (photo.shape, np.uint8)
    lossy = suffix in {".jpg", ".jpeg", ".webp"}
    assert np.abs(found.astype(int) - photo).max() <= (12 if lossy else 0)


def test_the_first_channel_is_red(tmp_path: Path):
    write_picture(tmp_path / "a.png", np.full((4, 4, 3), RED, np.uint8))
    on_disk = cv2.imread(str(tmp_path / "a.png"))
    assert on_disk is not None
    assert on_disk[0, 0].tolist() == [20, 10, 250]  # opencv reads blue first
    assert read_picture(tmp_path / "a.png")[0, 0].tolist() == [250, 10, 20]


@pytest.mark.parametrize(
    ("pixels", "wanted"),
    [
        (np.full((2, 3), 77, np.uint8), (77, 77, 77)),
        (np.full((2, 3), 65535, np.uint16), (255, 255, 255)),
        (np.full((2, 3, 3), (10 * 257, 100 * 257, 200 * 257), np.uint16), (200, 100, 10)),
        (np.full((2, 3, 4), (10, 100, 200, 255), np.uint8), (200, 100, 10)),
        (np.full((2, 3, 4), (10, 100, 200, 0), np.uint8), (255, 255, 255)),
        (np.full((2, 3, 4), (0, 100, 200, 51), np.uint8), (244, 224, 204)),  # a fifth of it, four fifths of white
        (np.full((2, 3, 4), (0, 0, 65535, 32768), np.uint16), (255, 127, 127)),
    ],
    ids=["grey", "grey 16 bits", "colour 16 bits", "opaque", "transparent", "a fifth opaque", "half opaque 16 bits"],
)
def test_depths_and_opacity(tmp_path: Path, pixels: np.ndarray, wanted: tuple):
    (tmp_path / "a.png").write_bytes(encoded(".png", pixels))
    found = read_picture(tmp_path / "a.png")
    assert (found.shape, found.dtype) == ((2, 3, 3), np.uint8)
    np.testing.assert_array_equal(found, np.broadcast_to(wanted, (2, 3, 3)))


CORNERS = {"top left": (4, 4), "top right": (4, -5), "bottom left": (-5, 4), "bottom right": (-5, -5)}

# EXIF 2.3, table of Orientation: on which sides the stored first row and first column are seen.
# Hence where the stored top left (red) and top right (green) corners are seen.
ORIENTATIONS = [
    (1, "top left", "top right"),
    (2, "top right", "top left"),
    (3, "bottom right", "bottom left"),
    (4, "bottom left", "bottom right"),
    (5, "top left", "bottom left"),
    (6, "top right", "bottom right"),
    (7, "bottom right", "top right"),
    (8, "bottom left", "top left"),
]


@pytest.mark.parametrize("kind", ["jpeg", "png", "png with opacity", "tiff"])
@pytest.mark.parametrize(("orientation", "red", "green"), ORIENTATIONS)
def test_pictures_stand_upright(tmp_path: Path, kind: str, orientation: int, red: str, green: str):
    stored = np.full((32, 64, 4), 255, np.uint8)
    stored[:8, :8, :3] = RED[::-1]
    stored[:8, -8:, :3] = GREEN[::-1]
    if kind == "png with opacity":
        stored[20:, 20:40, 3] = 0  # white on white: only to make opacity count
    file = tmp_path / "a.img"
    if kind == "jpeg":
        file.write_bytes(jpeg_with(exif(orientation), encoded(".jpg", stored[..., :3])))
    elif kind == "tiff":
        file.write_bytes(tiff_with(orientation, stored[..., :3]))
    else:
        file.write_bytes(png_with(exif(orientation), encoded(".png", stored if "opacity" in kind else stored[..., :3])))
    seen = read_picture(file)
    assert seen.shape == ((64, 32, 3) if orientation >= 5 else (32, 64, 3))
    assert np.abs(seen[CORNERS[red]].astype(int) - RED).max() < 40
    assert np.abs(seen[CORNERS[green]].astype(int) - GREEN).max() < 40


def tiff_with(orientation: int, pixels: np.ndarray) -> bytes:
    """An uncompressed TIFF in one strip."""
    height, width = pixels.shape[:2]
    entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 2),
               (273, 4, 1, 200), (274, 3, 1, orientation), (277, 3, 1, 3), (278, 3, 1, height),
               (279, 4, 1, pixels.size)]  # fmt: skip
    head = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", 0)
    return (head + body).ljust(200, b"\0") + pixels[..., ::-1].tobytes()


def test_the_letters_exif_in_a_text_turn_nothing(tmp_path: Path):
    png = png_with(exif(6), encoded(".png", np.zeros((2, 3, 3), np.uint8)))
    end = len(png) - 12
    (tmp_path / "a.png").write_bytes(png[:end] + png_chunk(b"tEXt", b"Comment\0with EXIF") + png[end:])
    assert read_picture(tmp_path / "a.png").shape == (3, 2, 3)


def pillow(picture: Image.Image, kind: str, **settings: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


FLAT = Image.fromarray(np.full((24, 32, 3), (200, 30, 0), np.uint8))
OTHER = Image.fromarray(np.full((24, 32, 3), (0, 90, 250), np.uint8))
HALF = Image.fromarray(np.full((24, 32, 4), (200, 30, 0, 128), np.uint8))
MANY: dict[str, Any] = {"save_all": True, "append_images": [OTHER]}
ODD = {
    "CMYK jpeg": (pillow(FLAT.convert("CMYK"), "JPEG", quality=95), (200, 30, 0)),
    "progressive jpeg": (pillow(FLAT, "JPEG", quality=95, progressive=True), (200, 30, 0)),
    "grey jpeg": (pillow(FLAT.convert("L"), "JPEG", quality=95), (77, 77, 77)),
    "palette png": (pillow(FLAT.quantize(4), "PNG"), (200, 30, 0)),
    "palette png, transparent": (pillow(FLAT.quantize(4), "PNG", transparency=0), (255, 255, 255)),
    "black and white png": (pillow(FLAT.point(lambda _: 255).convert("1"), "PNG"), (255, 255, 255)),
    "grey png with opacity": (pillow(FLAT.convert("LA"), "PNG"), (77, 77, 77)),
    "animated png": (pillow(FLAT, "PNG", **MANY), (200, 30, 0)),
    "gif": (pillow(FLAT, "GIF"), (200, 30, 0)),
    "animated gif": (pillow(FLAT, "GIF", **MANY), (200, 30, 0)),
    "transparent gif": (pillow(FLAT.quantize(4), "GIF", transparency=0), (255, 255, 255)),
    "animated webp": (pillow(FLAT, "WEBP", lossless=True, **MANY), (200, 30, 0)),
    "webp with opacity": (pillow(HALF, "WEBP", lossless=True), (227, 142, 127)),
    "tiff with opacity": (pillow(HALF, "TIFF"), (227, 142, 127)),
    "tiff of two pages": (pillow(FLAT, "TIFF", **MANY), (200, 30, 0)),
    "CMYK tiff": (pillow(FLAT.convert("CMYK"), "TIFF"), (200, 30, 0)),
    "ppm": (pillow(FLAT, "PPM"), (200, 30, 0)),
    "palette bmp": (pillow(FLAT.quantize(4), "BMP"), (200, 30, 0)),
    "1 x 1 png": (pillow(FLAT.crop((0, 0, 1, 1)), "PNG"), (200, 30, 0)),
    "1 x 1 jpeg": (pillow(FLAT.crop((0, 0, 1, 1)), "JPEG", quality=95), (200, 30, 0)),
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_kinds_look_as_a_person_expects(tmp_path: Path, kind: str):
    data, colour = ODD[kind]
    file = tmp_path / "ein Bild ü.jpg"  # what is in the file counts, not its suffix
    file.write_bytes(data)
    seen = read_picture(file)
    assert (seen.dtype, seen.shape) == (np.uint8, (1, 1, 3) if "1 x 1" in kind else (24, 32, 3))
    assert np.abs(seen.astype(int) - colour).max() <= 4


@pytest.mark.parametrize("path", [None, 3, b"a.png", np.zeros((2, 2, 3), np.uint8)])
def test_what_is_no_path(path: Any):
    with pytest.raises(InputError, match="a picture file is named by its path, not"):
        read_picture(path)


def test_writing_where_it_cannot_be(tmp_path: Path, photo: np.ndarray):
    with pytest.raises(InputError, match=r"a\.docx: .*\.png"):
        write_picture(tmp_path / "a.docx", photo)
    with pytest.raises(InputError, match=r"a\.png: cannot be written"):
        write_picture(tmp_path / "nowhere" / "a.png", photo)


@pytest.mark.parametrize(
    ("name", "width", "told"),
    [
        ("a.jpg", 65_501, "65,501 x 2 pixels, and a .jpg has at most 65,500 a side; let the name end in .png"),
        ("a.WEBP", 16_384, "16,384 x 2 pixels, and a .WEBP has at most 16,383 a side"),
    ],
)
def test_a_picture_that_a_kind_of_file_cannot_hold(name: str, width: int, told: str, tmp_path: Path):
    picture = np.zeros((2, width, 3), np.uint8)
    with pytest.raises(TooLarge, match=re.escape(f"{name}: {told}")):
        write_picture(tmp_path / name, picture)
    assert not (tmp_path / name).exists()
    for fits in (picture[:, :-1], picture[:, :-1].swapaxes(0, 1)):
        write_picture(tmp_path / name, fits)
    write_picture(tmp_path / "a.png", picture)


def test_what_opencv_cannot_encode_is_named(tmp_path: Path, photo: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cv2, "imencode", lambda *_: (False, ()))
    with pytest.raises(TooLarge, match=r"a\.bmp: 90 x 60 pixels cannot be encoded as \.bmp"):
        write_picture(tmp_path / "a.bmp", photo)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize(
    ("value", "brightest"),
    [(255, 255), (511, 127), (1023, 255), (2047, 127), (4095, 255), (4096, 16), (65535, 255)],
)
def test_of_16_bits_the_upper_ones_in_use_count(suffix: str, value: int, brightest: int):
    """Where they are 8, 10 or 12, as cameras have them; 9 are those of a dark picture of 10, and 13 of 16."""
    picture = np.zeros((4, 5, 3), np.uint16)
    picture[1, 2] = value
    opaque = np.full((4, 5, 1), 65535, np.uint16)
    for shown in (picture, picture[..., 0], np.concatenate([picture, opaque], axis=2)):
        read = decode_picture(encoded(suffix, shown), "camera")
        assert read[1, 2].tolist() == [brightest] * 3
        assert read.sum() == 3 * brightest


@pytest.mark.parametrize("kind", ["P2", "P3", "P5", "P6"])
@pytest.mark.parametrize("white", [100, 255, 256, 1000, 1023, 4095, 65535])
def test_of_a_pgm_or_ppm_the_header_tells_what_is_white(kind: str, white: int):
    """Black, a half and white, in text and in bytes; a comment stands before the number."""
    depth = 3 if kind in ("P3", "P6") else 1
    numbers = np.repeat(np.array([0, white // 2, white], ">u2" if white > 255 else "u1"), depth)
    pixels = numbers.tobytes() if kind in ("P5", "P6") else " ".join(map(str, numbers)).encode()
    read = decode_picture(f"{kind}\n3 1\n# 9 bits\n{white}\n".encode() + pixels + b"\n", "microscope")
    assert read.tolist() == [[[0] * 3, [127] * 3, [255] * 3]]


def test_a_picture_of_another_kind_of_memory():
    data = encoded(".png", np.full((2, 3, 3), (30, 20, 10), np.uint8))
    for raw in (data, bytearray(data), memoryview(data)):
        assert decode_picture(raw, "upload", most_pixels=6)[0, 0].tolist() == [10, 20, 30]
    with pytest.raises(InputError, match=r"upload: too large, 3 x 2 pixels; 5 are the most"):
        decode_picture(data, "upload", most_pixels=5)
