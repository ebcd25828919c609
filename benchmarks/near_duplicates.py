"""Faces of LFPW that are there twice, under two names: how many stand on both sides of a split.

Tight crops of 24 x 24 grey pixels, without their mean and contrast; two are near-duplicates where they correlate by
more than 0.99.

    python benchmarks/near_duplicates.py [--data ../shared/data]
"""

from itertools import combinations_with_replacement
from pathlib import Path

import cv2
import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.faces.boxes import Crop, tight_box

SIZE, ALIKE = 24, 0.99


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
    for first, second in combinations_with_replacement(parts, 2):
        alike = seen[first] @ seen[second].T > ALIKE
        pairs = np.argwhere(np.triu(alike, 1) if first == second else alike)
        figures[f"{first} and {second}"] = [[names[first][one], names[second][other]] for one, other in pairs]
        print(f"{first} and {second}: {len(pairs)}")
    record("near-duplicates", figures, data={name: len(labeled) for name, labeled in parts.items()}, alike=ALIKE)


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
