"""Files that appear whole or not at all."""

import os
from contextlib import suppress
from errno import EISDIR
from pathlib import Path

from laplace_landmarks.errors import InputError


def check_writable(path: Path, flag: str, *, whole: bool = False) -> None:
    """InputError where a file cannot be written, told before the work whose result it is for; leaves nothing behind.

    flag: what the user named the file with. whole: by write_whole, which needs a place beside it.
    """
    file = _partial(path) if whole else path
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
    """Replace a file by new content, or leave it as it was: never half of it, whatever happens in between."""
    partial = _partial(path)
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(f"{path}: cannot be written ({error.strerror}); what was there before is kept") from None


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")  # one name: what a kill leaves behind is overwritten
