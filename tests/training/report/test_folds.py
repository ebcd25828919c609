"""What a run's page tells of folds."""

from collections.abc import Callable
from dataclasses import replace

from laplace_landmarks.evaluation.paired import Difference
from laplace_landmarks.evaluation.report.page import Table
from laplace_landmarks.training.outcome import Guard, Outcome, write_outcome
from laplace_landmarks.training.report.folds import folds_fact, folds_section
from laplace_landmarks.training.report.standing import Standing
from laplace_landmarks.training.report.writing import page_of

from .conftest import FACTS, train_line

OUTCOME = Outcome(
    folds=5, split=FACTS["split"], nmse_percent=6.0, interval=(2.0, 9.5),
    errors_percent={f"face {number}": float(number) for number in range(12)},
    guard=Guard(7.0, 6.0, Difference(1.0, -0.5, 2.5, 2.0), kept=False),
    calibration={"levels": [0.5, 0.9], "coverage": [0.512, 0.88]},
)  # fmt: skip


def test_the_number_comes_first_where_the_labels_are_the_same(standing: Callable[..., Standing]) -> None:
    run = standing(train_line(10), settings={"folds.count": 5}, facts={})
    run.folder.mkdir()
    assert page_of(run).facts[0].name == "Step"

    write_outcome(OUTCOME, run.folder)

    page = page_of(run)
    assert (page.facts[0].name, page.facts[0].value) == ("Out-of-fold NMSE", "6.00 %")
    assert page.sections[0].heading == "Folds"
    write_outcome(replace(OUTCOME, split="of other labels"), run.folder)
    assert page_of(run).facts[0].name == "Step"


def test_words_and_worst_labels() -> None:
    assert folds_fact(OUTCOME).note == "95 %: 2.00 to 9.50; 12 objects, each by a network without it"
    section = folds_section(OUTCOME)
    whole = " ".join(section.text)
    assert "dealt into 5 parts" in whole
    assert "Out-of-fold NMSE 6.00 % (2.00 to 9.50) of 12 objects, each judged by" in whole
    assert "Unlabeled pictures do not help" in whole
    assert "which may be chance; left out" in whole
    assert "those for 50 % held 51.2 %, 90 % held 88.0 %." in whole
    (table,) = section.parts
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [f"face {number}" for number in range(11, 1, -1)]

    plain = folds_section(replace(OUTCOME, guard=None, calibration=None))
    assert len(plain.text) == 1
