"""The labels of the speed plot."""

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from laplace_landmarks.evaluation.report.speed_plot import Dot, label_dots, label_times


def test_labels_of_dots_that_coincide_cover_neither_each_other_nor_a_dot() -> None:
    figure = Figure(figsize=(7, 4.6))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set(xlim=(0, 10), ylim=(0, 10))
    dots = [Dot(f"model {number}\n99 kB", 5 + 0.01 * number, 5, 8) for number in range(4)]

    labels = label_dots(axes, dots, 8)

    assert sorted(label.get_text() for label in labels) == [dot.text for dot in dots]
    boxes = [label.get_window_extent() for label in labels]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    middle = axes.transData.transform((5, 5))
    assert Bbox([middle - 4, middle + 4]).count_overlaps(boxes) == 0
    assert [text for text in axes.texts if text not in labels] == []  # those that were only tried are gone


@pytest.mark.parametrize(("first", "last"), [(0.6, 1.3), (1.2, 1.9), (2.1, 2.9), (0.9, 6.0), (0.3, 25.0)])
def test_times_have_numbers_whatever_they_are(first: float, last: float) -> None:
    figure = Figure(figsize=(7, 4.6))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set(xscale="log", xlim=(first, last))

    label_times(axes)

    figure.canvas.draw()
    labels = [*axes.xaxis.get_ticklabels(), *axes.xaxis.get_ticklabels(minor=True)]
    assert (
        len({label.get_text() for label in labels if label.get_text() and first <= label.get_position()[0] <= last})
        >= 3
    )
