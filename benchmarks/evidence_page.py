"""The page section of the first study: the paper's recipe on real pictures, run by run, and what differs for sure."""

from pathlib import Path

import ablations_page
import numpy as np
from page_parts import joined, table
from study_parts import (
    RIGHT,
    SAW,
    Results,
    Runs,
    against,
    by_quarter,
    difference,
    differences,
    discriminators,
    draw_runs,
    estimate,
    failures,
    figure,
    mean,
    right,
    seed_noise,
    spread,
    told_noise,
)

KINDS = {
    "laplace_kl": "LaplaceKL (Eq. 3)",
    "softargmax": "softargmax (Eq. 1)",
    "laplace_kl_d": "LaplaceKL + D",
    "softargmax_d": "softargmax + D",
    "laplace_kl_d_own": "LaplaceKL + D, the labeled pictures as unlabeled ones",
    "laplace_nll": "Laplace likelihood",
    "gaussian_kl": "GaussianKL, learning rate 1e-3",
    "gaussian_kl_slow": "GaussianKL, learning rate 1e-4",
    "laplace_kl_w4": "LaplaceKL, width 4",
    "softargmax_w4": "softargmax, width 4",
    "laplace_kl_d_w4": "LaplaceKL + D, width 4",
    "softargmax_d_w4": "softargmax + D, width 4",
    "laplace_kl_w16": "LaplaceKL, width 16",
    "softargmax_w16": "softargmax, width 16",
    "laplace_kl_d_w16": "LaplaceKL + D, width 16",
    "softargmax_d_w16": "softargmax + D, width 16",
    "laplace_kl_dry": "LaplaceKL, no dropout",
    "laplace_kl_w4_dry": "LaplaceKL, width 4, no dropout",
    "softargmax_w4_dry": "softargmax, width 4, no dropout",
    "laplace_kl_157": "LaplaceKL, 157 labels",
    "laplace_kl_d_157": "LaplaceKL + D, 157 labels",
    "drawn": "LaplaceKL, trained on drawn faces",
}
PAIRS = (  # the second against the first
    ("softargmax", "laplace_kl"),
    ("softargmax_w4", "laplace_kl_w4"),
    ("softargmax_w16", "laplace_kl_w16"),
    ("laplace_kl", "laplace_kl_dry"),
    ("laplace_kl_w4", "laplace_kl_w4_dry"),
    ("softargmax_w4_dry", "laplace_kl_w4_dry"),
    ("laplace_kl", "laplace_nll"),
    ("laplace_kl", "gaussian_kl"),
    ("laplace_kl", "gaussian_kl_slow"),
    ("laplace_kl", "laplace_kl_d"),
    ("softargmax", "softargmax_d"),
    ("laplace_kl_w4", "laplace_kl_d_w4"),
    ("softargmax_w4", "softargmax_d_w4"),
    ("laplace_kl_w16", "laplace_kl_d_w16"),
    ("softargmax_w16", "softargmax_d_w16"),
    ("laplace_kl", "laplace_kl_d_own"),
    ("laplace_kl_157", "laplace_kl_d_157"),
    ("laplace_kl", "drawn"),
)
PICTURE = Path("pictures/evidence.svg")  # below docs


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds, noise = [kind for kind in KINDS if kind in runs], seed_noise(runs)
    return joined(
        "The paper's recipe, 8,000 steps of 16 on 644 labeled pictures of 300W's LFPW part, width 8 unless named "
        "otherwise, weights chosen on 161 validation pictures; 224 pictures of LFPW test, by which nothing was chosen, "
        f"crops from true points. Intervals hold 95 %: bootstrap over faces, and seeds. {told_noise(noise)} With D: "
        "16 unlabeled pictures a step out of 8,000 video frames and aligned faces (or the 644 labeled ones once more, "
        "where that is said), discriminator of base width 16.",
        f"![NMSE of each run, with its interval]({PICTURE})",
        table(
            ["trained with", "seeds", "NMSE %", "averaged weights", "read out by argmax", "AUC at 8 %",
             "failures at 8 %, %", "spread, px"],
            [accuracy(runs, kind) for kind in kinds],
        ),
        differences(runs, KINDS, PAIRS, noise=noise),
        "**What the certainty is worth.** Radii are fitted on the validation faces; *held* is the share of test errors "
        "within the 50, 90 and 95 % radius. Spearman's rank correlation of uncertainty and error: of the means over "
        "faces / pooled over all landmarks / within landmarks. The peak is what heatmap methods report as "
        "confidence, here as the width that it tells, 1 / √peak.",
        table(
            ["trained with", "held", "mean 90 % radius, px", "radius", "spread", "peak"],
            [certainty(KINDS[kind], runs[kind]) for kind in kinds],
        ),
        discriminators(runs, {kind: KINDS[kind] for kind in kinds if runs[kind][0]["figures"][RIGHT]}),
        same_pictures(runs),
        ablations_page.section(runs),
        "**What the heatmaps look like** (Fig. 1 and 3 of the paper): six test faces from LaplaceKL's best to its "
        "worst, LaplaceKL above, softargmax below. Faint lines show what was found, as the photographs may not be "
        "passed on.",
        "![Sharp heatmaps at each landmark with LaplaceKL; broad glows around the face with softargmax]"
        "(pictures/heatmaps.jpg)",
    )  # fmt: skip


