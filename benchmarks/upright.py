"""What turning a face's crop as the face is turned is worth: pictures turned about their centre, faces found by MTCNN.

Every other picture is turned the other way. A face that MTCNN does not find is counted, and left out of both errors.

    python benchmarks/upright.py [--models NAME_OR_FILE...] [--data LFPW/trainset] [--split SPLIT.json]
"""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import tyro
from finding_faces import SAME
from numpy.typing import NDArray
from record import record

from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import tight_box, turn
from laplace_landmarks.faces.five_points import roll
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.faces.mtcnn.overlap import overlaps
from laplace_landmarks.runtime.detector import LandmarkDetector

DEGREES = (0, 15, 30, 45)
WAYS = {"along the axes": False, "upright": True}


def main(
    models: tuple[str, ...] = ("laplace68-sixteenth-fast", "laplace68-eighth-fast", "laplace68-half-fast"),
    data: Path = Path("../shared/data/300w/lfpw/trainset"),
    split: Path = Path("../shared/data/splits/lfpw.json"),
    key: str = "validation",
) -> None:
    """Measure each model at each turn, with crops along the picture's axes and upright ones, and write the result."""
    samples = select(read_labeled(data, IBUG68), read_split(split, key)).samples
    detectors = {
        (model, way): LandmarkDetector(model, upright=upright) for model in models for way, upright in WAYS.items()
    }
    finder = MTCNN()
    figures: dict[str, dict[str, object]] = {}
    for degrees in DEGREES:
        errors: dict[tuple[str, str], list[float]] = {which: [] for which in detectors}
        rolls = []
        for place, sample in enumerate(samples):
            picture, truth = turned(read_picture(sample.picture), sample.landmarks, degrees * (-1) ** place)
            face = labeled_one(finder(picture), truth)
            if face is None:
                continue
            assert face.anchors is not None  # MTCNN's have some
            rolls.append(abs(roll(face.anchors)))
            length = normaliser("inter_ocular", IBUG68, sample) or np.nan  # a turn changes no distance
            for which, detector in detectors.items():
                (found,) = detector(picture, anchors=face.anchors)
                errors[which].append(100 * float(nmse([found.landmarks], [truth], [sample.visible], [length])[0]))
        figures[f"{degrees} degrees"] = {
            "found": len(rolls),
            "median turn of a face by its five points, degrees": round(float(np.median(rolls)), 1),
            **{model: summary(*(np.array(errors[model, way]) for way in WAYS)) for model in models},
        }
        print(json.dumps({degrees: figures[f"{degrees} degrees"]}), flush=True)
    path = record(
        "upright",
        figures,
        data=f"{len(samples)} faces: {key} of {split.name}, 300W lfpw/trainset; every other one is turned to the left",
        protocol=f"MTCNN's points; found: a box overlaps the label's by {SAME} or more; NMSE in percent, inter-ocular",
        intervals="percentile bootstrap over faces, 95 %; changes are paired",
        turned_in_training=[model for model in models if detectors[model, "upright"].info.crop.upright],
    )
    print(path)


def turned(picture: Picture, landmarks: Landmarks, degrees: float) -> tuple[Picture, Landmarks]:
    """All of a picture, turned clockwise about its centre into a larger one, whose corners its edge pixels fill."""
    height, width = picture.shape[:2]
    axes = turn(degrees)
    across, down = np.ceil(np.abs(axes) @ (width, height)).astype(int).tolist()
    move = (np.array([across, down]) - 1) / 2 - axes @ ((np.array([width, height]) - 1) / 2)
    matrix = np.column_stack([axes, move])
    larger = cv2.warpAffine(picture, matrix, (across, down), borderMode=cv2.BORDER_REPLICATE)
    return larger, (landmarks @ axes.T + move).astype(np.float32)  # pyright: ignore[reportReturnType]


def labeled_one(found: Sequence[FoundFace], truth: Landmarks) -> FoundFace | None:
    """The found face that is the labeled one, if any."""
    if not found:
        return None
    shared = overlaps(np.array([tight_box(truth)]), np.array([face.box for face in found]))[0]
    return found[int(shared.argmax())] if shared.max() >= SAME else None


def summary(plain: NDArray[np.float64], upright: NDArray[np.float64]) -> dict[str, list[float]]:
    """NMSE of both ways and the change from one to the other, each with its interval."""
    change = paired_difference(plain, upright, relative=True)
    rows = {**dict(zip(WAYS, map(mean_of, (plain, upright)), strict=True)), "change, percent": change}
    return {name: [round(part, 2) for part in (row.value, row.low, row.high)] for name, row in rows.items()}


if __name__ == "__main__":
    tyro.cli(main)
