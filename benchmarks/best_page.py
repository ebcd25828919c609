"""The page section of our own recipe: the trainings that the released models come from, and accuracy against size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evidence_page import certainty
from page_parts import joined, table
from screen_page import FIRST
from study_parts import Results, Runs, against, difference, draw_runs, errors, estimate, plot

from laplace_landmarks.evaluation.bootstrap import mean_of

KINDS = {
    "sixteenth": "width 4",
    "eighth": "width 8",
    "quarter": "width 16",
    "half": "width 32",
    "sixteenth_fast": "width 4, quick",
    "eighth_fast": "width 8, quick",
    "quarter_fast": "width 16, quick",
    "half_fast": "width 32, quick",
    "sixteenth_less": "width 4, quick, less augmentation",
    "eighth_less": "width 8, quick, less augmentation",
    "quarter_less": "width 16, quick, less augmentation",
    "half_less": "width 32, quick, less augmentation",
    "full_less": "width 64, quick, less augmentation",
    "eighth_805": "width 8, quick, less augmentation, all 805 labels",
    "eighth_softargmax": "width 8, quick, less augmentation, softargmax loss",
    "sixteenth_taught": "width 4, quick, less augmentation, taught",
    "eighth_taught": "width 8, quick, less augmentation, taught",
    "quarter_taught": "width 16, quick, less augmentation, taught",
    "half_taught": "width 32, quick, less augmentation, taught",
    "sixteenth_turned": "width 4, quick, less augmentation, taught, turned crops",
    "eighth_turned": "width 8, quick, less augmentation, taught, turned crops",
    "quarter_turned": "width 16, quick, less augmentation, taught, turned crops",
    "half_turned": "width 32, quick, less augmentation, taught, turned crops",
}
SIZE_NAMES = ("sixteenth", "eighth", "quarter", "half")  # the full size was trained once, as _less
LESS = {f"{name}_less": f"{name}_fast" for name in SIZE_NAMES}  # of the same network
QUICK = {f"{name}_fast": name for name in SIZE_NAMES}  # and the paper's of that width
TAUGHT = {f"{name}_taught": f"{name}_less" for name in SIZE_NAMES}  # and alone
TURNED = {f"{name}_turned": f"{name}_taught" for name in SIZE_NAMES}  # and in crops along the axes
OTHERWISE = {"eighth_805": "eighth_less", "eighth_softargmax": "eighth_less"}  # and as released at first
TRAINED_ON_ALL = ("eighth_805",)  # no face is left that radii could be fitted on
CERTAINTY = ["trained", "held", "mean 90 % radius, px", "radius", "spread", "peak"]
WHY = {
    "eighth_805": "**All 805 labels** leave no face to choose weights by or to fit radii on, so that the last weights "
    "are kept and nothing of it is released.",
    "eighth_softargmax": "**The softargmax loss** pulls landmarks alone; what its heatmaps' spread is worth stands "
    "above.",
}
BEHIND = "certainty_behind_objects"  # measured since there is one
# what the `-fast` files come from
RELEASED = ("sixteenth_less", "eighth_taught", "quarter_taught", "half_less", "full_less")
PAPERS = {"sixteenth": "laplace_kl_w4", "eighth": "laplace_kl", "quarter": "laplace_kl_w16"}  # of evidence.yaml
PICTURE = Path("pictures/best.svg")  # below docs
PAPER, OURS, FAST = "#777", "#1f6f8b", "#2e8b57"  # colours: the paper's recipe, ours, ours for quick networks
STRONG = "#8fbfa5"  # quick networks, more augmentation
RATE = 0.004  # of configs/best.yaml
AS_THEY_ARE = "as they are"  # of harder_pictures.py
LIMITED = (
    "Gradients are scaled down to a norm of 10 there, which they were not with all of it, so that the difference is "
    "of both together."
)
SIZES = Path("pictures/accuracy-size.svg")


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    return joined(
        "The recipe `best` (`configs/best.yaml`): 644 labeled pictures, each augmented anew at every step, the Laplace "
        "likelihood, weights drawn after He et al. (but width 32 of the paper's networks: as torch does), batches of "
        "8, a learning rate that falls along a cosine, averaged weights, no dropout. It began with twice the "
        "augmentation of geometry and colour (`benchmarks/configs/strong.yaml`), which the rows without *less* had. "
        "224 pictures of LFPW test, crops from true points, scored once a run.",
        f"![Error against the size of the file, for the paper's recipe, ours, and dlib's trees]({SIZES})",
        table(
            ["trained", "seeds", "parameters", "bytes", "pictures seen", "learning rate", "NMSE %", "AUC at 8 %",
             "failures at 8 %, %"],
            [_row(KINDS[kind], runs[kind]) for kind in kinds],
        ),
        "**What the certainty is worth**, measured as in the study of the paper's recipe:",
        table(
            CERTAINTY,
            [certainty(KINDS[kind], runs[kind]) for kind in kinds if kind not in TRAINED_ON_ALL],
        ),
        behind_objects(runs),
        f"![NMSE of each run, with its interval]({PICTURE})",
        less_beside(runs),
        taught_beside(runs),
        turned_beside(runs),
        otherwise_beside(runs),
        quick_beside(runs),
    )  # fmt: skip


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


def paired(runs: Runs, pairs: Mapping[str, str], told: str) -> str:
    """What is told of some kinds of runs, and a table of each against the other one, on the same faces."""
    rows = [
        [f"{KINDS[kind]} against {KINDS[other]}", len(runs[other]), difference(against(runs[other], runs[kind]))]
        for kind, other in pairs.items()
        if {kind, other} <= runs.keys()
    ]
    return joined(told, table(["", "trainings of the other", "difference in NMSE, %"], rows)) if rows else ""


def otherwise_beside(runs: Runs) -> str:
    """One thing changed in the training of the default model."""
    return paired(runs, OTHERWISE, " ".join(words for kind, words in WHY.items() if kind in runs))


def less_beside(runs: Runs) -> str:
    """The same networks with half of the augmentation."""
    widths = [str(runs[kind][0]["settings"].get("network.width", 8)) for kind in LESS if kind in runs]
    told = (
        "**Half of the augmentation**, chosen at width 8 on the validation faces "
        "([trainings](#the-same-in-full-length)), against all of it, paired, on the same test faces. The widths "
        f"{', '.join(widths)} were trained so. {LIMITED}"
    )
    return paired(runs, LESS, told)


def taught_beside(runs: Runs) -> str:
    """The same networks with a larger one as their teacher."""
    told = (
        "**A larger network as a teacher** (`configs/best-unlabeled.yaml`): `laplace68-full`, which was trained on the "
        "same 644 labels, tells where it sees the landmarks of them and of as many of 8,000 unlabeled pictures a step "
        "(video frames of YouTube Faces, UTKFace), and how sure it is; that is a target beside the labels. Chosen at "
        "width 8 on the validation faces ([training](#the-same-in-full-length)). No face of LFPW is among the "
        "unlabeled ones ([looked for](#the-same-face-twice)). At width 4 the validation faces told no difference, and "
        "the network without a teacher stayed the released one. How much of it the unlabeled ones give has not been "
        "measured. Paired, on the same test faces:"
    )
    return paired(runs, TAUGHT, told)


def turned_beside(runs: Runs) -> str:
    """The same on crops that are turned as the faces are."""
    told = (
        "**Crops that are turned as the faces are**, in training as in running (`data.upright`): a network then sees "
        "faces as a detector shows them to it. Each is scored here in crops like those that it learned from, by true "
        "points, paired on the same test faces; what remains in crops from MTCNN's points, both turned, was measured "
        "on [validation faces](#which-training-is-released), which chose."
    )
    return paired(runs, TURNED, told)


def taught_in_a_line(runs: Runs) -> str:
    """What README says of teachers; "" where none was tried in full length."""
    changes = " and ".join(
        f"{difference(against(runs[alone], runs[kind]))} % at {KINDS[kind].partition(',')[0]}"
        for kind, alone in TAUGHT.items() if {kind, alone} <= runs.keys()
    )  # fmt: skip
    return (
        f" Better is a larger model that tells what it sees in labeled and unlabeled pictures alike: `laplace68-full` "
        f"as a teacher changes NMSE by {changes}, 644 labels ([more](docs/results.md#a-recipe-of-our-own))."
        if changes
        else ""
    )


def quick_beside(runs: Runs) -> str:
    """Networks that were trained to be quick, against the paper's of the same width."""
    rows = [
        [f"{KINDS[kind]} against {KINDS[paper]}", difference(against(runs[paper], runs[kind])),
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


def beside_the_paper(runs: Runs, evidence: Runs) -> str:
    """Our recipe against the paper's, on the same faces; the paper's saw fewer pictures, each always the same."""
    rows = [
        [KINDS[kind], estimate(mean_of(errors(evidence[paper]))), estimate(mean_of(errors(runs[kind]))),
         difference(against(evidence[paper], runs[kind]))]
        for kind, paper in PAPERS.items() if kind in runs and paper in evidence
    ]  # fmt: skip
    return joined(
        "Against [the paper's recipe](#the-papers-recipe-on-real-pictures) on the same test faces, paired; that one "
        "saw 128,000 pictures, and the loss was LaplaceKL:",
        table(["", "paper, NMSE %", "best, NMSE %", "difference, %"], rows),
    )


def in_a_line(runs: Runs, evidence: Runs) -> str:
    """What README says of our recipe."""
    changes = ", ".join(
        f"{difference(against(evidence[paper], runs[kind]))} % at {KINDS[kind]}"
        for kind, paper in PAPERS.items() if kind in runs and paper in evidence
    )  # fmt: skip
    return (
        "- **A recipe beyond the paper's** (`configs/best.yaml`). On the paper's own networks, with more pictures seen "
        f"and augmented, NMSE changes by {changes}; the `-fast` files' [networks](docs/speed.md"
        "#networks-that-are-trained-to-be-quick) err less still."
    )


def less_in_a_line(harder: Mapping[str, Any]) -> str:
    """What README says of augmentation. harder: the figures of harder-pictures.json."""
    first = {way: row["nmse_percent"][FIRST][0] for way, row in harder.items()}
    worst = max((way for way in harder if "turned" not in way), key=first.__getitem__)  # crops turn as faces do
    mild = {way: harder[way]["nmse_percent"]["mild"][0] for way in (AS_THEY_ARE, worst)}
    return (
        "- **They are made for photographs like those they learned from.** An NMSE of "
        f"{mild[AS_THEY_ARE]:.2f} % becomes {mild[worst]:.2f} % with {worst} of the pixels along a side, and twice the "
        "augmentation does not mend that ([pictures that are worse](docs/results.md#pictures-that-are-worse))."
    )


def _row(title: str, results: Results) -> list[Any]:
    figures = results[0]["figures"]
    told, best = figures["training"], figures["best"]
    return [
        title,
        len(results),
        f"{figures['parameters']:,}",
        f"{figures['bytes']:,}",
        f"{told['steps'] * told['batch']:,}",
        results[0]["settings"].get("optimiser.learning_rate", RATE),
        estimate(mean_of(errors(results))),
        f"{best['auc_8_percent']:.1f}",
        f"{best['failure_8_percent']:.1f}",
    ]


def draw(runs: Runs, path: Path) -> None:
    draw_runs(runs, KINDS, lambda kind: FAST if kind in RELEASED else STRONG if kind in QUICK else OURS, path)


def draw_sizes(best: Runs, evidence: Runs, found: Mapping[str, Any], path: Path) -> None:
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
