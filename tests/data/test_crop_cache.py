"""Shards survive what happens to files: damage, interruption, a full disk, another process."""

import errno
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data import crop_cache
from laplace_landmarks.data.crop_cache import CropCache, Entry
from laplace_landmarks.errors import InputError

KEYS = [bytes([number]) * 16 for number in range(10)]  # bytes that numpy must not take for the end of a text


def entry(number: int) -> Entry:
    return Entry(np.random.default_rng(number).integers(0, 256, (16, 16, 3), np.uint8), 100 + number, 200 + number)


def same(found: Entry | None, number: int) -> bool:
    wanted = entry(number)
    return found is not None and found[1:] == wanted[1:] and bool((found.crop == wanted.crop).all())


@pytest.fixture
def filled(tmp_path: Path, monkeypatch) -> Path:
    """A cache of ten crops in shards of 4, 4 and 2."""
    monkeypatch.setattr(crop_cache, "SHARD", 4)
    cache = CropCache(tmp_path, 16)
    for number, key in enumerate(KEYS):
        cache.add(key, entry(number))
    cache.flush()
    return tmp_path


def shards(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.shard"), key=lambda file: file.stat().st_mtime_ns)


def found(folder: Path) -> list[int]:
    cache = CropCache(folder, 16)
    return [number for number, key in enumerate(KEYS) if same(cache.get(key), number)]


def test_kept_in_memory_without_a_folder():
    cache = CropCache(None, 16)
    cache.add(KEYS[0], entry(0))
    cache.flush()
    assert same(cache.get(KEYS[0]), 0)
    assert cache.get(KEYS[1]) is None
    np.testing.assert_array_equal(cache.together([KEYS[0]] * 2), [entry(0).crop] * 2)


def test_found_again_by_the_next_process(filled: Path):
    assert len(shards(filled)) == 3
    assert found(filled) == list(range(10))


def test_other_sizes_do_not_mix(filled: Path):
    assert CropCache(filled, 32).get(KEYS[0]) is None


def test_a_crash_loses_the_shard_being_filled_alone(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(crop_cache, "SHARD", 4)
    cache = CropCache(tmp_path, 16)
    for number, key in enumerate(KEYS):
        cache.add(key, entry(number))
    del cache  # as if killed: nothing is flushed
    assert found(tmp_path) == list(range(8))


@pytest.mark.parametrize("length", [0, 1, 27, 28, 500, 796 * 4 - 1])
def test_a_shard_cut_short_is_left_alone(filled: Path, length: int):
    first = shards(filled)[0]
    first.write_bytes(first.read_bytes()[:length])
    assert set(found(filled)) >= set(range(4, 10))
    assert not set(found(filled)) & set(range(4))


@pytest.mark.parametrize("place", [3, 17, 21, 26, 28 * 4 + 5])
def test_a_flipped_bit_costs_one_crop(filled: Path, place: int):
    # of the first row: in its key, height, width, checksum, pixels
    first = shards(filled)[0]
    data = bytearray(first.read_bytes())
    data[place] ^= 16
    first.write_bytes(data)
    assert found(filled) == list(range(1, 10))


def test_what_was_cut_anew_goes_before_what_was_damaged(filled: Path):
    first = shards(filled)[0]
    data = bytearray(first.read_bytes())
    data[28 * 4 + 5] ^= 16
    first.write_bytes(data)
    anew = CropCache(filled, 16)
    anew.add(KEYS[0], entry(0))
    anew.flush()
    assert found(filled) == list(range(10))


def test_strange_files_are_left_alone(filled: Path):
    folder = shards(filled)[0].parent
    (folder / "notes.txt").write_text("mine")
    (folder / "a.shard.0.partial").write_bytes(b"killed while writing")
    (folder / "text.shard").write_text("not one of ours")
    assert found(filled) == list(range(10))


def test_a_full_disk(filled: Path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    cache = CropCache(filled, 16)
    cache.add(b"k" * 16, entry(0))
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match=r"cannot be used \(No space left on device\)"):
        cache.flush()
    assert list(filled.rglob("*.partial")) == []
    assert found(filled) == list(range(10))


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="crop cache cannot be used"):
        CropCache(tmp_path / "file", 16)


def test_large_sets_are_one_file_that_processes_share(filled: Path, monkeypatch):
    monkeypatch.setattr(crop_cache, "IN_MEMORY", 0)
    for _ in range(2):
        crops = CropCache(filled, 16).together(KEYS[::-1])
        assert isinstance(crops, np.memmap)
        np.testing.assert_array_equal(crops, [entry(number).crop for number in range(9, -1, -1)])
    (file,) = filled.rglob("*.set")
    file.write_bytes(file.read_bytes()[:-1])
    assert CropCache(filled, 16).together(KEYS[::-1]).shape == (10, 16, 16, 3)
    assert len(list(filled.rglob("*.set"))) == 1


def test_a_damaged_large_set_is_made_anew(filled: Path, monkeypatch):
    monkeypatch.setattr(crop_cache, "IN_MEMORY", 0)
    CropCache(filled, 16).together(KEYS)
    (file,) = filled.rglob("*.set")
    file.write_bytes(bytes(file.stat().st_size))
    np.testing.assert_array_equal(CropCache(filled, 16).together(KEYS), [entry(number).crop for number in range(10)])


def test_a_cache_deleted_while_it_is_read(filled: Path):
    cache = CropCache(filled, 16)
    for file in shards(filled):
        file.unlink()
    with pytest.raises(InputError, match="run again"):
        cache.together(KEYS)


FILL = """
import sys
import numpy as np
from pathlib import Path
from laplace_landmarks.data import crop_cache
crop_cache.SHARD = 3
cache = crop_cache.CropCache(Path(sys.argv[1]), 16)
for number in range(10):
    pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), np.uint8)
    cache.add(bytes([number]) * 16, crop_cache.Entry(pixels, 100 + number, 200 + number))
cache.flush()
"""


def test_two_processes_fill_one_cache(tmp_path: Path):
    filling = [subprocess.Popen([sys.executable, "-c", FILL, str(tmp_path)]) for _ in range(2)]
    assert [process.wait(60) for process in filling] == [0, 0]
    assert found(tmp_path) == list(range(10))
