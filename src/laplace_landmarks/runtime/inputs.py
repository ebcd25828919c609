"""What a command is to look at: pictures, folders, patterns, lists, videos and cameras, told apart by their looks."""

import glob
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.pictures import PICTURE_SUFFIXES
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.folder_run import DRAWN
from laplace_landmarks.runtime.journal import DONE
from laplace_landmarks.runtime.video import is_camera
from laplace_landmarks.text_files import is_utf8, read_names

LIST_SUFFIX = ".txt"
VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".flv", ".ts", ".3gp"}
)


@dataclass(frozen=True)
class Inputs:
    """pictures, videos: each once, in the order given; a camera ("camera:0") is a video."""

    pictures: tuple[Path, ...]
    videos: tuple[str, ...] = ()


def find_inputs(words: Iterable[str], note: Callable[[str], None] | None = None) -> Inputs:
    """What the words name: a file, a folder with all below it, a pattern with *, ? or [ ], a list, or camera:0.

    A list is a .txt file with a path a line, from where the command runs or else from where the list lies. `note`
    hears what is passed over. InputError: a word that names nothing.
    """
    pictures: dict[Path, None] = {}
    videos: dict[str, None] = {}
    for word in words:
        if is_camera(word):
            videos[word] = None
            continue
        for path in _files(word, note):
            if path.suffix.lower() in VIDEO_SUFFIXES:
                videos[str(path)] = None
            else:
                pictures[path] = None
    return Inputs(tuple(pictures), tuple(videos))


def _files(word: str, note: Callable[[str], None] | None) -> list[Path]:
    if not word.strip():
        raise InputError("an empty word names nothing to look at; is a variable of the shell not set?")
    path = Path(word)
    if path.is_dir():
        return _in_folder(path, note)
    if path.suffix.lower() == LIST_SUFFIX and path.is_file():
        return _listed(path)
    if path.exists() or path.is_symlink():
        return [path]
    if not glob.has_magic(word):
        raise InputError(f"{word}: there is no such picture, video or folder")
    found = [Path(name) for name in sorted(glob.glob(word, recursive=True))]  # noqa: PTH207 - Path.glob takes no absolute pattern
    known = PICTURE_SUFFIXES | VIDEO_SUFFIXES
    files = [file for file in found if file.suffix.lower() in known and not file.is_dir()]
    lists = [file for file in found if file.suffix.lower() == LIST_SUFFIX and file.is_file()]
    if files or lists:
        return files + [path for file in lists for path in _listed(file)]
    if not found:
        raise InputError(f"{word}: no file has a name like this")
    return [file for folder in found if folder.is_dir() for file in _in_folder(folder, note)] or found


def _in_folder(folder: Path, note: Callable[[str], None] | None) -> list[Path]:
    """The pictures of a folder and all below it, without those that a run drew there; a folder of such is asked for."""
    pictures = find_pictures(folder, note)
    drawn = {place: place.name == DRAWN and (place.parent / DONE).is_file() for place in _places(pictures)}
    outside = {folder, *folder.parents}
    left = [
        picture for picture in pictures if not any(drawn[place] for place in picture.parents if place not in outside)
    ]
    if note and len(left) < len(pictures):
        note(f"{folder}: {len(pictures) - len(left):,} drawn pictures of other runs were left out")
    return left


def _places(pictures: Iterable[Path]) -> set[Path]:
    """All folders that some picture lies below."""
    return {place for folder in {picture.parent for picture in pictures} for place in (folder, *folder.parents)}


def _listed(file: Path) -> list[Path]:
    """The paths of a list; one that names nothing stays, to be named with what cannot be read."""
    text = read_names(file)
    lines = text.splitlines()
    listed = [Path(line.strip()) for line in lines if line.strip()]
    if not listed:
        raise InputError(f"{file}: an empty list; it should name a picture a line")
    paths = [path if path.exists() else file.parent / path for path in listed]
    if "\0" in text or not all(is_utf8(str(path)) or path.exists() for path in paths):
        raise InputError(f"{file}: not a text file; a list of paths, a line each, is UTF-8")
    return paths
