"""The page's part on what ranks errors better: released files, or models that were trained by the softargmax loss."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import best_runs
import evidence_page
import numpy as np
from page_parts import joined, table
from study_parts import Results, Runs
from ways import HIDDEN, TRUE

WAYS = ("faces", "pooled", "within")
WORDS = ("over faces", "pooled", "within landmarks")
# trainings by the softargmax loss, without unlabeled pictures
OF_EVIDENCE = ("softargmax_w4", "softargmax_w4_dry", "softargmax", "softargmax_w16")
OF_BEST = ("eighth_softargmax",)
Row = tuple[str, list[float], list[float]]  # a name, its correlations by true points, and behind objects ([]: unknown)


def section(found: Mapping[str, Any], evidence: Runs, best: Runs) -> str:
    """The released files of each width above, the softargmax models of that width below; "" before any is measured."""
    ours, peaks = list(_released(found)), found["peaks"]["figures"]
    theirs = {measure: list(_softargmax(evidence, best, measure)) for measure in ("radius", "spread")}
    if not ours or not all(theirs.values()):
        return ""
    rows = [*ours, *_peaks(peaks), *theirs["radius"], *theirs["spread"]]
    return joined(
        "**Whose certainty ranks errors?** The radius of each released file, and radius and spread of models that were "
        "trained by the softargmax loss, on the same test faces: rank correlation with the error of the means over "
        "faces / pooled over all landmarks / within landmarks, in crops by true points, and where something is drawn "
        "before each face (empty: not measured). A radius is a spread that labels scaled, each region of the face by "
        "itself; so radius against radius compares alike.",
        "\n".join(
            f"- {how}, {_verdict(ours, rivals, column, measure)}"
            for column, how in ((1, "By true points"), (2, "Where something is drawn"))
            for measure, rivals in theirs.items()
        ),
        f"Of the files that give heatmaps the radius ranks errors better than the peak's height, {_above(peaks)} (no "
        "labels scaled the peaks); the peaks of the other trainings stand above.",
        table(
            ["", "true points", "something drawn"],
            [[name, _told(plain), _told(hidden)] for name, plain, hidden in rows],
        ),
    )


def _verdict(ours: Sequence[Row], theirs: Sequence[Row], column: int, measure: str) -> str:
    """The lowest radius of ours against the highest of theirs, in the three ways."""
    lowest, highest = (
        end([row[column] for row in rows if row[column]], axis=0) for end, rows in ((np.min, ours), (np.max, theirs))
    )
    above = [word for word, better in zip(WORDS, lowest > highest, strict=True) if better]
    where = "in all three" if len(above) == len(WAYS) else f"{' and '.join(above) or 'nowhere'} alone"
    return (
        f"the lowest radius, {_told(lowest)}, is above the highest {measure} of a softargmax model, {_told(highest)}, "
        f"{where}."
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


def _softargmax(evidence: Runs, best: Runs, measure: str) -> Iterator[Row]:
    for runs, kinds, names, recipe in (
        (evidence, OF_EVIDENCE, evidence_page.KINDS, "the paper's recipe"),
        (best, OF_BEST, best_runs.KINDS, "our recipe"),
    ):
        for kind in kinds:
            if kind in runs:
                plain, hidden = (_mean(runs[kind], of, measure) for of in ("certainty", "certainty_behind_objects"))
                yield f"{measure}, {recipe}: {names[kind]}", plain, hidden


def _mean(results: Results, measured: str, measure: str) -> list[float]:
    """Of the seeds; [] where any was not measured so."""
    of = [result["figures"]["best"].get(measured) for result in results]
    return [] if None in of else np.mean([[told[measure][way] for way in WAYS] for told in of], axis=0).tolist()


def _told(correlations: Iterable[float]) -> str:
    return " / ".join(f"{value:.3f}" for value in correlations)
