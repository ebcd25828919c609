"""The page section of the first study: the paper's recipe on real pictures, run by run, and what differs for sure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from page_parts import joined, table

from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.evaluation.paired import Difference, paired_difference

Runs = Mapping[str, Sequence[Mapping[str, Any]]]  # the results of a kind, by seed

KINDS = {
    "laplace_kl": "LaplaceKL (Eq. 3)",
    "softargmax": "softargmax (Eq. 1)",
    "laplace_kl_d": "LaplaceKL + D",
    "softargmax_d": "softargmax + D",
    "laplace_nll": "Laplace likelihood",
    "gaussian_kl": "GaussianKL, learning rate 1e-3",
    "gaussian_kl_slow": "GaussianKL, learning rate 1e-4",
    "laplace_kl_w4": "LaplaceKL, width 4",
    "softargmax_w4": "softargmax, width 4",
    "laplace_kl_w16": "LaplaceKL, width 16",
    "softargmax_w16": "softargmax, width 16",
    "drawn": "LaplaceKL, trained on drawn faces",
}
PAIRS = (  # the second against the first
    ("softargmax", "laplace_kl"),
    ("softargmax_w4", "laplace_kl_w4"),
    ("softargmax_w16", "laplace_kl_w16"),
    ("laplace_kl", "laplace_nll"),
    ("laplace_kl", "gaussian_kl"),
    ("laplace_kl", "gaussian_kl_slow"),
    ("laplace_kl", "laplace_kl_d"),
    ("softargmax", "softargmax_d"),
    ("laplace_kl", "drawn"),
)
PICTURE = Path("pictures/evidence.svg")  # below docs


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    return joined(
        "The paper's recipe, 8,000 steps of 16 on 644 labeled pictures of 300W's LFPW part, width 8 unless named "
        "otherwise, weights chosen on 161 validation pictures; 224 pictures of LFPW test, crops from true points, "
        "scored once a run. Intervals hold 95 %: bootstrap over faces, and over seeds where there are several. With D: "
        "16 unlabeled pictures a step out of 8,000 video frames and aligned faces, discriminator of base width 16.",
        f"![NMSE of each run, with its interval]({PICTURE})",
        table(
            ["trained with", "seeds", "NMSE %", "averaged weights", "read out by argmax", "AUC at 8 %",
             "failures at 8 %, %", "spread, px"],
            [accuracy(KINDS[kind], runs[kind]) for kind in kinds],
        ),
        "Paired differences in NMSE, in percent of the first's. *Detectable*: the smallest true difference that would "
        "have been told from none in four of five such experiments; where several seeds stand against one, the one "
        "knows nothing of its own luck.",
        table(
            ["", "difference", "detectable"],
            [
                [f"{KINDS[second]} against {KINDS[first]}", difference(change), f"{change.detectable:.1f}"]
                for first, second in PAIRS if first in runs and second in runs
                for change in [against(runs[first], runs[second])]
            ],
        ),
        "**What the certainty is worth.** Radii are fitted on the validation faces; *held* is the share of test errors "
        "within the 50, 90 and 95 % radius. Spearman's rank correlation of uncertainty and error: of the means over "
        "faces / pooled over all landmarks / within landmarks. The peak is what heatmap methods report as confidence.",
        table(
            ["trained with", "held", "mean 90 % radius, px", "radius", "spread", "peak"],
            [certainty(KINDS[kind], runs[kind]) for kind in kinds],
        ),
        discriminators(runs),
        "**What the heatmaps look like** (Fig. 1 and 3 of the paper): six test faces from LaplaceKL's best to its "
        "worst, LaplaceKL above, softargmax below. Faint lines show what was found, as the photographs may not be "
        "passed on.",
        "![Sharp heatmaps at each landmark with LaplaceKL; broad glows around the face with softargmax]"
        "(pictures/heatmaps.jpg)",
    )  # fmt: skip


def loss_in_a_line(runs: Runs) -> str:
    """What README says of the two objectives."""
    ours, rival = runs["laplace_kl"], runs["softargmax"]
    change = against(rival, ours)
    spreads = [np.mean([result["figures"]["best"]["spread_crop_pixels"] for result in kind]) for kind in (ours, rival)]
    faces = ours[0]["figures"]["faces"]
    return (
        f"- **The loss matters.** Width 8 ({ours[0]['figures']['parameters']:,} parameters), the paper's recipe on "
        f"644 pictures of 300W's LFPW part, {len(ours)} trainings each, {faces} test pictures, crops from true points: "
        f"NMSE {estimate(mean_of(errors(ours)))} with LaplaceKL, {estimate(mean_of(errors(rival)))} with the softargmax"
        f" loss. LaplaceKL lies {-change.value:.0f} % below ({-change.high:.0f} to {-change.low:.0f}). Spread "
        f"of the heatmaps: {spreads[0]:.2f} px against {spreads[1]:.1f} px."
    )


def errors(results: Sequence[Mapping[str, Any]], weights: str = "best") -> NDArray[np.float64]:
    """(S, N) errors in percent, a row a seed."""
    return np.array([result["figures"][weights]["errors_percent"] for result in results])


def against(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> Difference:
    return paired_difference(errors(first), errors(second), relative=True)


def accuracy(title: str, results: Sequence[Mapping[str, Any]]) -> list[str]:
    best = [result["figures"]["best"] for result in results]
    return [
        title,
        str(len(results)),
        estimate(mean_of(errors(results))),
        estimate(mean_of(errors(results, "ema"))),
        *(f"{np.mean([score[name] for score in best]):.{digits}f}" for name, digits in (
            ("nmse_percent_by_argmax", 2), ("auc_8_percent", 1), ("failure_8_percent", 1), ("spread_crop_pixels", 2))),
    ]  # fmt: skip


def certainty(title: str, results: Sequence[Mapping[str, Any]]) -> list[str]:
    measured = [result["figures"]["best"]["certainty"] for result in results]
    held = " / ".join(f"{np.mean([m['coverage'][p] for m in measured]):.1%}" for p in measured[0]["coverage"])
    ranks = [
        " / ".join(f"{np.mean([m[name][way] for m in measured]):.2f}" for way in ("faces", "pooled", "within"))
        for name in ("radius", "spread", "peak")
    ]
    return [title, held, f"{np.mean([m['mean_radius_90'] for m in measured]):.2f}", *ranks]


def discriminators(runs: Runs) -> str:
    """How often D was right, which tells whether it had anything to teach."""
    told = [
        f"{KINDS[kind]}: {right['real']:.0%} of real and {right['fake']:.0%} of fake patches"
        for kind in ("laplace_kl_d", "softargmax_d") if kind in runs
        for right in [runs[kind][0]["figures"]["discriminator_right"]]
    ]  # fmt: skip
    return f"D was right, in the last quarter of the training, on: {'; '.join(told)}." if told else ""


def estimate(mean: Estimate) -> str:
    return f"{mean.value:.2f} ({mean.low:.2f} to {mean.high:.2f})"


def difference(change: Difference) -> str:
    return f"{change.value:+.1f} ({change.low:+.1f} to {change.high:+.1f})"


def draw(runs: Runs, path: Path) -> None:
    """Every seed a dot, every kind a mean with its interval."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams["svg.hashsalt"] = "evidence"  # the same picture from the same figures
    from matplotlib import pyplot

    kinds = [kind for kind in KINDS if kind in runs and kind != "drawn"]  # far away from all others
    figure, axis = pyplot.subplots(figsize=(7.2, 0.36 * len(kinds) + 0.9), layout="constrained")
    for place, kind in enumerate(reversed(kinds)):
        mean = mean_of(errors(runs[kind]))
        colour = "#b3541e" if kind.startswith("softargmax") else "#1f6f8b" if kind.startswith("laplace_kl") else "#666"
        axis.plot([mean.low, mean.high], [place, place], color=colour, linewidth=2, solid_capstyle="round")
        axis.plot(errors(runs[kind]).mean(axis=1), [place] * len(runs[kind]), "o", color=colour, markersize=4.5,
                  markeredgecolor="white", markeredgewidth=0.6)  # fmt: skip
    axis.set_yticks(range(len(kinds)), [KINDS[kind] for kind in reversed(kinds)], fontsize=9)
    axis.set_xlabel("NMSE on LFPW test, % of the inter-ocular distance", fontsize=9)
    axis.grid(axis="x", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
