"""The page section on the discriminator's settings: how often it is right, on what heatmaps, and what that changes."""

from pathlib import Path

from page_parts import joined, table
from study_parts import RIGHT, SAW, Results, Runs, against, by_quarter, difference, draw_runs, errors, estimate

from laplace_landmarks.evaluation.bootstrap import mean_of

ALONE = "alone"
KINDS = {
    ALONE: "labels alone",
    "d": "a discriminator as in the study: noise 0.2, peaks scaled to 1, log(1 - D), lambda 0.001, width 16",
    "noise_0": "no noise",
    "noise_half": "noise 0.1",
    "noise_twice": "noise 0.4",
    "as_they_are": "heatmaps as they are",
    "root": "the square root of heatmaps",
    "lasting": "-log D",
    "tenfold": "lambda 0.01",
    "hundredfold": "lambda 0.1",
    "lasting_hundredfold": "-log D, lambda 0.1",
    "redrawn": "landmarks redrawn",
    "redrawn_hundredfold": "landmarks redrawn, lambda 0.1",
    "blind": "no pictures",
    "blind_hundredfold": "no pictures, lambda 0.1",
    "wide": "a discriminator of width 64",
}
TOLD = {"noise_0", "as_they_are", "root", "hundredfold", "redrawn", "blind"}  # the runs that WHY speaks of
WHY = (
    "**What tells fakes apart is not how well landmarks are placed.** With the paper's noise before its "
    "convolutions D is as often right whether heatmaps are scaled, left below that noise, or drawn anew as narrow as "
    "real ones; without the picture it guesses, in so short a training. So it looks at the photograph, which says "
    "where it comes from. With less noise, or with square roots, it sees the heatmaps too, and is always right: "
    "generated ones are wider. Sharp heatmaps give their source away as well, by where faces of that source have "
    "their landmarks ([probed](#what-gives-a-fake-away)). With a lambda of 0.1, in whatever form, errors grow; 0.01 "
    "did better than 0.001 here, though that may be chance. Intervals are over faces alone, as each is one training."
)
PICTURE = Path("pictures/branch.svg")  # below docs


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    told = runs[kinds[0]][0]["figures"]["training"]
    rows = [
        [KINDS[kind], estimate(mean_of(errors(runs[kind]))), "" if kind == ALONE else changed(runs, kind),
         *judged(runs[kind])]
        for kind in kinds
    ]  # fmt: skip
    return joined(
        f"Pilots of {told['steps']} steps of {told['batch']} labeled pictures, 157 in all, and 16 of 8,000 unlabeled "
        "ones; what is not named is as in [the study](#do-unlabeled-pictures-help), one seed. NMSE on the 161 "
        "validation faces, last weights. How often D was right in the first and the last quarter, in percent of "
        "real / fake patches, and the mean spread of the heatmaps that it saw in the last, real / fake, in pixels.",
        f"![NMSE of each run, with its interval]({PICTURE})",
        table(["", "NMSE %, validation", "difference, %", "D right, first", "last", "spread"], rows),
        WHY if runs.keys() >= TOLD else "",
    )


def changed(runs: Runs, kind: str) -> str:
    return difference(against(runs[ALONE], runs[kind])) if ALONE in runs else ""


def judged(results: Results) -> list[str]:
    """How D fared, where there was one."""
    if not results[0]["figures"][RIGHT]:
        return ["", "", ""]
    right, spread = by_quarter(results, RIGHT), by_quarter(results, SAW)
    at = [f"{100 * right[0, quarter]:.0f} / {100 * right[1, quarter]:.0f}" for quarter in (0, -1)]
    return [*at, f"{spread[0, -1]:.2f} / {spread[1, -1]:.2f}"]


def draw(runs: Runs, path: Path) -> None:
    colour = {ALONE: "#777", "d": "#1f6f8b"}
    names = {kind: name.partition(":")[0] for kind, name in KINDS.items()}
    draw_runs(runs, names, lambda kind: colour.get(kind, "#b3541e"), path, "NMSE on 161 validation faces, %")
