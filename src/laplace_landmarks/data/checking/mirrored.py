"""Which objects are mirror images of the others: fish, cars and horses are seen from either side.

Shift, turn and scale make no mirror image, so a model of shapes would call the rarer side wrong. Only where no landmark
has a left and a right: else a mirror image is what exchanged sides look like.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.checking.shape_model import FEWEST, FINEST, TURNS, Seen, Shapes, median, place, unit
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.markups.sides import first_sided
from laplace_landmarks.text_table import some

CLEARLY = 0.5  # what is left of the misfit in the mirror, for an object to be a mirror image
TELLING = 0.9  # share of the objects that are clearly of one side; of what only bends to both sides, 0.78 at the most
OFTEN = 0.1  # share of the objects from which on both sides are usual; fewer mirror images may as well be errors


def may_be_mirrored(markup: Markup) -> bool:
    """Whether a mirror image may be a true one: no face, no pairs, and no name that tells a side."""
    return not markup.is_face and not markup.mirror and first_sided(markup) is None


def mirror_images(shapes: Shapes, seen: Seen) -> NDArray[np.bool_]:
    """(N,) which of the shapes (N, K) fit the others clearly better in the mirror: never more than half of them."""
    enough = seen.sum(axis=1) >= 3  # two points are as well turned as mirrored
    if enough.sum() < FEWEST:
        return np.zeros(len(shapes), np.bool_)
    there, known = shapes[enough], seen[enough]
    first = int(known.sum(axis=1).argmax())
    has: NDArray[np.bool_] = known[first]
    mean = unit(there[first], has)
    for _ in range(TURNS):
        as_is, crossed = (_held(side, known & has, mean) for side in (there, there.conj()))
        sides = np.where((crossed[1] < as_is[1])[:, None], crossed[0], as_is[0])
        has = known.sum(axis=0) > 0
        mean = unit(np.array([median(sides[known[:, k], k]) for k in range(len(mean))]), has)
    kept, mirrored = (_held(side, known, mean)[1] for side in (there, there.conj()))
    one, other = mirrored < CLEARLY * kept, kept < CLEARLY * mirrored
    found = np.zeros(len(shapes), np.bool_)
    if np.average(one | other, weights=known.sum(axis=1) - 2) >= TELLING:  # two landmarks place a shape, others tell
        found[enough] = min(one, other, key=np.count_nonzero)
    return found


def in_words(names: Sequence[str], count: int) -> str:
    """What is said of the objects that were taken as mirror images."""
    return (
        f"{len(names)} of {count} objects look like mirror images of the others and were taken as such ({some(names)})"
        "; if none is seen from the other side, their landmarks stand in another order"
    )


def _held(shapes: Shapes, seen: Seen, mean: NDArray[np.complex128]) -> tuple[Shapes, NDArray[np.float64]]:
    """Shapes placed on the mean, and the geometric mean of what is left, in which one wrong landmark weighs little."""
    placed, _ = place(shapes, seen, mean, robust=True)
    rest = np.where(seen, np.log(np.maximum(np.abs(placed - mean), FINEST)), 0)
    return placed, np.exp(rest.sum(axis=1) / np.maximum(seen.sum(axis=1), 1))
