"""Accuracy against the size of the file: the paper's recipe, ours, and dlib's trees."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from best_runs import FAST, KINDS, OURS, PAPER, PAPERS, QUICK, RELEASED
from study_parts import Runs, errors, plot

from laplace_landmarks.evaluation.bootstrap import mean_of

PICTURE = Path("pictures/accuracy-size.svg")  # below docs


def draw(best: Runs, evidence: Runs, found: Mapping[str, Any], path: Path) -> None:
    """Error against bytes of the file: the paper's recipe, ours, and dlib's trees."""
    papers = {kind: evidence[paper] for kind, paper in PAPERS.items() if paper in evidence}
    ours = {kind: best[kind] for kind in QUICK.values() if kind in best}
    quick = {kind: best[kind] for kind in RELEASED if kind in best}
    with plot(path, (7.2, 3.8), "model file", "NMSE on LFPW test, %") as axis:
        for name, colour, runs, aside in (
            ("the paper's recipe", PAPER, papers, (0, 12)),
            ("our recipe at first, the paper's networks", OURS, ours, (24, 3)),
            ("our recipe, quick networks", FAST, quick, (0, -18)),
        ):
            sizes = [results[0]["figures"]["bytes"] / 1000 for results in runs.values()]
            means = [mean_of(errors(results)) for results in runs.values()]
            away = [[mean.value - mean.low for mean in means], [mean.high - mean.value for mean in means]]
            axis.errorbar(sizes, [mean.value for mean in means], away, color=colour, marker="o", label=name, capsize=2)
            for kind, size, mean in zip(runs, sizes, means, strict=True):
                axis.annotate(
                    KINDS[kind].partition(",")[0], (size, mean.value), aside, color=colour,
                    textcoords="offset points", ha="center", fontsize=8,
                )  # fmt: skip
        if "dlib-peer" in found:
            row = found["dlib-peer"]["figures"]["dlib"]
            place = (row["bytes"] / 1000, row["nmse_percent"])
            axis.plot(*place, "s", color="#b3541e", label="dlib's trees, same pictures")
        axis.set_xscale("log")
        axis.set_xticks([100, 1000, 10_000, 100_000], ["100 kB", "1 MB", "10 MB", "100 MB"])
        axis.set_ylim(2.5, 11)
        axis.grid(alpha=0.3)
        axis.legend(frameon=False, fontsize=9)
