"""Places that other programs write for a missing landmark: (0, 0) and (-1, -1), which may be true ones as well."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.formats.naming import Tell
from laplace_landmarks.data.sample import Sample

PLACES = ((0, 0), (-1, -1))
FEWEST = 2  # objects: one alone may lie there by chance


def stand_ins(samples: Sequence[Sample]) -> dict[tuple[int, int], NDArray[np.bool_]]:
    """(N, K) which landmarks are exactly at each of the places where several objects have one."""
    found = {}
    for place in PLACES:
        there = np.array([sample.visible & (sample.landmarks == place).all(axis=1) for sample in samples])
        if there.any(axis=1).sum() >= FEWEST:
            found[place] = there
    return found


def tell_stand_ins(path: Path | str, samples: Sequence[Sample], note: Tell) -> None:
    """Tells of landmarks that may be missing, a line a place: to leave them out unasked would be a guess."""
    for place, there in stand_ins(samples).items():
        objects = int(there.any(axis=1).sum())
        note(
            f"{path}: {int(there.sum())} landmarks of {objects} objects are exactly at {place} and count as labeled; "
            "if that stands for a missing landmark, leave it out (a table's cells empty)"
        )
