"""`laplace-landmarks calibrate`: teach a model file how many pixels its spread means."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.labels import Choice, Labels, tell_of_training
from laplace_landmarks.app.parse import call
from laplace_landmarks.app.threads import use_threads
from laplace_landmarks.data.writing import check_writable
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.calibration import calibrate as fitted
from laplace_landmarks.evaluation.calibration import cross_validate, measure
from laplace_landmarks.evaluation.calibration_table import to_calibration_table
from laplace_landmarks.evaluation.protocols import predict_labeled, protocol_of
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import write_calibration
from laplace_landmarks.runtime.released import FOLDER, find_model_file


def calibrate(
    model: Annotated[Path, tyro.conf.Positional],
    data: Annotated[Path, tyro.conf.Positional],
    output: Path | None = None,
    labels: Labels = Choice(),  # noqa: B008 - frozen
    upright: bool = True,
    cache: Path | None = None,
    threads: int = 1,
) -> None:
    """Fit radii that hold 50, 90 and 95 % of a model's errors to its spread, and write them into the model file.

    Take pictures that the model was not trained on, and not those that it is to be scored on.

    Args:
        model: Model file (.onnx), or the folder of a run.
        data: Labeled pictures in any of the formats of docs/formats.md.
        output: Model file to write; without it the model itself is replaced.
        labels: Which of the labels.
        upright: Turn the crops of faces as the faces are, so that radii are of crops as `predict` cuts them.
        cache: Folder for decoded crops.
        threads: Processor threads.
    """
    file = find_model_file(model)
    if output is None and file.parent == FOLDER:
        raise InputError(
            f"{model} is a released model, which is not changed; write the calibrated one to --output FILE"
        )
    detector = LandmarkDetector(file, threads)
    use_threads(threads)
    check_writable(output or file, "--output" if output else "MODEL", whole=True)
    markup = detector.info.markup
    labeled = labels.read(data, markup, [detector.info.crop])
    tell_of_training([detector.info], data, labels, ", and radii that are fitted to them,")
    turned = upright and markup.is_face
    measured = measure(labeled, predict_labeled(detector, labeled, cache, upright=turned))
    # nobody who is given the model needs to know the folders of this machine
    folder = data.name if data.is_absolute() else str(data)
    where = labels.told(Path(folder), labels.split and Path(labels.split.name))
    apart = cross_validate(measured, markup)
    calibration = fitted(measured, markup, apart, data=where, protocol=protocol_of(detector.info, turned))
    print(to_calibration_table(calibration, measured, apart, detector.info.name))
    write_calibration(file, calibration, output or file)
    print(f"calibrated: {output or file}")


def main(arguments: Sequence[str]) -> None:
    call(calibrate, arguments, "calibrate")
