"""What the landmarks of a data set are: names, order, mirror pairs, edges, and what the error is divided by.

Nothing outside a markup knows how many landmarks there are.
"""

from dataclasses import dataclass, field

import numpy as np

from laplace_landmarks.conventions import Landmarks, Visible
from laplace_landmarks.errors import InputError


@dataclass(frozen=True)
class Markup:
    """A named list of landmarks; every index is 0-based.

    mirror: pairs of indices that change places when a picture is mirrored; a landmark in no pair maps to itself.
    edges: pairs of indices joined by a line when drawn.
    regions: named groups of indices, for reports and colours.
    normaliser: two groups of indices; the distance of their centres divides the error (Eq. 8). Empty: the square root
        of the box's area does.
    pupils: the same for the eye centres; empty where the markup has none.
    anchors: groups of indices; the centre of each group is one of the points that place the crop (for a face: eye
        centres, nose tip, mouth corners). Empty: the crop is placed by the box around the landmarks.
    """

    name: str
    names: tuple[str, ...]
    mirror: tuple[tuple[int, int], ...] = ()
    edges: tuple[tuple[int, int], ...] = ()
    regions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    normaliser: tuple[tuple[int, ...], ...] = ()
    pupils: tuple[tuple[int, ...], ...] = ()
    anchors: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        groups = [*self.mirror, *self.edges, *self.regions.values(), *self.normaliser, *self.pupils, *self.anchors]
        wrong = sorted({index for group in groups for index in group if not 0 <= index < len(self.names)})
        if wrong:
            raise InputError(f"markup {self.name}: indices {wrong} are outside its {len(self.names)} landmarks")
        paired = [index for pair in self.mirror for index in pair]
        if len(set(paired)) != len(paired):
            raise InputError(f"markup {self.name}: a landmark stands in two mirror pairs, or is paired with itself")

    def __len__(self) -> int:
        return len(self.names)

    def mirror_order(self) -> np.ndarray:
        """(K,) the index whose landmark takes each place after mirroring."""
        order = np.arange(len(self))
        for left, right in self.mirror:
            order[left], order[right] = right, left
        return order

    def anchors_of(self, landmarks: Landmarks, visible: Visible) -> Landmarks | None:
        """(A, 2) the crop's anchor points, or None where the markup has none or one of them is not visible."""
        if not self.anchors or not all(visible[list(group)].all() for group in self.anchors):
            return None
        return np.stack([landmarks[list(group)].mean(axis=0) for group in self.anchors]).astype(np.float32)


def _chain(first: int, last: int, *, closed: bool = False) -> tuple[tuple[int, int], ...]:
    edges = tuple((index, index + 1) for index in range(first, last))
    return (*edges, (last, first)) if closed else edges


def _ibug68() -> Markup:
    """300W's 68 points (Sagonas et al. 2013), after Multi-PIE: 0-based here, 1-based in its figures and .pts files."""
    parts = {
        "jaw": (0, 17), "right eyebrow": (17, 22), "left eyebrow": (22, 27), "nose bridge": (27, 31),
        "nostrils": (31, 36), "right eye": (36, 42), "left eye": (42, 48), "outer lip": (48, 60), "inner lip": (60, 68),
    }  # fmt: skip
    names = tuple(f"{part} {place + 1}" for part, (first, end) in parts.items() for place in range(end - first))
    mirror = (
        *((index, 16 - index) for index in range(8)), *((17 + index, 26 - index) for index in range(5)),
        (31, 35), (32, 34), (36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46),
        (48, 54), (49, 53), (50, 52), (59, 55), (58, 56), (60, 64), (61, 63), (67, 65),
    )  # fmt: skip
    closed = {"right eye", "left eye", "outer lip", "inner lip"}
    return Markup(
        name="ibug68",
        names=names,
        mirror=mirror,
        edges=tuple(e for part, (first, end) in parts.items() for e in _chain(first, end - 1, closed=part in closed)),
        regions={part: tuple(range(first, end)) for part, (first, end) in parts.items()},
        normaliser=((36,), (45,)),
        pupils=(tuple(range(36, 42)), tuple(range(42, 48))),
        anchors=(tuple(range(36, 42)), tuple(range(42, 48)), (30,), (48,), (54,)),
    )


IBUG68 = _ibug68()

MARKUPS = {IBUG68.name: IBUG68}


def markup_named(name: str) -> Markup:
    """The built-in markup of that name; InputError lists the known ones."""
    if name not in MARKUPS:
        raise InputError(f"no markup is named {name!r}; known: {', '.join(sorted(MARKUPS))}")
    return MARKUPS[name]
