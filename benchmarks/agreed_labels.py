"""LFPW's labels, and of YouTube Faces the labels that a machine made where a model agrees with them.

A face agrees if the mean distance between its label and the model's landmarks, in a crop placed by the label, is below
a share of the distance of the outer eye corners; without --within all do. The table has the validation faces, too; the
split file beside it says which are which.

    python benchmarks/agreed_labels.py OUT.csv [--within 0.05] [--model NAME_OR_FILE] [--data ../shared/data]
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import tyro

from laplace_landmarks.data.conversion import write_labels
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.evaluation.protocols import predict_labeled
from laplace_landmarks.runtime.detector import LandmarkDetector


def main(
    output: tyro.conf.Positional[Path],
    within: float | None = None,
    model: str = "laplace68-full",
    data: Path = Path("../shared/data"),
) -> None:
    """Write the table and OUT.json, the split, if they are not there.

    Args:
        output: CSV file.
        within: Largest mean distance of label and model, in distances of the outer eye corners.
        model: What judges the labels.
        data: Folder with the pictures.
    """
    split = output.with_suffix(".json")
    if output.exists() and split.exists():
        return
    lfpw = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    frames = read_labeled(data / "youtube-faces/landmarks.csv", IBUG68)
    if within is not None:
        frames = agreeing(frames, LandmarkDetector(model), within)
    output.parent.mkdir(parents=True, exist_ok=True)
    both = LabeledSet(IBUG68, tuple(replace(s, box=None) for s in (*lfpw.samples, *frames.samples)))
    write_labels(output, both, "table")
    lists = data / "splits/lfpw.json"
    names = {"train": [*read_split(lists, "train"), *(sample.name for sample in frames.samples)]}
    split.write_text(json.dumps(names | {"validation": read_split(lists, "validation")}, indent=1) + "\n")
    print(f"{len(frames)} frames beside LFPW in {output}")


def agreeing(frames: LabeledSet, detector: LandmarkDetector, within: float) -> LabeledSet:
    found = predict_labeled(detector, frames)
    samples = frames.samples
    away = nmse(
        [face.landmarks for face in found],
        [sample.landmarks for sample in samples],
        [sample.visible for sample in samples],
        [normaliser("inter_ocular", IBUG68, sample) or np.nan for sample in samples],
    )
    print(f"label and {detector.info.name}: median {np.median(away):.3f}, 90 % below {np.quantile(away, 0.9):.3f}")
    return LabeledSet(IBUG68, tuple(sample for sample, error in zip(samples, away, strict=True) if error < within))


if __name__ == "__main__":
    tyro.cli(main)
