"""Starting from trained weights: whole where all fits, a new head for other landmarks, a clear word where neither."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from laplace_landmarks.app.commands import train as command
from laplace_landmarks.errors import InputError
from laplace_landmarks.export import variants
from laplace_landmarks.export.compact import compacted
from laplace_landmarks.export.graph import to_onnx
from laplace_landmarks.export.model import export_run
from laplace_landmarks.export.parity import Allowed
from laplace_landmarks.method.recombinator import RecombinatorNet, he_start
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.initial import read_weights, start_from
from laplace_landmarks.training.run_files import CHECKPOINT
from laplace_landmarks.training.trainer import train


def test_a_model_file_gives_back_the_very_weights_it_was_made_from(tiny_run: Path, tiny_run_model: Path) -> None:
    network = RecombinatorNet(2, 68)

    assert start_from(network, tiny_run_model) == []

    best = load_checkpoint(tiny_run / CHECKPOINT).part("best")
    assert best.keys() == network.state_dict().keys()
    assert all(torch.equal(value, best[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("source", [".", CHECKPOINT])
def test_so_do_a_run_and_its_checkpoint(tiny_run: Path, source: str) -> None:
    best = load_checkpoint(tiny_run / CHECKPOINT).part("best")
    found = read_weights(tiny_run / source)
    assert found.keys() == best.keys()
    assert all(torch.equal(found[name], best[name]) for name in best)


@pytest.mark.parametrize("words", [["--init", "a.onnx"], ["--init=a.onnx"]])
def test_the_short_name_may_have_its_value_in_the_same_word(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    trained = []
    monkeypatch.setattr(command, "train", lambda file, settings: trained.append(command._settings(None, settings)))
    command.main(["config.yaml", *words, "--seed", "3"])
    assert [(config.network.init, config.seed) for config in trained] == [("a.onnx", 3)]


def test_other_landmarks_get_a_new_head_on_the_trained_body(tiny_run_model: Path) -> None:
    torch.manual_seed(1)
    network, trained = RecombinatorNet(2, 5), read_weights(tiny_run_model)
    before = {name: value.clone() for name, value in network.state_dict().items()}

    fresh = start_from(network, tiny_run_model)

    assert set(fresh) == {name for name in before if name.startswith("head.")}
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name] if name in fresh else trained[name])


def test_a_fast_file_of_another_network_is_a_stand_in(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variants, "compacted", partial(compacted, steps=1))
    monkeypatch.setattr(variants, "MOST", 16)
    loose = Allowed((9, 99), (9, 99))
    monkeypatch.setitem(variants.VARIANTS, "fast", variants.Variant(True, "", loose))
    export_run(tiny_run, tmp_path / "fast.onnx", variant="fast")
    with pytest.raises(InputError, match=r"fast\.onnx: smaller than the network that was trained; start from the file"):
        start_from(RecombinatorNet(2, 68), tmp_path / "fast.onnx")


def test_biases_of_zero_are_not_in_the_file(tmp_path: Path) -> None:
    """As they are in a network that was just drawn after He."""
    first = RecombinatorNet(2, 68)
    he_start(first)
    content = to_onnx(first.eval(), 1.0, 32).SerializeToString()
    (tmp_path / "first.onnx").write_bytes(content)
    assert "encoder.0.bias" not in read_weights(tmp_path / "first.onnx")
    network = RecombinatorNet(2, 68)

    assert start_from(network, tmp_path / "first.onnx") == []

    assert all(torch.equal(value, first.state_dict()[name]) for name, value in network.state_dict().items())


def test_growth_is_told_as_a_config_takes_it(tmp_path: Path) -> None:
    content = to_onnx(RecombinatorNet(2, 68, growth=(2, 3, 2, 2)).eval(), 1.0, 32).SerializeToString()
    (tmp_path / "m.onnx").write_bytes(content)
    with pytest.raises(InputError, match=r"set network\.growth to 2 3 2 2 to start from it"):
        start_from(RecombinatorNet(2, 68, growth=(1, 2, 2, 2)), tmp_path / "m.onnx")


def test_a_quick_networks_fast_file_gives_its_weights_back(tiny_config: Callable[..., Any], tmp_path: Path) -> None:
    quick = {"width": 2, "size": 32, "beta": 2.0, "head": "light", "fusion": "separable", "growth": (1, 1, 2, 2)}
    run = train(tiny_config(network=quick, optimiser={"steps": 1}))
    assert run is not None
    export_run(run, tmp_path / "fast.onnx", variant="fast")
    network = RecombinatorNet(2, 68, head="light", fusion="separable", growth=(1, 1, 2, 2))

    assert start_from(network, tmp_path / "fast.onnx") == []

    best = load_checkpoint(run / CHECKPOINT).part("best")
    for name, value in network.state_dict().items():
        expected = torch.zeros(68) if name == "head.0.bias" else best[name]  # which a softmax over pixels does not see
        torch.testing.assert_close(value, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"width": 4}, "its network has width 2, growth 1 1 1 1, head paper, fusion paper; set network.width to 2 to"),
        ({"width": 2, "head": "light"}, "set network.head to paper to start from it"),
        (
            {"width": 2, "growth": (1, 1, 2, 2), "fusion": "separable"},
            "set network.growth to 1 1 1 1 and network.fusion to paper to start from it",
        ),
    ],
)
def test_another_network_is_refused_with_the_right_one(
    tiny_run_model: Path, settings: dict[str, Any], told: str
) -> None:
    network = RecombinatorNet(landmarks=68, **settings)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(InputError, match=told):
        start_from(network, tiny_run_model)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such model file or run"),
        (b"", "not this network's weights"),
        (b"\xff" * 100, "cannot be read as an ONNX file"),
        (b"a picture, perhaps", "cannot be read as an ONNX file"),
    ],
    ids=["missing", "empty", "bytes", "text"],
)
def test_what_holds_no_weights_is_refused(tmp_path: Path, content: bytes | None, told: str) -> None:
    source = tmp_path / "model.onnx"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(InputError, match=rf"model\.onnx: .*{told}") as refused:
        start_from(RecombinatorNet(2, 68), source)
    assert "\n" not in str(refused.value)


def test_a_model_file_cut_off_anywhere_is_refused(tiny_run_model: Path, tmp_path: Path) -> None:
    whole, source = tiny_run_model.read_bytes(), tmp_path / "model.onnx"
    for length in range(0, len(whole), 997):
        source.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"model\.onnx: "):
            start_from(RecombinatorNet(2, 68), source)


def test_a_run_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"last\.safetensors: there is no such model file or run"):
        start_from(RecombinatorNet(2, 68), tmp_path)
