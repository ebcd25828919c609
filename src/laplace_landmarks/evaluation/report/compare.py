"""The report on several methods: `laplace-landmarks compare A B C DATA --report DIR`."""

from collections.abc import Sequence

import numpy as np

from laplace_landmarks.evaluation.report.calibration import coverage_table, not_calibrated, promise_figure
from laplace_landmarks.evaluation.report.comparison import NOTE, Against, common, head, in_words, to_rows
from laplace_landmarks.evaluation.report.evaluate import OBJECTS, provenance_section
from laplace_landmarks.evaluation.report.faces import face_photo, heatmap_photos, key_of
from laplace_landmarks.evaluation.report.headline import ced_figure, protocol_in_words
from laplace_landmarks.evaluation.report.judged import Judged, length_in_words
from laplace_landmarks.evaluation.report.landmarks import error_limits, mean_face_figure, regions_figure
from laplace_landmarks.evaluation.report.page import Fact, Figure, Page, Photos, Section, Table
from laplace_landmarks.evaluation.report.plots import Curve, line_plot, scatter_plot
from laplace_landmarks.evaluation.report.sensitivity import sensitivity_figures
from laplace_landmarks.evaluation.report.speed import speed_section
from laplace_landmarks.evaluation.report.spread import ranking_table, rejection_figures, spread_figures

DISAGREE = 4  # faces shown of each pair
HEATMAPS = 4  # faces shown under the heatmaps of each model


def report(methods: Sequence[Judged], against: Sequence[Against], *, command: str) -> Page:
    """All that is told of methods side by side; the others are held against the first."""
    first = methods[0]
    sections = [
        _scores(methods, against),
        _regions(methods, against),
        *(_pictures(first, other, found) for other, found in zip(methods[1:], against, strict=True)),
        *_heatmaps(methods),
        _spread(methods),
        _calibration(methods),
        Section("Sensitivity to the box", (), sensitivity_figures(methods)),
        speed_section(methods),
        provenance_section(methods, command),
    ]
    names = " against ".join(judged.name for judged in methods)
    lead = f"{names}, on {first.scores.data}: {len(first.labeled)} {first.noun}s."
    lead += OBJECTS if not first.markup.is_face else ""
    return Page(f"{len(methods)} methods side by side", lead, _facts(methods, against), sections)


def _facts(methods: Sequence[Judged], against: Sequence[Against]) -> list[Fact]:
    facts = []
    for judged, other in zip(methods, [None, *against], strict=True):
        error = judged.row.nmse_percent
        note = "the others are held against it"
        if other and other.overall:
            told = "" if other.overall.clear else "; not told from 0"
            note = f"{in_words(other.overall)} against {methods[0].name}{told}"
        elif other:
            note = f"against {methods[0].name}: not known"
        facts.append(Fact(f"NMSE of {judged.name}", "-" if error is None else f"{error.value:.2f} %", note))
    return facts


def _scores(methods: Sequence[Judged], against: Sequence[Against]) -> Section:
    first = methods[0]
    text = [f"Errors are in percent of {length_in_words(first)}."]
    text += [
        f"{other.name} errs less than {first.name} on {other.nearer} of the {other.faces} {first.noun}s that both "
        "found."
        for other in against
    ]
    for protocol in dict.fromkeys(judged.scores.protocol for judged in methods):
        named = ", ".join(judged.name for judged in methods if judged.scores.protocol == protocol)
        text.append(f"{named}: {protocol_in_words(protocol)}")
    table = Table(
        [cell[:1].upper() + cell[1:] for cell in head()],
        to_rows(methods, against),
        NOTE[:1].upper() + NOTE[1:] + ".",
        wide=True,
    )
    return Section("The scores", text, [table, ced_figure(methods), regions_figure(methods)])


def _regions(methods: Sequence[Judged], against: Sequence[Against]) -> Section:
    names = list(dict.fromkeys(name for other in against for name in other.regions))
    rows = [(name, *(in_words(other.regions.get(name)) for other in against)) for name in names]
    caption = (
        f"Difference to {methods[0].name} by region, in percent of its error, paired on the same faces, with 95 % "
        "intervals; below 0 is better."
    )
    limits = error_limits(methods)
    faces = [mean_face_figure(judged, judged.name, limits) for judged in methods if judged.counted.any()]
    table = Table(("Region", *(other.name for other in against)), rows, caption, wide=True)
    return Section(f"Errors over the {methods[0].noun}", (), [table, *faces])


def _pictures(first: Judged, other: Judged, found: Against) -> Section:
    """One method against the first, face by face."""
    both = common([first, other])
    ours, theirs = first.of_faces[both], other.of_faces[both]
    difference = np.sort(theirs - ours)
    rank = 100 * (np.arange(len(difference)) + 0.5) / len(difference)
    zero = Curve([0, 100], [0, 0], colour="muted", dashes=(0, (4, 3)))
    figures = [
        Figure(
            scatter_plot(ours, theirs, f"NMSE of {first.name}, %", f"NMSE of {other.name}, %", diagonal=True),
            f"A dot is one {first.noun}; below the line {other.name} errs less.",
        ),
        Figure(
            line_plot([Curve(rank, difference), zero], "faces, %", f"{other.name} minus {first.name}, points"),
            f"The differences in order, in points of NMSE: {other.name} errs less where the curve is below 0, on "
            f"{found.nearer} of {found.faces} faces.",
        ),
    ]
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
    return Section(f"{other.name} against {first.name}, {first.noun} by {first.noun}", (), [*figures, *pairs])


def _heatmaps(methods: Sequence[Judged]) -> list[Section]:
    """The same faces under the heatmaps of each model (Fig. 1 and Fig. 3 of the paper)."""
    shown = [judged for judged in methods if judged.has_heatmaps]
    order = [place for place in shown[0].ranked() if common(shown)[place]] if shown else []
    if not order:
        return []
    chosen = [order[int(number)] for number in np.unique(np.linspace(0, len(order) - 1, HEATMAPS).round())]
    rows = [Photos(heatmap_photos(judged, chosen), judged.name, least=220) for judged in shown]
    text = (
        "The largest of all heatmaps at each pixel of the crop, the same faces for each model, from the smallest error "
        f"of {shown[0].name} to the largest. Brightness is relative to the face's highest peak."
    )
    return [Section("Heatmaps", [text], rows)]


def _spread(methods: Sequence[Judged]) -> Section:
    known = [judged for judged in methods if judged.spread is not None and judged.counted.any()]
    figures = [figure for judged in known for figure in spread_figures(judged, f"{judged.name}: ")]
    without = [f"{judged.name} tells no spread." for judged in methods if judged.spread is None]
    return Section("Spread against error", without, [*figures, *([ranking_table(known)] if known else [])])


def _calibration(methods: Sequence[Judged]) -> Section:
    known = [judged for judged in methods if judged.spread is not None and judged.counted.any()]
    table, why = coverage_table(known)
    text = [not_calibrated(judged) for judged in known if judged.detector and judged.radii is None]
    calibrated = [judged for judged in known if judged.radii is not None]
    figures = [promise_figure(calibrated)] if calibrated else []
    figures += [figure for judged in known for figure in rejection_figures(judged, f"{judged.name}: ")]
    return Section("Calibration", [*text, *([why] if why else [])], [*([table] if table.rows else []), *figures])
