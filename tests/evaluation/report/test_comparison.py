"""Methods of one training each side by side: what the page says is what the differences are."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.report import speed
from laplace_landmarks.evaluation.report.comparison import Comparison, compare
from laplace_landmarks.evaluation.report.comparison_table import to_json, to_rows, to_table
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.method import alone
from laplace_landmarks.evaluation.report.page import Table
from laplace_landmarks.evaluation.report.speed import speed_section
from laplace_landmarks.evaluation.speed.interleaved import Timing
from laplace_landmarks.runtime.outputs import Prediction

Words = Callable[..., str]


def compared(*methods: Judged) -> Comparison:
    """Methods of one training each."""
    return compare([alone(judged) for judged in methods])


def test_what_was_not_found_counts_as_a_failure_and_is_told_to(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    found = [off_by(sample, 0.1) for sample in two_dots.samples]
    whole = judged_predictions(two_dots, [*found], "whole")
    half = judged_predictions(two_dots, [found[0], None], "half")

    assert "what was not found" not in to_table(compared(whole, replace(whole, name="again")))
    said = to_table(compared(whole, half))
    assert "AUC and FR count what was not found as failures" in said
    (row,) = [line.split() for line in said.splitlines() if line.startswith("half")]
    assert row[1:4] == ["1", "of", "2"]
    assert "50.0" in row  # percent of failures: the face that was not found


def test_one_model_alone_has_nothing_to_be_held_against(tiny_judged: Judged) -> None:
    (table,) = speed_section([tiny_judged]).parts
    assert isinstance(table, Table)
    assert len(table.head) == len(table.rows[0]) == 7
    assert "turns" not in table.caption


def test_models_are_timed_in_turns(tiny_judged: Judged, calibrated: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    timed = []

    def in_turns(works: Sequence[Callable[[], object]], seconds: float) -> tuple[Timing, ...]:
        timed.append((len(works), seconds))
        return tuple(Timing(2.0 * ratio, 9.0, ratio, ratio, 7) for ratio in (1.0, 1.5))

    monkeypatch.setattr(speed, "interleaved", in_turns)
    (table,) = speed_section([tiny_judged, calibrated]).parts

    assert timed == [(2, 2 * speed.SECONDS)]
    assert isinstance(table, Table)
    assert table.head[-3:] == ("ms a crop", "Fastest run", "Against tiny")
    assert [row[-3:] for row in table.rows] == [("2.00", "1.00", "-"), ("3.00", "1.50", "1.50")]


def test_several_methods_side_by_side(
    tiny_judged: Judged,
    calibrated: Judged,
    faces: LabeledSet,
    judged_predictions: Callable[..., Judged],
    off_by: Callable[..., Prediction],
    words_of: Words,
) -> None:
    found: list[Prediction | None] = [off_by(sample, 1.5) for sample in faces.samples]
    others = judged_predictions(faces, [None, *found[1:]])
    methods = [tiny_judged, calibrated, others]
    comparison = compared(*methods)
    against = comparison.against

    said = words_of(*methods)

    assert against[0].overall is not None
    assert (against[0].overall.value, against[0].nearer) == (0, 0)  # the same network
    assert against[1].overall is not None
    assert against[1].overall.value < 0
    assert (against[1].faces, against[1].nearer) == (11, 11)
    value = against[1].overall.value
    for told in (
        f"{value:+.1f} %", "others errs less than tiny on 11 of the 11 faces that both found", "others tells no spread",
        "tiny is not calibrated", "calibrated: the file's radius", "3 methods side by side",
        "others is nearer to the truth than tiny", "NMSE against scale of the crop; 12 faces",
        "Reliability: the share of errors", "The models took turns", "Against tiny",
    ):  # fmt: skip
        assert told in said, told
    table = to_table(comparison)
    assert f"{value:+.1f} %" in table
    assert "11 of 12" in table
    document = json.loads(to_json(comparison))
    assert document["first"] == "tiny"
    assert document["against_first"][1]["overall"]["value"] == value
    assert set(document["against_first"][1]["regions"]) == set(IBUG68.regions)
    assert [len(method["faces"]) for method in document["methods"]] == [12, 12, 12]


def test_two_methods_on_two_faces(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction], words_of: Words
) -> None:
    right, left = ([off_by(sample, pixels) for sample in two_dots.samples] for pixels in (2, -1))
    methods = [judged_predictions(two_dots, [*right], "right"), judged_predictions(two_dots, [*left], "left")]

    (against,) = compared(*methods).against

    assert against.overall is not None
    assert against.overall.value == pytest.approx(-50)
    assert "-50.0 % (-50.0 to -50.0)" in words_of(*methods)
    assert "left against right, object by object" in words_of(*methods)


def test_two_methods_on_one_face_are_not_told_apart(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction], words_of: Words
) -> None:
    lone = LabeledSet(two_dots.markup, two_dots.samples[:1])
    methods = [judged_predictions(lone, [off_by(lone.samples[0], by)], str(by)) for by in (2, 1)]

    assert "-50.0 % (-) against 2; not told from 0" in words_of(*methods)
    assert to_rows(compared(*methods))[1][3:6] == ("-", "-50.0 % (-)", "-")


def test_faces_of_one_picture_are_compared_together(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction]
) -> None:
    """Four copies of a face, 2 off and then 1 off, in one picture, and one, 1 off both times, in another."""
    face, other = two_dots.samples[0], replace(two_dots.samples[0], picture=two_dots.samples[1].picture)
    some = LabeledSet(two_dots.markup, (face, face, face, face, other))
    before, after = ([off_by(sample, by) for sample, by in zip(some.samples, pixels, strict=True)]
                     for pixels in ([2, 2, 2, 2, 1], [1] * 5))  # fmt: skip

    (against,) = compared(judged_predictions(some, before, "before"), judged_predictions(some, after, "after")).against

    assert against.overall is not None
    assert against.overall.value == pytest.approx(100 * (5 / 9 - 1))
    assert (against.overall.low, against.overall.high) == pytest.approx((-50, 0))  # either picture drawn alone


def test_nothing_is_relative_to_no_error(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction], words_of: Words
) -> None:
    exact = judged_predictions(two_dots, [off_by(sample, 0) for sample in two_dots.samples], "exact")
    others = judged_predictions(two_dots, [off_by(sample, 1) for sample in two_dots.samples])

    (against,) = compared(exact, others).against

    assert against.overall is None
    assert np.isfinite(others.of_faces).all()
    assert "not known" in words_of(exact, others)
