"""A folder for one command at a time: two that write there at once would mix their files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from laplace_landmarks.data.locking import locked
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
        file = locked(folder / LOCK)
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
