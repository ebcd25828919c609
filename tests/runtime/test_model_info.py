"""The metadata of a model file: there and back, against its schema, and wrong in every way."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.calibration import Calibration, Radii, regions_of
from laplace_landmarks.runtime.model_info import ModelInfo, SpreadKind

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "model-file.schema.json").read_text())

FULL = ModelInfo(
    name="300w-w8",
    markup=IBUG68,
    crop=CropRule(80, 2.8, 1.3472, (0.0, -0.0312)),
    network={"name": "recombinator", "width": 8, "beta": 1.0, "dropout": 0.2, "batch_norm": False, "note": None},
    licence="for research only, as 300W's pictures",
    created="2026-01-31",
    package_version="0.1.0",
    package_commit="381f26d",
    outputs=("landmarks", "spread"),
    precision="float32",
    spread=SpreadKind("gaussian", 0.5),
    calibration=Calibration(
        Radii((0.5, 0.9), (0.8, 1.9), dict.fromkeys(IBUG68.regions, 1.2), (0.9, 1.4), (0.8, 1.1), regions_of(IBUG68)),
        "lfpw/trainset, validation",
        "true-point crops",
        161,
        10,
        (0.498, 0.903),
        "2026-02-01",
    ),
    training={"loss": "gaussian_kl", "epochs": 200, "config": {"optimiser": {"rate": 1e-3}}, "unlabeled": None},
    scores=({"data": "lfpw test", "protocol": "true-point crops", "faces": 224, "nmse_percent": 4.9},),
)


def document_of(info: ModelInfo) -> dict[str, Any]:
    return json.loads(info.to_json())


def changed(path: str, value: Any) -> str:
    """FULL's text with one value changed; "delete" takes it out."""
    document = document_of(FULL)
    *way, last = path.split(".")
    place = document
    for key in way:
        place = place[key]
    if value == "delete":
        del place[last]
    else:
        place[last] = value
    return json.dumps(document)


def test_there_and_back() -> None:
    assert ModelInfo.from_json(FULL.to_json(), "a file") == FULL


def test_there_and_back_with_a_bare_markup() -> None:
    bare = ModelInfo("tiny", Markup("one", ("tip",)), CropRule(16), {"name": "none"}, "CC0", "2026-01-31", "0.1.0")

    assert ModelInfo.from_json(bare.to_json(), "a file") == bare


def test_the_text_fits_its_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document_of(FULL), SCHEMA)
    for later in ("crop.whole_picture", "crop.upright"):
        jsonschema.validate(json.loads(changed(later, "delete")), SCHEMA)  # as older files are


def test_what_a_model_looks_at_by_itself() -> None:
    """Older files do not say it: those of faces are known by the five points that place the crop."""
    assert ModelInfo.from_json(changed("crop.whole_picture", "delete"), "a file") == FULL
    assert FULL.finds == "faces"
    assert replace(FULL, markup=Markup("one", ("tip",))).finds == ""
    whole = ModelInfo.from_json(changed("crop.whole_picture", True), "a file")
    assert whole.crop.whole_picture
    assert whole.finds == "whole pictures"


def test_what_shaped_the_spread_in_words() -> None:
    assert FULL.spread_in_words == "gaussian, trained toward 0.5 px of the crop"
    likelihood = replace(FULL, spread=SpreadKind("laplace", 1.0), training={"loss": "laplace_nll"})
    assert likelihood.spread_in_words == "laplace, its scale learned as the expected error"
    assert replace(FULL, spread=SpreadKind("none", 1.0)).spread_in_words == "left free by the loss"


def test_a_crop_in_words() -> None:
    assert FULL.crop_in_words == "80 px; side 2.8 x the anchors' hull, or 1.3472 x a tight box"
    one = replace(FULL, markup=Markup("one", ("tip",)), crop=CropRule(64, box_factor=1.5))
    assert one.crop_in_words == "64 px; side 1.5 x a tight box"
    whole = replace(one, crop=CropRule(64, box_factor=1.0, whole_picture=True))
    assert whole.crop_in_words == "64 px; the whole picture, side 1.0 x its longer side"


def test_the_input_is_said_in_full() -> None:
    assert document_of(FULL)["input"] == {
        "name": "crops", "size": 80, "layout": "NHWC", "dtype": "uint8", "colour": "RGB", "range": [0, 255],
    }  # fmt: skip


def test_a_newer_file_asks_for_an_update() -> None:
    with pytest.raises(InputError, match=r"^m\.onnx: this file is version 2, .*; update laplace-landmarks$"):
        ModelInfo.from_json(changed("version", 2), "m.onnx")


def test_fields_of_later_writers_are_passed_over() -> None:
    assert ModelInfo.from_json(changed("mood", "good"), "a file") == FULL


