"""What the card of a released model says beside its name: LFPW test with crops placed in four ways and behind drawn
objects, its failures, and the same of its smaller and faster files.

Radii are those that the file carries. The picture shows outlines and heatmaps only, since of 300W nothing may be passed
on. benchmarks/model_card.py makes the page of it.

    python benchmarks/released_scores.py laplace68-eighth [--data ../shared/data]
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from finding_faces import faces_of
from occluded import LARGEST
from record import record
from released_errors import Errors, turn_of
from released_failures import draw, worst
from released_files import numbers, of_files
from released_ways import by_way, ranks
from ways import HIDDEN, TRUE

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.calibration import LEVELS
from laplace_landmarks.evaluation.metrics import auc_terms
from laplace_landmarks.runtime.calibration import regions_of
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import families, find_model

FAILURE = 8  # percent of the distance of the outer eye corners
WORST, DRAWN, TYPICAL = 10, 5, 2  # faces that are listed; that are drawn, and so many from the middle
TURNS = (0.2, 0.5)  # limits between the groups of heads by how far they turn
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def main(name: tyro.conf.Positional[str], data: Path = Path("../shared/data")) -> None:
    """Score a released model, and draw where it fails.

    Args:
        name: Name of the released model.
        data: Folder with 300w.
    """
    file = find_model(name)
    detector = LandmarkDetector(name)
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    judged = faces_of(test)
    samples = judged.labeled.samples
    errors = by_way(detector, judged)
    plain = errors[TRUE]
    order = np.argsort(-plain.of_faces)
    figures = {
        "faces": len(test),
        "found by MTCNN": len(samples),
        "crops placed by": {how: scores(some) for how, some in errors.items()},
        "rank correlation of radius and error": {how: ranks(errors[how]) for how in (TRUE, HIDDEN)},
        "regions": of_regions(plain),
        "turned heads": of_turns(plain, samples),
        "errors, quantiles": {str(q): round(float(np.quantile(plain.of_faces, q)), 2) for q in (0.05, 0.5, 0.95)},
        "landmarks beyond the crop": {
            "faces": int(plain.beyond.any(axis=1).sum()),
            "landmarks": int(plain.beyond.sum()),
        },
        "worst": worst(plain, samples, order[:WORST]),
        "files": of_files(families()[name], errors, judged),
    }
    drawn = [*order[:DRAWN], *order[len(order) // 2 :][:TYPICAL]]
    draw(detector, judged, drawn, plain.of_faces, PICTURES / f"{name}-failures.jpg")
    record(
        f"released-{name}",
        figures,
        data="300W lfpw/testset, pictures cut around their face with a wide margin",
        protocol="errors in percent of the distance of the outer eye corners; true boxes: tight around the true "
        "landmarks, and looked at twice, as the detector does by default; something drawn: a shape in one colour that "
        f"covers up to {LARGEST:.0%} of the crop, another on each face",
        intervals="percentile bootstrap over faces, 95 %",
        model={"name": name, "sha256": sha256(file.read_bytes()).hexdigest()},
    )


def scores(errors: Errors) -> dict[str, Any]:
    percent = errors.of_faces
    return {
        "nmse_percent": numbers(mean_of(percent)),
        "auc_8_percent": numbers(mean_of(100 * auc_terms(percent, FAILURE))),
        "failure_8_percent": numbers(mean_of(100.0 * (percent > FAILURE))),
        "held, percent": {f"{level:.0%}": numbers(mean_of(of)) for level, of in zip(LEVELS, errors.held, strict=True)},
        "mean 90 % radius, percent": round(float(errors.likely.mean()), 2),
    }


def of_regions(errors: Errors) -> dict[str, Any]:
    """Mean error, mean 90 % radius and what it holds, of each region of the markup."""
    names = np.array(regions_of(IBUG68))
    figures = {}
    for region in dict.fromkeys(names.tolist()):
        part = errors.at(names == region)
        figures[region] = {
            "error, percent": numbers(mean_of(part.of_faces)),
            "90 % radius, percent": round(float(part.likely.mean()), 2),
            "held, percent": numbers(mean_of(part.likely_held)),
        }
    return figures


def of_turns(errors: Errors, samples: Sequence[Sample]) -> dict[str, Any]:
    """Faces by how far the head turns."""
    turns = np.array([turn_of(sample) for sample in samples])
    edges = (0.0, *TURNS, np.inf)
    figures = {}
    for low, high in pairwise(edges):
        part = errors.of_part((turns >= low) & (turns < high))
        figures[f"from {low:g}" if high == np.inf else f"{low:g} to {high:g}"] = {
            "faces": len(part.percent),
            "nmse_percent": numbers(mean_of(part.of_faces)),
            "failures": int((part.of_faces > FAILURE).sum()),
            "held, percent": numbers(mean_of(part.likely_held)),
        }
    return figures


if __name__ == "__main__":
    tyro.cli(main)
