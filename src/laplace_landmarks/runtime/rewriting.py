"""Lines taken out of a journal's two files, which must fit each other wherever a kill comes.

Both files are first written anew, beside. That of done.jsonl appears last and whole, and from then on the rewriting is
decided: whoever opens the folder next copies both into their places. The journal's files stay open.
"""

import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.text_files import to_json

FACES, PICTURES = ".predictions.jsonl.rewritten", ".done.jsonl.rewritten"
CHUNK = 2**20  # bytes copied at once


class Rewriting:
    """Of the files of one folder: faces (predictions.jsonl) and pictures (done.jsonl), open to be read and written."""

    def __init__(self, folder: Path, faces: BinaryIO, pictures: BinaryIO) -> None:
        self._open = faces, pictures
        self._beside = folder / FACES, folder / PICTURES

    def without(self, names: Collection[str]) -> None:
        """Writes both files beside, without these pictures; nothing is in its place before finish()."""
        faces, pictures = self._open
        kept: list[bytes] = []
        start = end = 0  # of a picture's faces in the old file, and of all in the new one
        with self._beside[0].open("wb") as new:
            for entry in _entries(pictures):
                if "end" in entry:
                    length, start = entry["end"] - start, entry["end"]
                    if entry["picture"] in names:
                        continue
                    faces.seek(start - length)
                    _copy(faces, new, length)
                    end += length
                    entry["end"] = end
                kept.append(to_json(entry).encode() + b"\n")
            new.flush()
            os.fsync(new.fileno())
        write_whole(self._beside[1], b"".join(kept))

    def without_outdated(self) -> None:
        """Writes done.jsonl beside, without what later lines say otherwise of the same picture."""
        self._beside[0].unlink(missing_ok=True)  # of faces nothing changes
        seen: set[str | None] = set()
        kept: list[bytes] = []
        for entry in reversed([*_entries(self._open[1])]):
            picture = entry.get("picture")  # none in the first line
            if "skipped" not in entry or picture not in seen:
                kept.append(to_json(entry).encode() + b"\n")
            seen.add(picture)
        write_whole(self._beside[1], b"".join(reversed(kept)))

    def finish(self) -> None:
        """Puts in place what was decided; forgets what was only begun."""
        if self._beside[1].exists():
            for beside, file in zip(self._beside, self._open, strict=True):
                if beside.exists():
                    _replace(file, beside)
        for beside in self._beside:  # this order: the second alone says that the first is in its place
            beside.unlink(missing_ok=True)


def _entries(pictures: BinaryIO) -> Iterator[dict[str, Any]]:
    pictures.seek(0)
    for line in iter(pictures.readline, b""):
        yield json.loads(line)


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    while length:
        part = source.read(min(length, CHUNK))
        target.write(part)
        length -= len(part)


def _replace(file: BinaryIO, by: Path) -> None:
    file.truncate(0)
    with by.open("rb") as source:
        copyfileobj(source, file, CHUNK)
    file.flush()
    os.fsync(file.fileno())
