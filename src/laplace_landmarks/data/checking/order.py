"""Whether the landmarks of all objects stand in another order than their markup's, which no object alone tells."""

from collections.abc import Iterator

import numpy as np

from laplace_landmarks.data.checking.shape_model import ShapeModel
from laplace_landmarks.data.markup import Markup

FEWEST = 3  # pairs from which symmetry tells something
# of the shape's size: LFPW's faces differ by 0.01 from their mirror image, and by 0.7 to 1 where their 68 points begin
# with another one
LOPSIDED = 0.5


def wrong_order(markup: Markup, model: ShapeModel) -> Iterator[str]:
    """A line where faces are far from symmetric on average, by the markup's own pairs."""
    if markup.is_face and len(markup.mirror) >= FEWEST and lopsided(model.mean, markup.mirror_order()) > LOPSIDED:
        yield (
            f"on average a face is not like its mirror image by {markup.name}'s pairs of landmarks: they seem to stand "
            "in another order than the markup's"
        )


def lopsided(mean: np.ndarray, order: np.ndarray) -> float:
    """How far a shape (K,), x + iy, is from its mirror image, placed on it by shift, turn and scale; over its size."""
    shape = mean - mean.mean()
    other = -np.conj(shape)[order]
    placed = other * np.vdot(other, shape) / np.vdot(other, other)
    return float(np.sqrt((np.abs(shape - placed) ** 2).mean() / (np.abs(shape) ** 2).mean()))
