"""What trainings are worth where pictures are worse than LFPW's: validation crops, made harder in one way at a time.

    python benchmarks/harder_pictures.py recipe mild gentle [--data ../shared/data] [--runs ../runs]
    python benchmarks/harder_pictures.py laplace68-eighth-fast laplace68-half-fast --name harder-pictures-released

The kinds of runs are of studies/leave-one-out.yaml, other names those of released models; the first is what the others
are compared with.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import tyro
from numpy.typing import NDArray
from occluded import LARGEST
from record import record
from released_figures import numbers

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.occluder import occluded
from laplace_landmarks.data.augmentation.pixels import blurred, coarser, compressed, noisy, without_colours
from laplace_landmarks.data.crops import Crops, labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.metrics import normaliser
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import released_models

SEED = 41
LEVEL = 0.9
TURN = 20  # degrees
Harder = Callable[[Picture, np.random.Generator], Picture]
WAYS: dict[str, Harder] = {
    "as they are": lambda picture, _: picture,
    "without colours": lambda picture, _: without_colours(picture),
    "dark (a third of the light)": lambda picture, _: cv2.convertScaleAbs(picture, alpha=1 / 3),  # pyright: ignore
    "blurred (2 px)": lambda picture, _: blurred(picture, 2),
    "half as many pixels a side": lambda picture, _: coarser(picture, 2),
    "a quarter": lambda picture, _: coarser(picture, 4),
    "noise of 20 grey levels": lambda picture, random: noisy(picture, 20, random),
    "JPEG of quality 20": lambda picture, random: compressed(picture, 20, random.random(2)),
    "something before the face": lambda picture, random: occluded(picture, LARGEST, random),
}


def main(
    kinds: tyro.conf.Positional[tuple[str, ...]],
    data: Path = Path("../shared/data"),
    runs: Path = Path("../runs"),
    name: str = "harder-pictures",
) -> None:
    """Measure on the validation faces and write the result file.

    Args:
        kinds: Of runs, those of seed 0 are taken, or released models.
        data: Folder with 300w and splits.
        runs: Folder of the runs' folders.
        name: Of the result file.
    """
    released = released_models()
    detectors = {
        kind: LandmarkDetector(kind if kind in released else runs / "leave-one-out" / f"{kind}-0" / "model.onnx")
        for kind in kinds
    }
    rule = next(iter(detectors.values())).info.crop
    pictures = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    judged = select(pictures, read_split(data / "splits/lfpw.json", "validation"))
    crops = labeled_crops(judged, rule)
    eyes = np.array([normaliser("inter_ocular", IBUG68, sample) for sample in judged.samples])
    eyes *= [crop.scale for crop in crops.crops]
    found = {
        way: {kind: judge(detector, crops, harder, eyes) for kind, detector in detectors.items()}
        for way, harder in (WAYS | {f"turned by {TURN} degrees": None}).items()
    }
    errors = {way: {kind: one.percent for kind, one in of.items()} for way, of in found.items()}
    first, *others = kinds
    figures: dict[str, Any] = {
        way: {
            "nmse_percent": {name: numbers(mean_of(one)) for name, one in of.items()},
            f"against {first}, percent": {
                name: numbers(paired_difference(of[first], of[name], relative=True)) for name in others
            },
            **held(found[way]),
        }
        for way, of in errors.items()
    }
    path = record(
        name,
        figures,
        data=f"{len(judged)} validation faces of 300W lfpw/trainset, crops by true points, made harder in one way each",
        protocol="NMSE in percent, inter-ocular",
        intervals="95 %, bootstrap over faces, paired",
        trained={name: dict(detector.info.training) for name, detector in detectors.items()},
    )
    print(json.dumps(figures, indent=1, ensure_ascii=False), path)


class Judged(NamedTuple):
    percent: NDArray[np.float64]  # (N,) error of each face
    held: NDArray[np.float64] | None  # (N,) share of its landmarks within their 90 % radius, of a calibrated model


def judge(detector: LandmarkDetector, crops: Crops, harder: Harder | None, eyes: NDArray[np.float64]) -> Judged:
    """What a model makes of harder crops. harder: None for turned ones."""
    shown, truth = [], crops.landmarks
    turns = [(TURN if place % 2 else -TURN) for place in range(len(crops.pictures))]
    if harder is None:
        middle = (crops.pictures.shape[1] - 1) / 2
        matrices = [cv2.getRotationMatrix2D((middle, middle), turn, 1) for turn in turns]
        shown = [
            cv2.warpAffine(picture, matrix, picture.shape[:2], borderMode=cv2.BORDER_REPLICATE)
            for picture, matrix in zip(crops.pictures, matrices, strict=True)
        ]
        truth = np.array(
            [points @ matrix[:, :2].T + matrix[:, 2] for points, matrix in zip(truth, matrices, strict=True)]
        )
    else:
        shown = [
            harder(np.asarray(picture), np.random.default_rng((SEED, place)))
            for place, picture in enumerate(crops.pictures)
        ]
    found, spread, _ = detector.on_crops(np.array(shown, np.uint8))
    distance = np.linalg.norm(found - truth, axis=-1)
    calibration = detector.info.calibration
    inside = None if calibration is None else (distance <= calibration.radii.at(spread, LEVEL)).mean(axis=1)
    return Judged(100 * distance.mean(axis=1) / eyes, inside)


def held(judged: Mapping[str, Judged]) -> dict[str, Any]:
    """What the radii of the calibrated models among them hold."""
    shares = {kind: numbers(mean_of(100 * one.held)) for kind, one in judged.items() if one.held is not None}
    return {f"held by the {LEVEL:.0%} radius, percent": shares} if shares else {}


if __name__ == "__main__":
    tyro.cli(main)
