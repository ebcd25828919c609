"""On which side of the labels landmarks lie on average, which no distance tells.

Two that count pixels differently, from 0 and from 1 or from edges and from centres, are apart by the same part of a
pixel everywhere; so are labels made with a tool that was off, and whatever has learned to be symmetric from mirrored
pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.runtime.outputs import Prediction


@dataclass(frozen=True)
class Offset:
    """Predicted less labeled place, a mean over faces of means over their visible landmarks; pixels of the pictures.

    x: above 0 to the right. y: above 0 downwards.
    """

    x: Estimate
    y: Estimate

    def __str__(self) -> str:
        return f"x {_signed(self.x)}, y {_signed(self.y)}"


def offset_of(labeled: LabeledSet, predictions: Sequence[Prediction | None], seed: int = 0) -> Offset | None:
    """Of predictions, one a sample and None where there is none; None where nothing visible was found."""
    pairs = [
        (sample, prediction.landmarks[sample.visible] - sample.landmarks[sample.visible])
        for sample, prediction in zip(labeled.samples, predictions, strict=True)
        if prediction is not None and sample.visible.any()
    ]
    if not pairs:
        return None
    pictures = tuple(sample.picture for sample, _ in pairs)
    means = np.array([away.mean(axis=0) for _, away in pairs], np.float64)
    x, y = (mean_of(along, seed, pictures=pictures) for along in means.T)
    return Offset(x, y)


def _signed(mean: Estimate) -> str:
    between = f" ({mean.low:+.2f} to {mean.high:+.2f})" if mean.known else ""
    return f"{mean.value:+.2f}{between}"
