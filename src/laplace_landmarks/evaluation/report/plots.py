"""The plots that reports are made of: curves, points, bars; each an <svg> element for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from laplace_landmarks.evaluation.report.svg import COLOURS, HEIGHT, SERIES, drawing, fading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# tell series apart where colours do not
DASHES = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1)), (0, (9, 2)))
MANY = 1500  # points; above, a scatter is shown as a density
LONGEST = 34  # letters of a label

Limits = tuple[float | None, float | None]
Bars = tuple[str, ArrayLike, tuple[ArrayLike, ArrayLike] | None]  # label, values, their lower and upper ends


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a plot.

    band: lower and upper edge around it. colour: of svg.COLOURS; None takes the next series. faint: as a background.
    """

    x: ArrayLike
    y: ArrayLike
    label: str = ""
    band: tuple[ArrayLike, ArrayLike] | None = None
    colour: str | None = None
    dots: bool = False
    dashes: Any = None
    faint: bool = False


@dataclass(frozen=True, eq=False)
class Range:
    """A mean with both ends of its interval, and the values that it is the mean of."""

    label: str
    value: float
    low: float
    high: float
    dots: Sequence[float] = ()


def line_plot(
    curves: Sequence[Curve],
    x_label: str,
    y_label: str,
    *,
    x_limits: Limits | None = None,
    y_limits: Limits | None = None,
    marks: Sequence[tuple[float, str]] = (),
    log: bool = False,
    alt: str = "",
) -> str:
    """Curves over one axis. marks: places on x, each with a word. log: of y. alt: what is shown, in words."""

    def draw(axes: "Axes") -> None:
        labels = short([curve.label for curve in curves])
        for place, curve in enumerate(curves):
            colour = COLOURS[curve.colour or SERIES[place % len(SERIES)]]
            dashes = curve.dashes or DASHES[0 if curve.colour else place % len(DASHES)]
            if curve.band is not None:
                low, high = map(np.asarray, curve.band)
                axes.fill_between(np.asarray(curve.x), low, high, color=colour, alpha=0.16, lw=0)
            axes.plot(
                curve.x, curve.y, color=colour, linestyle=dashes, label=_shown(labels[place]),
                alpha=0.35 if curve.faint else 1, linewidth=0.8 if curve.faint else 1.6,
                marker="o" if curve.dots or np.size(curve.x) == 1 else None, markersize=3.5,
            )  # fmt: skip
        for number, (place, word) in enumerate(marks):
            # above a legend, and in turns: neighbours may lie so near that their words would stand in each other
            height = 0.24 + 0.36 * (number % 2)
            axes.axvline(place, color=COLOURS["muted"], linewidth=0.8, linestyle=(0, (2, 2)))
            axes.annotate(
                word, (place, height), xycoords=("data", "axes fraction"), xytext=(-3, 4), textcoords="offset points",
                rotation=90, rotation_mode="anchor", color=COLOURS["muted"], fontsize=7,
            )  # fmt: skip
        axes.set(xlabel=x_label, ylabel=y_label)
        if log:
            _logarithmic(axes, "y")
        axes.set_xlim(*(x_limits or (None, None)))
        axes.set_ylim(*(y_limits or (None, None)))
        if any(curve.label for curve in curves):
            axes.legend()

    return drawing(draw, alt or f"{y_label} over {x_label}")


