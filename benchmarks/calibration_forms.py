"""How should a radius follow from the spread? Forms tried, each judged on faces that its fit has not seen.

All have the same make: a radius is factor(level) · scale(region) · shape(spread), the scales and factors fitted in one
way; they differ in the shape and in what has a scale of its own. Beside that: does it hold between the levels and in
crops placed otherwise, and how well do radius, spread and the heatmap's peak rank errors, another model's too.

    python benchmarks/calibration_forms.py [--model MODEL.onnx] [--data LFPW/trainset] [--split SPLIT.json] \
        [--rival SOFTARGMAX.onnx]
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.calibration import (
    FOLDS,
    LEVELS,
    Measured,
    cross_validate,
    fit_radii,
    measure,
    scales_and_factors,
)
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_labeled
from laplace_landmarks.evaluation.reliability import coverage, rank_correlation, rejection_ratio, reliability, width_of
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.calibration import Radii, own_and_face, regions_of
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.outputs import predictions_of

Array = NDArray[np.float64]
Shape = Callable[[Measured], Array]  # (N, K), a candidate's radius but for its scale
DRAWS = 2000
SHIFT = 0.1  # of a box's longer side: how far the crops placed by boxes are moved
CHOSEN = "power of own and face's spread (the product's)"


def main(
    model: Path = Path("../runs/lfpw-comparison/laplace_kl-0/model.onnx"),
    data: Path = Path("../shared/data/300w/lfpw/trainset"),
    split: Path = Path("../shared/data/splits/lfpw.json"),
    key: str = "validation",
    rival: Path | None = None,
) -> None:
    """Fit every form, judge it by cross-validation over faces, and write the result file."""
    detector = LandmarkDetector(model, refine=0)  # crops as the boxes place them
    markup = detector.info.markup
    labeled = select(read_labeled(data, markup), read_split(split, key))
    measured = measure(labeled, predict_labeled(detector, labeled))
    apart = cross_validate(measured, markup)
    figures = {
        "forms": forms(measured, apart, np.unique(regions_of(markup), return_inverse=True)[1]),
        "exponents": fit_radii(measured, markup).exponents,
        "between levels": between(measured, labeled),
        "by spread": fifths(measured, apart),
        "crops placed by boxes": by_boxes(detector, labeled, fit_radii(measured, markup)),
        "ranking": {"LaplaceKL": ranking(detector, labeled, measured, apart)},
    }
    if rival:
        other = LandmarkDetector(rival)
        theirs = measure(labeled, predict_labeled(other, labeled))
        figures["ranking"]["rival"] = ranking(other, labeled, theirs, cross_validate(theirs, markup))
    path = record(
        "calibration-forms",
        figures,
        data=f"{len(labeled)} faces: {key} of {split.name}, 300W lfpw/trainset",
        protocol=f"{TRUE_POINT_CROPS}; {FOLDS}-fold cross-validation over faces",
        intervals=f"percentile bootstrap over faces, paired, {DRAWS} draws, 95 %",
        model=said_of(detector),
        rival=said_of(LandmarkDetector(rival)) if rival else None,
    )
    print(json.dumps(figures, indent=1), path)


def said_of(detector: LandmarkDetector) -> dict:
    return {
        "name": detector.info.name,
        "network": dict(detector.info.network),
        "training": dict(detector.info.training),
    }


def forms(measured: Measured, apart: Array, regions: NDArray[np.int_]) -> dict:
    """Held-out pinball loss and coverage of each form, and its loss against the constant radius of a region."""
    one, each = np.zeros_like(regions), np.arange(len(regions))
    radii = {
        "constant": held_out(measured, one, constant),
        "constant a region": held_out(measured, regions, constant),
        "constant a landmark": held_out(measured, each, constant),
        "inverse of b*": held_out(measured, regions, *(inverse(floor) for floor in (0.5, 1, 1.5, 2, 3, 4))),
        "affine in the spread": held_out(measured, regions, *AFFINE),
        "power of the spread, no regions": held_out(measured, one, *POWERS),
        "power of the spread": held_out(measured, regions, *POWERS),
        "power of the larger of x and y": held_out(measured, regions, *LARGER),
        "power of the spread, a scale a landmark": held_out(measured, each, *POWERS),
        CHOSEN: apart,
    }  # fmt: skip
    losses = {name: by_face(measured, some) for name, some in radii.items()}
    regional, alone = losses["constant a region"], losses["power of the spread"]
    return {
        name: {
            "pinball": [round(float(loss), 4) for loss in losses[name].mean(axis=1)],
            "coverage": [round(coverage(measured.errors, level, measured.visible), 4) for level in some],
            "against constant a region, percent": [change(*pair) for pair in zip(losses[name], regional, strict=True)],
            "against power of the spread, percent": [change(*pair) for pair in zip(losses[name], alone, strict=True)],
        }
        for name, some in radii.items()
    }


def held_out(measured: Measured, regions: NDArray[np.int_], *shapes: Shape) -> Array:
    """(levels, N, K) radii of each face by a fit to the others; of several shapes, the best on the faces fitted to."""
    radii = np.empty((len(LEVELS), *measured.errors.shape))
    for kept, left_out in parts(len(measured)):
        fitted, apart = measured.of(kept), measured.of(left_out)
        tried = []
        for shape in shapes:
            scales, factors = scales_and_factors(fitted.errors / shape(fitted), regions, fitted.visible)
            of_fitted, of_apart = (factors[:, None, None] * scales[regions] * shape(some) for some in (fitted, apart))
            tried.append((float(np.log(by_face(fitted, of_fitted).mean(axis=1)).sum()), of_apart))
        radii[:, left_out] = min(tried, key=lambda one: one[0])[1]
    return radii


def parts(faces: int) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """The same parts as the product's."""
    order = np.random.default_rng(0).permutation(faces)
    for first in range(FOLDS):
        yield np.setdiff1d(order, order[first::FOLDS]), order[first::FOLDS]


