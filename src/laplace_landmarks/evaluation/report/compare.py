"""The report on several methods of one training each: `laplace-landmarks compare A B C DATA --report DIR`."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from laplace_landmarks.evaluation.report.calibration import coverage_table, not_calibrated, promise_figure
from laplace_landmarks.evaluation.report.comparison import Against, Comparison, common
from laplace_landmarks.evaluation.report.comparison_table import OF_FILES, head, in_words, note, to_rows
from laplace_landmarks.evaluation.report.evaluate import OBJECTS, provenance_section
from laplace_landmarks.evaluation.report.faces import face_photo, heatmap_photos, key_of
from laplace_landmarks.evaluation.report.headline import ced_figure, protocol_in_words
from laplace_landmarks.evaluation.report.judged import Judged, length_in_words
from laplace_landmarks.evaluation.report.landmarks import error_limits, mean_face_figure, regions_figure
from laplace_landmarks.evaluation.report.method import Method
from laplace_landmarks.evaluation.report.page import Fact, Figure, Page, Photos, Section, Table
from laplace_landmarks.evaluation.report.plots import Curve, line_plot, scatter_plot
from laplace_landmarks.evaluation.report.sensitivity import sensitivity_figures
from laplace_landmarks.evaluation.report.speed import speed_section
from laplace_landmarks.evaluation.report.spread import ranking_table, rejection_figures, spread_figures

DISAGREE = 4  # faces shown of each pair
HEATMAPS = 4  # faces shown under the heatmaps of each model


def report(comparison: Comparison, *, command: str) -> Page:
    """All that is told of methods side by side; the others are held against the first. None has several trainings."""
    methods, first = comparison.trainings, comparison.first
    sections = [
        Section(
            "The scores",
            [*scores_in_words(comparison), f"{OF_FILES[:1].upper()}{OF_FILES[1:]}."],
            [score_table(comparison), ced_figure(comparison.methods), regions_figure(methods)],
        ),
        _regions(comparison),
        *(_pictures(first, *pair) for pair in zip(comparison.methods[1:], comparison.against, strict=True)),
        *_heatmaps(methods),
        spread_section_of(methods),
        calibration_section_of(methods),
        Section("Sensitivity to the box", (), sensitivity_figures(methods)),
        speed_section(methods),
        provenance_section(methods, command),
    ]
    return Page(f"{len(methods)} methods side by side", lead(comparison), facts(comparison), sections)


def lead(comparison: Comparison) -> str:
    """Which methods, and on what."""
    first = comparison.first.first
    names = " against ".join(method.name for method in comparison.methods)
    told = f"{names}, on {first.scores.data}: {len(first.labeled)} {first.noun}s."
    return told + (OBJECTS if not first.markup.is_face else "")


def facts(comparison: Comparison) -> list[Fact]:
    """The error of each method, and how it compares."""
    found = []
    for method, error, other in zip(comparison.methods, comparison.errors, [None, *comparison.against], strict=True):
        note = "the others are held against it"
        if other and other.overall:
            told = "" if other.overall.clear else "; not told from 0"
            note = f"{in_words(other.overall)} against {comparison.first.name}{told}"
        elif other:
            note = f"against {comparison.first.name}: not known"
        found.append(Fact(f"NMSE of {method.name}", "-" if error is None else f"{error.value:.2f} %", note))
    return found


def scores_in_words(comparison: Comparison, *, boxes: bool = True) -> list[str]:
    """What the errors are of, who errs less on how many faces, and how the crops were placed.

    boxes: whether the page has a section on other crops.
    """
    first = comparison.first.first
    text = [f"Errors are in percent of {length_in_words(first)}."]
    text += [
        f"{other.name} errs less than {comparison.first.name} on {other.nearer} of the {other.faces} {first.noun}s "
        "that both found."
        for other in comparison.against
    ]
    protocols = [{judged.scores.protocol: None for judged in method.trainings} for method in comparison.methods]
    for protocol in dict.fromkeys(chain.from_iterable(protocols)):
        named = [
            name
            for method, has in zip(comparison.methods, protocols, strict=True)
            for name in ([method.name] if list(has) == [protocol] else _placed_by(protocol, method))
        ]
        text.append(f"{', '.join(named)}: {protocol_in_words(protocol, boxes=boxes)}")
    return text


def _placed_by(protocol: str, method: Method) -> list[str]:
    """The trainings whose crops were placed so, of a method that has others, too."""
    return [judged.name for judged in method.trainings if judged.scores.protocol == protocol]


def score_table(comparison: Comparison) -> Table:
    """The table that the command prints."""
    cells = [cell[:1].upper() + cell[1:] for cell in head(comparison)]
    told = note(comparison)
    return Table(cells, to_rows(comparison), told[:1].upper() + told[1:] + ".", wide=True)


def region_table(comparison: Comparison) -> Table:
    """Every other method against the first, region by region."""
    names = list(dict.fromkeys(name for other in comparison.against for name in other.regions))
    rows = [(name, *(in_words(other.regions.get(name)) for other in comparison.against)) for name in names]
    caption = (
        f"Difference to {comparison.first.name} by region, in percent of its error, paired on the same faces, with "
        "95 % intervals; below 0 is better."
    )
    return Table(("Region", *(other.name for other in comparison.against)), rows, caption, wide=True)


def face_by_face(first: Method, other: Method, found: Against) -> list[Figure]:
    """The errors of one method against those of the first, in the mean of their trainings."""
    both = common([first, other])
    ours, theirs = (method.errors[:, both].mean(axis=0) for method in (first, other))
    difference = np.sort(theirs - ours)
    rank = 100 * (np.arange(len(difference)) + 0.5) / len(difference)
    zero = Curve([0, 100], [0, 0], colour="muted", dashes=(0, (4, 3)))
    return [
        Figure(
            scatter_plot(ours, theirs, f"NMSE of {first.name}, %", f"NMSE of {other.name}, %", diagonal=True),
            f"A dot is one {first.first.noun}; below the line {other.name} errs less.",
        ),
        Figure(
            line_plot([Curve(rank, difference), zero], "faces, %", "difference of NMSE, points"),
            f"The differences in order, in points of NMSE: {other.name} errs less where the curve is below 0, on "
            f"{found.nearer} of {found.faces} faces.",
        ),
    ]


def spread_section_of(methods: Sequence[Judged], pictures: bool = True) -> Section:
    """What spread, radius and peak know of the errors. pictures: with each training's points."""
    known = [judged for judged in methods if judged.spread is not None and judged.counted.any()]
    figures = [figure for judged in known for figure in spread_figures(judged, f"{judged.name}: ")] if pictures else []
    without = [f"{judged.name} tells no spread." for judged in methods if judged.spread is None]
    return Section("Spread against error", without, [*figures, *([ranking_table(known)] if known else [])])


