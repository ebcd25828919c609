"""Crops on disk, keyed by the picture's bytes and by how they were cut, so that a picture is decoded once.

Crops lie in shards: files that appear whole or not at all and are never changed. A crash loses the shard being
filled, several processes may fill one cache at once, a damaged crop is cut anew, and the folder may be deleted when
no program runs. A shard is n rows of FACTS, then n crops; its length tells n, and each crop has a checksum.
"""

import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.errors import InputError

VERSION = 1  # of a shard's layout; part of the folder's name
SHARD = 1024  # crops: 20 MB at 80 pixels
IN_MEMORY = 2**30  # bytes: larger sets of crops are read from one file, which processes share
FACTS = np.dtype([("key", "V16"), ("height", "<i4"), ("width", "<i4"), ("checksum", "<u4")])


class Entry(NamedTuple):
    """A crop, and the size of the picture that it was cut from."""

    crop: Picture
    height: int
    width: int


class CropCache:
    """Crops of one size by key (16 bytes); without a folder they stay in memory."""

    def __init__(self, folder: Path | None, size: int) -> None:
        self.folder = None if folder is None else folder / f"crops-{size}px-v{VERSION}"
        self.size = size
        self.shards: list[tuple[Path, NDArray]] = []  # file, facts
        self.places: dict[bytes, tuple[int, int]] = {}  # key → shard, row
        self.fresh: dict[bytes, Entry] = {}  # added, and not yet in a shard
        if self.folder is not None:
            with _named_errors(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                # oldest first: a crop that was damaged and cut anew is found in its newer shard
                for file in sorted(self.folder.glob("*.shard"), key=lambda file: (file.stat().st_mtime_ns, file)):
                    self._open(file)

    def get(self, key: bytes) -> Entry | None:
        """The entry of a key; None where there is none, or where the disk gives back another than was written."""
        if (entry := self.fresh.get(key)) or (place := self.places.get(key)) is None:
            return entry
        file, facts = self.shards[place[0]]
        row, pixels = facts[place[1]], self.size * self.size * 3
        try:
            crop = np.fromfile(file, np.uint8, pixels, offset=facts.nbytes + place[1] * pixels)
        except OSError:
            return None
        if len(crop) != pixels:
            return None
        entry = Entry(crop.reshape(self.size, self.size, 3), int(row["height"]), int(row["width"]))
        return entry if _checksum(key, entry) == row["checksum"] else None

    def add(self, key: bytes, entry: Entry) -> None:
        """Keeps an entry; each SHARD of them go to the folder together."""
        self.fresh[key] = entry
        if len(self.fresh) >= SHARD:
            self.flush()

    def flush(self) -> None:
        """Writes what was added since the last shard."""
        if self.folder is None or not self.fresh:
            return
        facts = np.array([(key, e.height, e.width, _checksum(key, e)) for key, e in self.fresh.items()], FACTS)
        file = self.folder / f"{uuid4().hex}.shard"
        _write_whole(file, (facts, *(entry.crop for entry in self.fresh.values())))
        self._open(file)
        self.fresh.clear()

    def together(self, keys: Sequence[bytes]) -> NDArray[np.uint8]:
        """(N, size, size, 3) the crops of these keys, which must be there; a large array is a read-only memory map."""
        shape = (len(keys), self.size, self.size, 3)
        if self.folder is None or np.prod(shape) <= IN_MEMORY:
            crops = np.empty(shape, np.uint8)
            for row, key in enumerate(keys):
                crops[row] = self._certain(key)
            return crops
        file = self.folder / f"{blake2b(b''.join(keys), digest_size=16).hexdigest()}.set"
        if not (file.is_file() and file.stat().st_size == np.prod(shape) and self._are_whole(file, keys)):
            _write_whole(file, (self._certain(key) for key in keys))
        return np.memmap(file, np.uint8, "r", shape=shape)

    def _are_whole(self, file: Path, keys: Sequence[bytes]) -> bool:
        """Whether the crops in a file are those of these keys, by the checksums that stand in their shards."""
        for key, crop in zip(keys, np.memmap(file, np.uint8, "r").reshape(len(keys), -1), strict=True):
            place = self.places.get(key)
            if place is None:
                return False
            facts = self.shards[place[0]][1][place[1]]
            if _checksum(key, Entry(crop, int(facts["height"]), int(facts["width"]))) != facts["checksum"]:
                return False
        return True

    def _certain(self, key: bytes) -> Picture:
        entry = self.get(key)
        if entry is None:
            raise InputError(f"{self.folder}: the crop cache was changed while it was read; run again")
        return entry.crop

    def _open(self, file: Path) -> None:
        """Takes up the keys of a shard; a file whose length is not a shard's is left alone."""
        rows, rest = divmod(file.stat().st_size, FACTS.itemsize + self.size * self.size * 3)
        if rest == 0:
            facts = np.fromfile(file, FACTS, rows)
            self.places |= {key.tobytes(): (len(self.shards), row) for row, key in enumerate(facts["key"])}
            self.shards.append((file, facts))


def _write_whole(file: Path, arrays: Iterator[NDArray] | Sequence[NDArray]) -> None:
    """Writes arrays one after the other into a file that appears once it is complete and on the disk."""
    partial = file.with_name(f"{file.name}.{uuid4().hex}.partial")
    with _named_errors(file):
        try:
            with partial.open("wb") as out:
                for array in arrays:
                    out.write(array.tobytes())
                out.flush()
                os.fsync(out.fileno())
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _named_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{file}: the crop cache cannot be used ({error.strerror}); name another folder") from error


def _checksum(key: bytes, entry: Entry) -> int:
    return zlib.crc32(entry.crop.tobytes(), zlib.crc32(b"%b %d %d" % (key, entry.height, entry.width)))
