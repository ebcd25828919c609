"""Curves over the steps of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.evaluation.report.plots import SERIES, Curve, line_plot
from laplace_landmarks.training.report.standing import Standing

SHOWN = 400  # points of a curve
STEEP = 5  # the largest value over the smallest from which on an axis is logarithmic
SMOOTH = 25  # values in a running mean
MARGIN = 1.02  # length of the axis over that of the run

Limits = tuple[float | None, float | None]


def over_steps(
    curves: Sequence[Curve], label: str, limits: Limits | None = None, marks: Sequence[tuple[float, str]] = ()
) -> str:
    """A plot. limits: of y; None chooses a logarithmic axis for values that fall by much, and else begins at 0."""
    values = np.concatenate([np.asarray(curve.y, np.float64) for curve in curves])
    steep = limits is None and values.min() > 0 and values.max() > STEEP * values.min()
    if limits is None:
        limits = (None, None) if steep or values.min() < 0 else (0, None)
    ends = (0, max(MARGIN * max(float(np.max(curve.x)) for curve in curves), 10))  # no tenths of a step
    alt = f"{label} over steps"
    return line_plot(curves, "step", label, x_limits=ends, y_limits=limits, marks=marks, log=steep, alt=alt)


def line_and_mean(
    lines: Sequence[Mapping[str, Any]], names: Sequence[tuple[str, str]], factor: float = 1
) -> list[Curve]:
    """For each name of a value its course, faint, and its running mean, with a label."""
    curves, steps = [], [line["step"] for line in lines]
    for place, (name, label) in enumerate(names):
        values = factor * np.array([line[name] for line in lines], np.float64)
        curves.append(Curve(*thinned(steps, values), colour=SERIES[place], faint=True))
        curves.append(Curve(*thinned(steps, running_mean(values)), label, colour=SERIES[place]))
    return curves


def level(standing: Standing, value: float, label: str) -> Curve:
    """A line across the plot, to compare with."""
    return Curve([0, max(standing.step, 1)], [value, value], label, colour="muted", dashes=(0, (4, 3)))


def running_mean(values: NDArray[np.float64], window: int = SMOOTH) -> NDArray[np.float64]:
    """Over the last few values; over fewer at the start, whose steep fall it would else drag along.

    >>> running_mean(np.array([8.0, 6.0, 4.0, 2.0, 2.0, 2.0, 2.0, 0.0]), window=2)
    array([8., 6., 4., 2., 2., 2., 2., 1.])
    """
    sums = np.cumsum(np.insert(values, 0, 0.0))
    ends = np.arange(1, len(values) + 1)
    starts = ends - np.clip(ends // 4, 1, window)
    return (sums[ends] - sums[starts]) / (ends - starts)


def thinned(steps: ArrayLike, values: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """At most SHOWN points, evenly spaced, the first and the last among them."""
    chosen = np.unique(np.linspace(0, len(values) - 1, SHOWN).astype(int))
    return np.asarray(steps)[chosen], values[chosen]
