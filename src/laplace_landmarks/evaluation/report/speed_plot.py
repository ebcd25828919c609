"""Speed against error against bytes, as a picture."""

from collections.abc import Sequence
from io import BytesIO
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed.benchmark import Row

SUFFIXES = (".png", ".svg", ".pdf")
FEW = 6  # models; of more the labels are smaller
LARGEST = 900.0  # area of the largest file's dot, square points
DOT = 5.0  # half of the square that labels leave free around a dot, pixels
SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))  # of a dot: above, below, right, ...


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
    dots: list[tuple[str, float, float, float]] = []  # label, place, area
    for row in rows:
        face = row.timing.fastest / row.batch
        height = row.nmse_percent if scored else row.bytes / 1000
        assert height is not None
        family = of[row.model]
        area = max(LARGEST * row.bytes / largest, 12)
        axes.scatter(face, height, area, colours[family], alpha=0.55, linewidths=0)
        axes.scatter(face, height, 6, colours[family])
        dots.append((f"{row.model.removeprefix(f'{family}-')}\n{row.bytes / 1000:,.0f} kB", face, height, area))
    axes.set(
        xscale="log",
        xlabel="milliseconds a face (fastest run)",
        ylabel="NMSE, %" if scored else "file, kB",
        yscale="linear" if scored else "log",
    )
    axes.margins(0.18)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "235" else "")
    if not scored:
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
    axes.tick_params(labelsize=8, which="both")
    axes.grid(alpha=0.3, which="both", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{note}; a dot's area is the file's size", fontsize=8, loc="left", color="0.35")
    _label(axes, dots, 6 if len(rows) > FEW else 8)
    written = BytesIO()
    figure.savefig(written, format=path.suffix[1:].lower())
    write_whole(path, written.getvalue())


def _label(axes: Any, dots: Sequence[tuple[str, float, float, float]], size: float) -> None:
    """A label beside each dot (text, x, y, area), where it covers no other and no dot, if there is such a place."""
    from matplotlib.transforms import Bbox

    axes.figure.draw_without_rendering()  # now it is known where everything lies
    corners = [axes.transData.transform((x, y)) for _, x, y, _ in dots]
    taken = [Bbox([at - DOT, at + DOT]) for at in corners]
    for text, x, y, area in sorted(dots, key=lambda dot: dot[1]):
        found, least = None, inf
        for away, (along, across) in product((1, 3, 5), SIDES):
            reach = area**0.5 / 2 + 3 * away
            label = axes.annotate(
                text, (x, y), (along * reach, across * reach), textcoords="offset points", fontsize=size,
                ha=("right", "center", "left")[along + 1], va=("top", "center", "bottom")[across + 1],
            )  # fmt: skip
            box = label.get_window_extent()
            label.remove()
            covered = box.count_overlaps(taken)
            if covered < least:
                found, least = (label, box), covered
        assert found is not None
        axes.add_artist(found[0])
        taken.append(found[1])


def _families(models: Sequence[str]) -> dict[str, str]:
    """The model that each is a file of: one whose name, and a hyphen, it begins with, or itself.

    >>> _families(["a", "a-int8", "ab"])
    {'a': 'a', 'a-int8': 'a', 'ab': 'ab'}
    """
    return {
        model: min((other for other in models if model == other or model.startswith(f"{other}-")), key=len)
        for model in models
    }
