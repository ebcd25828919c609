"""Files that one process at a time has; a lock ends with the process, however that ends."""

import os
from pathlib import Path
from typing import BinaryIO


def locked(path: Path) -> BinaryIO | None:
    """The file, made where there is none, open and locked until it is closed; BlockingIOError: another has it.

    None where the system has no such locks; where the file's disk has none, the file is only open.
    """
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
        file.close()  # the one that had it has removed or renamed it since


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
