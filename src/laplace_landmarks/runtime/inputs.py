"""What a command is to look at: pictures, folders, patterns, lists, videos and cameras, told apart by their looks."""

import glob
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.formats.picture_list import LIST_SUFFIX, found_at, may_be_there, read_list
from laplace_landmarks.data.pictures import PICTURE_SUFFIXES
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.folder_run import DRAWN
from laplace_landmarks.runtime.journal import DONE
from laplace_landmarks.runtime.video import is_camera

VIDEO_SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".qt", ".f4v", ".3gp", ".3g2", ".avi", ".mkv", ".webm", ".ogv", ".mpg", ".mpe", ".mpeg",
    ".m2v", ".vob", ".ts", ".mts", ".m2ts", ".mxf", ".wmv", ".asf", ".flv", ".mjpg", ".mjpeg",
})  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """pictures, videos: each once, by its first name, in the order given; a camera ("camera:0") is a video."""

    pictures: tuple[Path, ...]
    videos: tuple[str, ...] = ()


def find_inputs(words: Iterable[str], note: Callable[[str], None] | None = None) -> Inputs:
    """What the words name: a file, a folder with all below it, a pattern with *, ? or [ ], a list, or camera:0.

    A list is a .txt file with a path a line, from where the command runs or else from where the list lies. `note`
    hears what is passed over. InputError: a word that names nothing.
    """
    pictures: dict[str, Path] = {}
    videos: dict[str, str] = {}
    for word in words:
        if is_camera(word):
            videos[word] = word
            continue
        for path in _files(word, note):
            place = os.path.abspath(path)  # noqa: PTH100 - links stay what they are called
            if path.suffix.lower() in VIDEO_SUFFIXES:
                videos.setdefault(place, str(path))
            else:
                pictures.setdefault(place, path)
    return Inputs(tuple(pictures.values()), tuple(videos.values()))


def _files(word: str, note: Callable[[str], None] | None) -> list[Path]:
    if not word.strip():
        raise InputError("an empty word names nothing to look at; is a variable of the shell not set?")
    path = Path(word)
    if os.path.isdir(path):  # noqa: PTH112 - where nobody may look, Path raises
        return _in_folder(path, note)
    if path.suffix.lower() == LIST_SUFFIX and os.path.isfile(path):  # noqa: PTH113
        return _listed(path, note)
    if may_be_there(path):
        return [path]
    if not glob.has_magic(word):
        raise InputError(f"{word}: there is no such picture, video or folder")
    found = [Path(name) for name in sorted(glob.glob(word, recursive=True))]  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not found:
        raise InputError(f"{word}: no file has a name like this")
    return _matched(found, note)


def _matched(found: list[Path], note: Callable[[str], None] | None) -> list[Path]:
    """Of the files of a pattern those that can be looked at, and what lists and folders among them name."""

    def files(path: Path) -> list[Path]:
        if path.is_dir():
            return _in_folder(path, note)
        if path.suffix.lower() == LIST_SUFFIX:
            return _listed(path, note)
        return [path] if path.suffix.lower() in PICTURE_SUFFIXES | VIDEO_SUFFIXES else []

    return found_at(found, files, note) or found


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


def _listed(file: Path, note: Callable[[str], None] | None) -> list[Path]:
    """What a list names, folders with all below them; what is not there stays, to be named with what cannot be read."""
    return found_at(read_list(file), lambda path: _in_folder(path, note) if path.is_dir() else [path], note)
