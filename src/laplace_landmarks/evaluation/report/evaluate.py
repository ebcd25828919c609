"""The report on one method: `laplace-landmarks evaluate --report DIR`."""

from collections.abc import Sequence
from datetime import UTC, datetime

from laplace_landmarks.evaluation import provenance
from laplace_landmarks.evaluation.report.calibration import calibration_section
from laplace_landmarks.evaluation.report.faces import faces_section, heatmaps_section
from laplace_landmarks.evaluation.report.headline import facts, score_section
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.landmarks import landmarks_section
from laplace_landmarks.evaluation.report.page import Page, Section, Table
from laplace_landmarks.evaluation.report.sensitivity import sensitivity_section
from laplace_landmarks.evaluation.report.speed import speed_section
from laplace_landmarks.evaluation.report.spread import spread_section
from laplace_landmarks.runtime.model_words import model_in_words

OBJECTS = " Where the text below says face, it means an object of the labels."
LIBRARIES = ("laplace-landmarks", "numpy", "opencv-python-headless", "onnxruntime")


def report(judged: Judged, *, command: str) -> Page:
    """All that is told of one method. command: the words that asked for it."""
    sections = [score_section(judged)]
    if judged.counted.any():
        sections += [
            landmarks_section(judged),
            faces_section(judged),
            heatmaps_section(judged),
            spread_section(judged),
            calibration_section(judged),
            sensitivity_section(judged),
        ]
    sections += [speed_section([judged]), provenance_section([judged], command)]
    lead = f"On {judged.scores.data}; {judged.scores.protocol}.{OBJECTS if not judged.markup.is_face else ''}"
    return Page(f"{judged.name}: errors on {len(judged.labeled)} {judged.noun}s", lead, facts(judged), sections)


def provenance_section(methods: Sequence[Judged], command: str) -> Section:
    """What it takes to make these numbers again, and what the model files say of themselves."""
    first = methods[0]
    versions = provenance.versions(*LIBRARIES)
    names = provenance.hash_of(sample.name for sample in first.labeled.samples)
    rows = [
        ("Data", first.scores.data),
        (f"{first.noun.capitalize()}s", f"{len(first.labeled)}; hash of their names {names}"),
        ("Landmarks", f"{len(first.markup)} ({first.markup.name})"),
        ("Command", command),
        ("Commit", provenance.commit() or "not run from a checkout"),
        ("Versions", ", ".join(f"{name} {number}" for name, number in versions.items())),
        ("Processor", provenance.processor()),
        ("Date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
    ]
    tables = [Table((), rows, "This report", wide=True, words=True), *map(_said, methods)]
    return Section("Where these numbers come from", (), tables)


def _said(judged: Judged) -> Table:
    if judged.detector is None:
        rows = [("File", str(judged.file)), ("Kind", "predictions of any method")]
        return Table((), rows, judged.name, wide=True, words=True)
    told = model_in_words(judged.detector.info, judged.file)
    rows = [(subject.capitalize(), words) for subject, words in told.items()]
    return Table((), rows, f"What {judged.name} says of itself", wide=True, words=True)
