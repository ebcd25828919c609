"""Faces with something drawn before them, for scores that a released model must stand when it cannot see all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.occluder import occluded
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.faces.boxes import CropRule

LARGEST = 0.15  # of the crop's area
SEED = 31


def behind_objects(crops: Iterable[Picture]) -> list[Picture]:
    """Crops, each with one thing drawn before the face; which and where depends on its place among them."""
    return [occluded(crop, LARGEST, np.random.default_rng((SEED, place))) for place, crop in enumerate(crops)]


def occluded_faces(
    pictures: Sequence[Picture], anchors: NDArray[np.float64], samples: Sequence[Sample], rule: CropRule
) -> tuple[list[Picture], NDArray[np.float64], list[Sample]]:
    """The crops that the anchors (N, 5, 2) place, each with one thing that covers up to LARGEST of it; and anchors and
    samples in the crops' pixels, so that the same rule cuts nothing off them."""
    crops = [rule.from_anchors(points) for points in anchors]
    covered = behind_objects([crop.cut(picture) for crop, picture in zip(crops, pictures, strict=True)])
    moved = np.array([crop.to_crop(points) for crop, points in zip(crops, anchors, strict=True)], np.float64)
    seen = [
        replace(sample, landmarks=crop.to_crop(sample.landmarks)) for crop, sample in zip(crops, samples, strict=True)
    ]
    return covered, moved, seen
