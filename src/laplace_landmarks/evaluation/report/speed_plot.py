"""Speed against error against bytes, as a picture."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed.benchmark import Row

SUFFIXES = (".png", ".svg", ".pdf")
FEW = 6  # models; of more the labels are smaller
LARGEST = 900.0  # area of the largest file's dot, square points


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
    beside: dict[str, int] = dict.fromkeys(colours, 0)
    for row in sorted(rows, key=lambda row: -row.timing.fastest / row.batch):
        face = row.timing.fastest / row.batch
        height = row.nmse_percent if scored else row.bytes / 1000
        assert height is not None
        family = of[row.model]
        area = max(LARGEST * row.bytes / largest, 12)
        axes.scatter(face, height, area, colours[family], alpha=0.55, linewidths=0)
        axes.scatter(face, height, 6, colours[family])
        above = 1 if beside[family] % 2 == 0 else -1  # neighbours of one family are near each other
        beside[family] += 1
        axes.annotate(
            f"{row.model.removeprefix(f'{family}-')}\n{row.bytes / 1000:,.0f} kB",
            (face, height),
            (0, above * (area**0.5 / 2 + 3)),
            textcoords="offset points",
            ha="center",
            va="bottom" if above > 0 else "top",
            fontsize=6 if len(rows) > FEW else 8,
        )
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
    written = BytesIO()
    figure.savefig(written, format=path.suffix[1:].lower())
    write_whole(path, written.getvalue())


def _families(models: Sequence[str]) -> dict[str, str]:
    """The model that each is a file of: one whose name, and a hyphen, it begins with, or itself.

    >>> _families(["a", "a-int8", "ab"])
    {'a': 'a', 'a-int8': 'a', 'ab': 'ab'}
    """
    return {
        model: min((other for other in models if model == other or model.startswith(f"{other}-")), key=len)
        for model in models
    }
