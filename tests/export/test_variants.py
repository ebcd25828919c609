"""Faster and smaller forms of a trained network, each held to it."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import onnx
import pytest
import torch

from laplace_landmarks.app.cli import main
from laplace_landmarks.errors import InputError
from laplace_landmarks.export import variants
from laplace_landmarks.export.compact import compacted
from laplace_landmarks.export.graph import CropsToLandmarks, to_fast_onnx
from laplace_landmarks.export.graph_bytes import short_name
from laplace_landmarks.export.model import export_run
from laplace_landmarks.export.parity import Allowed, check_likeness
from laplace_landmarks.export.quantise import quantised
from laplace_landmarks.export.variants import VARIANTS, crops_for, make_variant
from laplace_landmarks.export.weights import weights_in_8_bits
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import RecombinatorNet, he_start
from laplace_landmarks.runtime import released
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import open_model, read_info
from laplace_landmarks.runtime.model_info import METADATA_KEY
from laplace_landmarks.runtime.onnx_bytes import metadata
from laplace_landmarks.session import start_session
from laplace_landmarks.training.trainer import train

SCHEMA = Path(__file__).parents[2] / "docs" / "model-file.schema.json"
BETA = 1.5


@pytest.fixture(scope="module")
def network() -> RecombinatorNet:
    torch.manual_seed(0)
    made = RecombinatorNet(2, 5).eval()
    with torch.no_grad():
        for layer in made.head:
            layer.weight.mul_(3)  # pyright: ignore[reportCallIssue]
    return made


def crops(count: int, seed: int = 0) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (count, 4, 4, 3), np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


@pytest.fixture(scope="module")
def fast(network: RecombinatorNet) -> onnx.ModelProto:
    return to_fast_onnx(network, BETA, 32, product=False)


@pytest.fixture(scope="module")
def product(network: RecombinatorNet) -> onnx.ModelProto:
    """The same with its last layer as a product."""
    return to_fast_onnx(network, BETA, 32, product=True)


def outputs(content: bytes, given: np.ndarray) -> list[np.ndarray]:
    return [np.asarray(value) for value in start_session(content).run(["landmarks", "spread"], {"crops": given})]


def test_leaving_the_heatmaps_out_changes_nothing_else(network: RecombinatorNet, fast: onnx.ModelProto) -> None:
    given = crops(3)
    with torch.no_grad():
        expected = CropsToLandmarks(network, BETA)(torch.from_numpy(given))[:2]
    for one, other in zip(outputs(fast.SerializeToString(), given), expected, strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=1e-4)
    assert [output.name for output in fast.graph.output] == ["landmarks", "spread"]


def test_the_last_layer_as_a_product_changes_nothing(fast: onnx.ModelProto, product: onnx.ModelProto) -> None:
    """Not even without its bias: each landmark's is the same at all its pixels."""
    kinds = [[node.op_type for node in model.graph.node].count("Conv") for model in (fast, product)]
    assert kinds == [17, 16]
    for one, other in zip(*(outputs(model.SerializeToString(), crops(3)) for model in (product, fast)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_eight_bits_are_near_small_and_standard(network: RecombinatorNet, fast: onnx.ModelProto) -> None:
    model = quantised(fast, crops(16))
    content = model.SerializeToString()
    onnx.checker.check_model(model)
    assert {opset.domain for opset in model.opset_import} == {""}
    assert {node.domain for node in model.graph.node} == {""}
    kinds = [tensor.data_type for tensor in model.graph.initializer if len(tensor.dims) == 4]
    assert kinds.count(onnx.TensorProto.INT8) == 16  # of 17 convolutions: the first stays in float
    for given in (crops(1, 5), crops(7, 6)):
        for one, other in zip(outputs(content, given), outputs(fast.SerializeToString(), given), strict=True):
            assert np.abs(one - other).mean() < 0.2
            assert np.abs(one - other).max() > 0
    assert len(content) < len(fast.SerializeToString()) + 4000  # of 2,000 weights; the rest is what a layer needs


def test_weights_of_8_bits_change_nothing_else(network: RecombinatorNet, product: onnx.ModelProto) -> None:
    """The same graph with each weight rounded to the 255 steps of its own output."""
    small = weights_in_8_bits(product)
    onnx.checker.check_model(small, full_check=True)
    assert {node.domain for node in small.graph.node} == {""}
    rounded = RecombinatorNet(2, 5).eval()
    rounded.load_state_dict(
        {
            name: value
            if value.ndim == 1
            else (value / (scale := value.abs().amax(dim=(1, 2, 3), keepdim=True) / 127)).round() * scale
            for name, value in network.state_dict().items()
        }
    )
    expected = to_fast_onnx(rounded, BETA, 32, product=True)
    for one, other in zip(*(outputs(made.SerializeToString(), crops(3)) for made in (small, expected)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_they_take_a_third_of_the_bytes() -> None:
    model = onnx.load(released.FOLDER / "laplace68-eighth-fast.onnx")
    assert weights_in_8_bits(model).ByteSize() < 0.4 * model.ByteSize()


def test_a_network_without_a_last_bias_has_8_bits_too() -> None:
    """As one has that was just drawn after He: the exporter leaves zeros out."""
    network = RecombinatorNet(2, 5, head="light").eval()
    he_start(network)
    given = crops(3, 5)
    model = to_fast_onnx(network, BETA, 32, product=False)
    small = quantised(model, crops(16)).SerializeToString()
    for one, other in zip(outputs(small, given), outputs(model.SerializeToString(), given), strict=True):
        assert np.abs(one - other).mean() < 0.2


def test_a_landmark_whose_logits_lie_far_above_costs_the_others_nothing(network: RecombinatorNet) -> None:
    """A softmax does not see it, and the range of 8 bits must not either."""
    raised = deepcopy(network)
    with torch.no_grad():
        raised.head[-1].bias[0] += 200  # pyright: ignore[reportOptionalSubscript, reportIndexIssue]
    given = crops(3, 5)
    model = to_fast_onnx(raised, BETA, 32, product=False)
    for one, other in zip(
        outputs(quantised(model, crops(16)).SerializeToString(), given),
        outputs(model.SerializeToString(), given),
        strict=True,
    ):
        assert np.abs(one - other).mean() < 0.2


def test_short_names_are_never_the_same() -> None:
    names = [short_name(number) for number in range(2000)]
    assert (names[0], names[25], names[51], names[52], names[53]) == ("a", "z", "Z", "aa", "ab")
    assert len(set(names)) == 2000


def test_a_variant_that_is_too_far_away_is_refused(network: RecombinatorNet, fast: onnx.ModelProto) -> None:
    content, given = fast.SerializeToString(), crops(4)
    strict, generous = Allowed((1e-3, 1e-3), (1e-3, 1e-3)), Allowed((9, 99), (9, 99))
    found = check_likeness(content, network, BETA, given, strict)
    assert found.keys() == {"landmarks_mean", "landmarks_p99", "spread_mean", "spread_p99"}
    assert check_likeness(content, network, 2 * BETA, given, generous)["spread_mean"] > 0.01
    with pytest.raises(InputError, match=r"spread by [\d.]+ px \(mean; allowed: 0.001\).*it is not written"):
        check_likeness(content, network, 2 * BETA, given, strict)


def test_narrow_networks_may_be_missed_by_more() -> None:
    assert Allowed((1.0, 2.0), (0.5, 1.0)).times(2) == Allowed((2.0, 4.0), (1.0, 2.0))


@pytest.mark.parametrize("name", VARIANTS)
def test_tolerances_are_tighter_for_the_spread(name: str) -> None:
    allowed = VARIANTS[name].allowed
    assert all(spread < landmarks for spread, landmarks in zip(allowed.spread, allowed.landmarks, strict=True))


def test_few_crops_are_refused(network: RecombinatorNet) -> None:
    with pytest.raises(InputError, match="an int8 file is fitted to at least 16 crops, not 15"):
        make_variant("int8", network, 1.0, crops(15))


def test_faces_are_drawn_where_no_pictures_are_given(
    monkeypatch: pytest.MonkeyPatch, tiny_run_model: Path, dots: object
) -> None:
    monkeypatch.setattr(variants, "MOST", 3)
    info = read_info(tiny_run_model)
    assert crops_for(CropRule(size=32), info.markup, None).shape == (3, 32, 32, 3)
    with pytest.raises(InputError, match=r"not of faces \(dots\).*--data"):
        crops_for(CropRule(size=32), dots, None)  # pyright: ignore[reportArgumentType]


def test_the_command_writes_a_whole_model_file(
    tiny_run: Path, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(variants, "LEAST", 8)
    monkeypatch.setattr(variants, "compacted", partial(compacted, steps=3))
    loose = Allowed((9, 99), (9, 99))
    monkeypatch.setitem(VARIANTS, "fast-int8", variants.Variant(True, "all", loose))
    target = tmp_path / "small.onnx"
    main(
        [
            "export",
            str(tiny_run),
            "--output",
            str(target),
            "--variant",
            "fast-int8",
            "--data",
            str(tiny_data / "labeled"),
        ]
    )
    assert "away from the trained network by" in capsys.readouterr().out

    jsonschema.validate(json.loads(metadata(target.read_bytes())[METADATA_KEY]), json.loads(SCHEMA.read_text()))
    info = open_model(target)[1]
    assert (info.precision, info.outputs, info.scores) == ("int8", ("landmarks", "spread"), ())
    assert info.network["variant"] == "fast-int8"
    assert info.training["fitted_to"] == "pictures"
    with pytest.raises(InputError, match="gives no heatmaps; the file without -fast"):
        LandmarkDetector(target).on_crops(np.zeros((1, 32, 32, 3), np.uint8), heatmaps=True)


def test_a_quick_network_keeps_its_weights_and_says_what_it_is(
    tiny_config: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its fast file is itself, without heatmaps: nothing is taught, and its parameters are those of the training."""
    quick = {"width": 2, "size": 32, "head": "light", "fusion": "separable", "growth": (1, 1, 2, 2)}
    run = train(tiny_config(network=quick, optimiser={"steps": 1}))
    assert run is not None
    whole = export_run(run, tmp_path / "whole.onnx")
    main(["export", str(run), "--variant", "fast"])
    (told,) = capsys.readouterr().out.splitlines()[-1:]
    assert told.startswith(f"{run / 'model-fast.onnx'}: "), "it is not away from the trained network"
    fast = replace(read_info(run / "model-fast.onnx"), name=whole.name)

    assert (whole.network["head"], whole.network["fusion"], whole.network["growth"]) == (
        "light",
        "separable",
        "1 1 2 2",
    )
    assert fast.network == {**whole.network, "variant": "fast"}
    assert "fitted_to" not in fast.training
    assert (fast.training, fast.scores) == (whole.training, whole.scores)
    jsonschema.validate(json.loads(fast.to_json()), json.loads(SCHEMA.read_text()))
    given = crops(3)
    files = [outputs(file.read_bytes(), given) for file in (tmp_path / "whole.onnx", run / "model-fast.onnx")]
    for one, other in zip(*files, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_pictures_without_a_variant_are_a_mistake(tiny_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", str(tiny_run), "--data", "somewhere"])
    assert "--data is for a variant" in capsys.readouterr().err
