"""How much boxes overlap, and which of two sets belong together by that."""

from collections.abc import Sequence

from laplace_landmarks.conventions import Box


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes.

    >>> overlap((0, 0, 2, 2), (1, 0, 3, 2)) == 2 / 6
    True
    """
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other))
    return across * down / (areas - across * down)


def matched(boxes: Sequence[Box], others: Sequence[Box], least: float) -> dict[int, int]:
    """Which box of one set belongs to which of another, the pair that overlaps most first: place → place."""
    overlaps = ((overlap(a, b), i, j) for i, a in enumerate(boxes) for j, b in enumerate(others))
    pairs: dict[int, int] = {}
    for shared, box, other in sorted(overlaps, key=lambda one: -one[0]):
        if shared >= least and box not in pairs and other not in pairs.values():
            pairs[box] = other
    return pairs