def calibration_section_of(methods: Sequence[Judged], pictures: bool = True) -> Section:
    """What radii promise and hold. pictures: with what is gained by leaving out the least certain."""
    known = [judged for judged in methods if judged.spread is not None and judged.counted.any()]
    table, why = coverage_table(known)
    without = [judged for judged in known if judged.detector and judged.radii is None]
    text = [not_calibrated(without)] if without else []
    calibrated = [judged for judged in known if judged.radii is not None]
    figures = [promise_figure(calibrated)] if calibrated else []
    if pictures:
        figures += [figure for judged in known for figure in rejection_figures(judged, f"{judged.name}: ")]
    return Section("Calibration", [*text, *([why] if why else [])], [*([table] if table.rows else []), *figures])


def _regions(comparison: Comparison) -> Section:
    methods = comparison.trainings
    limits = error_limits(methods)
    faces = [mean_face_figure(judged, judged.name, limits) for judged in methods if judged.counted.any()]
    return Section(f"Errors over the {methods[0].noun}", (), [region_table(comparison), *faces])


def _pictures(one: Method, another: Method, found: Against) -> Section:
    """One method against the first, face by face."""
    both = common([one, another])
    first, other = one.first, another.first
    ours, theirs = first.of_faces[both], other.of_faces[both]
    order = np.argsort(theirs - ours, kind="stable")
    key = key_of(max(first, other, key=lambda judged: len(key_of(judged))))
    pairs = []
    for better, worse, chosen in ((first, other, order[::-1][:DISAGREE]), (other, first, order[:DISAGREE])):
        places = [int(np.flatnonzero(both)[number]) for number in chosen]
        places = [place for place in places if better.of_faces[place] < worse.of_faces[place]]
        photos = [face_photo(judged, place, f"{judged.name}, ") for place in places for judged in (first, other)]
        if photos:
            pairs.append(
                Photos(
                    photos,
                    f"Where {better.name} is nearer to the truth than {worse.name}, the greatest differences first",
                    key,
                    pairs=True,
                )
            )
    heading = f"{other.name} against {first.name}, {first.noun} by {first.noun}"
    return Section(heading, (), [*face_by_face(one, another, found), *pairs])


def _heatmaps(methods: Sequence[Judged]) -> list[Section]:
    """The same faces under the heatmaps of each model (Fig. 1 and Fig. 3 of the paper)."""
    shown = [judged for judged in methods if judged.has_heatmaps]
    order = [place for place in shown[0].ranked() if all(judged.counted[place] for judged in shown)] if shown else []
    if not order:
        return []
    chosen = [order[int(number)] for number in np.unique(np.linspace(0, len(order) - 1, HEATMAPS).round())]
    rows = [Photos(heatmap_photos(judged, chosen), judged.name, least=220) for judged in shown]
    text = (
        "The largest of all heatmaps at each pixel of the crop, the same faces for each model, from the smallest error "
        f"of {shown[0].name} to the largest. Brightness is relative to the face's highest peak."
    )
    return [Section("Heatmaps", [text], rows)]
