"""`laplace-landmarks predict`: landmarks of pictures, folders and videos, as a file of numbers and drawn."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.frames import check_told, told_frames
from laplace_landmarks.app.looking import Looked, Looking, Ways, detector_of, look, places_of, settings_of
from laplace_landmarks.app.parse import call
from laplace_landmarks.app.telling import tell
from laplace_landmarks.app.videos import follow
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.folder_run import DRAWN, drawn_place
from laplace_landmarks.runtime.inputs import find_inputs
from laplace_landmarks.runtime.journal import DONE, Journal
from laplace_landmarks.runtime.only_writer import only_writer
from laplace_landmarks.runtime.output_files import write_coco, write_csv, write_pts_files
from laplace_landmarks.runtime.products import COCO, CSV, PTS, begin_anew
from laplace_landmarks.runtime.released import DEFAULT
from laplace_landmarks.runtime.tracking import Tracking

Format = Literal["jsonl", "csv", "pts", "coco"]


def predict(
    inputs: Annotated[tuple[str, ...], tyro.conf.Positional],
    model: str = DEFAULT,
    boxes: Path | None = None,
    points: Path | None = None,
    output: Path = Path("predictions"),
    format: Format = "jsonl",
    draw: bool = True,
    looking: Ways = Looking(),  # noqa: B008 - frozen
    smoothing: Literal["off", "kalman", "one-euro"] = "off",
    threads: int = 1,
    overwrite: bool = False,
) -> None:
    """Find faces and their landmarks; stopped, the same command goes on where it was.

    Args:
        inputs: Pictures, folders, patterns in quotes, lists (.txt, a path a line), videos, camera:0.
        model: The name of a released model (see `models`), a model file, or the folder of a run.
        boxes: CSV (image,x0,y0,x1,y1) with a tight box of each face or other object; none is searched for then. Of a
            video image is talk.mp4#0, its first frame, and so on: what is there is followed from that frame.
        points: CSV (image,x0,y0,...) with the five points of each face or all its landmarks, or a folder of .pts files
            (of pictures alone).
        output: Folder for predictions.jsonl, what else --format asks for, and the drawn pictures.
        format: Of pictures, beside JSON lines, at the end: a table, a .pts file a face, or COCO keypoints. Of videos,
            in their place: a table.
        draw: Draw each picture.
        looking: How to look.
        smoothing: Of the landmarks in videos: kalman is steadier at rest than one-euro (see docs/video.md).
        threads: Processor threads.
        overwrite: Begin anew where the output folder holds other predictions.
    """
    if not inputs:
        raise InputError("say what to look at: give pictures, folders, videos or camera:0")
    if points is not None and boxes is not None:
        raise InputError("say where the faces are by --points or by --boxes, not by both")
    models = [word for word in inputs if word.endswith(".onnx")]
    if models:
        raise InputError(f"{models[0]} is a model file, not something to look at: give it as --model {models[0]}")
    found = find_inputs(inputs, tell)
    if smoothing != "off" and not found.videos:
        raise InputError(f"--smoothing {smoothing} is for videos, and none is among the inputs; leave it out")
    searched = points is None and boxes is None
    detector = detector_of(model, looking, threads, searched=searched)
    if not (found.pictures or found.videos):
        raise InputError(f"{', '.join(inputs)}: nothing to look at; drawn pictures of other runs count as none")
    frames = told_frames(found.videos, points or boxes, detector.info)
    places, source = places_of([*found.pictures, *frames], boxes, points, detector, output)
    check_told(found.videos, places, points or boxes)
    settings = settings_of(detector, model, source, looking)
    with only_writer(output):
        followed = 0
        if found.videos:
            followed = len(found.videos) - follow(
                found.videos, detector, output, format, draw, Tracking(smoothing=smoothing),
                settings | {"--smoothing": smoothing}, overwrite, places,
            )  # fmt: skip
            if not (followed or found.pictures):
                raise InputError(f"{', '.join(found.videos)}: no video could be used")
        if not found.pictures:
            return
        if overwrite:
            begin_anew(output, [*found.pictures, *filter(None, (boxes, points))], tell)
        else:
            _check_fresh(output, format, draw)
        with closing(Journal.open(output, settings, overwrite=overwrite)) as journal:
            looked = look(found.pictures, detector, journal, places, draw)
            _write(format, journal, detector, output)
            _sum_up(found.pictures, journal, looked, "face" if detector.info.markup.is_face else "object")
            if looked.skipped and not followed and not any(str(picture) in journal.done for picture in found.pictures):
                raise InputError("no picture could be used")


def _check_fresh(output: Path, format: Format, draw: bool) -> None:
    """InputError where a run would write over what no run wrote there."""
    written = {"csv": CSV, "pts": PTS, "coco": COCO}.get(format)
    for name in (written, DRAWN if draw else None):
        if name and (output / name).exists() and not (output / DONE).exists():
            raise InputError(
                f"--output {output}: holds {name}, which no run wrote there; choose another --output, or --overwrite"
            )


def _write(format: Format, journal: Journal, detector: LandmarkDetector, output: Path) -> None:
    markup = detector.info.markup
    if format == "csv":
        write_csv(output / CSV, journal.predictions(), len(markup))
    elif format == "pts":
        write_pts_files(output / PTS, journal.predictions(), (name for name, *_ in journal.pictures()))
    elif format == "coco":
        write_coco(output / COCO, journal.predictions(), markup, journal.pictures())


def _sum_up(pictures: Sequence[Path], journal: Journal, looked: Looked, what: str) -> None:
    faces = [journal.done[str(picture)] for picture in pictures if str(picture) in journal.done]
    with_face = sum(count > 0 for count in faces)
    counts = [
        _counted(len(faces), "picture"), _counted(sum(faces), what), f"{looked.skipped:,} skipped",
        f"{len(faces) - with_face:,} without {'an' if what == 'object' else 'a'} {what}",
    ]  # fmt: skip
    done = f" ({looked.before:,} of them done before; --overwrite begins anew)" if looked.before else ""
    drawing = drawn_place(journal.folder, pictures[0])
    see = drawing if len(pictures) == 1 and drawing.exists() else journal.folder
    more = f"; {journal.folder} holds {len(journal.done):,} pictures in all" if len(journal.done) > len(faces) else ""
    print(f"{', '.join(counts)}{done}; see {see}{more}")
    if looked.undrawn:
        tell(
            f"{_counted(looked.undrawn, 'picture')} without a drawing, which cannot be so large: the numbers are there"
        )
    if looked.skipped:
        again = "the same command tries them again"
        tell(f"{_counted(looked.skipped, 'picture')} skipped: see {journal.folder / DONE}; {again}")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def main(arguments: Sequence[str]) -> None:
    call(predict, arguments, "predict")
