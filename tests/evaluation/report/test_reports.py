"""Whole reports, of every kind of method: they are well formed, load nothing, and say what the scores say."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.calibration import calibrate, cross_validate, measure
from laplace_landmarks.evaluation.report import speed
from laplace_landmarks.evaluation.report.compare import report as report_on_several
from laplace_landmarks.evaluation.report.comparison import Comparison, compare
from laplace_landmarks.evaluation.report.comparison_table import to_json, to_rows, to_table
from laplace_landmarks.evaluation.report.evaluate import report as report_on_one
from laplace_landmarks.evaluation.report.faces import faces_section
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.method import alone
from laplace_landmarks.evaluation.report.page import Photos, Table, render
from laplace_landmarks.evaluation.report.speed import speed_section
from laplace_landmarks.evaluation.speed.interleaved import Timing
from laplace_landmarks.runtime.model_file import write_calibration
from laplace_landmarks.runtime.outputs import Prediction

Words = Callable[..., str]


def compared(*methods: Judged) -> Comparison:
    """Methods of one training each."""
    return compare([alone(judged) for judged in methods])


@pytest.fixture
def words_of(checked: Callable[[str], Any]) -> Words:
    """The words of the report on one method or several, once it is known to be well formed."""

    def words(*methods: Judged) -> str:
        if len(methods) == 1:
            page = report_on_one(methods[0], command="the command")
        else:
            page = report_on_several(compared(*methods), command="the command")
        return " ".join("".join(checked(render(page)).words).split())

    return words


@pytest.fixture(scope="module")
def calibrated(
    tiny_judged: Judged,
    faces: LabeledSet,
    tmp_path_factory: pytest.TempPathFactory,
    judged_model: Callable[..., Judged],
) -> Judged:
    found = [prediction for prediction in tiny_judged.predictions if prediction is not None]
    measured = measure(faces, found)
    fitted = calibrate(measured, IBUG68, cross_validate(measured, IBUG68), data="drawn", protocol="by hand")
    model = tmp_path_factory.mktemp("calibrated") / "calibrated.onnx"
    write_calibration(shutil.copy(tiny_judged.file, model), fitted, model)
    return judged_model(model, faces, "calibrated")


def test_the_report_says_what_the_scores_say(tiny_judged: Judged, words_of: Words) -> None:
    said = words_of(tiny_judged)

    for row in tiny_judged.scores.rows:
        assert row.nmse_percent is not None
        assert f"{row.nmse_percent.value:.2f}" in said
        assert f"{row.nmse_percent.low:.2f} to {row.nmse_percent.high:.2f}" in said
    for told in (
        "An NMSE of", "the distance between the outer eye corners", "Crops are placed by the true landmarks",
        "is not calibrated", f"calibrate {tiny_judged.file} DATA", "12 faces, evenly chosen", "spread, calibrated here",
        "the command", "68 (ibug68)", "CC0", f"{tiny_judged.file.stat().st_size:,}", "heatmap's peak", "00: ",
    ):  # fmt: skip
        assert told in said, told


def test_the_report_on_a_calibrated_model(calibrated: Judged, words_of: Words) -> None:
    said = words_of(calibrated)

    assert "The file's radii were fitted to 12 faces (drawn; by hand;" in said
    assert "the file's radius" in said
    assert "as promised" in said
    assert "radius meant to hold 90 %" in said
    assert "is not calibrated" not in said


def test_a_model_without_heatmaps_of_other_landmarks_on_two_faces(
    tiny_model: Callable[..., Path], two_dots: LabeledSet, judged_model: Callable[..., Judged], words_of: Words
) -> None:
    judged = judged_model(tiny_model(outputs=("landmarks", "spread")), two_dots)

    said = words_of(judged)

    assert "This model file gives no heatmaps" in said
    assert "No calibration on these faces: 2 labeled faces are too few" in said
    assert "the distance between 'red' and 'green'" in said
    assert "<b>&: " in said  # as text: the page was checked to have no such element
    assert "heatmap's peak" not in said


def test_predictions_without_a_spread_and_with_a_face_missing(
    faces: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction], words_of: Words
) -> None:
    found: list[Prediction | None] = [off_by(sample, 1) for sample in faces.samples]
    judged = judged_predictions(faces, [None, *found[1:]])

    said = words_of(judged)

    assert "1 of them not found" in said
    assert "These predictions have no spread" in said
    assert "Predictions come from a file" in said


@pytest.mark.parametrize(
    ("count", "best", "middling", "worst"),
    [(1, "", "", "0"), (2, "0", "", "1"), (3, "0", "1", "2"), (7, "01", "234", "65"), (10, "012", "456", "987")],
)
def test_few_faces_are_shared_out(
    faces: LabeledSet,
    judged_predictions: Callable[..., Judged],
    off_by: Callable[..., Prediction],
    count: int,
    best: str,
    middling: str,
    worst: str,
) -> None:
    some = LabeledSet(faces.markup, faces.samples[:count])
    judged = judged_predictions(some, [off_by(sample, 1) for sample in some.samples])
    judged = replace(judged, percent=np.arange(count)[:, None] * np.ones((1, len(IBUG68))))  # in their order

    shown = {
        part.caption: [some_name(photo.caption) for photo in part.photos]
        for part in faces_section(judged).parts
        if isinstance(part, Photos)
    }

    words = ("The smallest errors (NMSE)", "Around the median", "The largest errors")
    names = [sample.name for sample in some.samples]
    wanted = {word: [names[int(place)] for place in places] for word, places in zip(words, (best, middling, worst),
              strict=True) if places}  # fmt: skip
    assert shown == wanted


def some_name(caption: str) -> str:
    return caption.partition(":")[0]


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


def test_nothing_found_is_a_report_too(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], words_of: Words
) -> None:
    assert "No object was found, so there is no error to tell of" in words_of(
        judged_predictions(two_dots, [None, None])
    )


def test_landmarks_without_regions_edges_or_a_normaliser(
    two_dots: LabeledSet, judged_predictions: Callable[..., Judged], off_by: Callable[..., Prediction], words_of: Words
) -> None:
    bare = LabeledSet(Markup("bare", two_dots.markup.names), two_dots.samples)
    judged = judged_predictions(bare, [off_by(sample, 1, spread=1) for sample in bare.samples])
    said = words_of(judged)
    assert "the square root of the area of the box" in said
    assert "Error in pixels" in said
    assert "1.00 px" in said
    assert "in the pictures as they are 1.00 (median 1.00)" in said
    assert "errors on 2 objects" in said
    assert "Errors over the object" in said


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
