"""Timing several things so that they can be compared on a machine that has other work too.

Whatever disturbs the machine for a while must disturb all alike: they take turns, a short block each. What one is
against another is the ratio of the fastest runs of their two blocks, and of that the median over turns: medians of a
busy machine would flatter the faster one, whose runs fit between two interruptions. The order is turned round from turn
to turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

BLOCK = 0.03  # seconds that a block takes at least
TURNS = 5  # at least, however slow
WARM = 2  # runs before the first block; and one before every block, since another's weights are in the cache


@dataclass(frozen=True)
class Timing:
    """Milliseconds a run: the median, the 95th percentile, the fastest. ratio: to the first of those that took turns.

    runs: that were counted.
    """

    p50: float
    p95: float
    fastest: float
    ratio: float
    runs: int


def interleaved(works: Sequence[Callable[[], object]], seconds: float) -> tuple[Timing, ...]:
    """The time of each, measured in turns for about so many seconds in all, TURNS turns at least."""
    sizes = [_block_size(work) for work in works]
    turns: list[list[NDArray[np.float64]]] = [[] for _ in works]
    began = perf_counter()
    while len(turns[0]) < TURNS or perf_counter() - began < seconds:
        order = range(len(works)) if len(turns[0]) % 2 == 0 else range(len(works) - 1, -1, -1)
        for place in order:
            turns[place].append(_block(works[place], sizes[place]))
    return summed_up(turns)


def summed_up(turns: Sequence[Sequence[NDArray[np.float64]]]) -> tuple[Timing, ...]:
    """Timings from the runs' milliseconds, block by block: the blocks of one turn have the same place in each row.

    >>> slow, fast = summed_up([[np.array([4.0, 4.0]), np.array([8.0])], [np.array([2.0]), np.array([4.0])]])
    >>> fast.ratio, slow.ratio, slow.p50
    (0.5, 1.0, 4.0)
    """
    fastest = np.array([[block.min() for block in blocks] for blocks in turns])
    ratios = np.median(fastest / fastest[0], axis=1)
    timings = []
    for runs, ratio in zip(map(np.concatenate, turns), ratios.tolist(), strict=True):
        p50, p95 = np.quantile(runs, (0.5, 0.95)).tolist()
        timings.append(Timing(p50, p95, float(runs.min()), ratio, len(runs)))
    return tuple(timings)


def _block_size(work: Callable[[], object]) -> int:
    for _ in range(WARM):
        work()
    fastest = float(_block(work, 3).min()) / 1000
    return max(1, round(BLOCK / max(fastest, 1e-6)))


def _block(work: Callable[[], object], runs: int) -> NDArray[np.float64]:
    work()
    marks = np.empty(runs + 1)
    marks[0] = perf_counter()
    for run in range(runs):
        work()
        marks[run + 1] = perf_counter()
    return 1000 * np.diff(marks)
