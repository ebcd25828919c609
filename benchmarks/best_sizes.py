"""Accuracy against the size of the file: the paper's recipe, ours, and peers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from best_runs import FAST, KINDS, OURS, PAPER, PAPERS, QUICK, RELEASED
from study_parts import Runs, errors, plot

from laplace_landmarks.evaluation.bootstrap import mean_of

PICTURE = Path("pictures/accuracy-size.svg")  # below docs
ABOVE = (0, 12)  # where a label stands, in points from its place


def draw(best: Runs, evidence: Runs, found: Mapping[str, Any], path: Path) -> None:
    """Error against bytes of the file: the paper's recipe, ours, also with 8-bit weights, and peers."""
    papers = {kind: evidence[paper] for kind, paper in PAPERS.items() if paper in evidence}
    ours = {kind: best[kind] for kind in QUICK.values() if kind in best}
    quick = {kind: best[kind] for kind in RELEASED if kind in best}
    with plot(path, (7.2, 3.8), "model file", "NMSE on LFPW test, %") as axis:
        for name, colour, runs, aside in (
            ("the paper's recipe", PAPER, papers, ABOVE),
            ("our recipe at first, the paper's networks", OURS, ours, (26, 5)),
            ("our recipe, quick networks", FAST, quick, (0, -18)),
        ):
            sizes = [results[0]["figures"]["bytes"] / 1000 for results in runs.values()]
            means = [mean_of(errors(results)) for results in runs.values()]
            away = [[mean.value - mean.low for mean in means], [mean.high - mean.value for mean in means]]
            axis.errorbar(sizes, [mean.value for mean in means], away, color=colour, marker="o", label=name, capsize=2)
            for kind, size, mean in zip(runs, sizes, means, strict=True):
                place = ABOVE if colour == OURS and kind == next(iter(runs)) else aside  # beside it runs a line
                axis.annotate(
                    KINDS[kind].partition(",")[0], (size, mean.value), place, color=colour,
                    textcoords="offset points", ha="center", fontsize=8,
                )  # fmt: skip
        rounded = [result["figures"]["files"]["fast-w8"] for name, result in found.items() if "released-" in name]
        rounded.sort(key=lambda file: file["bytes"])
        means = [file["nmse_percent"][0] for file in rounded]
        axis.plot([file["bytes"] / 1000 for file in rounded], means, "v-", color=FAST, alpha=0.55,
                  label="the same, their weights in 8 bits")  # fmt: skip
        peers = found["dlib-peer"]
        trees, networks = peers["figures"]["dlib"], peers["face-api"].values()
        axis.plot(trees["bytes"] / 1000, trees["nmse_percent"], "s", color="#b3541e", label="dlib's trees")
        axis.plot([row["bytes"] / 1000 for row in networks], [row["nmse_percent"][0] for row in networks], "D",
                  color="#6a3d9a", label="face-api.js's networks")  # fmt: skip
        axis.set_xscale("log")
        axis.set_xticks([30, 100, 1000, 10_000, 100_000], ["30 kB", "100 kB", "1 MB", "10 MB", "100 MB"])
        axis.set_ylim(2, 11)
        axis.grid(alpha=0.3)
        handles = dict(zip(*axis.get_legend_handles_labels()[::-1], strict=True))  # lines first, which have no bars
        first = list(handles)[-3:]
        order = [*first, *(label for label in handles if label not in first)]
        axis.legend([handles[label] for label in order], order, frameon=False, fontsize=9)
