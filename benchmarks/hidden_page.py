"""The page section on missing landmarks: half of the labels hidden, with and without the adversarial branch."""

from pathlib import Path

from page_parts import joined, table, with_interval
from study_parts import Runs, differences, discriminators, draw_runs, errors, estimate, spread

from laplace_landmarks.evaluation.bootstrap import mean_of

KINDS = {
    "all_labeled": "all landmarks labeled",
    "random": "half hidden at random",
    "random_d": "half hidden at random, + masked D",
    "turned": "far half hidden",
    "turned_d": "far half hidden, + masked D",
}
PAIRS = (("random", "random_d"), ("turned", "turned_d"), ("all_labeled", "random"), ("all_labeled", "turned"))
PICTURE = Path("pictures/hidden.svg")  # below docs


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    steps = runs[kinds[0]][0]["figures"]["training"]["steps"]
    return joined(
        f"LaplaceKL, the paper's recipe at width 8, {steps:,} steps of 16 on 644 labeled pictures of 300W's LFPW part, "
        "34 of the 68 landmarks of each without a label: any, or those furthest to the side that the head turns to. "
        "The validation and test faces have all of theirs. Where labels are missing there is no real heatmap; + masked "
        "D leaves the same channels empty among the fakes (16 unlabeled pictures a step out of 8,000, base width 16). "
        "A D that looks at the picture too could still tell in the second case that the empty side is not the one that "
        "this head turns to; see [the method](method.md). With and without D the seeds are the same; with all "
        "landmarks labeled there is one.",
        f"![NMSE of each run, with its interval]({PICTURE})",
        table(
            ["trained with", "seeds", "NMSE %", "averaged weights", "spread, px"],
            [
                [
                    KINDS[kind],
                    len(runs[kind]),
                    estimate(mean_of(errors(runs[kind]))),
                    estimate(mean_of(errors(runs[kind], "ema"))),
                    f"{spread(runs[kind]):.2f}",
                ]
                for kind in kinds
            ],
        ),
        differences(runs, KINDS, PAIRS),
        discriminators(runs, {kind: KINDS[kind] for kind in ("random_d", "turned_d")}),
    )


def behind_objects(result: dict) -> str:
    """What models say of landmarks that an object covers, on drawn faces."""
    figures = dict(result["figures"])
    share = figures.pop("landmarks behind")
    return joined(
        f"{result['data']}; {share:.0%} of the test landmarks are behind. In {result['protocol']}. Errors and spreads "
        "of landmarks in view and behind; the last column is the share of pairs, one landmark behind and one in view, "
        "in which the spread (over its median for that landmark) is larger behind.",
        table(
            ["labels", "error in view", "error behind", "spread in view", "spread behind", "told by spread"],
            [
                [
                    kind,
                    *(
                        with_interval(row[name])
                        for name in ("error in view", "error behind", "spread in view", "spread behind")
                    ),
                    f"{row['spread tells behind from in view']:.2f}",
                ]
                for kind, row in figures.items()
            ],
        ),
    )


def draw(runs: Runs, path: Path) -> None:
    draw_runs(runs, KINDS, lambda kind: "#b3541e" if kind.endswith("_d") else "#1f6f8b", path)
