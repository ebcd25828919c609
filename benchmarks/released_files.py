"""The files of one released model beside each other: bytes, error and what the radii hold, on the same faces."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from finding_faces import Faces
from released_errors import Errors
from released_failures import worst
from released_figures import numbers, of_regions, ranks, scores
from released_ways import by_way
from ways import HIDDEN, TRUE

from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.paired import paired_difference


def of_files(files: dict[str, Path], own: dict[str, Errors], judged: Faces, listed: int) -> dict[str, Any]:
    """Figures of each variant, the trained network's file under ""; crops by true points where nothing else is said.

    own: of that file, by what places the crops. listed: so many of the faces with the largest errors.
    """
    figures = {}
    for variant, file in files.items():
        placed = by_way(file, judged) if variant else own
        errors = placed[TRUE]
        figures[variant] = {
            "sha256": sha256(file.read_bytes()).hexdigest(),
            "bytes": file.stat().st_size,
            "nmse_percent": numbers(mean_of(errors.of_faces)),
            "above float32, percent": numbers(paired_difference(own[TRUE].of_faces, errors.of_faces, relative=True)),
            "held by the 90 % radius, percent": numbers(mean_of(errors.likely_held)),
            "mean 90 % radius, percent": round(float(errors.likely.mean()), 2),
            "crops placed by": {how: scores(some) for how, some in placed.items()},
            "rank correlation of radius and error": {how: ranks(placed[how]) for how in (TRUE, HIDDEN)},
            "regions": of_regions(errors),
            "worst": worst(errors, judged.labeled.samples, np.argsort(-errors.of_faces)[:listed]),
        }
    return figures
