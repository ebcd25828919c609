"""`laplace-landmarks evaluate`: a model's, or any method's, errors on labeled pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.labels import Choice, Labels, tell_of_training
from laplace_landmarks.app.parse import call
from laplace_landmarks.app.threads import use_threads
from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import markup_or_auto
from laplace_landmarks.data.pictures import check_written, write_picture
from laplace_landmarks.data.writing import check_apart, check_output, check_writable, write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import check_seed
from laplace_landmarks.evaluation.faces import faces_sheet
from laplace_landmarks.evaluation.matching import match
from laplace_landmarks.evaluation.protocols import FIXED, FROM_FILE, check_markup, predict_crops, protocol_of
from laplace_landmarks.evaluation.provenance import command
from laplace_landmarks.evaluation.report.evaluate import report as report_on
from laplace_landmarks.evaluation.report.judged import judge
from laplace_landmarks.evaluation.report.page import open_folder, write_page
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.evaluation.table import to_table
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.outputs import read_predictions, write_predictions
from laplace_landmarks.runtime.released import find_model_file


def evaluate(
    model: Annotated[Path, tyro.conf.Positional],
    data: Annotated[Path, tyro.conf.Positional],
    labels: Labels = Choice(),  # noqa: B008 - frozen
    markup: str = "auto",
    output: Path | None = None,
    predictions: Path | None = None,
    faces: Path | None = None,
    report: Path | None = None,
    upright: bool = False,
    mirrored: bool = False,
    cache: Path | None = None,
    threads: int = 1,
    seed: int = 0,
) -> None:
    """Score a model file, or a file of any method's predictions, on labeled pictures.

    Args:
        model: Model file (.onnx), the folder of a run, the name of a released model, or predictions as JSON lines
            (.jsonl).
        data: Labeled pictures in any of the formats of docs/formats.md.
        labels: Which of the labels.
        markup: What the landmarks are, for a predictions file: a name or a file; a model file says it itself.
        output: JSON file for all figures, those of every face included.
        faces: Picture to draw 24 faces to, from the smallest error to the largest, with truth, prediction and spread.
        report: Folder for a page to look at: scores, faces, heatmaps, spread, calibration, boxes, speed (index.html).
        upright: Turn crops as the faces are, as `predict` does; else they lie along the picture's axes, as the paper's.
        mirrored: Look at the mirror image of each crop, too, as `predict --mirrored` does.
        predictions: File to write the model's predictions to, as JSON lines.
        cache: Folder for decoded crops.
        threads: Processor threads.
        seed: Of the bootstrap.
    """
    check_seed(seed)
    _check(output, predictions, faces, report)
    model = model if model.suffix == ".jsonl" else find_model_file(model)
    detector = None if model.suffix == ".jsonl" else LandmarkDetector(model, threads, mirrored=mirrored)
    known = detector.info.markup if detector else markup_or_auto(markup)
    labeled = labels.read(data, known, [detector.info.crop] if detector else [])
    crops = None
    if detector:
        use_threads(threads)
        check_markup(detector, labeled)
        tell_of_training([detector.info], data, labels)
        name, protocol = detector.info.name, protocol_of(detector.info, upright, mirrored)
        crops = labeled_crops(labeled, detector.info.crop, cache, upright=upright)
        found = predict_crops(detector, labeled, crops)
        if predictions:
            write_predictions(predictions, found)
    elif upright or mirrored:
        raise InputError(f"{'--upright' if upright else '--mirrored'} is for a model file: {FIXED}")
    else:
        found, name, protocol = match(labeled, read_predictions(model)), model.stem, FROM_FILE
    where = labels.told(data)
    scores = score(labeled, found, model=name, data=where, protocol=protocol, seed=seed)
    print(to_table(scores))
    if faces:
        write_picture(faces, faces_sheet(labeled, found, scores))
    if report:
        page = report_on(judge(name, model, labeled, found, scores, detector, crops), command=command())
        print(f"report: {write_page(page, report)}")
    if output:
        write_whole(output, (scores.to_json() + "\n").encode())


def _check(output: Path | None, predictions: Path | None, faces: Path | None, report: Path | None) -> None:
    """Whether all that is asked for can be written, before the work."""
    check_apart({"--output": output, "--predictions": predictions, "--faces": faces})
    if output:
        check_output(output, "--output")
    if predictions:
        check_writable(predictions, "--predictions")
    if faces:
        check_written(faces)
        check_writable(faces, "--faces")
    if report:
        open_folder(report)


def main(arguments: Sequence[str]) -> None:
    call(evaluate, arguments, "evaluate")
