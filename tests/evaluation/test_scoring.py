"""Scores of a handful of faces, worked by hand, and the table they make."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.scoring import Scores, score, subsets_of
from laplace_landmarks.evaluation.table import to_table
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.outputs import Prediction

EYES = Markup("eyes", ("right", "left", "nose"), normaliser=((0,), (1,)))
TRUTH = np.array([[0, 0], [100, 0], [50, 50]], np.float32)
SEEN = np.ones(3, np.bool_)


def face(name: str, subset: str = "", visible: np.ndarray = SEEN) -> Sample:
    return Sample(name, Path(f"{name}.jpg"), TRUTH * visible[:, None], visible, None, subset)


def off_by(pixels: float, spread: float | None = None, side: float | None = None) -> Prediction:
    """Every landmark so many pixels to the right."""
    return Prediction(
        "a.jpg",
        TRUTH + np.array([pixels, 0], np.float32),
        spread=None if spread is None else np.full((3, 2), spread, np.float32),
        crop=None if side is None else Crop(50, 25, side, 80),
    )


def scored(samples: list[Sample], predictions: list[Prediction | None]) -> Scores:
    return score(LabeledSet(EYES, tuple(samples)), predictions, model="tiny", data="faces", protocol="by hand")


def test_a_score_by_hand() -> None:
    scores = scored([face(name) for name in "abcd"], [off_by(2), off_by(4), off_by(9), None])

    row = scores.row("all", "inter_ocular")
    assert (row.faces, row.missing, row.left_out) == (4, 1, 0)
    assert row.nmse_percent is not None
    assert row.nmse_percent.value == pytest.approx(5)  # (2 + 4 + 9) / 3 %, the missing one aside
    assert 2 <= row.nmse_percent.low < 5 < row.nmse_percent.high <= 9
    assert row.auc_percent[8].value == pytest.approx(100 * (6 + 4 + 0 + 0) / (4 * 8))
    assert row.auc_percent[10].value == pytest.approx(100 * (8 + 6 + 1 + 0) / (4 * 10))
    assert row.failure_percent[8].value == 50
    assert row.failure_percent[10].value == 25  # the missing one
    # Wilson's interval: middle (0.5 + 3.841459 / 8) / (1 + 3.841459 / 4) = 0.5, reach 1.959964 / sqrt(4 (4 + 3.841459))
    assert (row.failure_percent[8].low, row.failure_percent[8].high) == pytest.approx((15.004, 84.996), abs=1e-3)
    assert scores.missing == ("d",)
    assert scores.faces[1].nmse_percent["inter_ocular"] == pytest.approx(4)
    assert scores.faces[3].nmse_percent == {}
    assert row.error_pixels_mean == pytest.approx(5)
    assert row.error_pixels_median == pytest.approx(4)
    assert [face.error_pixels for face in scores.faces] == [2, 4, 9, None]
    assert "error in pixels of the pictures: mean 5.00, median 4.00 over the 3 found" in to_table(scores).splitlines()
    assert "mean offset from the labels in pixels of the pictures: x +5.00 (" in to_table(scores), "all to the right"


def test_an_error_in_pixels_needs_no_length_to_divide_by() -> None:
    """A face without an eye is left out of the NMSE alone."""
    blind = replace(face("b"), visible=np.array([False, True, True]))
    shown = replace(face("d"), visible=np.zeros(3, np.bool_))  # found, but no label tells how well

    scores = scored([face("a"), blind, face("c"), shown], [off_by(2), off_by(4), None, off_by(9)])

    row = scores.row("all", "inter_ocular")
    assert (row.faces, row.missing, row.left_out) == (2, 1, 2)
    assert (row.error_pixels_mean, row.error_pixels_median) == (pytest.approx(3), pytest.approx(3))
    assert "error in pixels of the pictures: mean 3.00, median 3.00 over the 2 found" in to_table(scores).splitlines()


def test_faces_of_one_picture_are_drawn_together() -> None:
    """A picture of three faces, 4 % off, and one of one face without an error: half of the draws are of one alone."""
    samples = [face("a"), *(replace(face(name), picture=Path("a.jpg")) for name in "bc"), face("d")]

    row = scored(samples, [off_by(4), off_by(4), off_by(4), off_by(0)]).row("all", "inter_ocular")

    assert row.nmse_percent is not None
    assert [row.nmse_percent.low, row.nmse_percent.value, row.nmse_percent.high] == pytest.approx([0, 3, 4])
    area = row.auc_percent[8]
    assert [area.low, area.value, area.high] == pytest.approx([50, 62.5, 100])


def test_every_normaliser_that_the_labels_define_is_there() -> None:
    scores = scored([face("a")], [off_by(5)])

    # the tight box of the truth is 100 × 50
    by_name = {row.normaliser: row.nmse_percent.value for row in scores.rows if row.nmse_percent}
    assert by_name == {
        "inter_ocular": pytest.approx(5),
        "sqrt_box": pytest.approx(500 / np.sqrt(5000)),
        "box_diagonal": pytest.approx(500 / np.sqrt(12500)),
    }


def test_faces_without_the_normaliser_are_left_out_and_counted() -> None:
    one_eye = face("b", visible=np.array([False, True, True]))
    scores = scored([face("a"), one_eye], [off_by(5), off_by(7)])

    ocular, box = scores.row("all", "inter_ocular"), scores.row("all", "sqrt_box")
    assert (ocular.faces, ocular.left_out) == (1, 1)
    assert (box.faces, box.left_out) == (2, 0)
    assert ocular.nmse_percent is not None
    assert ocular.nmse_percent.value == pytest.approx(5)
    assert "all: 1 left out, their labels give no distance of right and left" in to_table(scores)


def test_a_face_without_a_visible_landmark_is_left_out_of_everything() -> None:
    scores = scored([face("a"), face("b", visible=~SEEN)], [off_by(5), off_by(5)])

    assert {(row.faces, row.left_out) for row in scores.rows} == {(1, 1)}
    assert {(row.error_pixels_mean, row.error_pixels_median) for row in scores.rows} == {(5, 5)}
    assert scores.faces[1].error_pixels is None


def test_a_face_that_counts_nowhere_is_not_missing() -> None:
    """By a file of predictions, none of which is near a label without landmarks."""
    scores = scored([face("a"), face("b", visible=~SEEN), face("c")], [off_by(5), None, None])

    assert scores.missing == ("c",)
    assert "missing, counted as failures and not in the NMSE: 1 (c)" in to_table(scores)


def test_a_name_that_is_not_utf8_is_written_with_escapes() -> None:
    text = scored([face("caf\udce9")], [off_by(5)]).to_json()

    assert text.encode()
    assert json.loads(text)["faces"][0]["name"] == "caf\udce9"


def test_landmarks_on_one_row_have_no_box_and_spoil_nothing() -> None:
    on_a_row = face("b", visible=np.array([True, True, False]))
    scores = scored([face("a"), on_a_row], [off_by(5), off_by(7)])

    assert (scores.row("all", "sqrt_box").faces, scores.row("all", "sqrt_box").left_out) == (1, 1)
    assert scores.row("all", "inter_ocular").faces == 2
    assert "all: 1 left out, their labels give no sqrt-box" in to_table(scores)


def test_spread_is_in_crop_pixels_where_the_crop_is_known() -> None:
    known = scored([face("a"), face("b")], [off_by(1, spread=4, side=160), off_by(1, spread=2, side=160)])
    unknown = scored([face("a")], [off_by(1, spread=4)])
    none = scored([face("a")], [off_by(1)])

    row = known.row("all", "inter_ocular")
    assert row.spread_crop_pixels == pytest.approx((2 + 1) / 2)  # half a crop pixel to a picture pixel
    assert row.spread_percent == pytest.approx(3)
    assert unknown.row("all", "inter_ocular").spread_crop_pixels is None
    assert unknown.row("all", "inter_ocular").spread_percent == pytest.approx(4)
    assert none.row("all", "inter_ocular").spread_percent is None


def test_parts_of_300w() -> None:
    samples = [face("a", "train"), face("b", "challenge"), face("c", "common"), face("d", "common")]

    parts = subsets_of(LabeledSet(EYES, tuple(samples)))

    assert {name: members.tolist() for name, members in parts.items()} == {
        "train": [True, False, False, False],
        "challenge": [False, True, False, False],
        "common": [False, False, True, True],
        "full": [False, True, True, True],
        "all": [True, True, True, True],
    }
    scores = scored(samples, [off_by(1), off_by(2), off_by(3), off_by(7)])
    assert scores.row("full", "inter_ocular").nmse_percent.value == pytest.approx(4)  # pyright: ignore[reportOptionalMemberAccess]


def test_a_part_of_all_faces_stands_in_the_table_once() -> None:
    full = scored([face("a", "challenge"), face("b", "common")], [off_by(1), off_by(2)])
    assert re.findall(r"^\w+(?=  +\d)", to_table(full), re.MULTILINE) == ["challenge", "common", "full"]
    assert full.row("all", "inter_ocular").faces == 2
    more = scored([face("a", "challenge"), face("b", "common"), face("c")], [off_by(1), off_by(2), off_by(3)])
    assert re.findall(r"^\w+(?=  +\d)", to_table(more), re.MULTILINE) == ["challenge", "common", "full", "all"]


def test_sets_without_parts_have_one() -> None:
    assert list(subsets_of(LabeledSet(EYES, (face("a"),)))) == ["all"]


def test_nothing_found_is_a_failure_without_an_nmse() -> None:
    row = scored([face("a")], [None]).row("all", "inter_ocular")

    assert row.nmse_percent is None
    assert row.error_pixels_mean is None
    assert "pixels of the pictures" not in to_table(scored([face("a")], [None]))
    assert row.auc_percent[8].value == 0
    assert row.failure_percent[8].value == 100


def test_of_faces_the_eyes_distance_has_its_name() -> None:
    of_faces = replace(EYES, anchors=((0,), (1,), (2,), (0,), (1,)))
    scores = score(LabeledSet(of_faces, (face("a"),)), [off_by(5)], model="tiny", data="faces", protocol="by hand")
    assert "inter-ocular" in to_table(scores) and "distance" not in to_table(scores)
    assert "own" not in json.loads(scores.to_json())


def test_the_json_says_everything() -> None:
    document = json.loads(scored([face("a", "x"), face("b", "x")], [off_by(5), None]).to_json())

    assert document["protocol"] == "by hand"
    assert document["own"] == "distance of right and left"
    assert document["intervals"]["level"] == 0.95
    assert document["intervals"]["failures"] == "Wilson's score interval (1927)"
    assert document["missing"] == ["b"]
    assert document["faces"][0] == {
        "name": "a", "subset": "x", "found": True, "counted": True, "error_pixels": 5,
        "nmse_percent": document["faces"][0]["nmse_percent"],
    }  # fmt: skip
    assert document["faces"][1]["error_pixels"] is None
    assert (document["rows"][0]["error_pixels_mean"], document["rows"][0]["error_pixels_median"]) == (5, 5)
    assert document["rows"][0]["nmse_percent"]["value"] == pytest.approx(5)
    assert document["rows"][0]["failure_percent"]["8"]["value"] == 50


def test_the_table() -> None:
    scores = scored([face("a", "easy"), face("b", "hard")], [off_by(5, spread=2, side=160), None])

    lines = to_table(scores).splitlines()
    words = [" ".join(line.split()) for line in lines]

    assert words[0] == "tiny on faces · by hand"
    assert words[2] == "part faces divided by NMSE % 95% interval AUC 8 % AUC 10 % FR 8 % FR 10 % spread"
    assert words[4] == "easy 1 distance of right and left 5.00 - 37.5 50.0 0.0 0.0 1.00 px"
    assert words[7] == "hard 1 distance of right and left - - 0.0 0.0 100.0 100.0"
    assert words[8].startswith("1 sqrt-box")  # the part is named once
    assert "missing, counted as failures and not in the NMSE: 1 (b)" in lines
    assert len({line.index("distance") for line in lines if "distance" in line}) == 1


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="1 predictions for 2 labeled faces: match them first"):
        scored([face("a"), face("b")], [None])
    with pytest.raises(InputError, match="faces: no labeled faces to score"):
        scored([], [])
    with pytest.raises(InputError, match="no score of part 'full' divided by 'inter_ocular'"):
        scored([face("a")], [None]).row("full", "inter_ocular")
