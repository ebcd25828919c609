"""What a study measures of a finished run: its errors on the test faces, and what its certainty is worth there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from occluded import behind_objects

from laplace_landmarks.conventions import Landmarks
from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.calibration import LEVELS, Measured, fit_radii, measure
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_crops
from laplace_landmarks.evaluation.reliability import coverage, rank_correlation, width_of
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training.outcome import read_outcome
from laplace_landmarks.training.run_files import LOG

AT_ONCE = 32  # crops: 68 heatmaps of each are 1.7 MB
DIGITS = 3


@dataclass(frozen=True)
class Judges:
    """The faces that a study is scored on, and those that radii are fitted to; one and the same in a screening."""

    test: LabeledSet
    validation: LabeledSet


def judges(described: Mapping[str, Any], data: Path) -> Judges:
    told = described["validation"]
    names = read_split(data / told["split"], told["key"])
    validation = select(read_labeled(data / told["pictures"], IBUG68, "pts"), names)
    test = read_labeled(data / described["test"], IBUG68, "pts") if "test" in described else validation
    return Judges(test, validation)


def scores_of(models: Mapping[str, Path], run: Path, faces: Judges, cache: Path) -> dict[str, Any]:
    """Figures of each model file of a run, and of the run itself."""
    names = json.dumps([sample.name for sample in faces.test.samples])
    figures: dict[str, Any] = {kind: _scores(path, faces, cache) for kind, path in models.items()}
    best = LandmarkDetector(models["best"]).info
    lines = [json.loads(line) for line in (run / LOG).read_text(encoding="utf-8").splitlines()]
    train = [line for line in lines if line["kind"] == "train"]
    quarters = [train[first:last] for first, last in pairwise(np.linspace(0, len(train), 5).astype(int).tolist())]
    folds = read_outcome(run, best.training["split"])
    return figures | {
        "faces": len(faces.test),
        "faces_hash": sha256(names.encode()).hexdigest()[:16],
        "trained_at_commit": best.package_commit,
        "parameters": best.network["parameters"],
        "bytes": models["best"].stat().st_size,
        "training": dict(best.training),
        **({"out_of_fold": {"nmse_percent": folds.nmse_percent, "interval": folds.interval}} if folds else {}),
        "images_per_second": train[-1]["images_per_second"],
        "discriminator_right": _of_real_and_fake("d", quarters),
        "discriminator_saw_spread": _of_real_and_fake("spread", quarters),
    }


def _of_real_and_fake(name: str, quarters: Sequence[Sequence[Mapping[str, float]]]) -> dict[str, list[float]]:
    """Means of a figure of the log in each quarter of the training; nothing where it was not logged."""
    return {
        kind: [round(float(np.mean([line[f"{name}_{kind}"] for line in quarter])), DIGITS) for quarter in quarters]
        for kind in ("real", "fake")
        if f"{name}_{kind}" in quarters[-1][0]
    }


def _scores(model: Path, faces: Judges, cache: Path) -> dict[str, Any]:
    detector = LandmarkDetector(model)
    crops = labeled_crops(faces.test, detector.info.crop, cache)
    found = predict_crops(detector, faces.test, crops)
    scores = score(faces.test, found, model=model.stem, data="test", protocol=TRUE_POINT_CROPS)
    row = scores.row("all", "inter_ocular")
    assert row.nmse_percent is not None
    peaks, highest = peaks_of(detector, crops.pictures)
    covered = replace(crops, pictures=np.stack(behind_objects(crops.pictures)))
    hidden = measure(faces.test, predict_crops(detector, faces.test, covered))
    radii = _radii(detector, faces.validation, cache)
    eyes = np.array([normaliser("inter_ocular", IBUG68, sample) for sample in faces.test.samples], float)
    eyes *= [crop.scale for crop in crops.crops]
    return {
        "nmse_percent": round(row.nmse_percent.value, DIGITS),
        "interval": [round(row.nmse_percent.low, DIGITS), round(row.nmse_percent.high, DIGITS)],
        "auc_8_percent": round(row.auc_percent[8].value, 2),
        "failure_8_percent": round(row.failure_percent[8].value, 2),
        "nmse_percent_by_argmax": round(
            100 * float(nmse(highest, crops.landmarks, crops.visible, eyes).mean()), DIGITS
        ),
        "spread_crop_pixels": round(row.spread_crop_pixels or 0, DIGITS),
        "certainty": _certainty(detector, radii, measure(faces.test, found), peaks),
        "certainty_behind_objects": _certainty(detector, radii, hidden, peaks_of(detector, covered.pictures)[0]),
        "errors_percent": [round(face.nmse_percent["inter_ocular"], DIGITS) for face in scores.faces],
    }


def peaks_of(detector: LandmarkDetector, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], Landmarks]:
    """(N, K) the highest probability of each heatmap, and (N, K, 2) where it is: the read-out by argmax."""
    highest, places = [], []
    for first in range(0, len(pictures), AT_ONCE):
        _, _, heatmaps = detector.on_crops(pictures[first : first + AT_ONCE], heatmaps=True)
        assert heatmaps is not None
        flat = heatmaps.reshape(*heatmaps.shape[:2], -1)
        highest.append(flat.max(axis=-1))
        rows, columns = np.divmod(flat.argmax(axis=-1), heatmaps.shape[-1])
        places.append(np.stack([columns, rows], axis=-1).astype(np.float32))
    return np.concatenate(highest), np.concatenate(places)


def _radii(detector: LandmarkDetector, validation: LabeledSet, cache: Path) -> Radii:
    """Fitted on the validation faces."""
    crops = labeled_crops(validation, detector.info.crop, cache)
    return fit_radii(measure(validation, predict_crops(detector, validation, crops)), IBUG68)


def _certainty(detector: LandmarkDetector, radii: Radii, test: Measured, peaks: NDArray[np.float32]) -> dict[str, Any]:
    """What radii hold on the test faces, and how they and others rank errors."""
    at = {level: radii.at(test.spread, level) for level in LEVELS}
    doubts = {"radius": at[0.9], "spread": test.spread.mean(axis=-1), "peak": width_of(peaks)}
    of_file = detector.info.calibration
    own = {level: of_file.radii.at(test.spread, level) for level in LEVELS} if of_file else {}
    return {
        **({"coverage_of_own_radii": _held(own, test)} if of_file else {}),
        "coverage": _held(at, test),
        "mean_radius_90": round(float(at[0.9].mean()), DIGITS),
    } | {
        name: {
            way: round(value, DIGITS)
            for way, value in asdict(rank_correlation(test.errors, doubt, test.visible)).items()
        }
        for name, doubt in doubts.items()
    }


def _held(radii: Mapping[float, NDArray[np.float64]], test: Measured) -> dict[str, float]:
    """By level, the fraction of the test errors within these radii (N, K)."""
    return {f"{level:.0%}": round(coverage(test.errors, at, test.visible), DIGITS) for level, at in radii.items()}
