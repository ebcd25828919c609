"""Does the radius of the released models rank errors better than the height of their heatmaps' peaks, which is what
heatmap methods report as a confidence? Of the files that give heatmaps, on LFPW test and behind drawn objects.

    python benchmarks/released_peaks.py [--data ../shared/data]
"""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import tyro
from occluded import behind_objects
from record import record
from study_scores import peaks_of
from ways import HIDDEN, TRUE

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.calibration import measure
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_crops
from laplace_landmarks.evaluation.reliability import rank_correlation, width_of
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import families


def main(data: Path = Path("../shared/data")) -> None:
    """Measure all released models, and write the result file."""
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    figures = {}
    for name in families():
        detector = LandmarkDetector(name)
        assert detector.info.calibration is not None
        crops = labeled_crops(test, detector.info.crop)
        figures[name] = {}
        for how, pictures in {TRUE: crops.pictures, HIDDEN: np.stack(behind_objects(crops.pictures))}.items():
            measured = measure(test, predict_crops(detector, test, replace(crops, pictures=pictures)))
            doubts = {
                "radius": detector.info.calibration.radii.at(measured.spread, 0.9),
                "peak": width_of(peaks_of(detector, pictures)[0]),
            }
            figures[name][how] = {
                doubt: {
                    way: round(value, 4)
                    for way, value in asdict(rank_correlation(measured.errors, values, measured.visible)).items()
                }
                for doubt, values in doubts.items()
            }
        print(name, figures[name], flush=True)
    record(
        "peaks",
        figures,
        data=f"{len(test)} of 300W lfpw/testset",
        protocol=f"rank correlation with the error in crop pixels; {TRUE_POINT_CROPS}; peaks as widths, 1 / sqrt(peak)",
    )


if __name__ == "__main__":
    tyro.cli(main)
