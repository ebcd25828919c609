"""Where on the face the errors are: landmark by landmark on the mean face, and by region."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Figure, Section, Table
from laplace_landmarks.evaluation.report.plots import bar_plot
from laplace_landmarks.evaluation.report.svg import COLOURS, HEAT, drawing
from laplace_landmarks.runtime.calibration import regions_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HARDEST = 6


def landmarks_section(judged: Judged) -> Section:
    """Errors on the mean face, by region, and of the hardest landmarks."""
    parts = [mean_face_figure(judged)]
    if len(members_of(judged)) > 1:
        parts.append(regions_figure([judged]))
    return Section(f"Errors over the {judged.noun}", (), [*parts, _hardest(judged)])


def mean_face_figure(judged: Judged, title: str = "", limits: tuple[float, float] | None = None) -> Figure:
    """A disc for each landmark, as large in the crop as its mean error. limits: of the colours, pixels of the crop."""
    shown = np.asarray(judged.seen.any(axis=0))
    placed = zip(judged.labeled.samples, judged.crops, strict=True)
    truth = np.stack([crop.to_crop(sample.landmarks) for sample, crop in placed]).astype(np.float64)
    places, errors = _means(truth, judged.seen), _means(judged.errors, judged.seen)
    edges = np.linspace(*(limits or error_limits([judged])), len(HEAT) + 1)
    step = np.clip(np.searchsorted(edges, errors, side="right") - 1, 0, len(HEAT) - 1)

    def draw(axes: "Axes") -> None:
        from matplotlib.patches import Circle

        for first, last in judged.markup.edges:
            if shown[first] and shown[last]:
                axes.plot(*places[[first, last]].T, color=COLOURS["muted"], linewidth=0.7, alpha=0.7, zorder=1)
        for index in np.flatnonzero(shown):
            colour = COLOURS[HEAT[step[index]]]
            axes.add_patch(Circle(tuple(places[index]), errors[index], color=colour, alpha=0.55, linewidth=0, zorder=2))
            axes.plot(*places[index], "o", color=colour, markersize=1.8, zorder=3)
        for number in sorted(set(step[shown].tolist())):
            label = f"{edges[number]:.1f} to {edges[number + 1]:.1f} px"
            axes.plot([], [], "o", color=COLOURS[HEAT[number]], markersize=6, alpha=0.7, label=label)
        axes.set_aspect("equal")
        axes.invert_yaxis()
        axes.set_axis_off()
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=3, columnspacing=1.2, handletextpad=0.2)

    drawn = drawing(draw, f"Mean errors of {judged.name} at the landmarks of the mean face", height=4.2)
    caption = "Each disc is as large as its landmark's mean error, on the mean shape of these faces in the crop."
    return Figure(drawn, f"{title}: {caption}" if title else caption, tall=True)


def error_limits(methods: Sequence[Judged]) -> tuple[float, float]:
    """The smallest and the largest mean error of a landmark, pixels of the crop."""
    means = [_means(judged.errors, judged.seen)[np.flatnonzero(judged.seen.any(axis=0))] for judged in methods]
    errors = np.concatenate(means)
    return float(errors.min()), float(errors.max())


def regions_figure(methods: Sequence[Judged]) -> Figure:
    """Mean error of each region, with intervals over faces."""
    members = members_of(methods[0])
    groups = []
    for judged in methods:
        estimates = [_of_region(judged, columns) for columns in members.values()]
        values, low, high = ([getattr(e, part) for e in estimates] for part in ("value", "low", "high"))
        groups.append((judged.name if len(methods) > 1 else "", values, (low, high)))
    return Figure(
        bar_plot(list(members), groups, "mean error, % of the normaliser"),
        "Mean error by region, with 95 % intervals over faces.",
    )


def members_of(judged: Judged) -> dict[str, NDArray[np.int_]]:
    """The landmarks of each region that has an error on some face."""
    names = np.array(regions_of(judged.markup))
    members = {str(name): np.flatnonzero(names == name) for name in dict.fromkeys(names.tolist())}
    return {name: columns for name, columns in members.items() if judged.seen[:, columns].any()}


def region_errors(judged: Judged, columns: NDArray[np.int_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(N,) mean error of these landmarks in percent, and which faces show one of them."""
    count = judged.seen[:, columns].sum(axis=1)
    return judged.percent[:, columns].sum(axis=1) / np.maximum(count, 1), count > 0


def _of_region(judged: Judged, columns: NDArray[np.int_]) -> Estimate:
    errors, shown = region_errors(judged, columns)
    return mean_of(errors[shown], pictures=judged.files(shown))


def _hardest(judged: Judged) -> Table:
    percent, pixels = _means(judged.percent, judged.seen), _means(judged.errors, judged.seen)
    spread = None if judged.spread is None else _means(judged.spread.mean(axis=-1), judged.seen)
    order = [int(index) for index in np.argsort(-percent) if judged.seen[:, index].any()][:HARDEST]
    rows = [
        (judged.markup.names[index], f"{percent[index]:.2f}", f"{pixels[index]:.2f}",
         "-" if spread is None else f"{spread[index]:.2f}") for index in order
    ]  # fmt: skip
    head = ("Landmark", "Error %", "Error, px of the crop", "Spread, px")
    return Table(head, rows, f"The {len(rows)} landmarks with the largest mean error.")


def _means(values: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(K, ...) means over the faces that show each landmark; 0 where none does."""
    seen = seen.reshape(*seen.shape, *[1] * (values.ndim - 2))
    return (values * seen).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
