"""MTCNN, measured: faces found, false alarms, what its crops cost in landmarks, where its points lie, its speed.

All that is fitted (the correction of its points, the mapping of its boxes, the crop errors that augmentation draws
from) comes from the training pictures of the split. --part test is for once, at the end.

    python benchmarks/finding_faces.py [--part validation] [--model NAME_OR_FILE] [--data ../shared/data] \
        [--package PYTHON_WITH_TENSORFLOW]
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from unittest.mock import patch
from xml.etree import ElementTree

import numpy as np
import tyro
from finding_faces_speed import against_package, speed
from numpy.typing import NDArray
from record import record

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.crop_errors import CropErrors, write_crop_errors
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import Crop, fit_box_rule, tight_box
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.faces.mtcnn.overlap import overlaps
from laplace_landmarks.faces.mtcnn.points import TO_MARKUP
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import DEFAULT

SAME = 0.3  # overlap of a found box with a label's: dlib's are squares on the face, LFPW's here hold 68 points
SHIFT = 0.1  # of a box's longer side
MIRRORED = [1, 0, 2, 4, 3]  # the five points of a mirrored face
POINTS = ("eye on the left", "eye on the right", "nose tip", "mouth corner on the left", "mouth corner on the right")
COUNTED = {"Tom_Cruise_avp_2014_4.jpg": 1, "bald_guys.jpg": 24, "dogs.jpg": 0}  # faces by eye: photos without labels
NO_FACES = {"validation": ("image_0063", "image_0101")}  # by eye: pictures with a box beside the face that is no face
ERRORS = Path("src/laplace_landmarks/data/augmentation/mtcnn.json")


@dataclass(frozen=True, eq=False)
class Faces:
    """The labeled faces that were found, and of each its anchors by label, by MTCNN and by MTCNN uncorrected."""

    labeled: LabeledSet
    pictures: list[Picture]
    found: list[FoundFace]
    truth: NDArray[np.float64]  # (N, 5, 2)
    anchors: NDArray[np.float64]
    uncorrected: NDArray[np.float64]
    rate: dict[str, object]


def main(
    part: Literal["validation", "test"] = "validation",
    model: str = DEFAULT,
    data: Path = Path("../shared/data"),
    package: Path | None = None,
) -> None:
    """Measure all of it; write the result file and the crop errors that come with the package."""
    detector = LandmarkDetector(model)
    trainset = read_labeled(data / "300w/lfpw/trainset", detector.info.markup)
    names = {name: read_split(data / "splits/lfpw.json", name) for name in ("train", "validation")}
    fitted = faces_of(select(trainset, names["train"]))
    if part == "test":
        judged = faces_of(read_labeled(data / "300w/lfpw/testset", detector.info.markup))
    else:
        judged = faces_of(select(trainset, names[part]))
    errors = crop_errors(detector, fitted)
    of = f"300W lfpw/trainset, {len(errors)} of {len(names['train'])} training pictures: those with the face found"
    write_crop_errors(ERRORS, CropErrors("MTCNN's five points, corrected to the 300W markup", of, errors))
    figures: dict[str, object] = {
        "group photos": group_photos(MTCNN(), data / "group-photos"),
        "LFPW": {"train": fitted.rate, part: judged.rate | {"of these no faces, by eye": len(NO_FACES.get(part, ()))}},
        "NMSE": landmarks(detector, fitted, judged),
        "five points": five_points(fitted, judged),
        "crop errors": summary(errors),
        "speed": speed(data / "videos/d10.mp4"),
    }
    if package:
        photos = [read_picture(path) for path in sorted((data / "group-photos").glob("*.jpg"))]
        figures["the mtcnn package"] = against_package(package, photos + judged.pictures, data / "videos/d10.mp4")
    path = record(
        f"finding-faces{'-test' if part == 'test' else ''}",
        figures,
        data=f"group-photos; 300W lfpw, fitted on the split's training pictures, judged on {part}",
        protocol=f"found: a box overlaps the label's by {SAME} or more, of several the one that does so most; "
        "NMSE in percent, inter-ocular, of the faces found",
        intervals="percentile bootstrap over faces, 95 %; changes are paired",
        model={"name": detector.info.name, "training": dict(detector.info.training)},
    )
    print(json.dumps(figures, indent=1), path)


def faces_of(labeled: LabeledSet) -> Faces:
    """Runs MTCNN on every picture."""
    finder, samples, others = MTCNN(), [], 0
    pictures, found, truth, uncorrected = [], [], [], []
    for sample in labeled.samples:
        picture = read_picture(sample.picture)
        with patch("laplace_landmarks.faces.mtcnn.finder.as_marked", lambda points: points):
            plain = finder(picture)
        faces = finder(picture)
        overlap = overlaps(np.array([tight_box(sample.landmarks)]), boxes_of(faces))[0]
        others += len(faces)
        if overlap.max(initial=0) < SAME:
            continue
        best = int(overlap.argmax())
        others -= 1
        samples.append(sample)
        pictures.append(picture)
        found.append(faces[best])
        truth.append(labeled.markup.anchors_of(sample.landmarks, sample.visible))
        uncorrected.append(plain[best].anchors)
    rate = {
        "pictures": len(labeled),
        "found": len(samples),
        "percent": round(100 * len(samples) / len(labeled), 2),
        "not found": sorted({sample.name for sample in labeled.samples} - {sample.name for sample in samples}),
        "other boxes": others,
    }
    anchors = np.array([face.anchors for face in found], np.float64)
    kept = LabeledSet(labeled.markup, tuple(samples))
    return Faces(kept, pictures, found, np.array(truth, np.float64), anchors, np.array(uncorrected, np.float64), rate)


def boxes_of(faces: tuple[FoundFace, ...]) -> NDArray[np.float64]:
    return np.array([face.box for face in faces]).reshape(-1, 4)


def group_photos(finder: MTCNN, folder: Path) -> dict[str, object]:
    """Labeled faces found, and boxes that are no labeled face; in the photos without labels, against a count by eye."""
    labels, found, extra = 0, 0, []
    for file in ("training.xml", "testing.xml"):
        for image in ElementTree.parse(folder / file).iter("image"):
            sides = [[int(box.attrib[key]) for key in ("left", "top", "width", "height")] for box in image.iter("box")]
            truth = np.array([(left, top, left + width, top + height) for left, top, width, height in sides]) - 0.5
            boxes = boxes_of(finder(read_picture(folder / image.attrib["file"])))
            overlap = overlaps(truth, boxes)
            labels += len(truth)
            while overlap.max(initial=0) >= SAME:  # the closest pairs first, each box once
                row, column = np.unravel_index(overlap.argmax(), overlap.shape)
                overlap[row], overlap[:, column] = -1, -1
                boxes[column] = np.nan
                found += 1
            extra += [(image.attrib["file"], box.round().tolist()) for box in boxes if np.isfinite(box).all()]
    counted = {name: len(finder(read_picture(folder / name))) for name in COUNTED}
    return {
        "labeled faces": labels,
        "found": found,
        "boxes without a label": extra,
        "photos without labels, boxes and faces by eye": {name: (counted[name], COUNTED[name]) for name in COUNTED},
    }


def moved(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 4) each box to the right, left, down or up in turn."""
    longer = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    ways = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])[np.arange(len(boxes)) % 4]
    return boxes + np.tile(SHIFT * longer[:, None] * ways, 2)


