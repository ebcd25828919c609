"""Checkpoints: what goes in comes out to the bit; broken ones are told, and nothing in them is run."""

import json
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.network import Network
from laplace_landmarks.training.checkpoints import (
    load_checkpoint,
    optimiser_tensors,
    restore_optimiser,
    save_checkpoint,
    weights,
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "last.safetensors"
    parts = {
        "one": {"a.b": torch.arange(6.0).view(2, 3), "step": torch.tensor(3)},
        "two": {"a.b": torch.ones(1)},
        "none": {},
    }
    save_checkpoint(path, parts, {"step": 7, "text": "δ"})
    return path


def test_what_is_saved_is_loaded(saved: Path) -> None:
    checkpoint = load_checkpoint(saved)

    assert checkpoint.facts == {"version": 1, "step": 7, "text": "δ"}
    assert checkpoint.part("one").keys() == {"a.b", "step"}
    assert torch.equal(checkpoint.part("one")["a.b"], torch.tensor([[0.0, 1, 2], [3, 4, 5]]))
    assert torch.equal(checkpoint.part("two")["a.b"], torch.ones(1))
    assert checkpoint.part("none") == checkpoint.part("on") == {}


def test_a_checkpoint_that_is_held_can_be_written_anew(saved: Path) -> None:
    """No system minds where nothing is mapped to the file."""
    checkpoint = load_checkpoint(saved)

    maps = Path("/proc/self/maps")
    assert not maps.exists() or str(saved) not in maps.read_text()
    save_checkpoint(saved, {"one": {"a.b": torch.zeros(2, 3)}}, {})
    assert torch.equal(checkpoint.part("one")["a.b"], torch.tensor([[0.0, 1, 2], [3, 4, 5]]))


def test_strange_memory_is_saved_too(tmp_path: Path) -> None:
    """Channels-last weights, and one tensor under two names, neither of which the format knows."""
    last = torch.arange(24.0).view(1, 2, 3, 4).to(memory_format=torch.channels_last)
    save_checkpoint(tmp_path / "c", {"part": {"last": last, "again": last}}, {})
    part = load_checkpoint(tmp_path / "c").part("part")
    assert torch.equal(part["last"], last)
    assert torch.equal(part["again"], last)


def test_a_file_cut_off_anywhere_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in range(len(whole)):
        saved.write_bytes(whole[:length])
        with pytest.raises(InputError, match="not a whole checkpoint"):
            load_checkpoint(saved)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c"
    save_file({"a": torch.ones(1)}, path)
    with pytest.raises(InputError, match="a checkpoint of version None, this program reads 1"):
        load_checkpoint(path)
    save_file({"a": torch.ones(1)}, path, {"checkpoint": json.dumps({"version": 2})})
    with pytest.raises(InputError, match="a checkpoint of version 2, this program reads 1"):
        load_checkpoint(path)
    save_file({"a": torch.ones(1)}, path, {"checkpoint": "{"})
    with pytest.raises(InputError, match="not a whole checkpoint"):
        load_checkpoint(path)


class Boom:
    def __reduce__(self) -> tuple:
        return (pytest.fail, ("a checkpoint was unpickled",))


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(pickle.dumps(Boom()))
    torch.save({"a": torch.ones(1)}, tmp_path / "d")
    for name in "cd":
        with pytest.raises(InputError, match="not a whole checkpoint"):
            load_checkpoint(tmp_path / name)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_restored_optimiser_goes_on_as_the_first_would(tmp_path: Path, layout: torch.memory_format) -> None:
    """Fused Adam pairs a channels-last weight with the wrong moments where those lie in memory in another order."""

    def training() -> tuple[torch.nn.Conv2d, torch.optim.Adam]:
        torch.manual_seed(0)
        network = torch.nn.Conv2d(3, 4, 3).to(memory_format=layout)  # pyright: ignore[reportCallIssue]
        return network, torch.optim.Adam(network.parameters(), lr=0.1, weight_decay=0.01, fused=True)

    def steps(network: torch.nn.Conv2d, optimiser: torch.optim.Adam, count: int) -> None:
        for _ in range(count):
            optimiser.zero_grad()
            network(torch.arange(75.0).view(1, 3, 5, 5).sin()).square().sum().backward()
            optimiser.step()

    network, optimiser = training()
    steps(network, optimiser, 3)
    save_checkpoint(tmp_path / "c", {"n": network.state_dict(), "o": optimiser_tensors(optimiser)}, {})
    steps(network, optimiser, 2)

    other, its_optimiser = training()
    checkpoint = load_checkpoint(tmp_path / "c")
    other.load_state_dict(checkpoint.part("n"))
    restore_optimiser(its_optimiser, checkpoint.part("o"))
    steps(other, its_optimiser, 2)

    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), other.parameters(), strict=True))
    ours, theirs = optimiser_tensors(optimiser), optimiser_tensors(its_optimiser)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_copied_weights_do_not_follow_the_network() -> None:
    network = torch.nn.Linear(2, 1)
    copied = weights(network)
    before = copied["weight"].clone()
    with torch.no_grad():
        network.weight.add_(1)
    assert torch.equal(copied["weight"], before)


def test_the_weights_in_torch_as_the_page_says(
    tiny_run: Path, tiny_run_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/training.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "my").symlink_to(tiny_run)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(code, names)
    landmarks, spread = Network(tiny_run_model).run(["landmarks", "spread"], np.zeros((1, 32, 32, 3), np.uint8))
    np.testing.assert_allclose(names["places"].detach().numpy(), landmarks, atol=1e-3)
    np.testing.assert_allclose(names["spread"].detach().numpy(), spread, atol=1e-3)
