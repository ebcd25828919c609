"""The report on methods of several trainings: `laplace-landmarks compare --trainings 3 A* B* DATA --report DIR`."""

from laplace_landmarks.evaluation.bootstrap import LEVEL
from laplace_landmarks.evaluation.report.compare import (
    calibration_section_of,
    face_by_face,
    facts,
    lead,
    region_table,
    score_table,
    scores_in_words,
    spread_section_of,
)
from laplace_landmarks.evaluation.report.comparison import Comparison
from laplace_landmarks.evaluation.report.comparison_table import TRAINING_HEAD, noise_in_words, training_rows
from laplace_landmarks.evaluation.report.evaluate import provenance_section
from laplace_landmarks.evaluation.report.headline import ced_figure
from laplace_landmarks.evaluation.report.page import Figure, Page, Section, Table
from laplace_landmarks.evaluation.report.plots import Range, range_plot

INTERVALS = (
    f"Intervals hold what other trainings would give on other faces of the same kind with {100 * LEVEL:.0f} % "
    "certainty: faces are drawn, those of a picture together, and what seeds do is counted as wide as Student's "
    "distribution has it for so few."
)
LONG = 20  # letters of a name, above which its table needs the whole width
ALONE = "Pictures, heatmaps, sensitivity and speed are on the pages of single trainings: compare one of each method."


def report(comparison: Comparison, *, command: str) -> Page:
    """All that is told of methods that were trained several times; the others are held against the first."""
    noun, trainings = comparison.first.first.noun, comparison.trainings
    noise = noise_in_words(comparison)
    text = [*scores_in_words(comparison, boxes=False), f"{INTERVALS} {noise.partition('; ')[2].capitalize()}.", ALONE]
    sections = [
        Section("The scores", text, [score_table(comparison), _trainings_figure(comparison),
                                     _trainings_table(comparison), ced_figure(comparison.methods)]),
        Section(f"Errors over the {noun}", (), [region_table(comparison)]),
        *(
            Section(f"{other.name} against {comparison.first.name}, {noun} by {noun}",
                    ["Errors are means over the trainings."], face_by_face(comparison.first, other, found))
            for other, found in zip(comparison.methods[1:], comparison.against, strict=True)
        ),
        spread_section_of(trainings, pictures=False),
        calibration_section_of(trainings, pictures=False),
        provenance_section(trainings, command),
    ]  # fmt: skip
    title = f"{len(comparison.methods)} methods, {len(trainings)} trainings"
    return Page(title, lead(comparison), facts(comparison), sections)


def _trainings_figure(comparison: Comparison) -> Figure:
    """Every training a dot, every method its mean and interval."""
    ranges = []
    for method, error in zip(comparison.methods, comparison.errors, strict=True):
        if error is not None:
            dots = [judged.row.nmse_percent.value for judged in method.trainings if judged.row.nmse_percent]
            ranges.append(Range(method.name, error.value, error.low, error.high, dots))
    caption = (
        "Each dot is a training, on all faces that it found; the bar is the mean of a method, on those that all its "
        f"trainings found, with its {100 * LEVEL:.0f} % interval. Intervals of two methods may overlap where their "
        "paired difference is certain."
    )
    return Figure(range_plot(ranges, "NMSE, %"), caption)


def _trainings_table(comparison: Comparison) -> Table:
    cells = [cell[:1].upper() + cell[1:] for cell in TRAINING_HEAD]
    caption = "Each training by itself, on all faces that it found; these intervals are over faces alone."
    long = any(len(judged.name) > LONG for judged in comparison.trainings)
    return Table(cells, training_rows(comparison), caption, wide=long)
