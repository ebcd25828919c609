"""Random numbers of one crop at one step: a function of who asks, never of what was drawn before.

So a training that goes on draws what it would have drawn, processes that share a batch draw what one would, and an
augmentation that is switched on leaves the draws of the others as they were.
"""

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Each has a row of numbers of its own; new names go to the end, so that old trainings keep their draws.
NAMES = (
    "mirror", "rotation", "scale", "shift", "perspective", "jitter", "colour", "grey", "occluders", "blur",
    "low_resolution", "noise", "jpeg",
)  # fmt: skip
ROW = 8  # numbers
PLACE = {name: row for row, name in enumerate(NAMES)}


class Key(NamedTuple):
    """Who asks: the training's seed, the stream (labeled or unlabeled), the step, the place in the whole batch."""

    seed: int
    stream: int
    step: int
    place: int


class Draws:
    """The numbers of one crop at one step, by the name of the augmentation that uses them."""

    def __init__(self, key: Key) -> None:
        digest = blake2b(" ".join(map(str, key)).encode(), digest_size=16, person=b"augmentation")
        self._key = int.from_bytes(digest.digest(), "little")
        self._rows = self._generator(0).random((len(NAMES), ROW))

    def row(self, name: str) -> NDArray[np.float64]:
        """(ROW,) uniform numbers in [0, 1); the first decides whether, the others how."""
        return self._rows[PLACE[name]]

    def many(self, name: str) -> np.random.Generator:
        """A generator, for those that need more than a row."""
        return self._generator(1 + PLACE[name])

    def _generator(self, part: int) -> np.random.Generator:
        # parts of one Philox sequence, 2**192 numbers apart
        return np.random.Generator(np.random.Philox(key=self._key, counter=part << 192))
