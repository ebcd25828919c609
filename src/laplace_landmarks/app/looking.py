"""What commands that look at pictures share: a detector by its flags, where the faces are, and the looking."""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import tyro

from laplace_landmarks.app.threads import use_threads
from laplace_landmarks.data.formats.pictures_with_pts import is_pts
from laplace_landmarks.data.formats.places import read_boxes, read_points
from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.folder_run import FolderRun, Places
from laplace_landmarks.runtime.journal import Journal
from laplace_landmarks.runtime.products import PTS
from laplace_landmarks.runtime.progress import Progress
from laplace_landmarks.runtime.released import find_model_file
from laplace_landmarks.runtime.signals import asked_to_stop
from laplace_landmarks.text_files import to_bytes
from laplace_landmarks.text_table import some

NAMED = 3  # rows that name no picture


@dataclass(frozen=True)
class Looking:
    """How faces are searched for and looked at."""

    min_face: int | None = None
    """Pixels of the smallest face that is searched for; by default 20, and more in large pictures."""
    refine: int | None = None
    """How often to look again where the landmarks were found; by default once where --boxes say where."""
    upright: bool = True
    """Turn a face's crop as the face is; otherwise it is cut along the picture's axes, as in the paper."""
    mirrored: bool = False
    """Look at the mirror image of each crop, too, and take the mean: smaller errors for twice the time."""

    def told(self) -> dict[str, Any]:
        """By flag, as a journal remembers it."""
        told = {"--min-face": self.min_face, "--refine": self.refine, "--upright": self.upright}
        return told | ({"--mirrored": True} if self.mirrored else {})  # journals of old know of none


Ways: TypeAlias = Annotated[Looking, tyro.conf.arg(name="")]  # flags without a prefix


@dataclass(frozen=True)
class Looked:
    """How many pictures were done before, had to be skipped, and have no drawing because they are too large."""

    before: int
    skipped: int
    undrawn: int


def detector_of(model: str, looking: Looking, threads: int, *, searched: bool) -> LandmarkDetector:
    """searched: whether nobody says where the faces are."""
    finder, min_face = None, looking.min_face
    if min_face is not None:
        if not searched:
            raise InputError("--min-face is for searching faces; with --points or --boxes none is searched for")
        finder = MTCNN(min_face, threads=threads)
    detector = LandmarkDetector(
        model, threads, finder=finder, refine=looking.refine, upright=looking.upright, mirrored=looking.mirrored
    )
    use_threads(threads)
    if min_face is not None and detector.info.finds != "faces":
        raise InputError(f"--min-face is for searching faces, which model {detector.info.name} does not do")
    if searched:
        detector.check_finds()  # before each picture says it
    return detector


def places_of(
    pictures: Sequence[Path], boxes: Path | None, points: Path | None, detector: LandmarkDetector, output: Path
) -> tuple[Places | None, str]:
    """Where the faces are, and by which file; its content counts, because it may change between two commands.

    output: the folder that the command writes to, which may lie in that of the points.
    """
    file = points or boxes
    if file is None:
        return None, "MTCNN" if detector.info.finds == "faces" else detector.info.finds
    given = read_points(points, pictures) if points else read_boxes(file, pictures)
    if given.unused:
        count = len(given.unused)
        what = "file" if file.is_dir() else "row"
        named = f"{what}s name" if count > 1 else f"{what} names"
        print(f"{count:,} {named} none of the pictures: {some(given.unused, NAMED)}", file=sys.stderr)
    kind, flag = ("anchors", "--points") if points else ("boxes", "--boxes")
    return Places(kind, given.of_pictures, given.told_by), f"{flag} {_hash(file, output)}"


def settings_of(detector: LandmarkDetector, model: str, source: str, looking: Looking) -> dict[str, Any]:
    """What predictions depend on, as a journal remembers it: alike for all commands, so that one goes on where another
    stopped."""
    hashed = _hash(find_model_file(model))
    return {"--model": detector.info.name, "model file": hashed, "faces": source} | looking.told()


def look(
    pictures: Sequence[Path], detector: LandmarkDetector, journal: Journal, places: Places | None, draw: bool
) -> Looked:
    """Makes the predictions that are not there, with progress. Stopped by hand."""
    progress, skipped, undrawn = Progress(len(pictures), "pictures"), 0, 0
    waiting = [picture for picture in pictures if not journal.knows(picture)]
    known = len(pictures) - len(waiting)
    progress.start_at(known)
    _check_places(waiting, journal)
    changed = sum(str(picture) in journal.done for picture in waiting)
    if changed:
        print(f"{changed:,} picture{'s' * (changed > 1)} changed since done: looked at again", file=sys.stderr)

    def tell_skipped(reason: str) -> None:
        nonlocal skipped
        skipped += 1
        progress.clear()
        print(f"skipped: {reason}", file=sys.stderr)

    def tell_undrawn(reason: str) -> None:
        nonlocal undrawn
        undrawn += 1
        progress.clear()
        print(f"not drawn: {reason}", file=sys.stderr)

    with asked_to_stop() as signals:
        run = FolderRun(detector, journal, places, draw, tell_skipped, tell_undrawn, progress.at, lambda: signals)
        whole = run.over(pictures)
    progress.clear()
    if not whole:
        reached = sum(str(picture) in journal.done for picture in pictures)
        raise Stopped(f"stopped after {reached:,} of {len(pictures):,} pictures; the same command goes on from there")
    return Looked(known, skipped, undrawn)


def _check_places(pictures: Sequence[Path], journal: Journal) -> None:
    """InputError where predictions of one picture would give way to those of another that is called alike."""
    for picture in pictures:
        if place := journal.elsewhere(picture):
            raise InputError(
                f"{journal.flag} {journal.folder}: holds {picture} of another folder, {place}; choose another "
                f"{journal.flag}, or name pictures by their full paths"
            )


def _hash(path: Path, output: Path | None = None) -> str:
    """Of a file's content, or of a folder's .pts files, but those written to the output: names, sizes and times."""
    digest = hashlib.sha256()
    if path.is_dir():
        folder, written = path.resolve(), output and (output / PTS).resolve()
        for file in sorted(file for file in folder.rglob("*") if is_pts(file.name)):
            if file.is_file() and written not in file.parents:
                facts = file.stat()
                digest.update(to_bytes(f"{file.relative_to(folder)} {facts.st_size} {facts.st_mtime_ns}\n"))
    else:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
