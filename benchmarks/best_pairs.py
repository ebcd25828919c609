"""Paired differences between trainings of our own recipe, and between it and the paper's."""

from collections.abc import Mapping

from best_runs import KINDS, LESS, OTHERWISE, PAPERS, QUICK, TAUGHT, TURNED
from page_parts import joined, table
from study_parts import Runs, against, difference, errors, estimate, mean, seed_noise

from laplace_landmarks.evaluation.paired import Difference, paired_difference
from laplace_landmarks.evaluation.seeds import SeedNoise

WHY = {
    "eighth_805": "**All 805 labels** leave no face to choose weights by or to fit radii on, so that the last weights "
    "are kept and nothing of it is released.",
    "eighth_softargmax": "**The softargmax loss** pulls landmarks alone; what its heatmaps' spread is worth stands "
    "above.",
}
LIMITED = (
    "Gradients are scaled down to a norm of 10 there, which they were not with all of it; by itself that changed "
    "[nothing that was found](#the-same-in-full-length)."
)


def there(runs: Runs, pairs: Mapping[str, str]) -> dict[str, str]:
    """The pairs of which both have been trained."""
    return {kind: other for kind, other in pairs.items() if {kind, other} <= runs.keys()}


def paired(runs: Runs, pairs: Mapping[str, str], told: str, noise: SeedNoise) -> str:
    """What is told of some kinds of runs, and a table of each against the other one, on the same faces."""
    rows = [
        [
            f"{KINDS[kind]} against {KINDS[other]}",
            len(runs[other]),
            difference(against(runs[other], runs[kind], noise=noise)),
        ]
        for kind, other in there(runs, pairs).items()
    ]
    return joined(told, table(["", "trainings of the other", "difference in NMSE, %"], rows)) if rows else ""


def together(runs: Runs, pairs: Mapping[str, str], noise: SeedNoise) -> Difference:
    """What several pairs change in all, in percent: the mean over their faces of errors as shares of the other's."""
    before, after = [], []
    for kind, other in there(runs, pairs).items():
        unit = errors(runs[other]).mean()
        before.append(errors(runs[other]).mean(axis=0) / unit)
        after.append(errors(runs[kind]).mean(axis=0) / unit)
    return paired_difference(before, after, relative=True, noise=noise)


def otherwise_beside(runs: Runs, noise: SeedNoise) -> str:
    """One thing changed in the training of the default model."""
    return paired(runs, OTHERWISE, " ".join(words for kind, words in WHY.items() if kind in runs), noise)


def less_beside(runs: Runs, noise: SeedNoise) -> str:
    """The same networks with half of the augmentation."""
    widths = [str(runs[kind][0]["settings"].get("network.width", 8)) for kind in LESS if kind in runs]
    told = (
        "**Half of the augmentation**, chosen at width 8 on the validation faces "
        "([trainings](#the-same-in-full-length)), against all of it, paired, on the same test faces. The widths "
        f"{', '.join(widths)} were trained so. {LIMITED}"
    )
    return paired(runs, LESS, told, noise)


def taught_beside(runs: Runs, noise: SeedNoise) -> str:
    """The same networks with a larger one as their teacher."""
    told = (
        "**A larger network as a teacher** (`configs/best-unlabeled.yaml`): `laplace68-full`, which was trained on "
        "the same 644 labels, tells where it sees the landmarks of them and of as many of 8,000 unlabeled pictures a "
        "step (video frames of YouTube Faces, UTKFace), and how sure it is; that is a target beside the labels. "
        "Chosen at width 8 on the validation faces ([training](#the-same-in-full-length)). No face of LFPW is among "
        "the unlabeled ones ([looked for](#the-same-face-twice)). At width 4 the validation faces told [no clear "
        "difference](#which-training-is-released), and the network without a teacher stayed the released one. What "
        "the unlabeled ones give beside the labeled was [measured, too](#the-same-in-full-length). Paired, on the "
        "same test faces:"
    )
    return joined(
        paired(runs, TAUGHT, told, noise),
        f"At all of these widths together, each counting alike: {difference(together(runs, TAUGHT, noise))} %.",
    )


def turned_beside(runs: Runs, noise: SeedNoise) -> str:
    """The same on crops that are turned as the faces are."""
    told = (
        "**Crops that are turned as the faces are**, in training as in running (`data.upright`). Each is scored here "
        "in crops like those that it learned from, by true points, paired on the same test faces. Where both get "
        "turned crops, from MTCNN's points, [no difference was found](#which-training-is-released) on the validation "
        "faces, so the released models stayed those that learned from crops along the axes."
    )
    return paired(runs, TURNED, told, noise)


def quick_beside(runs: Runs, noise: SeedNoise) -> str:
    """Networks that were trained to be quick, against the paper's of the same width."""
    rows = [
        [f"{KINDS[kind]} against {KINDS[paper]}", difference(against(runs[paper], runs[kind], noise=noise)),
         *(f"{runs[one][0]['figures']['parameters']:,}" for one in (paper, kind))]
        for kind, paper in QUICK.items() if kind in runs and paper in runs
    ]  # fmt: skip
    told = (
        "**Networks that are trained to be quick** are not the paper's: a head of one layer, separable 5x5 fusions, "
        "and the channels that this saves put to work at low resolutions, where they cost little time "
        "([more](speed.md#networks-that-are-trained-to-be-quick)). Paired, on the same faces, with the same "
        "augmentation (at width 32 start and learning rate differ, too):"
    )
    return joined(told, table(["", "difference in NMSE, %", "parameters, paper's", "quick"], rows)) if rows else ""


def beside_the_paper(runs: Runs, evidence: Runs, noise: SeedNoise) -> str:
    """Our recipe against the paper's, on the same faces; the paper's saw fewer pictures, each always the same."""
    papers = seed_noise(evidence)
    assert papers is not None
    rows = [
        [KINDS[kind], estimate(mean(evidence[paper], noise=papers)), estimate(mean(runs[kind], noise=noise)),
         difference(against(evidence[paper], runs[kind], noise=(papers, noise)))]
        for kind, paper in PAPERS.items() if kind in runs and paper in evidence
    ]  # fmt: skip
    return joined(
        "Against [the paper's recipe](#the-papers-recipe-on-real-pictures) on the same test faces, paired; that one "
        "saw 128,000 pictures, and the loss was LaplaceKL:",
        table(["", "paper, NMSE %", "best, NMSE %", "difference, %"], rows),
    )