WRONG = [
    ("format", "other", 'format must be "laplace-landmarks", not "other"'),
    ("version", "1", "version must be a whole number"),
    ("name", "", "name must be a text"),
    ("markup", [], "markup must be an object"),
    ("markup.names", [], "markup: names must be a list of texts"),
    ("markup.edges", [[0, 1, 2]], "markup: edges must be a list of pairs"),
    ("markup.edges", [[0, 68]], "markup: markup ibug68: indices [68] are outside its 68 landmarks"),
    ("markup.normaliser", [[36]], "markup: normaliser must be two lists of indices, or none"),
    ("markup.regions", {"jaw": []}, "markup.regions: jaw must be a list of indices"),
    ("crop.size", 0, "crop: size must be a whole number of at least 1"),
    ("crop.factor", -2.8, "crop: factor must be a finite number above 0"),
    ("crop.box_shift", [0], "crop: box_shift must be finite numbers (2)"),
    ("crop.border", "black", 'crop: border must be "replicate"'),
    ("crop.whole_picture", 1, "crop: whole_picture must be true or false, not 1"),
    ("input.size", 64, "input: size must be 80, not 64"),
    ("input.colour", "BGR", 'input: colour must be "RGB", not "BGR"'),
    ("outputs", ["landmarks"], 'outputs must be ["landmarks", "spread"] or'),
    ("network.name", "delete", "network: name is missing"),
    ("network.layers", [1, 2], "network: layers must be a text, a number, true, false or null"),
    ("precision", 32, "precision must be a text"),
    ("spread.kind", "cauchy", 'spread: kind must be "laplace", "gaussian" or "none"'),
    ("spread.target", 0, "spread: target must be a finite number above 0"),
    ("spread.unit", "mm", 'spread: unit must be "crop pixels"'),
    ("calibration", 1.2, "calibration must be an object"),
    ("calibration", {}, "calibration: form is missing"),
    ("calibration.form", "table", 'calibration: form must be "power"'),
    ("calibration.unit", "pixels", 'calibration: unit must be "crop pixels"'),
    ("calibration.levels", [0.5, 1.0], "calibration: levels must be rising probabilities between 0 and 1"),
    ("calibration.levels", [0.9, 0.5], "calibration: levels must be rising probabilities between 0 and 1"),
    ("calibration.levels", [], "calibration: levels must be finite numbers (N)"),
    ("calibration.factors", [0.8], "calibration: factors must be finite numbers (2)"),
    ("calibration.factors", [1.9, 0.8], "calibration: factors must be numbers above 0, none smaller than the one"),
    ("calibration.factors", [0, 0.8], "calibration: factors must be numbers above 0"),
    ("calibration.scales", [1.2], "calibration: scales must be an object"),
    ("calibration.scales.jaw", "delete", "calibration.scales: jaw is missing"),
    ("calibration.scales.jaw", 0, "calibration.scales: jaw must be a finite number above 0"),
    ("calibration.exponents", [0.9], "calibration: exponents must be finite numbers (2)"),
    ("calibration.exponents", [0.9, -1], "calibration: exponents must be two numbers of at least 0"),
    ("calibration.least", [0, 1], "calibration: least must be two numbers above 0"),
    ("calibration.data", "", "calibration: data must be a text"),
    ("calibration.protocol", "delete", "calibration: protocol is missing"),
    ("calibration.faces", 0, "calibration: faces must be a whole number of at least 1"),
    ("calibration.folds", 1, "calibration: folds must be a whole number of at least 2"),
    ("calibration.coverage", [0.5], "calibration: coverage must be finite numbers (2)"),
    ("calibration.coverage", [0.5, 90], "calibration: coverage must be fractions from 0 to 1"),
    ("calibration.date", "yesterday", "calibration: date must be a date like 2026-01-31"),
    ("licence", "delete", "licence is missing"),
    ("licence", " ", "licence must be a text that is not empty"),
    ("scores", {}, "scores must be a list of objects"),
    ("package.version", "delete", "package: version is missing"),
    ("created", "31.1.2026", "created must be a date like 2026-01-31"),
    ("created", "2026-02-31", "created must be a date like 2026-01-31"),
]


@pytest.mark.parametrize(("path", "value", "says"), WRONG, ids=[f"{path}={value}" for path, value, _ in WRONG])
def test_wrong_metadata_are_refused(path: str, value: Any, says: str) -> None:
    with pytest.raises(InputError) as error:
        ModelInfo.from_json(changed(path, value), "m.onnx")
    assert str(error.value).startswith(f"m.onnx: {says}")
    assert "\n" not in str(error.value)


# what only the reader can see: agreement between fields, calendar
READER_ONLY = {
    ("markup.edges", "[[0, 68]]"),
    ("input.size", "64"),
    ("created", "2026-02-31"),
    ("calibration.levels", "[0.9, 0.5]"),
    ("calibration.factors", "[0.8]"),
    ("calibration.factors", "[1.9, 0.8]"),
    ("calibration.scales.jaw", "delete"),
    ("calibration.coverage", "[0.5]"),
}


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, value, _ in WRONG])
def test_the_schema_refuses_what_the_reader_refuses(path: str, value: Any) -> None:
    if (path, str(value)) in READER_ONLY:
        jsonschema.validate(json.loads(changed(path, value)), SCHEMA)
    else:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(changed(path, value)), SCHEMA)
