"""The labels of the speed plot."""

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from laplace_landmarks.evaluation.report.speed_plot import Dot, label_dots


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
