"""A folder for one command at a time: two that write there at once would mix their files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from laplace_landmarks.errors import InputError

LOCK = ".laplace-landmarks.lock"  # in the folder while a command writes there; one that a kill left locks nothing


@contextmanager
def only_writer(folder: Path, flag: str = "--output") -> Iterator[None]:
    """Makes the folder, and keeps other commands from writing there until the end.

    flag: what the user named the folder with. InputError: another command writes there, or nobody can. Where the
    system, or the file's, has no such locks, two commands at once are not told apart.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = _locked(folder / LOCK)
    except BlockingIOError:
        raise InputError(f"{flag} {folder}: another command is writing there at this moment") from None
    except OSError as error:
        raise InputError(f"{flag} {folder}: cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        if file:
            (folder / LOCK).unlink(missing_ok=True)  # while it is ours
            file.close()


def _locked(path: Path) -> BinaryIO | None:
    """The file, open and locked; BlockingIOError where another command has it."""
    try:
        import fcntl
    except ImportError:
        return None
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise
        except OSError:
            return file
        if _is_at(path, file):
            return file
        file.close()  # the command that had it has removed it since


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
