"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EACCES, EISDIR
from pathlib import Path
from uuid import uuid4

from laplace_landmarks.data.locking import locked
from laplace_landmarks.errors import InputError


def check_writable(path: Path, flag: str, *, whole: bool = False) -> None:
    """InputError where a file cannot be written, told before the work whose result it is for; leaves nothing behind.

    flag: what the user named the file with. whole: by write_whole, which needs a place beside it.
    """
    file = _partial(_target(path), uuid4().hex) if whole else path
    try:
        if _is_device(path):  # opening a pipe would be an end to its reader
            if not os.access(path, os.W_OK):
                raise PermissionError(EACCES, os.strerror(EACCES))
            return
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


def check_apart(files: Mapping[str, Path | None]) -> None:
    """InputError where two of the files that a command is to write, by what the user named them with, are the same."""
    named: dict[Path, str] = {}
    for flag, file in files.items():
        if file is None or _is_device(file):
            continue
        if (other := named.setdefault(_target(file), flag)) != flag:
            raise InputError(f"{flag} {file}: is {other}, too; give each a file of its own")


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by new content, or leave it as it was: never half of it, whatever happens in between.

    Of several processes that do so at once each succeeds, and the last one's content stays. A link's file is replaced,
    not the link; what is no file, as a device, is written to.
    """
    target = _target(path)
    try:
        if _is_device(path):
            path.write_bytes(content)
            return
        with _alone(target) as partial:
            try:
                with partial.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(target)
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


def _target(path: Path) -> Path:
    """What a link leads to."""
    return Path(os.path.realpath(path))


def _is_device(path: Path) -> bool:
    """Whether it is there and neither file nor folder: /dev/null, a pipe."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _partial(path: Path, which: str = "") -> Path:
    return path.with_name(f".{path.name}{which and f'.{which}'}.partial")
