"""The page's part on what ranks errors better: the radius of a released file, or a softargmax model's spread."""

from collections.abc import Iterator, Mapping
from typing import Any

import best_runs
import evidence_page
import numpy as np
from page_parts import joined, table
from study_parts import Results, Runs
from ways import HIDDEN, TRUE

WAYS = ("faces", "pooled", "within")
# trainings by the softargmax loss, without unlabeled pictures
OF_EVIDENCE = ("softargmax_w4", "softargmax_w4_dry", "softargmax", "softargmax_w16")
OF_BEST = ("eighth_softargmax",)
Row = tuple[str, list[float], list[float]]  # a name, its correlations by true points, and behind objects ([]: unknown)


def section(found: Mapping[str, Any], evidence: Runs, best: Runs) -> str:
    """The released files of each width above, the softargmax models of that width below; "" before any is measured."""
    ours, theirs, peaks = list(_released(found)), list(_softargmax(evidence, best)), found["peaks"]["figures"]
    if not ours or not theirs:
        return ""
    lowest, highest = np.min([plain for _, plain, _ in ours], axis=0), np.max([plain for _, plain, _ in theirs], axis=0)
    verdict = (
        "In all three the lowest radius is above the highest spread of a softargmax model"
        if (lowest > highest).all()
        else "Not every radius is above every spread of a softargmax model"
    )
    return joined(
        "**Whose certainty ranks errors?** The radius of each released file, and the spread of the heatmaps of models "
        "that were trained by the softargmax loss, on the same test faces: rank correlation with the error of the "
        "means over faces / pooled over all landmarks / within landmarks, in crops by true points, and where "
        f"something is drawn before each face (empty: not measured). {verdict}: {_told(lowest)} against "
        f"{_told(highest)}. Of the files that give heatmaps the radius ranks errors better than the peak's height, "
        f"{_above(peaks)}; the peaks of the other trainings stand above.",
        table(
            ["", "true points", "something drawn"],
            [[name, _told(plain), _told(hidden)] for name, plain, hidden in [*ours, *_peaks(peaks), *theirs]],
        ),
    )


def _released(found: Mapping[str, Any]) -> Iterator[Row]:
    results = [result for name, result in found.items() if name.startswith("released-")]
    for result in sorted(results, key=lambda result: result["figures"]["files"][""]["bytes"]):
        for variant, file in result["figures"]["files"].items():
            told = file["rank correlation of radius and error"]
            name = f"{result['model']['name']}{f'-{variant}' if variant else ''}"
            plain, hidden = ([told[how][way] for way in WAYS] for how in (TRUE, HIDDEN))
            yield f"radius of `{name}`", plain, hidden


def _peaks(figures: Mapping[str, Any]) -> Iterator[Row]:
    for name, measured in figures.items():
        plain, hidden = ([measured[how]["peak"][way] for way in WAYS] for how in (TRUE, HIDDEN))
        yield f"peak of `{name}`", plain, hidden


def _above(figures: Mapping[str, Any]) -> str:
    """In how many comparisons of a file's radius and its own peak the radius ranks errors better."""
    better = [how["radius"][way] > how["peak"][way] for measured in figures.values() for how in measured.values()
              for way in WAYS]  # fmt: skip
    return "in every comparison" if all(better) else f"in {sum(better)} of {len(better)} comparisons"


def _softargmax(evidence: Runs, best: Runs) -> Iterator[Row]:
    for runs, kinds, names, recipe in (
        (evidence, OF_EVIDENCE, evidence_page.KINDS, "the paper's recipe"),
        (best, OF_BEST, best_runs.KINDS, "our recipe"),
    ):
        for kind in kinds:
            if kind in runs:
                plain, hidden = (_mean(runs[kind], of) for of in ("certainty", "certainty_behind_objects"))
                yield f"spread, {recipe}: {names[kind]}", plain, hidden


def _mean(results: Results, measured: str) -> list[float]:
    """Of the seeds; [] where any was not measured so."""
    of = [result["figures"]["best"].get(measured) for result in results]
    return [] if None in of else np.mean([[told["spread"][way] for way in WAYS] for told in of], axis=0).tolist()


def _told(correlations: list[float]) -> str:
    return " / ".join(f"{value:.3f}" for value in correlations)
