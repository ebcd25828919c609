"""The page section on few labels: a hundred more that `rank` chose, or that lots drew, and a start from drawn faces."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from page_parts import joined, table
from study_parts import Runs, against, difference, differences, draw_runs, errors, estimate

from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.paired import Difference, paired_difference

KINDS = {
    "first": "50 labels",
    "random": "50 + 100 at random",
    "ranked": "50 + 100 that `rank` chose",
    "mixed": "50 + 50 that `rank` chose + 50 at random",
    "first_init": "50 labels, start from drawn faces",
    "drawn": "drawn faces alone",
    "folds": "50 labels, with `folds`",
}
PAIRS = (  # the second against the first
    ("random", "ranked"),
    ("random", "mixed"),
    ("first", "random"),
    ("first", "ranked"),
    ("first", "first_init"),
    ("random", "first_init"),
)
PICTURE = Path("pictures/few-labels.svg")  # below docs
EARLIER = Path(__file__).parent / "results" / "few-labels-earlier"  # the same, before some of it could go by lot


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    kinds = [kind for kind in KINDS if kind in runs]
    steps = runs[kinds[0]][0]["figures"]["training"]["steps"]
    return joined(
        "The recipe that `best` began with (`benchmarks/configs/strong.yaml`) on the quick network of width 8, "
        f"{steps:,} steps of 8, the last averaged weights, so that nothing is chosen, gradients scaled down to a norm "
        "of 10; "
        "224 pictures of LFPW test, crops from true points. The fifty labels are the same in every run. Of the other "
        "594 training pictures, `rank` chose a hundred by what the model of the same seed that knows only the fifty "
        "says of them: by its spread, as it is not calibrated, in crops from true points, the fifty given as "
        "`--labeled`. The hundred at random are others for each seed. A start from drawn faces (`network.init`) is "
        "from a network that was trained on nothing else, in as many steps; the released models have seen all 644 "
        "labels, so they cannot be asked. The study was planned with half as many steps on the paper's network: seven "
        "such runs were scored on the same test faces, hardly told fifty labels from more, and were given up for this "
        "one, with its gradients scaled down since one of them was undone by a batch. So these test faces were looked "
        "at before.",
        f"![NMSE of each run, with its interval]({PICTURE})",
        table(
            ["trained on", "seeds", "NMSE %"],
            [[KINDS[kind], len(runs[kind]), estimate(mean_of(errors(runs[kind])))] for kind in kinds],
        ),
        differences(runs, KINDS, PAIRS),
        hard_and_other(runs),
        repeated(runs),
        folds(runs),
    )


def in_a_line(runs: Runs) -> str:
    """What README says of few labels."""
    told = {kind: estimate(mean_of(errors(runs[kind]))) for kind in ("first", "first_init", "random", "ranked")}
    return (
        f"- **Fifty labels** of LFPW give, by our recipe as it was at first, NMSE {told['first']}, and "
        f"{told['first_init']} where the training starts from drawn faces; with a hundred more labels, drawn by lot, "
        f"{told['random']}. A hundred that [`rank`](docs/labeling.md#does-it-help) chose were worth no more: "
        f"{told['ranked']}. Three trainings each."
    )


def hard_and_other(runs: Runs) -> str:
    """What the hundred are worth on the faces that are hard, and on the others."""
    if not runs.keys() >= {"first", "random", "ranked"}:
        return ""
    hard, other = faces_by_difficulty(errors(runs["first"]))
    kinds = [kind for kind in ("random", "ranked", "mixed") if kind in runs]
    rows = []
    for kind in kinds:
        told = [KINDS[kind]]
        for faces in (hard, other):
            some, drawn = (errors(runs[of])[:, faces] for of in (kind, "random"))
            told.append(estimate(mean_of(some)))
            told.append("" if kind == "random" else difference(paired_difference(drawn, some, relative=True)))
        rows.append(told)
    return joined(
        f"**Hard faces and others.** The {len(hard)} test faces on which the models of fifty labels err most, the mean "
        f"of the three, and the other {len(other)}; differences are paired, from the hundred at random:",
        table(["trained on", "hard, NMSE %", "difference, %", "others, NMSE %", "difference, %"], rows),
    )


def repeated(runs: Runs) -> str:
    """The same trainings by an earlier state of the program."""
    before = defaultdict(list)
    for file in sorted(EARLIER.glob("*.json")):
        result = json.loads(file.read_text(encoding="utf-8"))
        before[result["run"]].append(result)
    kinds = [kind for kind in KINDS if kind in runs and kind in before]
    if not kinds:
        return ""
    return joined(
        "**All of it a second time.** When half by lot was added, the rest was trained again, with the same seeds, so "
        "that the program as it is now made all of it. Before, this had been found, [kept](../benchmarks/results/"
        f"{EARLIER.name}) as a measure of what a repetition moves; on the hard faces the hundred that `rank` chose had "
        f"then changed NMSE by {difference(on_hard_faces(before))} %, which the second time did not bear out:",
        table(
            ["trained on", "before, NMSE %", "difference from at random, %"],
            [
                [
                    KINDS[kind],
                    estimate(mean_of(errors(before[kind]))),
                    "" if kind in ("random", "drawn") else difference(against(before["random"], before[kind])),
                ]
                for kind in kinds
            ],
        ),
    )


def on_hard_faces(runs: Runs) -> Difference:
    """Of the hundred that `rank` chose from the hundred at random, in percent."""
    hard, _ = faces_by_difficulty(errors(runs["first"]))
    return paired_difference(errors(runs["random"])[:, hard], errors(runs["ranked"])[:, hard], relative=True)


def faces_by_difficulty(before: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of the tenth of the faces with the largest errors (S, N), means over S, and of the others."""
    order = np.argsort(-before.mean(axis=0), kind="stable")
    hard = len(order) // 10
    return order[:hard], order[hard:]


def folds(runs: Runs) -> str:
    """Whether what five networks say of the labels that they have not seen is true on test."""
    if "folds" not in runs:
        return ""
    figures = runs["folds"][0]["figures"]
    told, best = figures["out_of_fold"], figures["best"]
    held = " / ".join(f"{100 * part:.0f}" for part in best["certainty"]["coverage_of_own_radii"].values())
    return (
        f"`folds.count: 5` on the fifty labels: each judged by the one of five networks that was trained without it, "
        f"the error is {told['nmse_percent']:.2f} % ({told['interval'][0]:.2f} to {told['interval'][1]:.2f}, over the "
        f"fifty faces); that of the model that was trained on all fifty is {best['nmse_percent']:.2f} % "
        f"({best['interval'][0]:.2f} to {best['interval'][1]:.2f}) on test. The radii for 50 / 90 / 95 %, fitted to "
        f"the same out-of-fold errors and to no other label, hold {held} % of the test errors. One seed."
    )


def draw(runs: Runs, path: Path) -> None:
    names = {kind: name.replace("`", "") for kind, name in KINDS.items()}
    draw_runs(runs, names, lambda kind: "#b3541e" if kind == "ranked" else "#1f6f8b", path)
