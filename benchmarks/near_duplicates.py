"""Faces that are there twice, under two names: how many of LFPW stand on both sides of a split, or are unlabeled too.

Tight crops of 24 x 24 grey pixels, without their mean and contrast; two are near-duplicates where they correlate by
more than 0.95. A model says where each face lies: where people labeled one photograph twice, they differ by more.
How often that finds a photograph that comes again is measured on copies of other framing and worse quality, and what
twins of training faces do to scores on trainings that are there.

    python benchmarks/near_duplicates.py [--data ../shared/data]
"""

import json
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product
from pathlib import Path

import cv2
import numpy as np
import tyro
from numpy.typing import NDArray
from record import RESULTS, record

from laplace_landmarks.data.crops import labeled_crops, unlabeled_crops
from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.detector import LandmarkDetector

SIZE, ALIKE = 24, 0.95
FINDER, GROW = "laplace68-half-fast", 1.2  # of the aligned faces, as configs/best-unlabeled.yaml crops them
SHIFT, SCALE, QUALITY = 0.04, 1.05, 60  # of a copy: its crop's, in sides, and its JPEG's
SCORED = {"validation": ("leave-one-out/mild-0",), "test": ("best/eighth_taught-0", "best/half_taught-0")}


def main(data: Path = Path("../shared/data")) -> None:
    """Count the pairs within and between the parts, and write the result file."""
    detector = LandmarkDetector(FINDER)
    trainset = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    parts = {
        **{name: select(trainset, read_split(data / "splits/lfpw.json", name)) for name in ("train", "validation")},
        "test": read_labeled(data / "300w/lfpw/testset", IBUG68, "pts"),
    }
    frames = read_labeled(data / "youtube-faces/landmarks.csv", IBUG68)
    aligned = unlabeled_crops(find_pictures(data / "unlabeled/utkface"), detector.info.crop, grow=GROW)
    seen = {name: looks(detector, pictures_of(part), crops_of(part, detector)) for name, part in parts.items()}
    names = {name: [sample.name for sample in part.samples] for name, part in parts.items()}
    seen["UTKFace"] = looks(detector, map(read_picture, aligned.files), aligned.crops)
    names["UTKFace"] = list(aligned.names)
    seen["YouTube Faces"] = looks(detector, pictures_of(frames), crops_of(frames, detector))
    names["YouTube Faces"] = [sample.name for sample in frames.samples]

    figures = {}
    for first, second in [*combinations_with_replacement(parts, 2), *product(list(seen)[len(parts) :], parts)]:
        alike = seen[first] @ seen[second].T > ALIKE
        pairs = np.argwhere(np.triu(alike, 1) if first == second else alike)
        figures[f"{first} and {second}"] = [[names[first][one], names[second][other]] for one, other in pairs]
        print(f"{first} and {second}: {len(pairs)}")

    crops = crops_of(trainset, detector)
    as_they_are = looks(detector, pictures_of(trainset), crops)
    copies = looks(detector, map(worse, pictures_of(trainset)), [moved(crop) for crop in crops])
    found = float(((copies * as_they_are).sum(axis=1) > ALIKE).mean())
    print(f"copies that are found: {found:.1%}")
    record(
        "near-duplicates",
        figures,
        data={name: len(look) for name, look in seen.items()},
        alike=ALIKE,
        finder=FINDER,
        copies={"found": round(found, 3), "shift": SHIFT, "scale": SCALE, "jpeg": QUALITY},
        scores={
            part: without(runs, [names[part].index(other) for _, other in figures[f"train and {part}"]])
            for part, runs in SCORED.items()
        },
    )


def without(runs: Sequence[str], twins: Sequence[int]) -> dict[str, object]:
    """How many faces of a part stand in training too, and NMSE in percent with and without them."""
    told: dict[str, object] = {"twins of training faces": len(set(twins))}
    for run in runs:
        errors = np.array(json.loads((RESULTS / f"{run}.json").read_text())["figures"]["best"]["errors_percent"])
        told[run] = [round(errors.mean(), 3), round(np.delete(errors, list(set(twins))).mean(), 3)]
    return told


def pictures_of(labeled: LabeledSet) -> Iterator[NDArray[np.uint8]]:
    return (read_picture(sample.picture) for sample in labeled.samples)


def crops_of(labeled: LabeledSet, detector: LandmarkDetector) -> tuple[Crop, ...]:
    return labeled_crops(labeled, detector.info.crop).crops


def moved(crop: Crop) -> Crop:
    """As a copy of the picture may be framed."""
    return Crop(crop.x + SHIFT * crop.side, crop.y, SCALE * crop.side, crop.size)


def worse(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """As a copy of it may have been kept."""
    _, written = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR), np.uint8)


def looks(
    detector: LandmarkDetector, pictures: Iterator[NDArray[np.uint8]], crops: Sequence[Crop]
) -> NDArray[np.float64]:
    """(N, 576) each face's pixels, of mean 0 and length 1, placed by what the model finds in its crop."""
    faces = []
    for picture, crop in zip(pictures, crops, strict=True):
        points, _, _ = detector.on_crops(crop.cut(picture)[None])
        x0, y0, x1, y1 = tight_box(crop.to_picture(points[0]))
        tight = Crop((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0), SIZE)
        faces.append(cv2.cvtColor(tight.cut(picture), cv2.COLOR_RGB2GRAY).ravel())
    centred = np.array(faces, np.float64)
    centred -= centred.mean(axis=1, keepdims=True)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


if __name__ == "__main__":
    tyro.cli(main)
