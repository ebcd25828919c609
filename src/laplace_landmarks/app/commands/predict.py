"""`laplace-landmarks predict`: landmarks of pictures, as JSON lines and drawn."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.formats.places import read_boxes, read_points
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.drawing import draw_faces
from laplace_landmarks.runtime.outputs import Prediction, predictions_of, write_predictions


def predict(
    model: Annotated[Path, tyro.conf.Positional],
    pictures: Annotated[tuple[Path, ...], tyro.conf.Positional],
    points: Path | None = None,
    boxes: Path | None = None,
    output: Path = Path("predictions"),
    draw: bool = True,
    threads: int = 1,
) -> None:
    """Find landmarks in pictures whose faces are known by points or boxes.

    Args:
        model: The model file.
        pictures: Pictures, and folders of pictures.
        points: CSV (image,x0,y0,...) with the five points of each face or all its landmarks, or a folder of .pts files.
        boxes: CSV (image,x0,y0,x1,y1) with a tight box of each face.
        output: Folder for predictions.jsonl and the drawn pictures.
        draw: Draw each picture.
        threads: Processor threads.
    """
    if not pictures:
        raise InputError("say what to look at: give pictures, or folders of pictures, after the model file")
    if (points is None) == (boxes is None):
        raise InputError("say where the faces are: give --points FILE or --boxes FILE")
    detector = LandmarkDetector(model, threads)
    gone = [str(given) for given in pictures if not given.exists()]
    if gone:
        raise InputError(f"{gone[0]}: there is no such picture or folder")
    found = [file for given in pictures for file in (find_pictures(given) if given.is_dir() else [given])]
    places = read_points(points, found) if points else read_boxes(boxes or Path(), found)
    counts = {"pictures": 0, "faces": 0, "skipped": 0, "without a face": 0}

    def all_predictions() -> Iterator[Prediction]:
        for file in found:
            if file not in places:
                counts["without a face"] += 1
                continue
            try:
                picture = read_picture(file)
                there = places[file]
                faces = detector(picture, anchors=there) if points else detector(picture, boxes=there)
            except InputError as error:
                counts["skipped"] += 1
                print(f"skipped: {error}" if str(file) in str(error) else f"skipped: {file}: {error}", file=sys.stderr)
                continue
            counts["pictures"] += 1
            counts["faces"] += len(faces)
            if draw:
                write_picture(output / "drawn" / _flat(file), draw_faces(picture, faces, detector.info.markup))
            yield from predictions_of(str(file), faces, detector.info.name)

    try:
        (output / "drawn" if draw else output).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output {output}: cannot be made ({error.strerror})") from None
    write_predictions(output / "predictions.jsonl", all_predictions())
    print(f"{', '.join(f'{count} {what}' for what, count in counts.items())}; see {output}")
    if not counts["pictures"]:
        raise InputError("no picture could be used")


def _flat(file: Path) -> str:
    """A file name for each path of its own: a_b/c.jpg, a/b_c.jpg and a/b/c.png are three."""
    parts = [part.replace("_", "__") for part in file.parts if part not in ("/", "..", ".")]
    return "_".join(parts) + ("" if file.suffix.lower() == ".jpg" else ".jpg")


def main(arguments: Sequence[str]) -> None:
    call(predict, arguments, "predict")