def by_face(measured: Measured, radii: Array) -> Array:
    """(levels, N) mean pinball loss, crop pixels."""
    p = np.array(LEVELS)[:, None, None]
    beyond = measured.errors - radii
    loss = np.where(beyond > 0, p * beyond, (p - 1) * beyond)
    return (loss * measured.visible).sum(axis=2) / measured.visible.sum(axis=1)


def change(loss: Array, baseline: Array) -> list[float]:
    """Percent by which the mean of loss (N,) lies above the baseline's, and its interval."""
    faces = np.random.default_rng(0).integers(len(loss), size=(DRAWS, len(loss)))
    drawn = 100 * (loss[faces].mean(axis=1) / baseline[faces].mean(axis=1) - 1)
    return [round(float(number), 2) for number in
            (100 * (loss.mean() / baseline.mean() - 1), *np.quantile(drawn, [0.025, 0.975]))]  # fmt: skip


def constant(measured: Measured) -> Array:
    return np.ones_like(measured.errors)


def power(exponent: float, of: Callable[[Array], Array]) -> Shape:
    return lambda measured: np.maximum(of(measured.spread), 0.05) ** exponent


def affine(start: float) -> Shape:
    return lambda measured: np.maximum(measured.spread.mean(axis=-1) - start, 0.05)


def inverse(floor: float) -> Shape:
    """sqrt(d^2 + floor^2) for the error d whose KL is smallest at this spread (b* in docs/method.md)."""
    distances = np.linspace(0, 60, 3001)
    low, high = np.full_like(distances, 1.0), np.full_like(distances, 40.0)
    for _ in range(50):  # bisection on the derivative of -log b + b exp(-d / b) + d
        middle = (low + high) / 2
        falling = (1 + distances / middle) * np.exp(-distances / middle) < 1 / middle
        low, high = np.where(falling, middle, low), np.where(falling, high, middle)
    return lambda measured: np.hypot(np.interp(measured.spread.mean(axis=-1), low, distances), floor)


