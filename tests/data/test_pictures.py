"""Every kind of file becomes the same upright RGB picture, and every broken one is named."""

import io
import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from laplace_landmarks.data.pictures import TooLarge, read_picture, write_picture
from laplace_landmarks.errors import InputError

RED, GREEN = (250, 10, 20), (20, 240, 30)


def exif(orientation: int) -> bytes:
    """The smallest EXIF block: one directory with one entry."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def jpeg_with(exif_block: bytes, jpeg: bytes) -> bytes:
    segment = b"Exif\0\0" + exif_block
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(exif_block: bytes, png: bytes) -> bytes:
    after_header = 8 + 25
    return png[:after_header] + png_chunk(b"eXIf", exif_block) + png[after_header:]


def encoded(suffix: str, pixels: np.ndarray) -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


@pytest.fixture
def photo() -> np.ndarray:
    """(60, 90, 3) smooth, so that a lossy format keeps it."""
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 6)


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


def test_the_letters_exif_in_a_text_turn_nothing(tmp_path: Path):
    png = png_with(exif(6), encoded(".png", np.zeros((2, 3, 3), np.uint8)))
    end = len(png) - 12
    (tmp_path / "a.png").write_bytes(png[:end] + png_chunk(b"tEXt", b"Comment\0with EXIF") + png[end:])
    assert read_picture(tmp_path / "a.png").shape == (3, 2, 3)


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


@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "tiff", "webp", "jpeg"])
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
    }  # fmt: skip
    (tmp_path / "bomb").write_bytes(heads[kind])
    with pytest.raises(InputError, match=r"bomb: too large, 30,000 x 30,000 pixels; 250 million are the most"):
        read_picture(tmp_path / "bomb")


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
