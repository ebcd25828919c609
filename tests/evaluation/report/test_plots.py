"""Plots: themed, deterministic, and safe to stand beside each other on a page."""

import re

import numpy as np
import pytest

from laplace_landmarks.evaluation.report.page import Figure, Page, Section, render
from laplace_landmarks.evaluation.report.plots import MANY, Curve, bar_plot, line_plot, scatter_plot
from laplace_landmarks.evaluation.report.svg import COLOURS

X = np.arange(1.0, 6.0)
MANY_POINTS = np.random.default_rng(0).lognormal(size=(2, MANY + 1))
PLOTS = {
    "lines": line_plot(
        [Curve(X, X, "a"), Curve(X, X**2, "b", band=(X, X + 1), dots=True)], "x", "y", marks=[(2, "two")]
    ),
    "log lines": line_plot([Curve(X, 10**X, faint=True)], "x", "y", log=True),
    "points": scatter_plot(X, X, "x", "y", diagonal=True),
    "density": scatter_plot(MANY_POINTS[0], MANY_POINTS[1], "x", "y", log=True),
    "bars": bar_plot(["one", "two"], [("a", [1, 2], ([0, 1], [2, 3])), ("b", [2, 1], None)], "x"),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_plot_has_no_colours_or_letters_of_its_own(plot: str) -> None:
    assert plot.startswith("<svg viewBox=")
    assert "var(--series-1)" in plot
    assert "font-family" not in plot
    assert "<style" not in plot
    assert not re.findall(r"#[0-9a-f]{6}\b(?!-)", re.sub(r'(url\(#|href="#)[^")]*', "", plot))
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", plot)) <= set(COLOURS)


def test_plots_are_the_same_from_run_to_run_and_have_ids_of_their_own() -> None:
    twice = [line_plot([Curve(X, X, "a")], "x", "y", alt=alt) for alt in ("one", "one", "two")]

    assert twice[0] == twice[1]
    ids = [set(re.findall(r'id="([^"]+)"', plot)) for plot in twice]
    assert ids[0]
    assert not ids[0] & ids[2]


def test_small_numbers_at_an_axis_stay_apart() -> None:
    plot = line_plot([Curve(X, X / 1000)], "x", "y")
    assert {"0.0010", "0.0015", "0.0020", "0.0050"} <= set(re.findall(r">(0\.\d+)</text>", plot))


def test_places_are_told_to_a_hundredth() -> None:
    places = re.findall(r"[ML] (\d+\.\d+) ", PLOTS["lines"])
    assert places
    assert max(len(place.partition(".")[2]) for place in places) == 2


def test_names_are_text_whatever_is_in_them() -> None:
    for name in ("<b>&.jpg", "_hidden", "$a$ $b", "模型", 'a"b'):
        plot = line_plot([Curve(X, X, name)], "x", "y", alt=name)
        page = render(Page("t", "l", sections=[Section("s", (), [Figure(plot, name)])]))
        assert "<b>" not in page
        escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert f">{escaped}</text>" in plot or f"> {escaped}</text>" in plot or f">{escaped.strip()}" in plot


def test_long_labels_lose_their_middle_unless_that_told_them_apart() -> None:
    names = [f"{'long ' * 9}{kind}" for kind in ("one", "two")]
    plot = line_plot([Curve(X, X, name) for name in names], "x", "y")
    assert re.findall(r">([^<]*…[^<]*)</text>", plot) == [
        f"{'long ' * 3}l…{'ong ' + 'long ' * 2}{kind}" for kind in ("one", "two")
    ]
    alike = [f"{'long ' * 5}{kind}{' long' * 5}" for kind in ("one", "two")]
    assert "…" not in line_plot([Curve(X, X, name) for name in alike], "x", "y")


def test_what_is_shown_is_told_in_words() -> None:
    assert 'role="img" aria-label="y over x"' in PLOTS["lines"]
