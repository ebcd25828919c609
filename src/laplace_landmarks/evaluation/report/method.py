"""A method: a way to find landmarks, known by one training of it, or by several that differ in their seeds alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.evaluation.report.judged import Judged

BETWEEN = "-_./ "  # signs that part the words of a name


@dataclass(frozen=True, eq=False)
class Method:
    """S trainings, one or more, judged on the same N labeled faces."""

    name: str
    trainings: tuple[Judged, ...]

    @property
    def first(self) -> Judged:
        """The training that stands for all, in what is the same for them."""
        return self.trainings[0]

    @property
    def counted(self) -> NDArray[np.bool_]:
        """(N,) the faces that all trainings have an error of."""
        return np.all([judged.counted for judged in self.trainings], axis=0)

    @property
    def errors(self) -> NDArray[np.float64]:
        """(S, N) NMSE in percent; meaningful where counted."""
        return np.array([judged.of_faces for judged in self.trainings])


def alone(judged: Judged) -> Method:
    """The method of which nothing but this training is known."""
    return Method(judged.name, (judged,))


def seed_of(judged: Judged) -> Any:
    """Of its training, as its model file tells it; "-" where nothing does."""
    return judged.detector.info.training.get("seed", "-") if judged.detector else "-"


def shared_name(names: Sequence[str]) -> str:
    """What the names of a method's trainings share at their ends, or else the first of them and how many more.

    >>> shared_name(["kl-10", "kl-11"]), shared_name(["seed1-kl", "seed2-kl"]), shared_name(["small", "smart"])
    ('kl', 'seed-kl', 'small and 1 more')
    """
    if len(set(names)) == 1:
        return names[0]
    words = [re.findall(r"\d+|[^\W\d_]+|[\W_]+", name) for name in names]  # a number is one word, of whatever length
    first = _alike(words)
    last = _alike([some[len(first) :][::-1] for some in words])[::-1]
    common = "-".join(filter(None, ["".join(first).rstrip(BETWEEN), "".join(last).strip(BETWEEN)]))
    return common or f"{names[0]} and {len(names) - 1} more"


def _alike(words: Sequence[Sequence[str]]) -> list[str]:
    """The words that all begin with."""
    return [some[0] for some in takewhile(lambda some: len(set(some)) == 1, zip(*words, strict=False))]
