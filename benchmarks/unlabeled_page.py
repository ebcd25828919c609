"""The page section on unlabeled pictures: NMSE against the number of labels, with and without them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from page_parts import joined, table
from study_parts import (
    Runs,
    against,
    difference,
    differences,
    discriminators,
    errors,
    estimate,
    mean,
    plots,
    seed_noise,
    told_noise,
)

from laplace_landmarks.evaluation.bootstrap import Estimate
from laplace_landmarks.evaluation.paired import Difference, paired_difference
from laplace_landmarks.evaluation.seeds import SeedNoise

METHODS = {"alone": "labels alone", "mean": "and a mean teacher", "d": "and a discriminator"}
COLOURS = {"alone": "#777", "mean": "#1f6f8b", "d": "#b3541e"}
LABELS = (50, 157, 644)
KINDS = {
    **{f"alone_{count}": f"{count} labels" for count in LABELS},
    **{f"mean_{count}": f"{count} labels and a mean teacher" for count in LABELS},
    **{f"d_{count}": f"{count} labels and a discriminator" for count in LABELS},
    "consistent_50": "50 labels and the weights of the moment as teacher",
    "both_157": "157 labels, a mean teacher and a discriminator",
    "mean_157_2000": "157 labels and a mean teacher, 2,000 unlabeled pictures",
    "d_157_2000": "157 labels and a discriminator, 2,000 unlabeled pictures",
    "d_50_blind": "50 labels and a discriminator that sees no pictures",
    "d_50_redrawn": "50 labels and a discriminator that sees landmarks redrawn",
    "d_50_lasting": "50 labels and a discriminator, -log D",
    "d_50_tenfold": "50 labels and a discriminator, lambda 0.01",
}
OTHERS = (  # what they are compared with, and they
    ("alone_50", "consistent_50"),
    ("mean_50", "consistent_50"),
    ("alone_157", "both_157"),
    ("mean_157", "mean_157_2000"),
    ("d_157", "d_157_2000"),
    ("alone_50", "d_50_blind"),
    ("alone_50", "d_50_redrawn"),
    ("alone_50", "d_50_lasting"),
    ("alone_50", "d_50_tenfold"),
)
HELP = ("d_50_blind", "d_50_redrawn", "d_50_lasting", "d_50_tenfold")  # ways to make a discriminator help
PAIRS = tuple((f"alone_{count}", f"{method}_{count}") for count in LABELS for method in METHODS if method != "alone")
WHY = (
    "It tells fakes by [where their photographs come from](#what-gives-a-fake-away), and need not look at landmarks; "
    "where those are the same, by [how heatmaps are drawn](#the-papers-recipe-on-real-pictures). "
    "Without photographs it is at chance for half of the training, and once it has found a difference in the heatmaps "
    "it is always right: at no time is there much for the network to learn from it."
)
PICTURE = Path("pictures/unlabeled.svg")  # below docs


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    told, noise = runs[kinds[0]][0]["figures"]["training"], {of: seed_noise(runs, of) for of in ("best", "ema")}
    return joined(
        "The recipe that `best` began with (`benchmarks/configs/strong.yaml`) on the quick network of width 8, "
        f"{told['steps']:,} steps of {told['batch']} labeled "
        "pictures, whatever their number, and 16 of 8,000 unlabeled ones (video frames of YouTube Faces, UTKFace) "
        "where there are any; gradients scaled down to a norm of 10; the discriminator of width 16, at a quarter of "
        "the generator's learning rate; last weights, so that nothing is chosen. (Its length was set after "
        "one training of 2,000 steps had been scored on the same faces.) A mean teacher: this training's own averaged "
        "weights say, for the plain crop, where the landmarks of an unlabeled picture lie and how sure they "
        "are, and that is the target for an augmented one. 224 pictures of LFPW test, crops from true points. "
        f"{told_noise(noise['ema'])}",
        f"![NMSE against the number of labels, and what each method changes]({PICTURE})",
        table(
            ["trained on", "seeds", "NMSE %, last weights", "averaged weights"],
            [
                [KINDS[kind], len(runs[kind]), *(estimate(mean(runs[kind], of, noise[of])) for of in noise)]
                for kind in kinds
            ],
        ),
        averaging(runs),
        differences(runs, KINDS, (*PAIRS, *OTHERS), more="; averaged weights", weights="ema", noise=noise["ema"]),
        discriminators(runs, {kind: name for kind, name in KINDS.items() if kind.startswith(("d_", "both_"))}),
        WHY if "d_50_blind" in runs else "",
        ways_to_help(runs, noise["ema"]),
    )


def ways_to_help(runs: Runs, noise: SeedNoise | None) -> str:
    """What was tried to make a discriminator help where labels are fewest."""
    changes = {kind: against(runs["alone_50"], runs[kind], "ema", noise) for kind in HELP if kind in runs}
    if not changes:
        return ""
    helped = sum(change.high < 0 for change in changes.values())
    told = "; ".join(
        f"{KINDS[kind].removeprefix('50 labels and a discriminator').strip(', ')}: {difference(change)} %"
        for kind, change in changes.items()
    )
    return (
        f"**Ways to make it help**, with fifty labels: {told}. {helped or 'None'} of the {len(changes)} lowered "
        "the error for certain (averaged weights)."
    )


def averaging(runs: Runs) -> str:
    """What averaged weights are worth in place of the last ones, of the same trainings."""
    changes = [
        f"{difference(paired_difference(errors(runs[kind]), errors(runs[kind], 'ema'), relative=True))} % with {count}"
        for count in LABELS if (kind := f"alone_{count}") in runs
    ]  # fmt: skip
    return f"Averaging weights changes NMSE, labels alone, by {', '.join(changes)}."


def in_short(runs: Runs) -> str:
    """What README shows and says of unlabeled pictures."""
    noise = seed_noise(runs, "ema")
    methods = {"mean": "a mean teacher", "d": "a discriminator"}
    rows = [
        [name, *(difference(against(runs[f"alone_{count}"], runs[f"{method}_{count}"], "ema", noise))
                 for count in LABELS)]
        for method, name in methods.items()
    ]  # fmt: skip
    seeds = [len(runs[f"{method}_{count}"]) for method in methods for count in LABELS]
    return joined(
        "### Do unlabeled pictures help?",
        f"![NMSE against the number of labels, and what a mean teacher and a discriminator change](docs/{PICTURE})",
        "**Little by themselves.** 8,000 of them beside the labels change NMSE so, in percent, by our recipe as it "
        f"was at first, {min(seeds)} to {max(seeds)} trainings each "
        "([study](docs/results.md#do-unlabeled-pictures-help)):",
        table(["with", *(f"{count} labels" for count in LABELS)], rows),
        "A discriminator can tell fakes by [where a picture comes from](docs/results.md#what-gives-a-fake-away) and by "
        "[how a heatmap is drawn](docs/results.md#the-papers-recipe-on-real-pictures), and need not ask whether "
        "landmarks lie where they belong.",
    )


def draw(runs: Runs, path: Path) -> None:
    """A line a method, with its interval as a band: the errors, and what a method changes on the same faces."""
    ups = ["NMSE on LFPW test, %, averaged weights", "against labels alone, paired, %"]
    noise = seed_noise(runs, "ema")
    with plots(path, (8.4, 3.5), "labeled pictures", ups) as (error, change):
        for method in METHODS:
            found = {count: runs[f"{method}_{count}"] for count in LABELS if f"{method}_{count}" in runs}
            band(error, method, {count: mean(results, "ema", noise) for count, results in found.items()})
            if method != "alone":
                alone = {count: runs[f"alone_{count}"] for count in found}
                band(change, method, {count: against(alone[count], found[count], "ema", noise) for count in found})
        change.axhline(0, color=COLOURS["alone"], linewidth=1)
        error.legend(frameon=False, fontsize=9)


def band(axis: Any, method: str, found: Mapping[int, Estimate | Difference]) -> None:
    """One method's line over the numbers of labels."""
    counts, colour = list(found), COLOURS[method]
    axis.plot(counts, [one.value for one in found.values()], "o-", color=colour, label=METHODS[method])
    lows, highs = [one.low for one in found.values()], [one.high for one in found.values()]
    axis.fill_between(counts, lows, highs, color=colour, alpha=0.15)
    axis.set_xscale("log")
    axis.set_xticks(LABELS, [str(count) for count in LABELS])
    axis.minorticks_off()
    axis.grid(alpha=0.3)
