"""Is a second look worth its time? Crops placed in several ways, with 0, 1 and 2 looks more at each face.

Crops from true points or tight true boxes as they are; boxes moved along x and y and scaled by up to a tenth and a
fifth (of their longer side, uniformly); and faces found by MTCNN, by its five points or its boxes alone, which are
drawn otherwise than tight ones: as they are, and by a rule fitted to its boxes and points on other pictures.

    python benchmarks/refine.py [--model NAME_OR_FILE] [--data LFPW/trainset] [--split SPLIT.json]
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.conventions import Box, Picture
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import CropRule, fit_box_rule, tight_box
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import DEFAULT, find_model

LOOKS = (0, 1, 2)
DRAWS = 3  # boxes drawn a face
FITTED = 50  # pictures of others, whose faces give the rule
NEAR = 0.5  # of the true box's longer side: how far a found face's middle may lie from the true one

Run = Callable[[LandmarkDetector, Picture, Sample, int], Sequence[Face]]


def main(
    model: str = DEFAULT,
    data: Path = Path("../shared/data/300w/lfpw/trainset"),
    split: Path = Path("../shared/data/splits/lfpw.json"),
    key: str = "validation",
) -> None:
    """Measure each way of placing crops, with each number of looks, and write the result file."""
    info = read_info(find_model(model))
    labeled = select(read_labeled(data, info.markup), read_split(split, key))
    pictures = [read_picture(sample.picture) for sample in labeled.samples]
    mtcnn = MTCNN()
    found = {id(picture): mtcnn(picture) for picture in pictures}  # once, not for each number of looks
    boxes = {picture: [replace(face, anchors=None) for face in faces] for picture, faces in found.items()}
    detectors = [LandmarkDetector(model, refine=looks, finder=lambda picture: found[id(picture)]) for looks in LOOKS]
    by_boxes = [LandmarkDetector(model, refine=looks, finder=lambda picture: boxes[id(picture)]) for looks in LOOKS]
    rule = fitted(info.crop, mtcnn, select(read_labeled(data, info.markup), read_split(split, "train")))
    by_rule = [
        LandmarkDetector(model, refine=looks, finder=lambda picture: boxes[id(picture)], box_rule=rule)
        for looks in LOOKS
    ]
    figures = {
        "true points": compared(points, 1, detectors, labeled, pictures),
        "true boxes": compared(partial(near, 0), 1, detectors, labeled, pictures),
        "boxes off by up to 10 %": compared(partial(near, 0.1), DRAWS, detectors, labeled, pictures),
        "boxes off by up to 20 %": compared(partial(near, 0.2), DRAWS, detectors, labeled, pictures),
        "MTCNN's points": compared(nearest, 1, detectors, labeled, pictures),
        "MTCNN's boxes alone": compared(nearest, 1, by_boxes, labeled, pictures),
        "MTCNN's boxes, by a rule of their own": compared(nearest, 1, by_rule, labeled, pictures),
    }
    path = record(
        "refine",
        figures | {"milliseconds a face": cost(detectors, labeled, pictures), "rule": asdict(rule)},
        data=f"{len(labeled)} faces: {key} of {split.name}, 300W lfpw/trainset",
        protocol="NMSE in percent, inter-ocular; faces without a face found near them are counted and left out",
        intervals="percentile bootstrap over faces, 95 %; changes are paired",
        model={"name": info.name, "network": dict(info.network), "training": dict(info.training)},
    )
    print(json.dumps(figures, indent=1), path)


def fitted(rule: CropRule, mtcnn: MTCNN, labeled: LabeledSet) -> CropRule:
    """The rule by which MTCNN's boxes give the crops that its points do; no label is looked at."""
    found = [face for sample in labeled.samples[:FITTED] for face in mtcnn(read_picture(sample.picture))[:1]]
    crops = [rule.from_anchors(face.anchors) for face in found if face.anchors is not None]
    return fit_box_rule(rule, crops, [face.box for face in found])


