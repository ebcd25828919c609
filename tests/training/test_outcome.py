"""What is told of folds is read back as it was written, and stands in the model file in plain words."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.paired import Difference
from laplace_landmarks.runtime.calibration import Calibration, Radii, regions_of
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.training.outcome import Guard, Outcome, read_outcome, tell_model, write_outcome
from laplace_landmarks.training.run_files import FOLDS

REGIONS = regions_of(IBUG68)
CALIBRATION = Calibration(
    Radii((0.5, 0.9, 0.95), (1.0, 2.0, 3.0), dict.fromkeys(REGIONS, 1.5), (0.5, 0.0), (0.1, 0.1), REGIONS),
    data="somewhere/labels", protocol="true-point crops; each judged by another", faces=2, folds=2,
    coverage=(0.5, 0.9, 0.95), date="2026-01-31",
)  # fmt: skip
OUTCOME = Outcome(
    folds=2, split="hash", nmse_percent=4.5, interval=(4.0, 5.0), errors_percent={"a": 4.0, "b": 5.0},
    guard=Guard(5.5, 4.5, Difference(1.0, 0.5, 1.5, 0.7), kept=False), calibration=CALIBRATION.to_document(),
)  # fmt: skip


@pytest.mark.parametrize(
    "outcome", [OUTCOME, replace(OUTCOME, guard=None, calibration=None, seen_by="a.onnx", begun_with=("a.onnx",))]
)
def test_it_is_read_as_it_was_written(outcome: Outcome, tmp_path: Path) -> None:
    write_outcome(outcome, tmp_path)
    found = read_outcome(tmp_path, "hash")
    assert found is not None
    assert json.dumps(found.calibration) == json.dumps(outcome.calibration)  # tuples are lists by then
    assert replace(found, calibration=None) == replace(outcome, calibration=None)


@pytest.mark.parametrize(("own", "stands"), [(None, True), (1.0, True), (5.0, True), (5.1, False)])
def test_a_model_that_errs_more_on_what_it_was_taught_is_told(own: float | None, stands: bool) -> None:
    outcome = replace(OUTCOME, own_percent=own)  # the interval ends at 5
    assert outcome.stands == stands
    assert ("this model errs by 5.10 % even on the labels that it was trained on" in outcome.protocol) != stands


def test_a_number_by_which_something_was_chosen_says_so() -> None:
    better = "the better of two ways by this number"
    assert better in OUTCOME.protocol
    assert better not in replace(OUTCOME, guard=None).protocol


def test_a_file_from_before_starts_were_told_is_read(tmp_path: Path) -> None:
    write_outcome(OUTCOME, tmp_path)
    told = json.loads((tmp_path / FOLDS).read_text())
    del told["begun_with"]
    (tmp_path / FOLDS).write_text(json.dumps(told))
    found = read_outcome(tmp_path, "hash")
    assert found is not None
    assert (found.begun_with, found.nmse_percent) == ((), 4.5)


def test_without_folds_or_of_other_labels_there_is_none(tmp_path: Path) -> None:
    assert read_outcome(tmp_path, "hash") is None
    write_outcome(OUTCOME, tmp_path)
    assert read_outcome(tmp_path, "another") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"guard": null, "interval": 3}', '{"guard": 1, "interval": [1, 2]}'])
def test_a_damaged_file_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / FOLDS).write_text(text)
    with pytest.raises(InputError, match=FOLDS) as refused:
        read_outcome(tmp_path, "hash")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("interval", ["a", "b"]), ("interval", [1]), ("nmse_percent", "low"), ("errors_percent", [1]), ("folds", "two"),
        ("errors_percent", {"a": "low"}), ("own_percent", "low"), ("seen_by", 5), ("begun_with", [5]),
        ("calibration", {"levels": [0.5]}), ("guard", {"with_them": 1, "without_them": 2}),
    ],
)  # fmt: skip
def test_so_is_a_value_that_is_none(key: str, value: object, tmp_path: Path) -> None:
    write_outcome(OUTCOME, tmp_path)
    told = json.loads((tmp_path / FOLDS).read_text())
    (tmp_path / FOLDS).write_text(json.dumps(told | {key: value}))
    with pytest.raises(InputError, match=f"{FOLDS}: not as a training wrote it; delete it"):
        read_outcome(tmp_path, "hash")


def test_the_model_file_says_how_its_numbers_were_made(
    tiny_run_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Path(shutil.copy(tiny_run_model, tmp_path / "few.onnx"))

    tell_model(OUTCOME, model)
    tell_model(OUTCOME, model)  # an export again changes nothing

    info = read_info(model)
    (score,) = [score for score in info.scores if score["part"] == "out of fold"]
    assert (score["data"], score["faces"], score["nmse_percent"], score["interval"]) == ("labeled", 2, 4.5, [4.0, 5.0])
    assert "not by this model's, which was trained on all" in score["protocol"]
    assert info.calibration is not None
    assert info.calibration.data == "labeled, out of fold"
    assert info.calibration.radii.factors == (1.0, 2.0, 3.0)
    assert info.training["folds"] == 2
    assert info.calibration.protocol == CALIBRATION.protocol
    assert info.training["unlabeled_pictures"].startswith("unlabeled pictures do not help: out-of-fold NMSE 5.50 %")
    main(["info", str(model)])
    page = capsys.readouterr().out
    assert "NMSE 4.50 % on labeled (out of fold: each judged by the one of 2 networks" in page
    assert "left out: the model is trained on the labels alone" in page

    tell_model(replace(OUTCOME, normaliser="sqrt_box", left_out=3), model)
    (score,) = [score for score in read_info(model).scores if score["part"] == "out of fold"]
    assert score["protocol"].endswith("; divided by sqrt-box; 3 left out, their labels give no sqrt-box")

    tell_model(replace(OUTCOME, normaliser="inter_ocular", divisor="distance of left_eye and tail"), model)
    (score,) = [score for score in read_info(model).scores if score["part"] == "out of fold"]
    assert score["protocol"].endswith("; divided by distance of left_eye and tail")

    tell_model(replace(OUTCOME, own_percent=9.0), model)
    calibration = read_info(model).calibration
    assert calibration is not None
    assert "this model errs by 9.00 % even on the labels" in calibration.protocol, "nor do the radii stand for it then"
