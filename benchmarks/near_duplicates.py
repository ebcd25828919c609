"""Faces that are there twice, under two names: how many of LFPW stand on both sides of a split, or are unlabeled too.

Tight crops of 24 x 24 grey pixels, without their mean and contrast; two are near-duplicates where they correlate by
more than 0.99. Where an unlabeled picture has its face is what the points of the video frames say, and a model.

    python benchmarks/near_duplicates.py [--data ../shared/data]
"""

from itertools import combinations_with_replacement, product
from pathlib import Path

import cv2
import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.crops import unlabeled_crops
from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.detector import LandmarkDetector

SIZE, ALIKE = 24, 0.99
FINDER, GROW = "laplace68-half-fast", 1.2  # of the aligned faces, as configs/best-unlabeled.yaml crops them


def main(data: Path = Path("../shared/data")) -> None:
    """Count the pairs within and between the parts, and write the result file."""
    trainset = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    parts = {
        **{name: select(trainset, read_split(data / "splits/lfpw.json", name)) for name in ("train", "validation")},
        "test": read_labeled(data / "300w/lfpw/testset", IBUG68, "pts"),
    }
    seen = {name: looks(labeled) for name, labeled in parts.items()}
    names = {name: [sample.name for sample in labeled.samples] for name, labeled in parts.items()}
    figures = {}
    for name, unlabeled in unlabeled_faces(data).items():
        seen[name], names[name] = looks(unlabeled), [sample.name for sample in unlabeled.samples]
    for first, second in [*combinations_with_replacement(parts, 2), *product(list(seen)[len(parts) :], parts)]:
        alike = seen[first] @ seen[second].T > ALIKE
        pairs = np.argwhere(np.triu(alike, 1) if first == second else alike)
        figures[f"{first} and {second}"] = [[names[first][one], names[second][other]] for one, other in pairs]
        print(f"{first} and {second}: {len(pairs)}")
    record(
        "near-duplicates", figures, data={name: len(look) for name, look in seen.items()}, alike=ALIKE, finder=FINDER
    )


def unlabeled_faces(data: Path) -> dict[str, LabeledSet]:
    """Where the faces are in the pictures that are trained on without their labels."""
    detector = LandmarkDetector(FINDER)
    aligned = unlabeled_crops(find_pictures(data / "unlabeled/utkface"), detector.info.crop, grow=GROW)
    found, _, _ = detector.on_crops(aligned.pictures)
    visible = np.ones(len(IBUG68), np.bool_)
    samples = [
        Sample(name, file, crop.to_picture(points), visible)
        for name, file, crop, points in zip(aligned.names, aligned.files, aligned.crops, found, strict=True)
    ]
    return {
        "UTKFace": LabeledSet(IBUG68, tuple(samples)),
        "YouTube Faces": read_labeled(data / "youtube-faces/landmarks.csv", IBUG68),
    }


def looks(labeled: LabeledSet) -> NDArray[np.float64]:
    """(N, 576) each face's pixels, of mean 0 and length 1."""
    faces = []
    for sample in labeled.samples:
        x0, y0, x1, y1 = tight_box(sample.landmarks)
        crop = Crop((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0), SIZE)
        faces.append(cv2.cvtColor(crop.cut(read_picture(sample.picture)), cv2.COLOR_RGB2GRAY).ravel())
    centred = np.array(faces, np.float64)
    centred -= centred.mean(axis=1, keepdims=True)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


if __name__ == "__main__":
    tyro.cli(main)