def compared(
    run: Run, draws: int, detectors: Sequence[LandmarkDetector], labeled: LabeledSet, pictures: Sequence[Picture]
) -> dict[str, object]:
    """NMSE with each number of looks, and by how many percent each look more changes it."""
    errors = np.array([of_faces(run, draws, detector, labeled, pictures) for detector in detectors])  # (looks, faces)
    found = np.isfinite(errors).all(axis=0)
    errors = errors[:, found]
    estimates = {looks: mean_of(some) for looks, some in zip(LOOKS, errors, strict=True)}
    changes = {looks: paired_difference(errors[looks - 1], errors[looks], relative=True) for looks in LOOKS[1:]}
    return {
        "faces": int(found.sum()),
        "not found": int((~found).sum()),
        "NMSE": {looks: numbers(some.value, some.low, some.high) for looks, some in estimates.items()},
        "change by the last look, percent": {
            looks: numbers(some.value, some.low, some.high) for looks, some in changes.items()
        },
    }


def of_faces(
    run: Run, draws: int, detector: LandmarkDetector, labeled: LabeledSet, pictures: Sequence[Picture]
) -> NDArray[np.float64]:
    """(N,) percent, the mean of a face's draws; not finite where it was not found."""
    errors = []
    for sample, picture in zip(labeled.samples, pictures, strict=True):
        found = [face for draw in range(draws) for face in run(detector, picture, sample, draw)]
        length = normaliser("inter_ocular", labeled.markup, sample)
        assert length is not None
        landmarks = [face.landmarks for face in found]
        each = [nmse(some[None], sample.landmarks[None], sample.visible[None], [length]) for some in landmarks]
        errors.append(100 * float(np.mean(each)) if each else np.inf)
    return np.array(errors)


def points(detector: LandmarkDetector, picture: Picture, sample: Sample, _: int) -> Sequence[Face]:
    return detector(picture, anchors=sample.landmarks)


def near(part: float, detector: LandmarkDetector, picture: Picture, sample: Sample, draw: int) -> Sequence[Face]:
    return detector(picture, boxes=moved(sample, part, draw))


def nearest(detector: LandmarkDetector, picture: Picture, sample: Sample, _: int) -> Sequence[Face]:
    """The found face that is the labeled one: its landmarks' middle lies nearest, and not far."""
    x0, y0, x1, y1 = tight_box(sample.landmarks)
    faces = detector(picture)
    away = [np.abs((np.add(face.box[:2], face.box[2:]) - (x0 + x1, y0 + y1)) / 2).max() for face in faces]
    close = [(distance, place) for place, distance in enumerate(away) if distance < NEAR * max(x1 - x0, y1 - y0)]
    return [faces[min(close)[1]]] if close else []


def moved(sample: Sample, part: float, draw: int) -> Box:
    """The tight box of the true landmarks, moved and scaled by at most this part of its longer side."""
    x0, y0, x1, y1 = tight_box(sample.landmarks)
    seed = [draw, *sample.name.encode()]
    right, down, grow = np.random.default_rng(seed).uniform(-part, part, 3)
    longer = max(x1 - x0, y1 - y0)
    x, y = (x0 + x1) / 2 + right * longer, (y0 + y1) / 2 + down * longer
    width, height = (x1 - x0) * (1 + grow) / 2, (y1 - y0) * (1 + grow) / 2
    return (x - width, y - height, x + width, y + height)


def cost(
    detectors: Sequence[LandmarkDetector], labeled: LabeledSet, pictures: Sequence[Picture]
) -> dict[int, dict[str, float]]:
    """p50 and p95 of a call with one box, cut included, one thread; the numbers of looks take turns."""
    took: list[list[float]] = [[] for _ in detectors]
    for sample, picture in zip(labeled.samples, pictures, strict=True):
        for times, detector in zip(took, detectors, strict=True):
            start = perf_counter()
            detector(picture, boxes=moved(sample, 0, 0))
            times.append(1000 * (perf_counter() - start))
    return {
        looks: {"p50": round(float(np.median(times)), 2), "p95": round(float(np.quantile(times, 0.95)), 2)}
        for looks, times in zip(LOOKS, took, strict=True)
    }


def numbers(*values: float) -> list[float]:
    return [round(value, 2) for value in values]


if __name__ == "__main__":
    tyro.cli(main)
