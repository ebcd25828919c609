"""From a run to the file that users have: whole, small, true to torch, and silent about the machine that made it."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import nn

from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.export import model as export_model
from laplace_landmarks.export.graph import CropsToLandmarks, to_onnx
from laplace_landmarks.export.model import export_run
from laplace_landmarks.export.parity import check_parity
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import open_model, read_info
from laplace_landmarks.runtime.model_info import METADATA_KEY
from laplace_landmarks.runtime.onnx_bytes import metadata
from laplace_landmarks.training.checkpoints import Checkpoint, load_checkpoint
from laplace_landmarks.training.initial import NETWORK, read_weights
from laplace_landmarks.training.run_files import CHECKPOINT

SCHEMA = Path(__file__).parents[2] / "docs" / "model-file.schema.json"


def trained(run: Path) -> RecombinatorNet:
    network = RecombinatorNet(2, 68).eval()
    network.load_state_dict(load_checkpoint(run / CHECKPOINT).part("best"))
    return network


@pytest.fixture
def quick(tiny_run_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports take the graph of tiny_run_model and put the network's weights into it, which saves seconds each."""

    def to_onnx_again(network: nn.Module, beta: float, size: int) -> onnx.ModelProto:
        exported = onnx.load(tiny_run_model)
        exported.ClearField("metadata_props")
        values = {f"{NETWORK}{name}": value.numpy() for name, value in network.state_dict().items()}
        for tensor in exported.graph.initializer:
            if tensor.name in values:
                tensor.CopyFrom(numpy_helper.from_array(values[tensor.name].copy(), tensor.name))
        return exported

    monkeypatch.setattr(export_model, "to_onnx", to_onnx_again)


def crops(count: int, size: int = 32) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (count, size, size, 3), np.uint8)


def test_the_file_says_what_torch_says_for_any_number_of_crops(tiny_run: Path, tiny_run_model: Path) -> None:
    session, _ = open_model(tiny_run_model)
    with torch.no_grad():
        for count in (1, 2, 5):
            given = crops(count)
            ours = CropsToLandmarks(trained(tiny_run), 1.0)(torch.from_numpy(given))
            theirs = [np.asarray(v) for v in session.run(["landmarks", "spread", "heatmaps"], {"crops": given})]
            assert [value.shape for value in theirs] == [(count, 68, 2), (count, 68, 2), (count, 68, 32, 32)]
            for one, other in zip(theirs, ours, strict=True):
                np.testing.assert_allclose(one, other.numpy(), atol=1e-4)


def test_its_scaling_and_readout_are_those_of_the_training(tiny_run: Path) -> None:
    """Worked through by hand: 0 to 255 becomes 0 to 1, softmax over all pixels, mean and mean deviation."""
    network, given = trained(tiny_run), crops(2)
    with torch.no_grad():
        landmarks, spread, heatmaps = CropsToLandmarks(network, 3.0)(torch.from_numpy(given))
        logits = network(torch.from_numpy(given.astype(np.float32) / 255).permute(0, 3, 1, 2)).double().numpy()
    mass = np.exp(3 * logits - 3 * logits.max(axis=(2, 3), keepdims=True))
    mass /= mass.sum(axis=(2, 3), keepdims=True)
    y, x = np.mgrid[:32, :32]
    np.testing.assert_allclose(heatmaps, mass, atol=1e-6)
    for axis, at in enumerate((x, y)):
        centre = (mass * at).sum(axis=(2, 3))
        np.testing.assert_allclose(landmarks[..., axis], centre, atol=1e-4)
        away = (mass * np.abs(at - centre[..., None, None])).sum(axis=(2, 3))
        np.testing.assert_allclose(spread[..., axis], away, atol=1e-4)


