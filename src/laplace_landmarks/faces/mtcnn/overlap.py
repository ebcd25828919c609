"""Of boxes that show the same face, the best."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.faces.mtcnn.pyramid import Boxes

Share: TypeAlias = Literal["union", "smaller"]  # what the common area is measured against: both together, the smaller
AT_ONCE = 256  # boxes compared with all others in one step, which bounds the memory


def suppress(boxes: Boxes, scores: NDArray[np.floating], limit: float, of: Share = "union") -> NDArray[np.intp]:
    """Places of the boxes to keep, best first: none overlaps a better one that is kept by more than the limit.

    >>> suppress(np.array([[0, 0, 10, 10], [0, 0, 10, 9], [50, 0, 60, 10.0]]), np.array([0.7, 0.9, 0.8]), 0.5)
    array([1, 2])
    """
    left, kept = np.argsort(-scores, kind="stable"), []
    while len(left):
        best = left[:AT_ONCE]
        covers = overlaps(boxes[best], boxes[left], of) > limit
        alive = np.ones(len(left), np.bool_)
        for place in range(len(best)):
            if alive[place]:
                alive[place + 1 :] &= ~covers[place, place + 1 :]
        kept.append(best[alive[: len(best)]])
        left = left[len(best) :][alive[len(best) :]]
    return np.concatenate(kept) if kept else np.empty(0, np.intp)


def overlaps(some: Boxes, others: Boxes, of: Share = "union") -> NDArray[np.float64]:
    """(N, M) common area of each of some (N, 4) with each of the others (M, 4), as a fraction."""
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:], others[None, :, 2:])
    common = np.maximum(high - low, 0).prod(axis=2)
    areas, other_areas = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (some, others))
    if of == "smaller":
        return common / np.minimum(areas[:, None], other_areas)
    return common / (areas[:, None] + other_areas - common)
