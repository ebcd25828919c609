"""Methods held against the first, on the same faces: differences, and what so many faces could tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.evaluation.paired import Difference, paired_difference
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.landmarks import members_of, region_errors
from laplace_landmarks.evaluation.report.method import Method
from laplace_landmarks.evaluation.seeds import SeedNoise, pooled_noise

Errors: TypeAlias = tuple[NDArray[np.float64], NDArray[np.bool_]]  # (S, N) of trainings and faces; (N,) which count


@dataclass(frozen=True, eq=False)
class Against:
    """A method against the first, on the faces that both found; differences in percent of the first's mean error.

    overall: None where the first has no error at all. regions: by name, those that both have errors of.
    nearer: on how many faces this one errs less, in the mean of its trainings.
    """

    name: str
    faces: int
    nearer: int
    overall: Difference | None
    regions: dict[str, Difference | None]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Methods, the mean error of each, and all but the first against the first.

    errors: None where no face was found by all trainings of a method.
    noise: what a seed does to a training, by all methods together; None where each has one training.
    """

    methods: tuple[Method, ...]
    errors: tuple[Estimate | None, ...]
    against: tuple[Against, ...]
    noise: SeedNoise | None

    @property
    def first(self) -> Method:
        return self.methods[0]

    @property
    def trainings(self) -> tuple[Judged, ...]:
        """Of all methods."""
        return tuple(chain.from_iterable(method.trainings for method in self.methods))

    @property
    def repeated(self) -> bool:
        """Whether a method has several trainings."""
        return len(self.trainings) > len(self.methods)


def compare(methods: Sequence[Method], seed: int = 0) -> Comparison:
    """The methods, each but the first against the first. seed: of the bootstrap."""
    noise = _noise([(method.errors, method.counted) for method in methods])
    errors = tuple(
        mean_of(method.errors[:, method.counted], seed, pictures=method.first.files(method.counted), noise=noise)
        if method.counted.any()
        else None
        for method in methods
    )
    regions = {
        name: [_of_region(method, columns) for method in methods]
        for name, columns in members_of(methods[0].first).items()
    }
    against = tuple(_against(methods, place, noise, regions, seed) for place in range(1, len(methods)))
    return Comparison(tuple(methods), errors, against, noise)


def common(methods: Sequence[Method]) -> NDArray[np.bool_]:
    """(N,) the faces that all methods have an error of."""
    return np.all([method.counted for method in methods], axis=0)


def _of_region(method: Method, columns: NDArray[np.int_]) -> Errors:
    errors, shown = zip(*(region_errors(judged, columns) for judged in method.trainings), strict=True)
    return np.array(errors), np.all(shown, axis=0)


def _noise(methods: Iterable[Errors]) -> SeedNoise | None:
    """What seeds do, by all methods that have errors."""
    return pooled_noise(errors[:, counted] for errors, counted in methods if errors[:, counted].any())


def _against(
    methods: Sequence[Method], place: int, noise: SeedNoise | None, regions: Mapping[str, Sequence[Errors]], seed: int
) -> Against:
    first, other = methods[0], methods[place]
    both = common([first, other])
    if not both.any():
        raise InputError(f"no face was found by both {first.name} and {other.name}, so they cannot be compared")
    of_regions = {}
    for name, of_methods in regions.items():
        (ours, here), (theirs, there) = of_methods[0], of_methods[place]
        shown = here & there
        if shown.any():
            of_regions[name] = _difference(
                ours[:, shown], theirs[:, shown], _noise(of_methods), first.first.files(shown), seed
            )
    ours, theirs = first.errors[:, both], other.errors[:, both]
    return Against(
        name=other.name,
        faces=int(both.sum()),
        nearer=int((theirs.mean(axis=0) < ours.mean(axis=0)).sum()),
        overall=_difference(ours, theirs, noise, first.first.files(both), seed),
        regions=of_regions,
    )


def _difference(
    first: NDArray[np.float64],
    other: NDArray[np.float64],
    noise: SeedNoise | None,
    pictures: Sequence[Path],
    seed: int,
) -> Difference | None:
    try:
        return paired_difference(first, other, relative=True, seed=seed, pictures=pictures, noise=noise)
    except InputError:  # nothing is relative to no error
        return None
