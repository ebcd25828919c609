"""Pictures decoded by threads while the networks look at the ones before, in order and in bounded memory."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.picture_size import picture_size
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.errors import InputError

READERS = 2
AHEAD = 16  # pictures
PIXELS = 60_000_000  # of all pictures that wait, but for one alone: 180 MB
HEAD = 2**16  # bytes within which nearly every header tells the size
UNKNOWN = 10_000_000  # pixels that a picture is taken for whose header tells none


def read_ahead(files: Iterable[Path]) -> Generator[tuple[Path, Picture | InputError], None, None]:
    """Each file with its picture, or with why there is none."""
    waiting: deque[tuple[Path, int, Future[Picture | InputError]]] = deque()
    promised = 0
    with ThreadPoolExecutor(READERS, "read-picture") as pool:
        try:
            for file in files:
                pixels = _pixels(file)
                while waiting and (len(waiting) >= AHEAD or promised + pixels > PIXELS):
                    first, its_pixels, picture = waiting.popleft()
                    yield first, picture.result()
                    del picture  # the caller's now, and not to be held while the next is waited for
                    promised -= its_pixels
                waiting.append((file, pixels, pool.submit(_read, file)))
                promised += pixels
            while waiting:
                first, _, picture = waiting.popleft()
                yield first, picture.result()
                del picture
        finally:
            for _, _, picture in waiting:
                picture.cancel()


def batches(
    pictures: Iterator[tuple[Path, Picture | InputError]], skip: Callable[[Path, InputError], None], most: int
) -> Iterator[list[tuple[Path, Picture]]]:
    """The pictures in lists of at most so many and of bounded pixels; `skip` hears of those that are none."""
    batch: list[tuple[Path, Picture]] = []
    for file, picture in pictures:
        if isinstance(picture, InputError):
            skip(file, picture)
            continue
        pixels = sum(some.size // 3 for _, some in batch)
        if batch and (len(batch) >= most or pixels + picture.size // 3 > PIXELS):
            yield batch
            batch = []
        batch.append((file, picture))
    if batch:
        yield batch


def _read(file: Path) -> Picture | InputError:
    try:
        return read_picture(file)
    except InputError as error:
        return error


def _pixels(file: Path) -> int:
    try:
        if not file.is_file():
            return 0
        with file.open("rb") as opened:
            width, height = picture_size(opened.read(HEAD)) or (UNKNOWN, 1)
    except OSError:
        return 0
    return width * height
