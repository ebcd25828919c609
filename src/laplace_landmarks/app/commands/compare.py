"""`laplace-landmarks compare`: several models, or any methods' predictions, on the same labeled pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.labels import Choice, Labels, tell_of_training
from laplace_landmarks.app.parse import call
from laplace_landmarks.app.telling import tell
from laplace_landmarks.app.threads import use_threads
from laplace_landmarks.app.trainings import counts_of, doubts, methods_of
from laplace_landmarks.data.crops import Crops, labeled_crops
from laplace_landmarks.data.markup import markup_or_auto
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.writing import check_output, write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import check_seed
from laplace_landmarks.evaluation.matching import match
from laplace_landmarks.evaluation.protocols import FIXED, FROM_FILE, check_markup, predict_crops, protocol_of
from laplace_landmarks.evaluation.provenance import command
from laplace_landmarks.evaluation.report import compare as single
from laplace_landmarks.evaluation.report import trainings as several
from laplace_landmarks.evaluation.report.comparison import compare as against_the_first
from laplace_landmarks.evaluation.report.comparison_table import to_json, to_table
from laplace_landmarks.evaluation.report.judged import Judged, judge
from laplace_landmarks.evaluation.report.page import open_folder, write_page
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.outputs import read_predictions
from laplace_landmarks.runtime.released import find_model_file

PREDICTIONS = ".jsonl"


def compare(
    paths: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="MODEL MODEL ... DATA")],
    labels: Labels = Choice(),  # noqa: B008 - frozen
    markup: str = "auto",
    output: Path | None = None,
    report: Path | None = None,
    trainings: str = "1",
    upright: bool = False,
    cache: Path | None = None,
    threads: int = 1,
    seed: int = 0,
) -> None:
    """Score several models, or any methods' predictions, on the same labeled pictures, each against the first.

    Args:
        paths: Two or more model files (.onnx), folders of runs, names of released models, or predictions as JSON
            lines (.jsonl), then the data: labeled pictures in any of the formats of docs/formats.md.
        labels: Which of the labels.
        markup: What the landmarks are, where all methods are predictions files; a model file says it itself.
        output: JSON file for all figures, those of every face included.
        report: Folder for a page to look at (index.html).
        trainings: How many files in a row are trainings of one method, which differ in their seeds: 3, or 3,2 where the
            first method has 3 and the second 2. Intervals then count what a seed does, too.
        upright: Turn the crops of model files as the faces are, as `predict` does.
        cache: Folder for decoded crops.
        threads: Processor threads.
        seed: Of the bootstrap.
    """
    if len(paths) < 3:
        raise InputError(f"compare needs two methods or more, and then the data; {len(paths)} paths were given")
    counts = counts_of(trainings, len(paths) - 1)
    check_seed(seed)
    if output:
        check_output(output, "--output")
    if report:
        open_folder(report)
    *files, data = paths
    files = [file if file.suffix == PREDICTIONS else find_model_file(file) for file in files]
    if upright and all(file.suffix == PREDICTIONS for file in files):
        raise InputError(f"--upright is for model files: {FIXED}")
    detectors = [None if file.suffix == PREDICTIONS else LandmarkDetector(file, threads) for file in files]
    if any(detectors):
        use_threads(threads)
    known = next((detector.info.markup for detector in detectors if detector), None) or markup_or_auto(markup)
    labeled = labels.read(data, known, [detector.info.crop for detector in detectors if detector])
    for detector in filter(None, detectors):
        check_markup(detector, labeled)
    tell_of_training([detector.info for detector in detectors if detector], data, labels)
    where = labels.told(data)
    cut: dict[CropRule, Crops] = {}
    judged = [
        _judged(file, name, detector, labeled, where, cut, cache, seed, upright)
        for file, name, detector in zip(files, names_of(files, detectors), detectors, strict=True)
    ]
    methods = methods_of(judged, _own_names(files, detectors), counts)
    for line in doubts(methods):
        tell(line)
    comparison = against_the_first(methods, seed)
    print(to_table(comparison))
    if report:
        report_on = several.report if comparison.repeated else single.report
        print(f"report: {write_page(report_on(comparison, command=command()), report)}")
    if output:
        write_whole(output, (to_json(comparison) + "\n").encode())


def names_of(files: Sequence[Path], detectors: Sequence[LandmarkDetector | None]) -> list[str]:
    """What each method is called: its model's name, or its file's; its path where that is another's too."""
    names = _own_names(files, detectors)
    named = [name if names.count(name) == 1 else str(file) for name, file in zip(names, files, strict=True)]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice:
        raise InputError(f"{twice} is given twice; a method cannot be compared with itself")
    return named


def _own_names(files: Sequence[Path], detectors: Sequence[LandmarkDetector | None]) -> list[str]:
    return [detector.info.name if detector else file.stem for file, detector in zip(files, detectors, strict=True)]


def _judged(
    file: Path,
    name: str,
    detector: LandmarkDetector | None,
    labeled: LabeledSet,
    where: str,
    cut: dict[CropRule, Crops],
    cache: Path | None,
    seed: int,
    upright: bool,
) -> Judged:
    """A method, scored; models that crop alike share their crops."""
    crops = None
    if detector:
        rule = detector.info.crop
        if rule not in cut:
            cut[rule] = labeled_crops(labeled, rule, cache, upright=upright)
        crops = cut[rule]
        found, protocol = predict_crops(detector, labeled, crops), protocol_of(detector.info, upright)
    else:
        found, protocol = match(labeled, read_predictions(file)), FROM_FILE
    scores = score(labeled, found, model=name, data=where, protocol=protocol, seed=seed)
    return judge(name, file, labeled, found, scores, detector, crops)


def main(arguments: Sequence[str]) -> None:
    call(compare, arguments, "compare")
