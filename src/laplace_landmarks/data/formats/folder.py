"""A folder of pictures, however many and however deep."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from laplace_landmarks.data.pictures import PICTURE_SUFFIXES
from laplace_landmarks.errors import InputError

KINDS_TOLD = 3  # of files that are left out


def find_pictures(folder: Path | str, note: Callable[[str], None] | None = None) -> list[Path]:
    """Every picture file below the folder, sorted; `note` hears how many files of other kinds were left out, and of
    folders in it that cannot be read.

    Files are told by their suffix and not opened: 300,000 take seconds. What is hidden by a leading dot does not
    count. InputError where there is no picture.
    """
    pictures, others = [], Counter[str]()
    for name in files_below(folder, note):
        suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a Path each would take half the time
        if suffix in PICTURE_SUFFIXES:
            pictures.append(name)
        else:
            others[suffix] += 1
    left = f"{others.total()} other file{'s' * (others.total() != 1)}"
    if not pictures:
        raise InputError(f"{folder}: no pictures in it ({left}; pictures are {', '.join(sorted(PICTURE_SUFFIXES))})")
    if others and note is not None:
        commonest = sorted(others.items(), key=lambda item: (-item[1], item[0]))
        kinds = [f"{count} {suffix or 'without a suffix'}" for suffix, count in commonest[:KINDS_TOLD]]
        note(f"{folder}: {left} left out ({', '.join(kinds + ['...'] * (len(others) > KINDS_TOLD))})")
    return [Path(name) for name in sorted(pictures)]


def files_below(top: Path | str, note: Callable[[str], None] | None = None) -> Iterator[str]:
    """Paths of all files below a folder; links are followed, each folder once, so that a ring of links ends.

    InputError: a folder cannot be read. Where there is a `note`, it hears of those within, and they are passed over.
    """
    waiting, seen = [str(top)], set()
    while waiting:
        folder = waiting.pop()
        try:
            facts = Path(folder).stat()
            if (facts.st_dev, facts.st_ino) in seen:
                continue
            seen.add((facts.st_dev, facts.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        if _is_folder(entry):
                            waiting.append(entry.path)
                        else:
                            yield entry.path
        except OSError as error:
            what = f"{folder}: not a folder that can be read ({error.strerror})"
            if note is None or folder == str(top):
                raise InputError(what) from error
            note(what)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: a file that cannot be read, and named so when it is
        return False
