"""Two trainings beside each other as users run their models: which one is released is chosen by this.

Validation faces; crops as a detector cuts them, turned as the faces are, placed by MTCNN's points, by true boxes, and
by boxes that lie a tenth of their side away. A model file is told by the folder of its run.

    python benchmarks/as_found.py BEFORE.onnx,AFTER.onnx... [--data ../shared/data]
"""

import json
from pathlib import Path

import numpy as np
import tyro
from finding_faces import SHIFT, Faces, faces_of, moved
from numpy.typing import NDArray
from record import record
from released_figures import numbers
from ways import FOUND

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.detector import LandmarkDetector


def main(pairs: tyro.conf.Positional[tuple[str, ...]], data: Path = Path("../shared/data")) -> None:
    """Measure both models of each pair and write the result file."""
    trainset = read_labeled(data / "300w/lfpw/trainset", IBUG68)
    judged = faces_of(select(trainset, read_split(data / "splits/lfpw.json", "validation")))
    figures = []
    for pair in pairs:
        before, after = (Path(file) for file in pair.split(","))
        errors = [as_found(file, judged) for file in (before, after)]
        figures.append({
            "before": before.parent.name,
            "after": after.parent.name,
            "NMSE": {
                how: {
                    "before": numbers(mean_of(errors[0][how])),
                    "after": numbers(mean_of(errors[1][how])),
                    "change, percent": numbers(paired_difference(errors[0][how], errors[1][how], relative=True)),
                }
                for how in errors[0]
            },
        })  # fmt: skip
        print(json.dumps(figures[-1], indent=1), flush=True)
    path = record(
        "as-found",
        {"pairs": figures},
        data=f"{len(judged.labeled)} validation faces of 300W lfpw/trainset that MTCNN finds",
        protocol="NMSE in percent, inter-ocular; crops turned as the faces are",
        intervals="percentile bootstrap over faces, 95 %; changes are paired",
    )
    print(path)


def as_found(model: Path, judged: Faces) -> dict[str, NDArray[np.float64]]:
    """(N,) NMSE in percent of each face, by what places the first crop."""
    detector, samples = LandmarkDetector(model), judged.labeled.samples
    tight = np.array([tight_box(sample.landmarks) for sample in samples])
    found = {
        FOUND: detector.batch(judged.pictures, anchors=list(judged.anchors[:, None])),
        "true boxes": detector.batch(judged.pictures, boxes=list(tight[:, None])),
        f"true boxes moved by {SHIFT:.0%}": detector.batch(judged.pictures, boxes=list(moved(tight)[:, None])),
    }
    lengths = [normaliser("inter_ocular", IBUG68, sample) or np.nan for sample in samples]
    truth, visible = [sample.landmarks for sample in samples], [sample.visible for sample in samples]
    return {
        how: 100 * nmse([face.landmarks for (face,) in faces], truth, visible, lengths) for how, faces in found.items()
    }


if __name__ == "__main__":
    tyro.cli(main)
