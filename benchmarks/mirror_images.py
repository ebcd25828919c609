"""What looking at the mirror image of each crop, too, is worth, of released files: errors, radii, time.

Radii are those that the files carry, which were fitted to one look. That the two looks' mean is taken so, and that the
distance between them adds nothing to the spread, was decided on the validation faces; test was scored once, after it.

    python benchmarks/mirror_images.py [--models NAME_OR_FILE...] [--data ../shared/data]
"""

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import tyro
from finding_faces import Faces, faces_of
from record import record
from released_figures import numbers, ranks
from released_ways import by_way
from ways import FOUND, HIDDEN, TRUE

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import families, find_model

WAYS = (TRUE, FOUND, HIDDEN)
TURNS = 200  # of one look and both, timed one after the other


def main(models: tuple[str, ...] = (), data: Path = Path("../shared/data")) -> None:
    """Measure each file with one look and with both, and write the result file; without names the -fast ones."""
    names = models or [f"{name}-{kind}" for name in families() for kind in ("fast", "fast-int8")]
    trainset = read_labeled(data / "300w/lfpw/trainset", IBUG68)
    parts = {
        "validation": faces_of(select(trainset, read_split(data / "splits/lfpw.json", "validation"))),
        "test": faces_of(read_labeled(data / "300w/lfpw/testset", IBUG68)),
    }
    figures = {}
    for name in sorted(names, key=lambda name: find_model(name).stat().st_size):
        figures[name] = {
            "bytes": find_model(name).stat().st_size,
            **{part: compared(name, judged) for part, judged in parts.items()},
            "time, both against one": against_one(name, parts["validation"]),
        }
        print(name, json.dumps(figures[name]), flush=True)
    path = record(
        "mirror-images",
        figures,
        data="300W lfpw, faces that MTCNN finds: "
        + ", ".join(f"{len(of.found)} of {part}" for part, of in parts.items()),
        protocol="NMSE in percent, inter-ocular; crops along the axes by true points, turned by MTCNN's points, and "
        "along the axes with something drawn before the face",
        intervals="percentile bootstrap over faces, 95 %; changes are paired",
        time=f"one crop, one thread, {TURNS} turns of one look and both; the median of their ratios",
    )
    print(path)


def compared(model: str, judged: Faces) -> dict[str, Any]:
    one, both = (by_way(model, judged, mirrored=mirrored) for mirrored in (False, True))
    return {
        how: {
            "NMSE": {"one": numbers(mean_of(one[how].of_faces)), "both": numbers(mean_of(both[how].of_faces))},
            "change, percent": numbers(paired_difference(one[how].of_faces, both[how].of_faces, relative=True)),
            "held by the 90 % radius, percent": {
                "one": numbers(mean_of(one[how].likely_held)), "both": numbers(mean_of(both[how].likely_held))
            },
            "rank correlation of radius and error": {"one": ranks(one[how]), "both": ranks(both[how])},
        }
        for how in WAYS
    }  # fmt: skip


def against_one(model: str, judged: Faces) -> float:
    """How many times as long a crop takes with its mirror image."""
    one, both = LandmarkDetector(model), LandmarkDetector(model, mirrored=True)
    crops = labeled_crops(judged.labeled, one.info.crop).pictures
    ratios = []
    for turn in range(TURNS):
        crop = crops[turn % len(crops)][None]
        moments = [perf_counter()]
        for detector in (one, both):
            detector.on_crops(crop)
            moments.append(perf_counter())
        ratios.append((moments[2] - moments[1]) / (moments[1] - moments[0]))
    return round(float(np.median(ratios)), 2)


if __name__ == "__main__":
    tyro.cli(main)