def same_pictures(runs: Runs) -> str:
    """What D has left to learn from where photographs tell nothing."""
    own = runs.get("laplace_kl_d_own")
    if not own:
        return ""
    (real, fake), (drawn, predicted) = right(own)[:, -1], by_quarter(own, SAW)[:, -1]
    change = against(runs["laplace_kl"], own, noise=seed_noise(runs))
    return (
        "**The labeled pictures as unlabeled ones**, augmented in neither place: their photographs tell nothing, and D "
        f"is right on {100 * real:.0f} % of real and {100 * fake:.0f} % of fake patches in the last quarter all the "
        "same. What is left is in the heatmaps, how they look and where they lie: the drawn ones have a spread of "
        f"{drawn:.2f} pixels, the predicted ones {predicted:.2f}. From training without D, NMSE changes by "
        f"{difference(change)} %."
    )


def loss_in_a_line(runs: Runs, likelihood_of_ours: str) -> str:
    """What README says of the two objectives. likelihood_of_ours: the same by our recipe, in percent."""
    ours, rival, noise = runs["laplace_kl"], runs["softargmax"], seed_noise(runs)
    known, other = (estimate(mean(results, noise=noise)) for results in (ours, rival))
    narrow = difference(against(runs["softargmax_w4"], runs["laplace_kl_w4"], noise=noise))
    likelihood = ""
    if "laplace_nll" in runs:
        change = difference(against(ours, runs["laplace_nll"], noise=noise))
        likelihood = f" The likelihood of the same distribution (`loss.name: laplace_nll`) changes that by {change} %."
    return (
        f"- **The loss matters.** By the paper's recipe at width 8, {len(ours)} trainings each, NMSE is {known} with "
        f"LaplaceKL and {other} with the softargmax loss: {difference(against(rival, ours, noise=noise))} %. Spread of "
        f"the heatmaps: {spread(ours):.2f} px against {spread(rival):.1f} px.{likelihood} It is not the same "
        f"everywhere: at width 4 LaplaceKL changes the softargmax loss's NMSE by {narrow} %, and by our recipe at "
        f"width 8 the likelihood does by {likelihood_of_ours} %, one training each."
    )


def accuracy(runs: Runs, kind: str) -> list[str]:
    results = runs[kind]
    return [
        KINDS[kind],
        str(len(results)),
        *(estimate(mean(results, weights, seed_noise(runs, weights))) for weights in ("best", "ema")),
        f"{figure(results, 'nmse_percent_by_argmax'):.2f}",
        f"{figure(results, 'auc_8_percent'):.1f}",
        f"{failures(results):.1f}",
        f"{spread(results):.2f}",
    ]


def certainty(title: str, results: Results, of: str = "certainty") -> list[str]:
    measured = [result["figures"]["best"][of] for result in results]
    held = " / ".join(f"{np.mean([m['coverage'][p] for m in measured]):.1%}" for p in measured[0]["coverage"])
    ranks = [
        " / ".join(f"{np.mean([m[name][way] for m in measured]):.2f}" for way in ("faces", "pooled", "within"))
        for name in ("radius", "spread", "peak")
    ]
    return [title, held, f"{np.mean([m['mean_radius_90'] for m in measured]):.2f}", *ranks]


def draw(runs: Runs, path: Path) -> None:
    names = {kind: name for kind, name in KINDS.items() if kind != "drawn"}  # far away from all others
    draw_runs(runs, names, colour_of, path, noise=seed_noise(runs))


def colour_of(kind: str) -> str:
    return "#b3541e" if kind.startswith("softargmax") else "#1f6f8b" if kind.startswith("laplace_kl") else "#666"
