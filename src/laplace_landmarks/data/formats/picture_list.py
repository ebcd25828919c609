"""A list of pictures: a text file with a path a line."""

from collections.abc import Callable, Iterable
from pathlib import Path

from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import is_utf8, read_names

LIST_SUFFIX = ".txt"


def pictures_of(place: Path, note: Callable[[str], None] | None = None) -> list[Path]:
    """The pictures of a folder and all below it, or those that a list names, each once; in order of their paths.

    What a list names and is not there stays, to be named where it is read. `note` hears what is left out of folders,
    and which of a list's folders have no picture.
    """
    if place.suffix.lower() != LIST_SUFFIX or place.is_dir():
        return find_pictures(place, note)
    found = found_at(read_list(place), lambda path: find_pictures(path, note) if path.is_dir() else [path], note)
    return sorted(set(found))


def found_at(
    paths: Iterable[Path], find: Callable[[Path], list[Path]], note: Callable[[str], None] | None = None
) -> list[Path]:
    """What is found at all of the paths; `note` hears of those where nothing is. InputError: that is so at all."""
    found: list[Path] = []
    refused: list[InputError] = []
    for path in paths:
        try:
            found += find(path)
        except InputError as error:
            refused.append(error)
    if refused and not found:
        raise refused[0]
    for error in refused:
        if note:
            note(str(error))
    return found


def read_list(file: Path) -> list[Path]:
    """The paths of a list, pictures and folders, from where the command runs or else from where the list lies."""
    text = read_names(file)
    lines = (line.removesuffix("\r") for line in text.split("\n"))  # names may hold what else Unicode ends lines by
    paths = [_from_list(line, file) for line in lines if line.strip()]
    if not paths:
        raise InputError(f"{file}: an empty list; it should name a picture a line")
    if "\0" in text or not all(is_utf8(str(path)) or may_be_there(path) for path in paths):
        raise InputError(f"{file}: not a text file; a list of paths, a line each, is UTF-8")
    return paths


def may_be_there(path: Path) -> bool:
    """Whether there is such a file, or nobody may know: then reading it tells."""
    try:
        path.lstat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _from_list(line: str, file: Path) -> Path:
    """With blanks at its ends only where they belong."""
    names = dict.fromkeys((line, line.strip()))
    places = [place for name in names for place in (Path(name), file.parent / name)]
    return next(filter(may_be_there, places), places[-1])
