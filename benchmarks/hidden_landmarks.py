"""Hide half of the landmarks of LFPW's training faces, as if nobody had labeled them.

random: any 34 of the 68. turned: the 34 that lie furthest to the side that the head turns to, measured along the line
of the eyes: those that go first when a head turns away. The faces of the validation list keep all of theirs. Every face
has a box that places its crop where its five points do, so that nothing but the labels changes.

    python benchmarks/hidden_landmarks.py OUT.csv --how random|turned [--data ../shared/data] [--seed 0]
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import tyro

from laplace_landmarks.conventions import Box, Landmarks, Visible
from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.faces.boxes import CropRule

RIGHT_EYE, LEFT_EYE, NOSE = 36, 45, 30  # outer corners and tip of iBUG-68
HIDDEN = 34


def main(
    output: tyro.conf.Positional[Path],
    how: Literal["random", "turned"],
    data: Path = Path("../shared/data"),
    seed: int = 0,
) -> None:
    """Write a CSV of the 805 faces, those of the training list with half of their landmarks blank.

    Args:
        output: CSV file.
        how: Which half.
        data: Folder with the pictures.
        seed: Other landmarks at random for another seed.
    """
    labeled = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    training = {sample.name for sample in select(labeled, read_split(data / "splits/lfpw.json", "train")).samples}
    random = np.random.default_rng(seed)
    samples = []
    for sample in labeled.samples:
        visible = sample.visible
        if sample.name in training:
            visible = shown_at_random(random) if how == "random" else shown_when_turned(sample.landmarks)
        samples.append(replace(sample, visible=visible, box=box_of(sample)))
    output.parent.mkdir(parents=True, exist_ok=True)
    write_table(output, replace(labeled, samples=tuple(samples)))
    print(f"{len(training)} of {len(samples)} faces with {HIDDEN} landmarks hidden ({how}) in {output}")


def box_of(sample: Sample) -> Box:
    """The box whose crop is that of the face's anchors, as a detector that finds them would give it."""
    anchors = IBUG68.anchors_of(sample.landmarks, sample.visible)
    assert anchors is not None
    rule = CropRule()
    crop = rule.from_anchors(anchors)
    half = crop.side / rule.box_factor / 2
    return (crop.x - half, crop.y - half, crop.x + half, crop.y + half)


def shown_at_random(random: np.random.Generator) -> Visible:
    """(68,) with 34 False anywhere."""
    return random.permutation(len(IBUG68)) >= HIDDEN


def shown_when_turned(landmarks: Landmarks) -> Visible:
    """(68,) with the 34 False that a head, (68, 2), hides first if it turns further to the side it turns to."""
    right, left = landmarks[RIGHT_EYE], landmarks[LEFT_EYE]
    along = (landmarks - (right + left) / 2) @ (left - right)
    side = 1 if along[NOSE] > 0 else -1
    return np.argsort(np.argsort(side * along)) < len(IBUG68) - HIDDEN


if __name__ == "__main__":
    tyro.cli(main)