def test_the_metadata_are_complete_and_follow_the_schema(tiny_run: Path, tiny_run_model: Path) -> None:
    text = metadata(tiny_run_model.read_bytes())[METADATA_KEY]
    jsonschema.validate(json.loads(text), json.loads(SCHEMA.read_text()))

    info, facts = read_info(tiny_run_model), load_checkpoint(tiny_run / CHECKPOINT).facts
    assert (info.name, info.licence, info.precision) == ("tiny", "CC0", "float32")
    assert (info.markup.name, len(info.markup), info.crop.size, info.crop.factor) == ("ibug68", 68, 32, 2.8)
    assert 1.2 < info.crop.box_factor < 1.4  # fitted: the drawn faces are 44 wide, their crops 58
    assert info.network == {
        "name": "recombinator", "width": 2, "landmarks": 68, "input_size": 32, "beta": 1.0, "dropout": 0.2,
        "dropout_places": "text", "parameters": sum(value.numel() for value in read_weights(tiny_run_model).values()),
    }  # fmt: skip
    assert (info.spread.kind, info.spread.target) == ("laplace", 1.0)
    assert info.training["labeled"] + facts["validation"] == 12
    assert info.training["unlabeled"] == 8
    assert (info.training["data"], info.training["loss"], info.training["steps"]) == ("labeled", "laplace_kl", 12)
    (score,) = info.scores
    assert score["nmse_percent"] == facts["best"]["nmse"]
    assert score["faces"] == facts["validation"]
    assert score["protocol"] == (
        "validation: crops placed by true points, divided by inter-ocular; the weights were chosen on it"
    )


