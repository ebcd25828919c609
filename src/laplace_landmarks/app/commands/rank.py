"""`laplace-landmarks rank`: which pictures to label next, by how little a model knows about them."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.looking import Looking, Ways, detector_of, look, places_of, settings_of
from laplace_landmarks.app.parse import call
from laplace_landmarks.app.telling import tell
from laplace_landmarks.data.pictures import WRITTEN_SUFFIXES, write_picture
from laplace_landmarks.data.writing import check_apart, check_writable, write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import check_seed
from laplace_landmarks.runtime.inputs import find_inputs
from laplace_landmarks.runtime.journal import Journal
from laplace_landmarks.runtime.only_writer import only_writer
from laplace_landmarks.runtime.products import begin_anew
from laplace_landmarks.runtime.progress import Progress
from laplace_landmarks.runtime.ranked import rank_pictures, to_csv, to_list, to_table
from laplace_landmarks.runtime.ranking import judged_by
from laplace_landmarks.runtime.ranking_sheet import ranking_sheet
from laplace_landmarks.runtime.released import MODEL
from laplace_landmarks.text_files import to_bytes
from laplace_landmarks.text_table import some

NAMED, SHOWN = 5, 400  # pictures without an object that are named; tiles of a sheet, at the most


def rank(
    model: Annotated[str, tyro.conf.Positional],
    inputs: Annotated[tuple[str, ...], tyro.conf.Positional],
    count: int = 100,
    lot: float = 0,
    seed: int = 0,
    output: Path | None = None,
    sheet: Path | None = None,
    labeled: tuple[str, ...] = (),
    without: Path | None = None,
    predictions: Path = Path("ranked"),
    boxes: Path | None = None,
    points: Path | None = None,
    looking: Ways = Looking(),  # noqa: B008 - frozen
    threads: int = 1,
    overwrite: bool = False,
) -> None:
    """Order pictures by how little a model knows about them, the least known first; what is like a picture before it
    comes late.

    Args:
        model: The name of a released model (see `models`), a model file or the folder of a run, best a calibrated
            one.
        inputs: Pictures, folders, patterns in quotes, or lists (.txt, a path a line).
        count: How many pictures to choose.
        lot: Share of them that is drawn by lot, 0 to 1: usual pictures among the odd ones that a model knows least.
        seed: Of the lot.
        output: FILE.txt for their paths, as predict reads them, or FILE.csv for all that is known of them.
        sheet: Picture file (.jpg, .png) for what the model sees and finds in the chosen ones.
        labeled: Pictures, folders or lists that have labels by now: not chosen, nor is what is like them.
        without: FILE.txt for the pictures in which no object was found; they have no rank.
        predictions: Folder of the predictions; those that `predict` or a `rank` before wrote there are not made again.
        boxes: CSV (image,x0,y0,x1,y1) with a tight box of each face or other object; none is searched for then.
        points: CSV (image,x0,y0,...) with the five points of each face or all its landmarks, or a folder of .pts files.
        looking: How to look.
        threads: Processor threads.
        overwrite: Begin anew where the folder of the predictions holds others.
    """
    files = {"--output": output, "--sheet": sheet, "--without": without}
    check_apart(files)
    _check(model, inputs, count, lot, seed, files)
    if points is not None and boxes is not None:
        raise InputError("say where the faces are by --points or by --boxes, not by both")
    of_labels, asked_for = _pictures(labeled), _pictures(inputs)
    known = {picture.resolve() for picture in of_labels}
    by_file = {picture.resolve(): picture for picture in (*of_labels, *asked_for)}  # one name each
    pictures = sorted(by_file.values())
    if not asked_for:
        raise InputError(f"{', '.join(inputs)}: no picture to rank; drawn pictures of other runs count as none")
    if known == by_file.keys():
        raise InputError("all of the pictures are among those of --labeled, so there is none to rank")
    searched = points is None and boxes is None
    detector = detector_of(model, looking, threads, searched=searched)
    places, source = places_of(pictures, boxes, points, detector, predictions)
    settings = settings_of(detector, model, source, looking)
    with ExitStack() as stack:
        stack.enter_context(only_writer(predictions, "--predictions"))
        if overwrite:
            begin_anew(predictions, [*pictures, *filter(None, (boxes, points))], tell)
        journal = Journal.open(predictions, settings, overwrite=overwrite, flag="--predictions")
        stack.enter_context(closing(journal))
        looked = look(pictures, detector, journal, places, draw=False)
        if not any(str(picture) in journal.done for picture in pictures):
            raise InputError("no picture could be used")
        asked = {str(picture) for picture in pictures}
        faces = judged_by(face for face in journal.predictions() if face.picture in asked)
        objects = {picture: journal.done[picture] for picture in asked & journal.done.keys()}
    what = "face" if detector.info.markup.is_face else "object"
    empty = [picture for picture in pictures if objects.get(str(picture)) == 0 and picture.resolve() not in known]
    _tell_empty(empty, what, without)
    seen = {picture for picture in faces if Path(picture).resolve() in known}
    progress = Progress(len(faces), "pictures compared")
    ranked = rank_pictures(faces, objects, seen, count, _tell_skipped, progress.at, lot=lot, seed=seed)
    progress.clear()
    if not ranked:
        raise InputError(f"no {what} was found in any picture without a label, so there is nothing to rank by")
    if ranked[0].face.radius is None:
        tell(
            f"model {detector.info.name} is not calibrated: ignorance is its mean spread, which orders pictures but is "
            "no error in pixels; `laplace-landmarks calibrate MODEL LABELS` makes it a radius"
        )
    there = len(faces) - len(seen)
    tell(f"{len(ranked):,} of {there:,} pictures with {_a(what)} chosen; {looked.skipped:,} skipped")
    if output is None:
        print(to_table(ranked), end="")
    else:
        text = to_list(ranked) if output.suffix.lower() == ".txt" else to_csv(ranked)
        write_whole(output, to_bytes(text))
        print(f"{len(ranked):,} pictures, best first: {output}")
    if sheet:
        write_picture(sheet, ranking_sheet(ranked[:SHOWN], detector.info))
        print(f"sheet of {min(len(ranked), SHOWN)}: {sheet}")


def _check(model: str, inputs: Sequence[str], count: int, lot: float, seed: int, files: dict[str, Path | None]) -> None:
    """What can be told before hours of looking."""
    if not inputs:
        raise InputError("say which pictures to rank: laplace-landmarks rank MODEL PICTURES")
    if count < 1:
        raise InputError(f"--count is how many pictures to choose, at least 1, not {count}")
    if not 0 <= lot <= 1:
        raise InputError(f"--lot is the share that is drawn by lot, 0 to 1, not {lot}")
    check_seed(seed)
    endings = {"--output": {".csv", ".txt"}, "--sheet": WRITTEN_SUFFIXES, "--without": {".txt"}}
    for flag, file in files.items():
        if file is None:
            continue
        if file.suffix.lower() not in endings[flag]:
            raise InputError(f"{flag} {file}: its name must end with {' or '.join(sorted(endings[flag]))}")
        if not file.parent.is_dir():
            raise InputError(f"{flag} {file}: there is no folder {file.parent}; make it first")
        check_writable(file, flag, whole=flag != "--sheet")
    if Path(model).is_dir() and not (Path(model) / MODEL).is_file():
        raise InputError(f"{model} is a folder, not a model: the model comes first, then the pictures")


def _pictures(words: Sequence[str]) -> tuple[Path, ...]:
    found = find_inputs(words, tell)
    tables = [picture for picture in found.pictures if picture.suffix.lower() in (".csv", ".json", ".jsonl", ".xml")]
    if tables:
        raise InputError(f"{tables[0]}: not a picture; a list of pictures is a .txt file, a path a line")
    if found.videos:
        raise InputError(f"{found.videos[0]}: only pictures are ranked; save frames of the video as pictures first")
    return found.pictures


def _tell_skipped(reason: str) -> None:
    tell(f"skipped: {reason}")


def _tell_empty(empty: Sequence[Path], what: str, without: Path | None) -> None:
    """The pictures in which nothing was found: how many, the first by name, and where all are listed."""
    if without:
        write_whole(without, to_bytes("".join(f"{picture}\n" for picture in empty)))
    if empty:
        named = some([str(picture) for picture in empty], NAMED)
        place = f"all in {without}" if without else "--without FILE.txt lists all"
        have = "picture without {} has" if len(empty) == 1 else "pictures without {} have"
        tell(f"{len(empty):,} {have.format(_a(what))} no rank: {named}; {place}")


def _a(what: str) -> str:
    return f"an {what}" if what == "object" else f"a {what}"


def main(arguments: Sequence[str]) -> None:
    call(rank, arguments, "rank")