def landmarks(detector: LandmarkDetector, fitted: Faces, judged: Faces) -> dict[str, object]:
    """NMSE with crops placed in each way, and by how many percent it lies above that of true points."""
    rule = detector.info.crop
    own_boxes = fit_box_rule(rule, [rule.from_anchors(one) for one in fitted.truth], [one.box for one in fitted.found])
    tight = np.array([tight_box(sample.landmarks) for sample in judged.labeled.samples])
    crops = {
        "true points": [rule.from_anchors(one) for one in judged.truth],
        "MTCNN's points": [rule.from_anchors(one) for one in judged.anchors],
        "MTCNN's points, uncorrected": [rule.from_anchors(one) for one in judged.uncorrected],
        "MTCNN's boxes": [own_boxes.from_box(one.box) for one in judged.found],
        "true boxes": [rule.from_box(one) for one in tight],
        f"true boxes moved by {SHIFT:.0%}": [rule.from_box(one) for one in moved(tight)],
    }
    errors = {name: percent(detector, judged, some) for name, some in crops.items()}
    return {
        "mapping of MTCNN's boxes": {"factor": own_boxes.box_factor, "shift": own_boxes.box_shift},
        **{
            name: {
                "nmse_percent": numbers(mean_of(some)),
                "above true points, percent": numbers(
                    paired_difference(errors["true points"], some, relative=True) if name != "true points" else None
                ),
            }
            for name, some in errors.items()
        },
        "correction against none, percent": numbers(
            paired_difference(errors["MTCNN's points, uncorrected"], errors["MTCNN's points"], relative=True)
        ),
    }


