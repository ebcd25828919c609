"""Speed against error against bytes, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed.benchmark import Row

SUFFIXES = (".png", ".svg", ".pdf")
FEW = 6  # models; of more the labels are smaller
LARGEST = 900.0  # area of the largest file's dot, square points
NARROW = 10.0  # the axis's last number over its first
CLEAR = 1.0  # points that labels keep from a dot
AWAY = (3.0, 9.0, 15.0)  # points from the dot, to be tried in turn
SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))  # of a dot: above, below, right, ...


@dataclass(frozen=True)
class Dot:
    """A file in the plot; x and y as the axes have them, radius in points."""

    text: str
    x: float
    y: float
    radius: float


def check_plot(path: Path) -> None:
    """InputError for a picture that cannot be drawn; asks for matplotlib before anything is measured."""
    import matplotlib  # noqa: F401

    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"--plot {path}: a plot's name ends with {', '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise InputError(f"--plot {path}: there is no folder {path.parent}")


def write_speed_plot(path: Path, rows: Sequence[Row], note: str) -> None:
    """Dots whose area is the file's size: milliseconds a face over the error or, where none is known, over bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    scored = all(row.nmse_percent is not None for row in rows)
    figure = Figure(figsize=(7, 4.6), layout="constrained", dpi=150)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    largest = max(row.bytes for row in rows)
    of = _families([row.model for row in rows])
    colours = {model: f"C{place % 10}" for place, model in enumerate(dict.fromkeys(of.values()))}
    dots: list[Dot] = []
    for row in rows:
        face = row.timing.fastest / row.batch
        height = row.nmse_percent if scored else row.bytes / 1000
        assert height is not None
        family = of[row.model]
        area = max(LARGEST * row.bytes / largest, 12)
        axes.scatter(face, height, area, colours[family], alpha=0.55, linewidths=0)
        axes.scatter(face, height, 6, colours[family])
        text = f"{row.model.removeprefix(f'{family}-')}\n{row.bytes / 1000:,.0f} kB"
        dots.append(Dot(text, face, height, area**0.5 / 2))
    axes.set(
        xscale="log",
        xlabel="milliseconds a face (fastest run)",
        ylabel="NMSE, %" if scored else "file, kB",
        yscale="linear" if scored else "log",
    )
    axes.margins(0.18)
    label_times(axes)
    if not scored:
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
    axes.tick_params(labelsize=8, which="both")
    axes.grid(alpha=0.3, which="both", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{note}; a dot's area is the file's size", fontsize=8, loc="left", color="0.35")
    label_dots(axes, dots, 6 if len(rows) > FEW else 8)
    written = BytesIO()
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}  # the same picture of the same figures
    figure.savefig(written, format=path.suffix[1:].lower(), metadata=undated.get(path.suffix.lower()))
    write_whole(path, written.getvalue())


def label_times(axes: Any) -> None:
    """Numbers on a logarithmic axis x, at least three of them."""
    from matplotlib.ticker import MaxNLocator, NullLocator

    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "235" else "")
    left, right = axes.get_xlim()
    if right < NARROW * left:  # too few of a logarithm's round numbers lie within, or none
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_minor_locator(NullLocator())


def label_dots(axes: Any, dots: Sequence[Dot], size: float) -> list[Any]:
    """Write a label beside each dot where it covers no other label and no dot, or as few as can be; returns them."""
    from matplotlib.transforms import Bbox

    axes.figure.draw_without_rendering()  # now it is known where everything lies
    pixels = axes.figure.dpi / 72
    taken, labels = [], []
    for dot in dots:
        middle, reach = axes.transData.transform((dot.x, dot.y)), pixels * (dot.radius + CLEAR)
        taken.append(Bbox([middle - reach, middle + reach]))
    for dot in sorted(dots, key=lambda dot: dot.x):
        tried = [_beside(axes, dot, size, away, side) for away, side in product(AWAY, SIDES)]
        covered = [label.get_window_extent().count_overlaps(taken) for label in tried]
        chosen = tried[covered.index(min(covered))]
        for label in tried:
            if label is not chosen:
                label.remove()
        labels.append(chosen)
        taken.append(chosen.get_window_extent())
    return labels


def _beside(axes: Any, dot: Dot, size: float, away: float, side: tuple[int, int]) -> Any:
    """A dot's label, so many points away on one of the SIDES."""
    along, across = (step * (dot.radius + away) for step in side)
    return axes.annotate(
        dot.text, (dot.x, dot.y), (along, across), textcoords="offset points", fontsize=size,
        ha=("right", "center", "left")[side[0] + 1], va=("top", "center", "bottom")[side[1] + 1],
    )  # fmt: skip


def _families(models: Sequence[str]) -> dict[str, str]:
    """The model that each is a file of: one whose name, and a hyphen, it begins with, or itself.

    >>> _families(["a", "a-int8", "ab"])
    {'a': 'a', 'a-int8': 'a', 'ab': 'ab'}
    """
    return {
        model: min((other for other in models if model == other or model.startswith(f"{other}-")), key=len)
        for model in models
    }
