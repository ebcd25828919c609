"""Two trainings beside each other as users run their models: which one is released is chosen by this.

Validation faces; crops as a detector cuts them, turned as the faces are, placed by MTCNN's points, in pictures as they
are and turned, by true boxes, and by boxes that lie a tenth of their side away. A model file is told by the folder of
its run; those that were released before lie in the history of src/laplace_landmarks/models.

    python benchmarks/as_found.py BEFORE.onnx AFTER.onnx [BEFORE.onnx AFTER.onnx...] [--data ../shared/data]
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro
from finding_faces import SHIFT, Faces, faces_of, moved
from numpy.typing import NDArray
from record import record
from released_figures import FAILURE, numbers
from upright import labeled_one, turned
from ways import FOUND

from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.runtime.detector import LandmarkDetector

DEGREES = 30  # of a turned picture


@dataclass(frozen=True, eq=False)
class Leaning:
    """Faces in turned pictures, those that MTCNN found: (M, 5, 2) its points, and where the landmarks are then."""

    samples: list[Sample]
    pictures: list[Picture]
    truth: list[Landmarks]
    anchors: NDArray[np.float64]


def main(models: tyro.conf.Positional[tuple[Path, ...]], data: Path = Path("../shared/data")) -> None:
    """Measure both models of each pair, named one after the other, and write a result file for each."""
    trainset = read_labeled(data / "300w/lfpw/trainset", IBUG68)
    judged = faces_of(select(trainset, read_split(data / "splits/lfpw.json", "validation")))
    leaning = leaning_of(judged)
    for before, after in zip(models[::2], models[1::2], strict=True):
        errors = [as_found(file, judged, leaning) for file in (before, after)]
        figures = {
            "before": before.parent.name,
            "after": after.parent.name,
            "NMSE": {
                how: {
                    "before": numbers(mean_of(errors[0][how])),
                    "after": numbers(mean_of(errors[1][how])),
                    "failures": [int((of[how] > FAILURE).sum()) for of in errors],
                    "change, percent": numbers(paired_difference(errors[0][how], errors[1][how], relative=True)),
                }
                for how in errors[0]
            },
        }  # fmt: skip
        print(json.dumps(figures, indent=1), flush=True)
        path = record(
            f"as-found/{after.parent.name}",
            figures,
            data=f"{len(judged.labeled)} validation faces of 300W lfpw/trainset that MTCNN finds; in turned pictures "
            f"{len(leaning.samples)} of them",
            protocol="NMSE in percent, inter-ocular; crops turned as the faces are",
            intervals="percentile bootstrap over faces, 95 %; changes are paired",
        )
        print(path, flush=True)


def as_found(model: Path, judged: Faces, leaning: Leaning) -> dict[str, NDArray[np.float64]]:
    """(N,) NMSE in percent of each face, by what places the first crop; of leaning heads, of those that were found."""
    detector, samples = LandmarkDetector(model), judged.labeled.samples
    tight = np.array([tight_box(sample.landmarks) for sample in samples])
    truth = [sample.landmarks for sample in samples]
    found = {
        FOUND: (detector.batch(judged.pictures, anchors=list(judged.anchors[:, None])), truth, samples),
        f"{FOUND}, picture turned by {DEGREES} degrees": (
            detector.batch(leaning.pictures, anchors=list(leaning.anchors[:, None])), leaning.truth, leaning.samples
        ),
        "true boxes": (detector.batch(judged.pictures, boxes=list(tight[:, None])), truth, samples),
        f"true boxes moved by {SHIFT:.0%}": (
            detector.batch(judged.pictures, boxes=list(moved(tight)[:, None])), truth, samples
        ),
    }  # fmt: skip
    return {
        how: 100 * nmse(
            [face.landmarks for (face,) in faces], true, [sample.visible for sample in of],
            [normaliser("inter_ocular", IBUG68, sample) or np.nan for sample in of],  # a turn changes no distance
        )
        for how, (faces, true, of) in found.items()
    }  # fmt: skip


def leaning_of(judged: Faces) -> Leaning:
    """The same faces in pictures that are turned, every other one the other way."""
    finder, samples, pictures, truths, anchors = MTCNN(), [], [], [], []
    for place, sample in enumerate(judged.labeled.samples):
        picture, truth = turned(judged.pictures[place], sample.landmarks, DEGREES * (-1) ** place)
        face = labeled_one(finder(picture), truth)
        if face is not None:
            samples.append(sample)
            pictures.append(picture)
            truths.append(truth)
            anchors.append(face.anchors)
    return Leaning(samples, pictures, truths, np.array(anchors, np.float64))


if __name__ == "__main__":
    tyro.cli(main)