def scatter_plot(
    x: ArrayLike,
    y: ArrayLike,
    x_label: str,
    y_label: str,
    *,
    diagonal: bool = False,
    log: bool = False,
    colour: str = SERIES[0],
    alt: str = "",
) -> str:
    """Points, or their density where they are many. diagonal: where x equals y. log: of both axes, all above 0."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)

    def draw(axes: "Axes") -> None:
        if len(x) > MANY:
            scale, grid = "log" if log else "linear", (38, 24)
            axes.hexbin(
                x, y, gridsize=grid, mincnt=1, bins="log", xscale=scale, yscale=scale, cmap=fading(colour), lw=0
            )
        else:
            size = float(np.clip(3000 / max(len(x), 1), 6, 26))
            axes.scatter(x, y, s=size, color=COLOURS[colour], alpha=0.6, linewidths=0)
        if log:
            _logarithmic(axes, "x", "y")
        if diagonal:
            both = [min(x.min(), y.min()), max(x.max(), y.max())]
            axes.plot(both, both, color=COLOURS["muted"], linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        axes.set(xlabel=x_label, ylabel=y_label)

    return drawing(draw, alt or f"{y_label} against {x_label}")


def bar_plot(names: Sequence[str], groups: Sequence[Bars], x_label: str, *, alt: str = "") -> str:
    """Horizontal bars, the first name on top; each group has a value a name."""

    def draw(axes: "Axes") -> None:
        places, thick = np.arange(len(names)), 0.78 / len(groups)
        labels = short([label for label, *_ in groups])
        for place, (_, values, ends) in enumerate(groups):
            values = np.asarray(values, np.float64)
            offset = places + (place - (len(groups) - 1) / 2) * thick
            reach = None if ends is None else np.abs(np.asarray(ends, np.float64) - values)
            axes.barh(
                offset, values, thick * 0.88, color=COLOURS[SERIES[place % len(SERIES)]], label=_shown(labels[place]),
                xerr=reach, error_kw={"ecolor": COLOURS["ink"], "elinewidth": 0.9}, alpha=0.85,
            )  # fmt: skip
        axes.set(xlabel=x_label)
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        if any(label for label, *_ in groups):
            axes.legend(loc="lower right")

    height = max(HEIGHT, 0.9 + len(names) * (0.2 + 0.09 * len(groups)))
    return drawing(draw, alt or f"{x_label} of {', '.join(names)}", height=height)


def range_plot(ranges: Sequence[Range], x_label: str, *, alt: str = "") -> str:
    """Horizontal intervals, the first on top, each with a bar at its mean and a dot for each of its values."""

    def draw(axes: "Axes") -> None:
        for place, part in enumerate(ranges):
            colour = COLOURS[SERIES[place % len(SERIES)]]
            axes.plot([part.low, part.high], [place, place], color=colour, linewidth=2, alpha=0.5)
            axes.plot([part.value], [place], "|", color=colour, markersize=13, markeredgewidth=2)
            axes.plot(part.dots, [place] * len(part.dots), "o", color=colour, markersize=4, alpha=0.85)
        axes.set(xlabel=x_label, ylim=(len(ranges) - 0.4, -0.6))
        axes.set_yticks(range(len(ranges)), short([part.label for part in ranges]))
        axes.grid(axis="y", visible=False)

    height = max(1.5, 0.8 + 0.4 * len(ranges))
    return drawing(draw, alt or f"{x_label} of {', '.join(part.label for part in ranges)}", height=height)


def short(labels: Sequence[str]) -> list[str]:
    """Labels without the middle of long ones, which would leave no room for what is plotted; as they are where two
    would be alike.

    >>> short(["a", "runs/of-last-week/by-the-laplace-likelihood-0"])
    ['a', 'runs/of-last-wee…lace-likelihood-0']
    """
    half = LONGEST // 2
    cut = [label if len(label) <= LONGEST else f"{label[: half - 1]}…{label[-half:]}" for label in labels]
    return cut if len(set(cut)) == len(set(labels)) else list(labels)


def _logarithmic(axes: "Axes", *names: str) -> None:
    """Logarithmic axes whose ticks are plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for name in names:
        axes.set(**{f"{name}scale": "log"})
        axis, (low, high) = getattr(axes, f"{name}axis"), getattr(axes, f"get_{name}lim")()
        if high < 300 * low:  # tens alone would be too few to read the axis by
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


def _shown(label: str) -> str | None:
    """A label for a legend, which would leave out those that begin with an underscore."""
    return f" {label}" if label.startswith("_") else label or None
