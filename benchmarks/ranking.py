"""Does the ignorance by which `rank` orders pictures find errors? On faces that the model was not trained on.

Spearman's correlation, over faces, of the inter-ocular error with: the mean 90 % radius over the longer side of the
landmarks' box, which is what `rank` uses, over the crop's side, and the mean spread over the same box.

    python benchmarks/ranking.py [--model NAME_OR_FILE] [--data ../shared/data]
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from finding_faces import SAME
from record import record

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.reliability import spearman
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.faces.mtcnn.overlap import overlaps
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.released import DEFAULT

DRAWS, FIRST = 2000, 16
RIGHT_EYE, LEFT_EYE = 36, 45


def main(model: str = DEFAULT, data: Path = Path("../shared/data")) -> None:
    """Measure on the validation faces and write the result file."""
    detector = LandmarkDetector(model)
    labeled = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    judged = select(labeled, read_split(data / "splits/lfpw.json", "validation"))
    rows: dict[str, list[list[float]]] = {"crops by true points": [], "crops by MTCNN": []}
    others = dict.fromkeys(rows, 0)
    for sample in judged.samples:
        picture = read_picture(sample.picture)
        found = {
            "crops by true points": detector(picture, anchors=sample.landmarks),
            "crops by MTCNN": detector(picture),
        }
        eyes = float(np.linalg.norm(sample.landmarks[LEFT_EYE] - sample.landmarks[RIGHT_EYE]))
        for how, faces in found.items():
            if not faces:
                continue
            face = max(faces, key=lambda face: face.crop.side)  # of several the largest, as rank does
            if not same_face(face, sample):
                others[how] += 1
            else:
                error = 100 * float(np.linalg.norm(face.landmarks - sample.landmarks, axis=1).mean()) / eyes
                rows[how].append([error, *uncertain(face)])
    figures = {
        how: {"largest face another one": others[how]} | summary(np.array(measured)) for how, measured in rows.items()
    }
    path = record(
        "ranking",
        figures,
        data=f"{len(judged)} validation pictures of 300W lfpw/trainset; the model's weights were chosen and its radii "
        "fitted on them, and so was the box as the normaliser",
        intervals=f"95 %, {DRAWS} bootstrap draws of faces",
        released=detector.info.name,
    )
    print(json.dumps(figures, indent=1), path)


def same_face(face: Face, sample: Sample) -> bool:
    """Whether what was found is the labeled face, and no other one."""
    found, labeled = tight_box(face.landmarks), tight_box(sample.landmarks)
    return bool(overlaps(np.array([found]), np.array([labeled]))[0, 0] >= SAME)


def uncertain(face: Face) -> tuple[float, float, float]:
    """Radius over the box, radius over the crop, spread over the box."""
    assert face.spread is not None
    box = float(np.ptp(face.landmarks, axis=0).max())
    radius = float(face.radius(0.9).mean())
    return radius / box, radius / face.crop.side, float(face.spread.mean()) / box


def summary(rows: np.ndarray) -> dict[str, Any]:
    """rows: of each face its error, then its uncertainties."""
    random = np.random.default_rng(0)
    drawn = [random.integers(len(rows), size=len(rows)) for _ in range(DRAWS)]
    figures: dict[str, Any] = {"faces": len(rows), "mean error": round(float(rows[:, 0].mean()), 2)}
    for column, name in enumerate(("radius over box", "radius over crop", "spread over box"), start=1):
        low, high = np.quantile([spearman(rows[some, 0], rows[some, column]) for some in drawn], [0.025, 0.975])
        value = spearman(rows[:, 0], rows[:, column])
        figures[name] = [round(float(number), 2) for number in (value, low, high)]
    least_known = np.argsort(-rows[:, 1])[:FIRST]
    figures[f"mean error of the {FIRST} least known"] = round(float(rows[least_known, 0].mean()), 2)
    return figures


if __name__ == "__main__":
    tyro.cli(main)
