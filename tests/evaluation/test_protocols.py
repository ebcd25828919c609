"""A model scored from picture files to table."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.matching import match
from laplace_landmarks.evaluation.protocols import (
    MIRRORED,
    TRUE_BOX_CROPS,
    TRUE_POINT_CROPS,
    UPRIGHT_CROPS,
    WHOLE_PICTURES,
    predict_crops,
    predict_labeled,
    protocol_by,
    protocol_of,
)
from laplace_landmarks.evaluation.report.headline import protocol_in_words
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.outputs import read_predictions, write_predictions


@pytest.fixture
def labeled(tmp_path: Path, dots: Markup) -> LabeledSet:
    """Three pictures of coloured dots, larger from one to the next."""
    samples = []
    for scale in (2, 3, 4):
        points = scale * np.array([[20, 15], [30, 15], [25, 25], [20, 15]], np.float32)
        picture = np.zeros((50 * scale, 60 * scale, 3), np.uint8)
        for colour, (x, y) in enumerate(points[:3].astype(int)):
            picture[y - scale : y + scale + 1, x - scale : x + scale + 1, colour] = 255
        path = tmp_path / f"{scale}.png"
        write_picture(path, picture)
        samples.append(Sample(path.stem, path, points, np.ones(4, np.bool_)))
    return LabeledSet(dots, tuple(samples))


def test_a_model_finds_the_dots_and_its_file_scores_the_same(
    labeled: LabeledSet, tiny_model: Callable[..., Path], tmp_path: Path
) -> None:
    predictions = predict_labeled(LandmarkDetector(tiny_model(size=32)), labeled)
    write_predictions(tmp_path / "found.jsonl", predictions)
    read = match(labeled, read_predictions(tmp_path / "found.jsonl"))

    direct = score(labeled, predictions, model="tiny", data="dots", protocol=TRUE_POINT_CROPS)
    by_file = score(labeled, read, model="tiny", data="dots", protocol=TRUE_POINT_CROPS)

    row = direct.row("all", "inter_ocular")
    assert row.nmse_percent is not None
    assert row.nmse_percent.value < 5  # half a crop pixel is 28 / 32 / 2 = 0.44 of a distance of 10
    for one, other in zip(direct.faces, by_file.faces, strict=True):
        assert one.nmse_percent == pytest.approx(other.nmse_percent, abs=0.01)


def test_crops_of_labeled_pictures_are_placed_as_in_training(
    labeled: LabeledSet, tiny_model: Callable[..., Path]
) -> None:
    """By points, by boxes, or as whole pictures, and the protocol says which."""
    bare = Markup("bare", labeled.markup.names)
    whole = CropRule(32, box_factor=1.5, whole_picture=True)
    sides = {
        TRUE_POINT_CROPS: (tiny_model(size=32), 2.8 * 20),
        TRUE_BOX_CROPS: (tiny_model(markup=bare, size=32), 1.35 * 20),
        WHOLE_PICTURES: (tiny_model(markup=bare, size=32, crop=whole), 1.5 * 120),
    }
    for protocol, (model, side) in sides.items():
        detector = LandmarkDetector(model)
        assert protocol_of(detector.info) == protocol
        first = predict_labeled(detector, replace(labeled, markup=detector.info.markup))[0]  # twice as large as drawn
        assert first.crop is not None
        assert first.crop.side == pytest.approx(side)


def test_predictions_are_in_picture_pixels(labeled: LabeledSet, tiny_model: Callable[..., Path]) -> None:
    detector = LandmarkDetector(tiny_model(size=32))

    for sample, prediction in zip(labeled.samples, predict_labeled(detector, labeled), strict=True):
        assert prediction.crop is not None
        assert prediction.crop.side == pytest.approx(2.8 * (sample.landmarks[1, 0] - sample.landmarks[0, 0]))
        np.testing.assert_allclose(prediction.landmarks, sample.landmarks, atol=0.55 / prediction.crop.scale)


def test_spread_runs_along_the_axes_of_the_picture(
    labeled: LabeledSet, tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a crop that is turned by a right angle, the crop's x is the picture's y."""
    detector = LandmarkDetector(tiny_model(size=32))
    crops = labeled_crops(labeled, detector.info.crop)
    turned = replace(crops, crops=tuple(replace(crop, angle=90.0) for crop in crops.crops))
    of_crop = np.full((3, 4, 2), (1, 3), np.float32)
    monkeypatch.setattr(detector, "on_crops", lambda _: (np.zeros_like(of_crop), of_crop, None))

    for prediction in predict_crops(detector, labeled, turned):
        assert prediction.spread is not None
        assert prediction.crop is not None
        np.testing.assert_allclose(prediction.spread * prediction.crop.scale, [(3, 1)] * 4, rtol=1e-5)


def test_another_markup_is_refused(labeled: LabeledSet, tiny_model: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=r"finds 68 landmarks \(ibug68\), the labels have 4 \(dots\)"):
        predict_labeled(LandmarkDetector(tiny_model(markup=IBUG68)), labeled)


def test_crops_of_other_faces_are_refused(labeled: LabeledSet, tiny_model: Callable[..., Path]) -> None:
    detector = LandmarkDetector(tiny_model(size=32))
    crops = labeled_crops(labeled, detector.info.crop)
    with pytest.raises(InputError, match="3 crops do not belong to these 2 labeled faces"):
        predict_crops(detector, replace(labeled, samples=labeled.samples[:2]), crops)


@pytest.mark.parametrize(
    ("markup", "rule", "words"),
    [
        (IBUG68, CropRule(), TRUE_POINT_CROPS),
        (IBUG68, CropRule(upright=True), UPRIGHT_CROPS),
        (Markup("one", ("tip",)), CropRule(), TRUE_BOX_CROPS),
        (Markup("one", ("tip",)), CropRule(whole_picture=True), WHOLE_PICTURES),
    ],
)
def test_every_way_to_place_crops_is_told_on_pages(markup: Markup, rule: CropRule, words: str) -> None:
    assert protocol_by(rule, markup) == words
    assert ("turned" in protocol_in_words(words)) == rule.upright
    assert "file" not in protocol_in_words(words)
    assert protocol_in_words(words + MIRRORED) == (
        f"{protocol_in_words(words)} The network saw the mirror image of each crop, too; landmarks and spreads are the "
        "mean of both."
    )


def test_crops_that_are_turned_for_a_score_are_told_so_and_other_objects_refused(
    tiny_model: Callable[..., Path],
) -> None:
    info = LandmarkDetector(tiny_model()).info
    assert protocol_of(replace(info, markup=IBUG68), upright=True) == UPRIGHT_CROPS
    assert protocol_of(replace(info, markup=IBUG68), mirrored=True) == TRUE_POINT_CROPS + MIRRORED
    with pytest.raises(InputError, match="--upright turns crops of faces, which have five anchors; dots has 3"):
        protocol_of(info, upright=True)
