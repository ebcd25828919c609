"""Running a model on labeled pictures, under a protocol that has a name.

Scores depend on how crops are placed, so each protocol is said in words that go into the report.
"""

from dataclasses import replace
from pathlib import Path

from laplace_landmarks.data.crops import Crops, labeled_crops
from laplace_landmarks.data.cutting import Progress
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.placing import check_turns
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.outputs import Prediction

TRUE_POINT_CROPS = "true-point crops"  # placed by the labels, so finding the faces adds no error
UPRIGHT_CROPS = f"{TRUE_POINT_CROPS}, turned as the faces are"  # as a detector turns them; else along the axes
TRUE_BOX_CROPS = "true-box crops"  # the same of a markup without points that place the crop
WHOLE_PICTURES = "whole pictures"  # nothing is to be found
MIRRORED = ", and their mirror images"  # added to one of the above
FROM_FILE = "predictions file"  # placed, if at all, by whoever wrote the file
FIXED = "predictions in a file are in the crops that they were made in"


def predict_labeled(
    detector: LandmarkDetector,
    labeled: LabeledSet,
    cache: Path | None = None,
    progress: Progress | None = None,
    upright: bool = False,
) -> tuple[Prediction, ...]:
    """The model's prediction for each sample, in a crop placed as protocol_of says."""
    check_markup(detector, labeled)
    return predict_crops(detector, labeled, labeled_crops(labeled, detector.info.crop, cache, progress, upright))


def predict_crops(detector: LandmarkDetector, labeled: LabeledSet, crops: Crops) -> tuple[Prediction, ...]:
    """The same with crops that were cut before, by the model's own rule and one a sample."""
    check_markup(detector, labeled)
    if crops.names != tuple(sample.name for sample in labeled.samples):
        raise InputError(
            f"{len(crops.names)} crops do not belong to these {len(labeled)} labeled faces: cut them again"
        )
    found, spread, _ = detector.on_crops(crops.pictures)
    return tuple(
        Prediction(
            picture=str(sample.picture),
            landmarks=crop.to_picture(landmarks),
            spread=crop.spread_to_picture(of_landmarks),
            crop=crop,
            model=detector.info.name,
        )
        for sample, crop, landmarks, of_landmarks in zip(labeled.samples, crops.crops, found, spread, strict=True)
    )


def protocol_of(info: ModelInfo, upright: bool = False, mirrored: bool = False) -> str:
    """How crops of labeled pictures are placed for a model, and whether their mirror images count, too.

    InputError where they are to be turned as faces are, and the model is of none.
    """
    if upright:
        check_turns(info.markup, "--upright")
    placed = protocol_by(replace(info.crop, upright=upright or info.crop.upright), info.markup)
    return placed + MIRRORED * mirrored


def protocol_by(rule: CropRule, markup: Markup) -> str:
    """The same by a rule: UPRIGHT_CROPS or TRUE_POINT_CROPS of a face."""
    if rule.whole_picture:
        return WHOLE_PICTURES
    if not markup.anchors:
        return TRUE_BOX_CROPS
    return UPRIGHT_CROPS if rule.upright else TRUE_POINT_CROPS


def check_markup(detector: LandmarkDetector, labeled: LabeledSet) -> None:
    """InputError where the model's landmarks are not those of the labels."""
    model, labels = detector.info.markup, labeled.markup
    if model.names != labels.names:
        raise InputError(
            f"model {detector.info.name} finds {len(model)} landmarks ({model.name}), "
            f"the labels have {len(labels)} ({labels.name}); take data of the model's markup"
        )
