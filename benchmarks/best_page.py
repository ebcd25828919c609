"""The page section of our own recipe: the trainings that the released models come from."""

from pathlib import Path
from typing import Any

import best_sizes
from best_pairs import less_beside, otherwise_beside, quick_beside, taught_beside, there, together, turned_beside
from best_runs import FAST, KINDS, OURS, PAPERS, QUICK, RELEASED, STRONG, TAUGHT, TRAINED_ON_ALL
from evidence_page import certainty
from page_parts import joined, table, with_interval
from study_parts import (
    Results,
    Runs,
    against,
    difference,
    draw_runs,
    estimate,
    failures,
    figure,
    mean,
    seed_noise,
    told_of_ours,
)

from laplace_landmarks.evaluation.seeds import SeedNoise

CERTAINTY = ["trained", "held", "mean 90 % radius, px", "radius", "spread", "peak"]
BEHIND = "certainty_behind_objects"  # measured since there is one
PICTURE = Path("pictures/best.svg")  # below docs
RATE = 0.004  # of configs/best.yaml
GONE_ON = "full_taught"  # the kind of run


def section(runs: Runs, noise: SeedNoise) -> str:
    """Everything of the study that is there so far. noise: of the seeds, which few kinds here tell."""
    kinds = [kind for kind in KINDS if kind in runs]
    return joined(
        "The recipe `best` (`configs/best.yaml`): 644 labeled pictures, each augmented anew at every step, the Laplace "
        "likelihood, weights drawn after He et al. (but width 32 of the paper's networks: as torch does), batches of "
        "8, a learning rate that falls along a cosine, averaged weights, no dropout. It began with twice the "
        "augmentation of geometry and colour, and twice as many pictures made worse "
        "(`benchmarks/configs/strong.yaml`, which had the name `configs/best.yaml` then); the rows without *less* had "
        "that. 224 pictures of LFPW test, crops from true points; nothing was chosen by them. "
        f"{told_of_ours(noise)}",
        f"![Error against the size of the file, for the paper's recipe, ours, and peers]({best_sizes.PICTURE})",
        table(
            ["trained", "seeds", "parameters", "bytes", "pictures seen", "learning rate", "NMSE %", "AUC at 8 %",
             "failures at 8 %, %"],
            [_row(KINDS[kind], runs[kind], noise) for kind in kinds],
        ),
        "**What the certainty is worth**, measured as in the study of the paper's recipe:",
        table(
            CERTAINTY,
            [certainty(KINDS[kind], runs[kind]) for kind in kinds if kind not in TRAINED_ON_ALL],
        ),
        behind_objects(runs),
        f"![NMSE of each run, with its interval]({PICTURE})",
        less_beside(runs, noise),
        taught_beside(runs, noise),
        turned_beside(runs, noise),
        otherwise_beside(runs, noise),
        gone_on_with(runs),
        quick_beside(runs, noise),
    )  # fmt: skip


def gone_on_with(runs: Runs) -> str:
    """More steps of the largest network, which left it as it was."""
    if GONE_ON not in runs:
        return ""
    figures, steps = runs[GONE_ON][0]["figures"], runs[GONE_ON][0]["settings"]["optimiser.steps"]
    averaged = with_interval([figures["ema"]["nmse_percent"], *figures["ema"]["interval"]])
    assert figures["training"]["step"] == 0, "some weights were better: then this is no longer so"
    return (
        f"**Going on with width 64**: {steps:,} steps more of `laplace68-full`, by a third of the learning rate and "
        "with `laplace68-half`, which it had taught, and its view of mirror images as the teacher, made no weights "
        "that err less on the validation faces than those it began with, so it stayed as it is. The averaged weights "
        f"at the end err by {averaged} % on test, by which nothing is chosen."
    )


def behind_objects(runs: Runs) -> str:
    """The same where something is drawn before each face, of the runs that were scored so."""
    rows = [
        certainty(KINDS[kind], runs[kind], BEHIND)
        for kind in KINDS
        if kind in runs
        and kind not in TRAINED_ON_ALL
        and all(BEHIND in result["figures"]["best"] for result in runs[kind])
    ]
    told = (
        "The same where one thing that covers up to 15 % of the crop is drawn before each test face; radii are those "
        "of the plain validation faces:"
    )
    return joined(told, table(CERTAINTY, rows)) if rows else ""


def taught_in_short(runs: Runs, noise: SeedNoise) -> str:
    """What README says of teachers."""
    changes = ", ".join(
        f"{difference(against(runs[alone], runs[kind], noise=noise))} % at {KINDS[kind].partition(',')[0]}"
        for kind, alone in there(runs, TAUGHT).items()
    )
    return (
        "**More by a larger teacher**, a model that tells what it sees in labeled and unlabeled pictures alike: "
        f"`laplace68-full` changes NMSE by {changes}, and by {difference(together(runs, TAUGHT, noise))} % at all of "
        "them together; 644 labels, one training each with it ([more](docs/results.md#a-recipe-of-our-own))."
    )


def likelihood_gain(runs: Runs, noise: SeedNoise) -> str:
    """NMSE from the softargmax loss to the likelihood, the rest alike, in percent."""
    return difference(against(runs["eighth_softargmax"], runs["eighth_less"], noise=noise))


def in_a_line(runs: Runs, evidence: Runs, noise: SeedNoise) -> str:
    """What README says of our recipe."""
    known = seed_noise(evidence)
    assert known is not None
    changes = ", ".join(
        f"{difference(against(evidence[paper], runs[kind], noise=(known, noise)))} % at {KINDS[kind]}"
        for kind, paper in PAPERS.items() if kind in runs and paper in evidence
    )  # fmt: skip
    taught = ("none", "one", "two", "three", "four", "all")[sum(kind in TAUGHT for kind in RELEASED)]
    return (
        "- **A recipe beyond the paper's**: other augmentation and loss, no dropout, a longer schedule "
        f"(`benchmarks/configs/strong.yaml`) change the NMSE of the paper's own networks by {changes} (one training "
        f"each of ours). The `-fast` files have half of that augmentation (`configs/best.yaml`), {taught} of them a "
        "teacher, and [networks trained to be quick](docs/speed.md#networks-that-are-trained-to-be-quick): they err "
        "less still."
    )


def _row(title: str, results: Results, noise: SeedNoise) -> list[Any]:
    figures = results[0]["figures"]
    told = figures["training"]
    return [
        title,
        len(results),
        f"{figures['parameters']:,}",
        f"{figures['bytes']:,}",
        f"{told['steps'] * told['batch']:,}",
        results[0]["settings"].get("optimiser.learning_rate", RATE),
        estimate(mean(results, noise=noise)),
        f"{figure(results, 'auc_8_percent'):.1f}",
        f"{failures(results):.1f}",
    ]


def draw(runs: Runs, path: Path, noise: SeedNoise) -> None:
    def colour(kind: str) -> str:
        return FAST if kind in RELEASED else STRONG if kind in QUICK else OURS

    draw_runs(runs, KINDS, colour, path, noise=noise)
