"""What is told of the errors of one file: scores, regions, turned heads, and how well radii rank errors."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np
from released_errors import Errors, turn_of

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of, rate_of
from laplace_landmarks.evaluation.calibration import LEVELS
from laplace_landmarks.evaluation.metrics import auc_terms
from laplace_landmarks.evaluation.paired import Difference
from laplace_landmarks.evaluation.reliability import rank_correlation
from laplace_landmarks.runtime.calibration import regions_of

FAILURE = 8  # percent of the distance of the outer eye corners
TURNS = (0.2, 0.5)  # limits between the groups of heads by how far they turn


def scores(errors: Errors) -> dict[str, Any]:
    percent = errors.of_faces
    return {
        "nmse_percent": numbers(mean_of(percent)),
        "auc_8_percent": numbers(mean_of(100 * auc_terms(percent, FAILURE))),
        "failure_8_percent": numbers(rate_of(percent > FAILURE), 100),
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


def ranks(errors: Errors) -> dict[str, float]:
    """Rank correlation of radius and error, in crop pixels: a small divisor makes both of a face large together."""
    pixels = errors.percent[:, None]
    correlation = rank_correlation(errors.distances * pixels, errors.likely * pixels, errors.visible)
    return {way: round(value, 3) for way, value in asdict(correlation).items()}


def numbers(estimate: Estimate | Difference, unit: float = 1) -> list[float]:
    """Value and interval, rounded; unit: 100 makes percent of a fraction."""
    return [round(unit * float(number), 4) for number in (estimate.value, estimate.low, estimate.high)]