def percent(detector: LandmarkDetector, judged: Faces, crops: list[Crop]) -> NDArray[np.float64]:
    """(N,) NMSE of each face in its crop."""
    cut = np.stack([crop.cut(picture) for crop, picture in zip(crops, judged.pictures, strict=True)])
    found = detector.on_crops(cut)[0]
    samples = judged.labeled.samples
    return 100 * nmse(
        [crop.to_picture(some) for crop, some in zip(crops, found, strict=True)],
        [sample.landmarks for sample in samples],
        [sample.visible for sample in samples],
        [normaliser("inter_ocular", judged.labeled.markup, sample) or np.nan for sample in samples],
    )


def numbers(estimate: object) -> list[float] | None:
    """Value and interval, rounded."""
    return estimate and [round(float(getattr(estimate, name)), 3) for name in ("value", "low", "high")]  # pyright: ignore[reportReturnType]


def five_points(fitted: Faces, judged: Faces) -> dict[str, object]:
    """The correction fitted anew, in distances between the eyes along and across them, and the points' errors."""
    offsets = in_face(fitted.truth - fitted.uncorrected, fitted.uncorrected)
    median = np.median(offsets, axis=0)
    both_sides = (median + median[MIRRORED] * (-1, 1)) / 2
    errors = {
        name: np.linalg.norm(in_face(some - judged.truth, judged.truth), axis=2)
        for name, some in {"corrected": judged.anchors, "uncorrected": judged.uncorrected}.items()
    }
    return {
        "unit": "distance between the eyes",
        "median difference": named(median),
        "made the same on both sides": named(both_sides),
        "in use": named(TO_MARKUP),
        "mean error": {name: round(float(some.mean()), 4) for name, some in errors.items()},
        "median error": {name: round(float(np.median(some)), 4) for name, some in errors.items()},
    }


def in_face(offsets: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 5, 2) along the line from eye to eye, and downwards at right angles to it, in its length."""
    along = points[:, 1] - points[:, 0]
    axes = np.stack([along, np.stack([-along[:, 1], along[:, 0]], axis=1)], axis=2)  # (N, 2, 2), a column an axis
    return offsets @ axes / (along**2).sum(axis=1)[:, None, None]


def named(points: NDArray[np.float64]) -> dict[str, list[float]]:
    return {
        name: [round(value, 4) + 0.0 for value in point] for name, point in zip(POINTS, points.tolist(), strict=True)
    }


def crop_errors(detector: LandmarkDetector, faces: Faces) -> NDArray[np.float64]:
    """(N, 3) centre of MTCNN's crop minus the true one's, in sides of it, and the logarithm of the sides' ratio."""
    rule = detector.info.crop
    pairs = [
        (rule.from_anchors(one), rule.from_anchors(true)) for one, true in zip(faces.anchors, faces.truth, strict=True)
    ]
    return np.array([((c.x - t.x) / t.side, (c.y - t.y) / t.side, np.log(c.side / t.side)) for c, t in pairs])


def summary(errors: NDArray[np.float64]) -> dict[str, object]:
    quantiles = (0.05, 0.5, 0.95)
    return {
        name: {
            "mean": round(float(column.mean()), 4),
            "standard deviation": round(float(column.std()), 4),
            "quantiles": dict(zip(map(str, quantiles), np.quantile(column, quantiles).round(4).tolist(), strict=True)),
        }
        for name, column in zip(("dx", "dy", "log_scale"), errors.T, strict=True)
    }


if __name__ == "__main__":
    tyro.cli(main)
