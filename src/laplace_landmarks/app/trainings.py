"""Which of the files that `compare` is given are trainings of one method."""

from collections.abc import Sequence
from itertools import accumulate, combinations, pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.method import Method, shared_name
from laplace_landmarks.runtime.released import MODEL

Item = TypeVar("Item")


def counts_of(trainings: str, files: int) -> list[int]:
    """How many files in a row each method has, by the word of --trainings: one number for all methods, or one for each.

    >>> counts_of("3", 6), counts_of("3,2", 5)
    ([3, 3], [3, 2])
    """
    try:
        counts = [int(word) for word in trainings.split(",")]
    except ValueError:
        counts = [0]
    if min(counts) < 1:
        raise InputError(
            f"--trainings {trainings}: give how many files in a row are trainings of one method, like 3; where methods "
            "have different numbers of them, one number for each, like 3,2"
        )
    if len(counts) == 1:
        counts *= -(-files // counts[0])
    if sum(counts) != files:
        raise InputError(
            f"--trainings {trainings}: that is {' + '.join(map(str, counts))} files, and {files} were given before the "
            "data; where methods have different numbers of trainings, give one for each, like 3,2"
        )
    if len(counts) < 2:
        raise InputError(f"--trainings {trainings}: all {files} files are one method then; compare needs two or more")
    return counts


def methods_of(trainings: Sequence[Judged], names: Sequence[str], counts: Sequence[int]) -> list[Method]:
    """The trainings as methods, so many of them each. names: what each training calls itself."""
    own = [shared_name(some) for some in _parts(names, counts)]
    by_file = [_named_by_files([judged.file for judged in some]) for some in _parts(trainings, counts)]
    by_place = [f"{name} ({place})" for place, name in enumerate(by_file, start=1)]
    called = next(found for found in (own, by_file, by_place) if len(set(found)) == len(found))
    methods = [Method(name, tuple(some)) for name, some in zip(called, _parts(trainings, counts), strict=True)]
    for method in methods:
        for one, another in combinations(method.trainings, 2):
            if method.counted.any() and np.array_equal(one.percent, another.percent):
                raise InputError(
                    f"{one.name} and {another.name} err alike on every face: they are one training, so nothing can be "
                    "told from them of what a seed does"
                )
    return methods


def doubts(methods: Sequence[Method]) -> list[str]:
    """What the model files say that speaks against their being trainings of one method that differ in their seeds."""
    told = []
    for method in methods:
        facts = [judged.detector.info.training for judged in method.trainings if judged.detector]
        seeds = [str(training["seed"]) for training in facts if "seed" in training]
        losses = dict.fromkeys(str(training["loss"]) for training in facts if "loss" in training)
        if twice := [seed for seed in dict.fromkeys(seeds) if seeds.count(seed) > 1]:
            told.append(
                f"note: {method.name} has several files of seed {', '.join(twice)}: where they are of one training, "
                "what a seed does is told too small"
            )
        if len(losses) > 1:
            told.append(f"note: {method.name} is of several losses: {', '.join(losses)}; is --trainings as meant?")
    return told


def _named_by_files(files: Sequence[Path]) -> str:
    """The path of one; of several what their paths share, without what every file is called."""
    if len(files) == 1:
        return str(files[0])
    return shared_name([str(file.parent if file.name == MODEL else file.with_suffix("")) for file in files])


def _parts(items: Sequence[Item], counts: Sequence[int]) -> list[Sequence[Item]]:
    ends = accumulate(counts, initial=0)
    return [items[first:last] for first, last in pairwise(ends)]
