"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path
from uuid import uuid4

from laplace_landmarks.data.locking import locked
from laplace_landmarks.errors import InputError


def check_writable(path: Path, flag: str, *, whole: bool = False) -> None:
    """InputError where a file cannot be written, told before the work whose result it is for; leaves nothing behind.

    flag: what the user named the file with. whole: by write_whole, which needs a place beside it.
    """
    file = _partial(path, uuid4().hex) if whole else path
    try:
        if whole and path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        there = file.exists()
        file.open("ab").close()
        if not there:
            file.unlink()
    except OSError as error:
        raise InputError(f"{flag} {path}: cannot be written ({error.strerror})") from None


def check_output(path: Path, flag: str) -> None:
    """check_writable of a file that write_whole is to write, whose folder is made where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{flag} {path}: cannot be written ({error.strerror})") from None
    check_writable(path, flag, whole=True)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by new content, or leave it as it was: never half of it, whatever happens in between.

    Of several processes that do so at once each succeeds, and the last one's content stays.
    """
    try:
        with _alone(path) as partial:
            try:
                with partial.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(path)
            except OSError:
                with suppress(OSError):
                    partial.unlink()
                raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); what was there before is kept") from None


@contextmanager
def _alone(path: Path) -> Iterator[Path]:
    """Where new content is put together: in one place, so that what a kill left behind is overwritten, but in another
    one while some process is at it there."""
    try:
        held = locked(_partial(path))
    except BlockingIOError:
        yield _partial(path, uuid4().hex)
        return
    try:
        yield _partial(path)
    finally:
        if held is not None:
            held.close()


def _partial(path: Path, which: str = "") -> Path:
    return path.with_name(f".{path.name}{which and f'.{which}'}.partial")
