"""What an output folder remembers of a run over many pictures, so that the same command goes on where it stopped.

Two files grow together: predictions.jsonl, a line a face, and done.jsonl, a line a picture. A picture's line is written
after its faces' and tells how long predictions.jsonl was then. What a kill left half written lies beyond that length
and is cut off. It also tells the size and the time of the picture's file: another picture under the same name is new.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.file_facts import FileFacts
from laplace_landmarks.runtime.journal_lines import HEADER, changed_setting, entry_of, is_ours
from laplace_landmarks.runtime.outputs import Prediction, from_line, to_line
from laplace_landmarks.runtime.rewriting import Rewriting
from laplace_landmarks.text_files import to_json

PREDICTIONS, DONE = "predictions.jsonl", "done.jsonl"


@dataclass(eq=False)
class Journal:
    """The two files, open to grow. done: of each picture that is done, how many faces it has. flag: names it."""

    folder: Path
    flag: str = "--output"
    done: dict[str, int] = field(default_factory=dict)
    _facts: dict[str, FileFacts] = field(default_factory=dict)  # of those that are done; older journals have none
    _places: dict[str, str] = field(default_factory=dict)  # of those with relative names, where they were
    _skipped: dict[str, tuple[str, FileFacts | None]] = field(default_factory=dict)  # why each was that is not done
    _outdated: bool = False  # whether done.jsonl has lines of pictures that were skipped, and are not, or otherwise
    _faces: BinaryIO = field(init=False)  # predictions.jsonl
    _pictures: BinaryIO = field(init=False)  # done.jsonl

    @staticmethod
    def open(folder: Path, settings: dict[str, Any], *, overwrite: bool = False, flag: str = "--output") -> "Journal":
        """Makes the folder, or goes on with what is in it; to be called by its `only_writer`.

        settings: what the predictions depend on. flag: what the user named the folder with. InputError: the folder
        holds predictions by others.
        """
        journal = Journal(folder, flag)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            journal._faces = (folder / PREDICTIONS).open("ab+")
            journal._pictures = (folder / DONE).open("ab+")
        except OSError as error:
            raise InputError(f"{flag} {folder}: cannot be written ({error.strerror})") from None
        try:
            Rewriting(folder, journal._faces, journal._pictures).finish()  # what a kill left of one
            journal._resume(json.loads(json.dumps(settings)), overwrite)
        except BaseException:
            journal.close()
            raise
        return journal

    def add(
        self, picture: str, size: tuple[int, int], predictions: Sequence[Prediction], facts: FileFacts | None = None
    ) -> None:
        """A picture (width, height) and its faces. facts: of its file, from before it was read."""
        with self._written(PREDICTIONS):
            self._faces.writelines(to_line(prediction).encode() + b"\n" for prediction in predictions)
            self._faces.flush()
        entry: dict[str, Any] = {"picture": picture, "size": size, "faces": len(predictions), "end": self._faces.tell()}
        if not Path(picture).is_absolute():
            self._places[picture] = entry["at"] = str(Path(picture).absolute())
        self._note(entry | (facts.noted() if facts else {}))
        self.done[picture] = len(predictions)
        if facts:
            self._facts[picture] = facts
        self._outdated |= self._skipped.pop(picture, None) is not None

    def knows(self, picture: Path) -> bool:
        """Whether a picture is done, and its file has not changed since; one that is gone has not."""
        name = str(picture)
        if name not in self.done or name not in self._facts:
            return name in self.done
        return FileFacts.of(picture) in (None, self._facts[name])

    def elsewhere(self, picture: Path) -> str:
        """Where a picture that is done lay, where this is another one of the same relative name; "" where it is not.

        What an older journal does not tell is not known.
        """
        place = self._places.get(str(picture), "")
        return "" if self.knows(picture) or place == str(picture.absolute()) else place

    def forget(self, pictures: Collection[str]) -> None:
        """Takes these pictures and their faces out of both files; a kill meanwhile leaves them as before, or after."""
        with self._written(PREDICTIONS):
            rewriting = Rewriting(self.folder, self._faces, self._pictures)
            rewriting.without(frozenset(pictures))
            rewriting.finish()
        for picture in pictures:
            del self.done[picture]
            self._facts.pop(picture, None)
            self._places.pop(picture, None)

    def skip(self, picture: str, reason: str, facts: FileFacts | None = None) -> None:
        """A picture that could not be used; it is tried again by the next command, and noted again if that differs."""
        before = self._skipped.get(picture)
        if before != (reason, facts):
            self._note({"picture": picture, "skipped": reason} | (facts.noted() if facts else {}))
            self._skipped[picture] = reason, facts
            self._outdated |= before is not None

    def tidy(self) -> None:
        """Takes the lines out of done.jsonl that say why a picture was skipped, and hold no longer."""
        if self._outdated:
            with self._written(DONE):
                rewriting = Rewriting(self.folder, self._faces, self._pictures)
                rewriting.without_outdated()
                rewriting.finish()
            self._outdated = False

    def predictions(self) -> Iterator[Prediction]:
        """All faces, in the order in which they were found."""
        with (self.folder / PREDICTIONS).open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield from_line(line, f"{self.folder / PREDICTIONS}, line {number}")

    def pictures(self) -> Iterator[tuple[str, int, int]]:
        """Path, width and height of all pictures that are done."""
        with (self.folder / DONE).open("rb") as file:
            for line in file:
                entry = json.loads(line)
                if "size" in entry:
                    yield (entry["picture"], *entry["size"])

    def close(self) -> None:
        """What could not be written before cannot be now, and is told once more."""
        try:
            with self._written(PREDICTIONS):
                self._faces.close()
        finally:
            with self._written(DONE):
                self._pictures.close()

    def _note(self, entry: dict[str, Any]) -> None:
        with self._written(DONE):
            self._pictures.write(to_json(entry).encode() + b"\n")
            self._pictures.flush()

    @contextmanager
    def _written(self, name: str) -> Iterator[None]:
        """InputError where the file of that name cannot be: a full disk tells no name itself."""
        try:
            yield
        except OSError as error:
            raise InputError(f"{self.folder / name}: cannot be written ({error.strerror})") from None

    def _resume(self, settings: dict[str, Any], overwrite: bool) -> None:
        """Reads what is done, and cuts both files where the last whole picture ends."""
        length = self._faces.seek(0, 2)
        self._pictures.seek(0)
        header = self._pictures.readline()
        if not overwrite and not (header.startswith(HEADER) or HEADER.startswith(header)):
            self._check(None, settings)  # a file of the same name that is none of ours
        end, at = 0, self._pictures.tell()
        for line in iter(self._pictures.readline, b""):
            entry = entry_of(line)
            if not line.endswith(b"\n") or not is_ours(entry) or not end <= entry.get("end", end) <= length:
                break  # cut off by a kill, or by the machine's end before all was on the disk
            at = self._pictures.tell()
            picture, facts = entry["picture"], FileFacts.in_note(entry)
            self._outdated |= self._skipped.pop(picture, None) is not None
            if "end" in entry:
                self.done[picture] = entry["faces"]
                if facts:
                    self._facts[picture] = facts
                if isinstance(place := entry.get("at"), str):
                    self._places[picture] = place
                end = entry["end"]
            else:
                self._skipped[picture] = entry["skipped"], facts
        if overwrite or (not length and not self.done):
            for known in (self.done, self._facts, self._places, self._skipped):
                known.clear()
            self._outdated = False
            self._faces.truncate(0)
            self._pictures.truncate(0)
            self._note({"settings": settings})
            return
        self._check(entry_of(header).get("settings"), settings)
        self._pictures.truncate(at)
        self._faces.truncate(end)
        self._faces.seek(0, 2)

    def _check(self, there: Any, settings: dict[str, Any]) -> None:
        advice = f"choose another {self.flag}, or --overwrite to begin anew"
        if not isinstance(there, dict):
            raise InputError(f"{self.flag} {self.folder}: holds predictions of which nothing is remembered; {advice}")
        if changed := changed_setting(there, settings):
            raise InputError(f"{self.flag} {self.folder}: holds predictions made otherwise ({changed}); {advice}")
