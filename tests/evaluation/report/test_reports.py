"""Whole reports, of every kind of method: they are well formed, load nothing, and say what the scores say."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.report.faces import faces_section
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Photos
from laplace_landmarks.runtime.outputs import Prediction

Words = Callable[..., str]


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
