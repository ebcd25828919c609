"""Many pictures in, their crops out: read, decoded and cut by several threads, through the cache."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.crop_cache import CropCache, Entry
from laplace_landmarks.data.pictures import decode_picture, read_bytes
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop

PIXELS_VERSION = 2  # goes up when decoding or Crop.cut give other pixels, so that old caches are not used
BATCH = 256  # jobs handed to the threads at a time: bounds what waits in memory, and what an interruption waits for

Progress: TypeAlias = Callable[[int, int], None]  # pictures done, of how many


@dataclass(frozen=True)
class WholePicture:
    """The crop of a picture that shows one face already: centred, its side the picture's longer side × grow."""

    grow: float
    size: int

    def crop(self, height: int, width: int) -> Crop:
        """The square for a picture of this size."""
        return Crop((width - 1) / 2, (height - 1) / 2, max(height, width) * self.grow, self.size)


class Job(NamedTuple):
    """A crop to be cut."""

    picture: Path
    place: Crop | WholePicture

    def crop(self, height: int, width: int) -> Crop:
        """Where it lies in a picture of this size."""
        return self.place if isinstance(self.place, Crop) else self.place.crop(height, width)


class Cuts(NamedTuple):
    """The crops that could be cut.

    pictures: (M, size, size, 3) uint8. kept: (M,) the jobs they belong to. sizes: (M, 2) heights and widths of the
    pictures that they were cut from. contents: (M,) hashes of those pictures' files.
    """

    pictures: NDArray[np.uint8]
    kept: list[int]
    sizes: NDArray[np.int64]
    contents: list[bytes]


def cut_all(
    jobs: Sequence[Job],
    size: int,
    cache: Path | None,
    broken: Callable[[int, InputError], None],
    progress: Progress | None = None,
) -> Cuts:
    """Cuts every job in order; `broken` hears of a job whose picture cannot be read, and may raise."""
    store = CropCache(cache, size)
    keys: list[bytes] = []
    contents: list[bytes] = []
    kept: list[int] = []
    sizes: list[tuple[int, int]] = []
    try:
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            for start in range(0, len(jobs), BATCH):
                done = pool.map(lambda job: _cut(job, store), jobs[start : start + BATCH])
                for number, result in enumerate(done, start):
                    if isinstance(result, InputError):
                        broken(number, result)
                    else:
                        keys.append(result.key)
                        contents.append(result.content)
                        kept.append(number)
                        sizes.append((result.entry.height, result.entry.width))
                        if result.new:
                            store.add(result.key, result.entry)
                    if progress is not None:
                        progress(number + 1, len(jobs))
    finally:
        store.flush()
    return Cuts(store.together(keys), kept, np.array(sizes, np.int64).reshape(-1, 2), contents)


class _Done(NamedTuple):
    content: bytes
    key: bytes
    entry: Entry
    new: bool


def _cut(job: Job, store: CropCache) -> _Done | InputError:
    """One crop, from the cache where the same bytes were cut in the same way before."""
    try:
        data = read_bytes(job.picture)
        key = blake2b(data, digest_size=16, person=b"%d" % PIXELS_VERSION)
        content = key.digest()
        key.update(repr(job.place).encode())
        entry = store.get(key.digest())
        if entry is not None:
            return _Done(content, key.digest(), entry, new=False)
        picture = decode_picture(data, job.picture)
    except InputError as error:
        return error
    height, width = picture.shape[:2]
    return _Done(content, key.digest(), Entry(job.crop(height, width).cut(picture), height, width), new=True)