def test_nothing_of_the_machine_is_in_the_file(tiny_data: Path, tiny_run_model: Path) -> None:
    content = tiny_run_model.read_bytes()
    places = [str(Path.home()), str(tiny_data), str(tiny_data.parent), str(Path(__file__).parents[2]), "site-packages"]
    for place in [*places, ".py", "File ", "Traceback", "stack_trace"]:
        assert place.encode() not in content, place
    graph = onnx.load_from_string(content)
    assert not [node.name for node in graph.graph.node if node.doc_string or node.metadata_props]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("anchors", "whole", "placed"),
    [
        (True, False, "placed by true points"),
        (False, False, "placed by true boxes"),
        (False, True, "of whole pictures"),
    ],
)
def test_a_score_says_how_its_crops_were_placed(
    anchors: bool, whole: bool, placed: str, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = load_checkpoint(tiny_run / CHECKPOINT)
    checkpoint.facts["crop"]["whole_picture"] = whole
    if not anchors:
        checkpoint.facts["markup"]["anchors"] = []
    monkeypatch.setattr(export_model, "load_checkpoint", lambda _: checkpoint)

    (score,) = export_run(tiny_run, tmp_path / "m.onnx").scores

    assert score["protocol"].startswith(f"validation: crops {placed}, divided by ")


@pytest.mark.usefixtures("quick")
def test_absolute_paths_are_told_by_their_last_part(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = load_checkpoint(tiny_run / CHECKPOINT)
    config = checkpoint.facts["config"]
    config["data"]["labeled"], config["network"]["init"] = "/home/somebody/faces", "/home/somebody/old.onnx"
    monkeypatch.setattr(export_model, "load_checkpoint", lambda _: Checkpoint(checkpoint.tensors, checkpoint.facts))

    info = export_run(tiny_run, tmp_path / "m.onnx")

    assert (info.training["data"], info.training["init"], info.scores[0]["data"]) == ("faces", "old.onnx", "faces")
    assert b"somebody" not in (tmp_path / "m.onnx").read_bytes()


@pytest.mark.usefixtures("quick")
def test_a_run_of_old_tells_the_licence_of_its_start_too(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = load_checkpoint(tiny_run / CHECKPOINT)
    del checkpoint.facts["licence"]
    checkpoint.facts["config"]["network"]["init"] = "laplace68-eighth"
    monkeypatch.setattr(export_model, "load_checkpoint", lambda _: checkpoint)

    info = export_run(tiny_run, tmp_path / "m.onnx")

    assert info.licence.startswith("CC0; started from laplace68-eighth: trained on 300W (iBUG), which is for research")


def test_the_graph_adds_little_to_the_weights(tiny_run_model: Path) -> None:
    """At width 8 the weights are 159,312 bytes, at width 4 69,632: so their files are below 185 and 95 kB."""
    content = to_onnx(RecombinatorNet(8, 68).eval(), 1.0, 80).SerializeToString()
    metadata_size = len(metadata(tiny_run_model.read_bytes())[METADATA_KEY])
    assert 159_312 < len(content) + metadata_size < 159_312 + 25_000


def test_the_detector_runs_it(tiny_run_model: Path, tiny_data: Path) -> None:
    detector = LandmarkDetector(tiny_run_model)
    (face,) = detector(read_picture(tiny_data / "unlabeled" / "00.png"), boxes=[(10, 13, 54, 57)], heatmaps=True)
    assert face.landmarks.shape == (68, 2)
    assert face.heatmaps is not None
    assert face.heatmaps.shape == (68, 32, 32)
    np.testing.assert_allclose(face.heatmaps.sum(axis=(1, 2)), 1, rtol=1e-4)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("weights", "part"), [("raw", "generator"), ("ema", "ema")])
def test_the_last_weights_may_be_had_too(tiny_run: Path, tmp_path: Path, weights: str, part: str) -> None:
    info = export_run(tiny_run / CHECKPOINT, tmp_path / "last.onnx", weights)

    assert (info.name, info.scores) == ("last", ())  # nobody scored them
    assert (info.training["step"], info.training["weights"]) == (12, weights)
    expected = load_checkpoint(tiny_run / CHECKPOINT).part(part)
    found = read_weights(tmp_path / "last.onnx")
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.usefixtures("quick")
def test_a_file_that_disagrees_with_torch_is_not_written(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "model.onnx"
    target.write_bytes(b"an older model")

    export = export_model.to_onnx

    def wrong(network: nn.Module, beta: float, size: int) -> onnx.ModelProto:
        exported = export(network, beta, size)
        with torch.no_grad():
            network.head[2].weight.mul_(1.5)  # pyright: ignore
        return exported

    monkeypatch.setattr(export_model, "to_onnx", wrong)
    with pytest.raises(InputError, match=r"disagree on landmarks by [\d.]+ px \(allowed: 0\.002\)") as refused:
        export_run(tiny_run, target)
    assert "it is not written" in str(refused.value)
    assert target.read_bytes() == b"an older model"
    assert list(tmp_path.iterdir()) == [target]


def test_parity_is_measured_and_not_fooled(tiny_run: Path, tiny_run_model: Path) -> None:
    network, content = trained(tiny_run), tiny_run_model.read_bytes()
    differences = check_parity(content, network, 1.0, 32)
    assert differences.keys() == {"landmarks", "spread"}
    assert 0 < max(differences.values()) < 1e-3
    with pytest.raises(InputError, match="spread by"):
        check_parity(content, network, 1.3, 32)
    with torch.no_grad():
        network.head[2].bias.fill_(float("nan"))  # pyright: ignore
    with pytest.raises(InputError, match="landmarks by nan px"):
        check_parity(content, network, 1.0, 32)


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_exported(tiny_run: Path, tmp_path: Path) -> None:
    def refusal(run: Path, output: Path = tmp_path / "m.onnx", **named: Any) -> str:
        with pytest.raises(InputError) as refused:
            export_run(run, output, **named)
        return str(refused.value)

    assert "there is no checkpoint; has the run begun?" in refusal(tmp_path)
    (tmp_path / "other.safetensors").write_bytes(b"no checkpoint")
    assert "not a whole checkpoint" in refusal(tmp_path / "other.safetensors")
    early = shutil.copytree(tiny_run, tmp_path / "early")
    assert "cannot be written" in refusal(early, tmp_path / "nowhere" / "m.onnx")


def test_a_run_that_has_validated_nothing_yet_says_so(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = load_checkpoint(tiny_run / CHECKPOINT)
    tensors = {name: value for name, value in checkpoint.tensors.items() if not name.startswith("best.")}
    monkeypatch.setattr(export_model, "load_checkpoint", lambda _: Checkpoint(tensors, checkpoint.facts))
    with pytest.raises(InputError, match="the run has kept no best weights yet; try --weights raw"):
        export_run(tiny_run, tmp_path / "m.onnx")
