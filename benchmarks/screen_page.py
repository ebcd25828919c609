"""The page section of the screening: what each lever of a training moves, on the validation faces."""

from collections.abc import Mapping
from pathlib import Path

from page_parts import joined, table
from study_parts import Runs, against, difference, draw_runs, estimate, mean, seed_noise, told_noise

from laplace_landmarks.evaluation.seeds import SeedNoise

KINDS = {
    "recipe": "the recipe, cut short",
    "rate_1": "learning rate 0.001 in place of 0.004",
    "rate_2": "learning rate 0.002",
    "rate_8": "learning rate 0.008",
    "torch_start": "weights drawn as torch does",
    "batch_16": "16 pictures a step, half of the steps",
    "dropout": "dropout 0.2",
    "kl": "LaplaceKL in place of the likelihood",
    "gentle": "half of the augmentation's geometry and colour, nothing else of it",
    "plain": "no augmentation",
    "taught": "a teacher, of width 16 and the paper's recipe, labeled pictures",
    "taught_unlabeled": "`laplace68-quarter` as teacher, half of all pictures unlabeled",
    "light": "a head of one layer",
    "quick_grown": "a quick network: that, separable fusions, growth 1 1 2 2",
    "narrow": "width 4",
    "narrow_quick": "width 4, a quick network of growth 1 2 2 3",
}
PICTURE = Path("pictures/screen.svg")  # below docs
FIRST = "recipe"
AGAINST = {"narrow_quick": "narrow"}


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    told = runs[kinds[0]][0]["figures"]["training"]
    return joined(
        "The recipe that `best` began with (`benchmarks/configs/strong.yaml`), at width 8 where nothing else is said, "
        f"but {told['steps']:,} steps of {told['batch']}; each row changes what it names. One seed each, and three of "
        "the four kinds that were best with one. NMSE on the 161 validation faces, averaged weights, crops from true "
        "points; nothing was scored on test. Short trainings, "
        f"{told['steps'] * told['batch'] // told['labeled']} rounds through the pictures, favour what learns fast, and "
        f"augmentation does not. {told_noise(seed_noise(runs))}",
        f"![NMSE of each run, with its interval]({PICTURE})",
        levers(runs, KINDS, AGAINST, seed_noise(runs)),
    )


def levers(runs: Runs, kinds: Mapping[str, str], others: Mapping[str, str], noise: SeedNoise | None) -> str:
    """Error and speed of each kind of run, and what it changes. others: what it is compared with, if not with FIRST."""
    counts = [len(runs[kind]) for kind in kinds if kind in runs]
    rows = [
        [
            told,
            *([len(runs[kind])] if max(counts) > 1 else []),
            estimate(mean(runs[kind], noise=noise)),
            compared(runs, kind, kinds, others.get(kind, FIRST), noise),
            f"{runs[kind][0]['figures']['images_per_second']:.0f}",
        ]
        for kind, told in kinds.items()
        if kind in runs
    ]
    seeds = ["seeds"] if max(counts) > 1 else []
    return table(["", *seeds, "NMSE %, validation", "difference, %", "images/s"], rows)


def compared(runs: Runs, kind: str, kinds: Mapping[str, str], first: str, noise: SeedNoise | None) -> str:
    """The difference from what it is a change of."""
    if kind == FIRST or first not in runs:
        return ""
    told = difference(against(runs[first], runs[kind], noise=noise))
    return told if first == FIRST else f"{told}, from {kinds[first].partition(':')[0]}"


def draw(runs: Runs, path: Path) -> None:
    draw_runs(
        runs,
        KINDS,
        lambda kind: "#1f6f8b" if kind == FIRST else "#666",
        path,
        "NMSE on 161 validation faces, %",
        noise=seed_noise(runs),
    )
