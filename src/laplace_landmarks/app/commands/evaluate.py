"""`laplace-landmarks evaluate`: a model's, or any method's, errors on labeled pictures."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.data.markup import markup_named
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sources import read_labeled, read_split, select, subset
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.faces import faces_sheet
from laplace_landmarks.evaluation.matching import match
from laplace_landmarks.evaluation.protocols import FROM_FILE, TRUE_POINT_CROPS, predict_labeled
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.evaluation.table import to_table
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.outputs import read_predictions, write_predictions


def evaluate(
    model: Annotated[Path, tyro.conf.Positional],
    data: Annotated[Path, tyro.conf.Positional],
    format: Literal["auto", "300w", "pts", "table"] = "auto",
    part: str = "",
    split: Path | None = None,
    key: str = "validation",
    markup: str = "ibug68",
    output: Path | None = None,
    predictions: Path | None = None,
    faces: Path | None = None,
    cache: Path | None = None,
    threads: int = 1,
    seed: int = 0,
) -> None:
    """Score a model file, or a file of any method's predictions, on labeled pictures.

    Args:
        model: Model file (.onnx), or predictions as JSON lines (.jsonl).
        data: Pictures with .pts beside them, the official 300W folders, or a CSV.
        format: How the labels are stored; auto looks.
        part: Only this part of the data: train, common, challenge or full of 300W.
        split: JSON file with lists of names; only the list --key is scored.
        key: List of the split file.
        markup: What the landmarks are, for a predictions file; a model file says it itself.
        output: JSON file for all figures, those of every face included.
        faces: Picture to draw 24 faces to, from the smallest error to the largest, with truth, prediction and spread.
        predictions: File to write the model's predictions to, as JSON lines.
        cache: Folder for decoded crops.
        threads: Processor threads.
        seed: Of the bootstrap.
    """
    detector = None if model.suffix == ".jsonl" else LandmarkDetector(model, threads)
    known = detector.info.markup if detector else markup_named(markup)
    labeled = read_labeled(data, known, format, lambda line: print(line, file=sys.stderr))
    labeled = subset(labeled, part) if part else labeled
    labeled = select(labeled, read_split(split, key)) if split else labeled
    if detector:
        found, name, protocol = predict_labeled(detector, labeled, cache), detector.info.name, TRUE_POINT_CROPS
        if predictions:
            write_predictions(predictions, found)
    else:
        found, name, protocol = match(labeled, read_predictions(model)), model.stem, FROM_FILE
    where = "".join([str(data), f", {part}" if part else "", f", {key} of {split}" if split else ""])
    scores = score(labeled, found, model=name, data=where, protocol=protocol, seed=seed)
    print(to_table(scores))
    if faces:
        write_picture(faces, faces_sheet(labeled, found, scores))
    if output:
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(scores.to_json() + "\n", encoding="utf-8")
        except OSError as error:
            raise InputError(f"--output {output}: cannot be written ({error.strerror})") from None


def main(arguments: Sequence[str]) -> None:
    call(evaluate, arguments, "evaluate")
