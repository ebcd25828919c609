"""What a markup is: names, order, mirror pairs, edges, and what the error is divided by."""

from collections import Counter
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
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            raise InputError(f"markup {self.name}: two landmarks are named {twice[0]!r}; names must differ")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def is_face(self) -> bool:
        """Whether its anchors are as many as a finder of faces gives: eye centres, nose tip, mouth corners."""
        return len(self.anchors) == 5

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


def chain(first: int, last: int, *, closed: bool = False) -> tuple[tuple[int, int], ...]:
    """Edges that join first, first + 1, ..., last; closed: and last with first."""
    edges = tuple((index, index + 1) for index in range(first, last))
    return (*edges, (last, first)) if closed else edges
