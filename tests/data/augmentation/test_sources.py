"""Sources of many pictures: decoded once, kept in a file that is whole or not there."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.augmentation import sources
from laplace_landmarks.data.augmentation.source import take_source
from laplace_landmarks.data.augmentation.sources import Sources, gather_sources
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop

Put = Callable[..., Path]
CROPS = [Crop(20 + 5 * place, 25, 20 + 10 * place, 16) for place in range(3)]


@pytest.fixture
def pictures(put_picture: Put) -> list[Path]:
    return [put_picture(f"{place}.png", seed=place) for place in range(3)]


def check(found: Sources, pictures: list[Path], reach: float = 1.5) -> None:
    assert len(found) == len(pictures)
    for place, (picture, crop) in enumerate(zip(pictures, CROPS, strict=True)):
        expected, source = take_source(read_picture(picture), crop, reach), found[place]
        assert np.array_equal(source.picture, expected.picture)
        assert source[1:] == expected[1:]
        assert not source.picture.flags.writeable


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The pictures that were decoded."""
    seen, decode = [], sources.decode_picture
    monkeypatch.setattr(sources, "decode_picture", lambda data, where: (seen.append(where), decode(data, where))[1])
    return seen


@pytest.mark.usefixtures("counted")
def test_in_a_file_without_a_name(pictures: list[Path]) -> None:
    check(gather_sources(pictures, CROPS, 1.5), pictures)


def test_pictures_are_decoded_once(pictures: list[Path], tmp_path: Path, counted: list[Path]) -> None:
    heard: list[tuple[int, int]] = []
    check(gather_sources(pictures, CROPS, 1.5, tmp_path / "a" / "cache", lambda *at: heard.append(at)), pictures)
    assert len(counted) == 3
    assert heard == [(1, 3), (2, 3), (3, 3)]
    check(gather_sources(pictures, CROPS, 1.5, tmp_path / "a" / "cache"), pictures)
    assert len(counted) == 3
    assert [path.suffix for path in (tmp_path / "a" / "cache").iterdir()] == [".set"]


@pytest.mark.parametrize("change", ["reach", "bytes", "crop", "order"])
def test_other_pictures_crops_or_reach_are_other_sources(
    pictures: list[Path], tmp_path: Path, put_picture: Put, change: str
) -> None:
    gather_sources(pictures, CROPS, 1.5, tmp_path)
    crops, reach = list(CROPS), 1.75 if change == "reach" else 1.5
    if change == "bytes":
        put_picture("1.png", seed=77)
    if change == "crop":
        crops[2] = Crop(30, 26, 40, 16)
    if change == "order":
        pictures = pictures[::-1]
    found = gather_sources(pictures, crops, reach, tmp_path)
    assert len(list(tmp_path.glob("*.set"))) == 2
    for place, (picture, crop) in enumerate(zip(pictures, crops, strict=True)):
        assert np.array_equal(found[place].picture, take_source(read_picture(picture), crop, reach).picture)


@pytest.mark.parametrize("damage", ["pixel", "table", "short", "empty", "long"])
def test_a_damaged_file_is_made_anew(pictures: list[Path], tmp_path: Path, counted: list[Path], damage: str) -> None:
    gather_sources(pictures, CROPS, 1.5, tmp_path)
    (file,) = tmp_path.glob("*.set")
    content = bytearray(file.read_bytes())
    if damage in ("pixel", "table"):
        content[0 if damage == "pixel" else -20] ^= 1
    file.write_bytes({"short": content[:-7], "empty": b"", "long": content + b"more"}.get(damage, content))
    check(gather_sources(pictures, CROPS, 1.5, tmp_path), pictures)
    assert len(counted) == 6
    check(gather_sources(pictures, CROPS, 1.5, tmp_path), pictures)
    assert len(counted) == 6


@pytest.mark.parametrize("cached", [True, False])
def test_a_broken_picture_is_named_and_leaves_nothing(pictures: list[Path], tmp_path: Path, cached: bool) -> None:
    pictures[1].write_bytes(pictures[1].read_bytes()[:200])
    with pytest.raises(InputError, match=r"1\.png"):
        gather_sources(pictures, CROPS, 1.5, tmp_path / "cache" if cached else None)
    assert not cached or not list((tmp_path / "cache").iterdir())


def test_a_folder_that_cannot_be(pictures: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(InputError, match=r"file: the pictures' parts cannot be kept there"):
        gather_sources(pictures, CROPS, 1.5, tmp_path / "file")


def test_a_full_disk_is_told(pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sources.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        gather_sources(pictures, CROPS, 1.5, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_what_is_renamed_is_mapped_afterwards(
    pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every system renames a file that somebody is mapped to."""
    maps, rename = Path("/proc/self/maps"), Path.replace
    mapped: list[bool] = []
    monkeypatch.setattr(
        Path,
        "replace",
        lambda path, to: (mapped.append(maps.exists() and path.name in maps.read_text()), rename(path, to))[1],
    )

    check(gather_sources(pictures, CROPS, 1.5, tmp_path / "cache"), pictures)

    assert mapped == [False]
