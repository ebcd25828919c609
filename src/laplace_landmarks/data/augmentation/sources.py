"""The sources of all crops of a training, decoded once into one file that is read through a memory map.

So memory holds what is used, the system gives it back where it is short, and processes share it. The file belongs to
these pictures' bytes, in this order, and to these crops and reach; it appears whole or not at all, is verified when it
is opened, and may be deleted when no program runs. Layout: the parts' pixels one after the other, then rows of FACTS.
"""

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.augmentation.source import Source, take_source
from laplace_landmarks.data.cutting import BATCH, PIXELS_VERSION, Progress
from laplace_landmarks.data.pictures import decode_picture, read_bytes
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop

VERSION = 1  # goes up when take_source or the layout change
FACTS = np.dtype(
    [("start", "<i8"), ("height", "<i4"), ("width", "<i4"), ("scale", "<f8"), ("x", "<f8"), ("y", "<f8"),
     ("checksum", "<u4")]
)  # fmt: skip
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Sources:
    """N sources. pixels: (bytes,) of all parts, as a rule a memory map. facts: (N,) of FACTS."""

    pixels: NDArray[np.uint8]
    facts: NDArray

    def __len__(self) -> int:
        return len(self.facts)

    def __getitem__(self, number: int) -> Source:
        row = self.facts[number]
        start, height, width = int(row["start"]), int(row["height"]), int(row["width"])
        part = self.pixels[start : start + height * width * 3].reshape(height, width, 3)
        return Source(part, float(row["scale"]), float(row["x"]), float(row["y"]))


def gather_sources(
    pictures: Sequence[Path],
    crops: Sequence[Crop],
    reach: float,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Sources:
    """The source of every crop, from the cache's folder where it holds them; without one, from a file without a name.

    progress: hears of pictures decoded; of none where the cache holds them. InputError names a picture that cannot be
    read.
    """
    file = None
    if cache is not None:
        with _named_errors(cache):
            cache.mkdir(parents=True, exist_ok=True)
            file = cache / f"sources-{_digest(pictures, crops, reach)}-v{VERSION}.set"
            found = _open(file, len(crops)) if file.is_file() else None
        if found is not None:
            return found
    jobs = [(picture, crop, reach) for picture, crop in zip(pictures, crops, strict=True)]
    with _whole_file(file) as out:
        facts = np.zeros(len(jobs), FACTS)
        for number, source in enumerate(_by_threads(_take, jobs)):
            pixels = source.picture.tobytes()
            facts[number] = (out.tell(), *source.picture.shape[:2], source.scale, source.x, source.y, 0)
            facts["checksum"][number] = _checksum(facts[number], pixels)
            with _named_errors(cache):
                out.write(pixels)
            if progress is not None:
                progress(number + 1, len(jobs))
        with _named_errors(cache):
            out.write(facts.tobytes())
            out.flush()
            pixels = None if file else _mapped(out)  # while it is open; the other one is renamed first
    return Sources(_mapped(file) if file else pixels, facts)  # pyright: ignore[reportArgumentType]


def _take(job: tuple[Path, Crop, float]) -> Source:
    picture, crop, reach = job
    return take_source(decode_picture(read_bytes(picture), picture), crop, reach)


def _digest(pictures: Sequence[Path], crops: Sequence[Crop], reach: float) -> str:
    """What the sources depend on: the files' bytes and how they are cut."""
    digest = blake2b(f"{PIXELS_VERSION} {reach}".encode(), digest_size=16)
    of_files = _by_threads(lambda picture: blake2b(read_bytes(picture), digest_size=16).digest(), pictures)
    for of_file, crop in zip(of_files, crops, strict=True):
        digest.update(of_file + repr(crop).encode())
    return digest.hexdigest()


def _by_threads(function: Callable[[T], R], jobs: Sequence[T]) -> Iterator[R]:
    """The results in order; a bounded number of them waits."""
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for start in range(0, len(jobs), BATCH):
            yield from pool.map(function, jobs[start : start + BATCH])


@contextmanager
def _whole_file(file: Path | None) -> Iterator[BinaryIO]:
    """A file to write to, which takes its name once it is complete and on the disk; None: one without a name."""
    if file is None:
        with TemporaryFile() as out:
            yield out  # pyright: ignore[reportReturnType]
        return
    partial = file.with_name(f"{file.name}.{uuid4().hex}.partial")
    try:
        with partial.open("w+b") as out:
            yield out
            with _named_errors(file):
                os.fsync(out.fileno())
        with _named_errors(file):
            partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _open(file: Path, count: int) -> Sources | None:
    """The sources in a file; None where the disk gives back another one than was written."""
    size, table = file.stat().st_size, count * FACTS.itemsize
    if size <= table:
        return None
    pixels = _mapped(file)
    found = Sources(pixels, np.frombuffer(pixels[size - table :].tobytes(), FACTS))
    end = 0
    for row in found.facts:
        start, end = end, end + int(row["height"]) * int(row["width"]) * 3
        if row["start"] != start or end > size - table or row["checksum"] != _checksum(row, pixels[start:end]):
            return None
    return found if end == size - table else None


def _mapped(file: Path | BinaryIO) -> NDArray[np.uint8]:
    return np.asarray(np.memmap(file, np.uint8, "r"))  # a plain array: parts of a memmap are slow to make


def _checksum(facts: np.void, pixels: Any) -> int:
    return zlib.crc32(pixels, zlib.crc32(facts.tobytes()[: -FACTS["checksum"].itemsize]))


@contextmanager
def _named_errors(place: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = "the folder for temporary files" if place is None else place
        raise InputError(f"{where}: the pictures' parts cannot be kept there ({error.strerror})") from error
