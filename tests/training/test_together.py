"""Two processes that share a batch learn what one with the whole batch learns, and stop together."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from laplace_landmarks.errors import InputError
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import save_config
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, LOG
from laplace_landmarks.training.together import all_or_none, attempt
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]

# Each process runs the whole script; what it prints is told apart by its number.
SCRIPT = """
import sys
from contextlib import nullcontext
from pathlib import Path
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.run import launched
from laplace_landmarks.training.together import all_or_none, attempt
from laplace_landmarks.training import loop, trainer

def refuse(words):
    if words:
        raise InputError(words)
    return 7

loop.LOG_EVERY = 1
first, whole, refused = (load_config(Path(name)) for name in sys.argv[1:])
with launched(first, Path(first.run)) as fabric:
    rank = fabric.global_rank
    said = [f"{rank} gives {all_or_none(attempt(refuse, ''))}"]
    for only in (0, 1):
        try:
            all_or_none(attempt(refuse, "no" if rank == only else ""))
        except InputError as error:
            said.append(f"{rank} hears {error}")
    trainer.launched = lambda *_: nullcontext(fabric)  # one launch is enough for all
    for config in (first, whole, refused):
        try:
            said.append(f"{rank} returns {trainer.train(config)}")
        except InputError as error:
            said.append(f"{rank} raises {error}")
sys.stdout.write("\\n".join(said) + "\\n")
"""


def losses(run: Path) -> list[dict[str, float]]:
    lines = map(json.loads, (run / LOG).read_text().splitlines())
    return [{k: v for k, v in line.items() if k not in ("kind", "images_per_second", "seconds")} for line in lines]


@pytest.fixture
def every_step_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laplace_landmarks.training.loop.LOG_EVERY", 1)


@pytest.mark.usefixtures("every_step_is_logged")
def test_two_processes_are_as_one(tiny_config: MakeConfig, tmp_path: Path) -> None:
    """Dropout and noise on, and the batches of different size: each sample's noise is its own."""
    settings: dict[str, Any] = {"adversarial": {"batch": 8, "weight": 0.1}}
    alone: dict[str, Path] = {}
    for name, steps in (("first", 1), ("whole", 8), ("refused", 8)):
        config = tiny_config(run=str(tmp_path / name), optimiser={"steps": steps}, machine={"devices": 2}, **settings)
        save_config(config, tmp_path / f"{name}.yaml")
        alone[name] = tmp_path / f"{name}-alone"
        if name != "refused":
            train(tiny_config(run=str(alone[name]), optimiser={"steps": steps}, **settings))
    (tmp_path / "refused").mkdir()
    save_config(tiny_config(optimiser={"steps": 8}, seed=5, **settings), tmp_path / "refused" / CONFIG)
    (tmp_path / "refused" / CHECKPOINT).touch()
    (tmp_path / "script.py").write_text(SCRIPT)

    configs = [str(tmp_path / f"{name}.yaml") for name in alone]
    command = [sys.executable, str(tmp_path / "script.py"), *configs]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)

    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        "0 gives 7",
        "0 hears no",
        "0 hears no",
        f"0 raises {tmp_path / 'refused'} holds another training (seed: 5 there, 0 now); choose another --run, "
        "or delete it",
        f"0 returns {tmp_path / 'first'}",
        f"0 returns {tmp_path / 'whole'}",
        "1 gives 7",
        "1 hears no",
        "1 hears no",
        *["1 returns None"] * 3,
    ]
    assert done.stderr.count("labeled: 9 for training") == 2, "one process speaks, and nothing is read to be refused"
    assert "Initializing distributed" not in done.stderr

    one, two = (load_checkpoint(run / CHECKPOINT) for run in (alone["first"], tmp_path / "first"))
    for part in ("optimiser_g", "optimiser_d"):  # after one step its moments are a part of the gradients
        for name, value in one.part(part).items():
            # rounding carries one activation of a few hundred over the kink of leaky ReLU, and its slope jumps
            away = torch.linalg.vector_norm(two.part(part)[name] - value)
            assert away <= 0.05 * torch.linalg.vector_norm(value) + 1e-7, (part, name)

    ours, theirs = losses(tmp_path / "whole"), losses(alone["whole"])
    assert [line.keys() for line in ours] == [line.keys() for line in theirs]
    for line, other in zip(ours, theirs, strict=True):
        for name, value in line.items():
            # Adam makes a whole step of the sign of a gradient that is almost 0, so that rounding shows in D, and of
            # its 72 patches one or two may be judged otherwise; before its first step all agrees
            allowed = {"loss_d": 3e-3, "fooling": 3e-3, "d_real": 0.03, "d_fake": 0.03}.get(name, 1e-6 * value)
            allowed = 1e-6 if line["step"] == 1 and name != "fooling" and "/" not in name else allowed
            assert value == pytest.approx(other[name], abs=allowed), (line["step"], name)


def test_one_process_alone() -> None:
    def refuse() -> int:
        raise InputError("no")

    def full() -> int:
        raise OSError(28, "No space left on device", "log.jsonl")

    assert all_or_none(attempt(max, 3, 4)) == 4
    assert all_or_none(None) is None
    with pytest.raises(InputError, match=r"^no$"):
        all_or_none(attempt(refuse))
    with pytest.raises(InputError, match=r"^log\.jsonl: No space left on device; put that right"):
        all_or_none(attempt(full))
    with pytest.raises(ZeroDivisionError):  # not the user's doing
        attempt(lambda: 1 // 0)