POWERS = [power(exponent, lambda spread: spread.mean(axis=-1)) for exponent in np.arange(0, 2.6, 0.1)]
AFFINE = [affine(start) for start in (-4, -2, -1, -0.5, 0, 0.2, 0.4)]
LARGER = [power(exponent, lambda spread: spread.max(axis=-1)) for exponent in np.arange(0, 2.6, 0.1)]


def between(measured: Measured, labeled: LabeledSet) -> dict:
    """Held-out coverage at probabilities between the fitted levels."""
    levels = (0.6, 0.7, 0.8, 0.93)
    radii = np.empty((len(levels), *measured.errors.shape))
    for kept, left_out in parts(len(measured)):
        fitted = fit_radii(measured.of(kept), labeled.markup)
        radii[:, left_out] = [fitted.at(measured.spread[left_out], level) for level in levels]
    return {str(level): round(coverage(measured.errors, some, measured.visible), 4)
            for level, some in zip(levels, radii, strict=True)}  # fmt: skip


def fifths(measured: Measured, apart: Array) -> dict:
    """Coverage in fifths of the landmarks, and of the faces, from the most certain to the least."""
    own, face = np.moveaxis(own_and_face(measured.spread), -1, 0)
    order = {"landmarks": own, "faces": face}
    middle = LEVELS.index(0.9)
    return {
        f"{name}, held by 90 %": [
            round(coverage(measured.errors, apart[middle], measured.visible & (place == fifth)), 4)
            for fifth in range(5)
        ]
        for name, values in order.items()
        for place in [np.digitize(values, np.quantile(values, [0.2, 0.4, 0.6, 0.8]))]
    } | {
        "radius bins, held by 90 %": [
            round(some.coverage, 4) for some in reliability(measured.errors, apart[middle], measured.visible)
        ]
    }


def by_boxes(detector: LandmarkDetector, labeled: LabeledSet, radii: Radii) -> dict:
    """Coverage where crops are placed by tight boxes of the landmarks, as they are and moved in four directions.

    The radii are those fitted to all of these faces in their true-point crops: the crops are new, the faces are not.
    """
    held = {}
    for name, shifts in {"as they are": [(0, 0)], "moved by 10 %": [(1, 0), (-1, 0), (0, 1), (0, -1)]}.items():
        predictions = []
        for place, sample in enumerate(labeled.samples):
            x0, y0, x1, y1 = tight_box(sample.landmarks[sample.visible])
            right, down = (SHIFT * max(x1 - x0, y1 - y0) * way for way in shifts[place % len(shifts)])
            box = (x0 + right, y0 + down, x1 + right, y1 + down)
            picture = read_picture(sample.picture)
            predictions += predictions_of(str(sample.picture), detector(picture, boxes=box), "")
        moved = measure(labeled, predictions)
        held[name] = [round(coverage(moved.errors, radii.at(moved.spread, p), moved.visible), 4) for p in LEVELS]
    return held


def ranking(detector: LandmarkDetector, labeled: LabeledSet, measured: Measured, apart: Array) -> dict:
    """Spearman's rank correlation and rejection ratio of three uncertainties."""
    crops = labeled_crops(labeled, detector.info.crop, None).pictures
    peaks = []
    for first in range(0, len(crops), 16):
        maps = detector.on_crops(np.asarray(crops[first : first + 16]), heatmaps=True)[2]
        assert maps is not None
        peaks.append(maps.max(axis=(2, 3)))
    uncertain = {
        "radius": apart[0],
        "spread": measured.spread.mean(axis=-1),
        "heatmap's peak": width_of(np.concatenate(peaks)),
    }
    return {
        name: {
            **{way: round(value, 4) for way, value in
               vars(rank_correlation(measured.errors, values, measured.visible)).items()},
            "rejection ratio": round(rejection_ratio(measured.errors, values, measured.visible), 4),
        }
        for name, values in uncertain.items()
    }  # fmt: skip


if __name__ == "__main__":
    tyro.cli(main)
