"""Many pictures, one after the other: found, drawn and noted, in bounded memory, to be stopped at any time."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.pictures import PICTURE_SUFFIXES, TooLarge, write_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.drawing import draw_faces
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.file_facts import FileFacts
from laplace_landmarks.runtime.journal import Journal
from laplace_landmarks.runtime.output_files import below, named
from laplace_landmarks.runtime.outputs import predictions_of
from laplace_landmarks.runtime.read_ahead import READERS, batches, read_ahead

BATCH = 16  # pictures whose faces share the network's runs
DRAWN = "drawn"  # folder of the drawn pictures

Seen = tuple[Path, Picture, Sequence[Face]]


@dataclass(frozen=True)
class Places:
    """Where the faces of pictures are, when the caller knows: by a picture's path, boxes= or anchors= of a detector.

    A picture that is not among them has no face. told_by: which file, or row of one, says each place.
    """

    kind: str
    of_pictures: Mapping[Path, Sequence[Any]]
    told_by: Mapping[Path, Sequence[str]] = field(default_factory=dict)

    def of(self, pictures: Sequence[Path]) -> dict[str, Any]:
        return {self.kind: [self.of_pictures.get(picture, ()) for picture in pictures]}

    def blamed(self, file: Path, picture: Picture, detector: LandmarkDetector) -> str:
        """Which file or row says the first place in a picture that cannot be used."""
        for place, where in zip(self.of_pictures.get(file, ()), self.told_by.get(file, ()), strict=False):
            try:
                named: dict[str, Any] = {self.kind: [[place]]}
                detector.batch([picture], **named)
            except InputError:
                return f"{where}: "
        return ""


@dataclass(frozen=True)
class FolderRun:
    """What happens with each picture.

    places: None lets the detector find the faces. draw: write each picture with its faces below DRAWN of the journal's
        folder. skipped: hears of a picture that cannot be used, with the reason. undrawn: of a drawing that cannot be
        written. progress: hears how many are done. stop: asked between batches.
    """

    detector: LandmarkDetector
    journal: Journal
    places: Places | None = None
    draw: bool = True
    skipped: Callable[[str], None] = print
    undrawn: Callable[[str], None] = print
    progress: Callable[[int], None] = lambda _: None
    stop: Callable[[], object] = lambda: False

    def over(self, pictures: Sequence[Path]) -> bool:
        """Looks at all that are not done, or have changed since; False where it was asked to stop before the end."""
        waiting = [picture for picture in pictures if not self.journal.knows(picture)]
        changed = [str(picture) for picture in waiting if str(picture) in self.journal.done]
        if changed:
            self.journal.forget(changed)
        facts = {
            picture: FileFacts.of(picture) for picture in waiting
        }  # of before it is read: at worst it is done twice
        reached = len(pictures) - len(waiting)
        skipped = 0

        def skip(file: Path, error: InputError) -> None:
            nonlocal skipped
            skipped += 1
            self._skip(file, error, facts[file])

        with ThreadPoolExecutor(READERS, "draw-picture") as pool:
            for batch in batches(read_ahead(waiting), skip, BATCH):
                if self.stop():
                    return False
                seen = self._look(batch, skip)
                if self.draw:
                    for reason in filter(None, pool.map(self._draw, seen)):
                        self.undrawn(reason)
                for file, picture, faces in seen:
                    name, (height, width) = str(file), picture.shape[:2]
                    found = predictions_of(name, faces, self.detector.info.name)
                    self.journal.add(name, (width, height), found, facts[file])
                reached += len(seen)
                self.progress(reached + skipped)
        self.journal.tidy()
        return True

    def _look(self, batch: Sequence[tuple[Path, Picture]], skip: Callable[[Path, InputError], None]) -> list[Seen]:
        files, pictures = zip(*batch, strict=True)
        try:
            places = self.places.of(files) if self.places else {}
            return list(zip(files, pictures, self.detector.batch(pictures, **places), strict=True))
        except InputError as error:
            if len(batch) == 1:
                where = self.places.blamed(files[0], pictures[0], self.detector) if self.places else ""
                skip(files[0], InputError(f"{where}{error}"))
                return []
        return [seen for alone in batch for seen in self._look([alone], skip)]  # the others' faces are good

    def _draw(self, seen: Seen) -> str | None:
        """Why a picture that is too large has no drawing."""
        file, picture, faces = seen
        drawn = drawn_place(self.journal.folder, file)
        try:
            drawn.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{drawn.parent}: cannot be made ({error.strerror})") from None
        try:
            write_picture(drawn, draw_faces(picture, faces, self.detector.info.markup))
        except TooLarge:  # what it advises, another name, is not for predict to give
            height, width = picture.shape[:2]
            return f"{file}: {width:,} x {height:,} pixels are too large for a drawing; its numbers are written"

    def _skip(self, file: Path, error: InputError, facts: FileFacts | None) -> None:
        reason = str(error)
        self.journal.skip(str(file), reason, facts)
        self.skipped(reason if str(file) in reason else f"{file}: {reason}")


def drawn_place(output: Path, picture: Path) -> Path:
    """Where a picture's drawing lies in the output folder: at its path; a JPEG, whatever the picture is.

    No two of a folder share a name. One that another picture's drawing might have, as a.png.jpg and a.jpg might, is for
    the usual case: a picture of a known suffix, or a .jpg that does not look like a drawing.

    >>> [drawn_place(Path("out"), Path(name)).name for name in ("a.jpg", "a.png", "a.png.jpg", "a")]
    ['a.jpg', 'a.png.jpg', 'a.png.jpg.jpg', 'a.jpg.jpg']
    """
    drawn = below(output / DRAWN, picture)
    if drawn.suffix.lower() == ".jpg":
        of_another = Path(drawn.stem).suffix.lower() in PICTURE_SUFFIXES
        return named(drawn, f"{drawn.name}.jpg") if of_another else drawn
    known = drawn.suffix.lower() in PICTURE_SUFFIXES
    return named(drawn, f"{drawn.name}.jpg" if known else f"{drawn.name}.jpg.jpg")
