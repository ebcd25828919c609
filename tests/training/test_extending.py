"""The page on losses, networks and steps of one's own: its script is run as it stands."""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import torch

from fixtures.tiny_trainings import lines
from laplace_landmarks.errors import InputError
from laplace_landmarks.method.losses import LOSSES
from laplace_landmarks.method.recombinator import NETWORKS
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training.algorithm import ALGORITHMS
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import save_config
from laplace_landmarks.training.folds import train_folds
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]
PAGE = Path(__file__).resolve().parents[2] / "docs/extending.md"
OWN = ["--loss.name", "charbonnier", "--network.name", "plain", "--algorithm", "moved"]


@pytest.fixture
def mine() -> Iterator[dict[str, Any]]:
    """What the page's script defines and adds; taken away again."""
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "mine"}
    with patch.dict(LOSSES), patch.dict(NETWORKS), patch.dict(ALGORITHMS):
        exec(script, names)
        yield names


def test_the_script_trains_and_its_file_runs(mine: dict[str, Any], tiny_config: MakeConfig, tmp_path: Path) -> None:
    save_config(tiny_config(run=str(tmp_path / "run"), adversarial={"weight": 0.0}), tmp_path / "my.yaml")
    mine["train"](tmp_path / "my.yaml", OWN)
    assert all(line["moved"] >= 0 for line in lines(tmp_path / "run", "train"))  # so the unlabeled pictures were read
    assert "loss_d" not in lines(tmp_path / "run", "train")[0]
    detector = LandmarkDetector(tmp_path / "run")
    assert (detector.info.network["name"], detector.info.training["loss"]) == ("plain", "charbonnier")
    assert detector.info.training["changed"]["algorithm"] == "moved"
    assert detector.info.network["parameters"] == 2 * (3 * 49 + 1) + 68 * (2 * 49 + 1)  # of width 2
    assert detector.info.spread.kind == "none"
    (face,) = detector(np.zeros((40, 40, 3), np.uint8), boxes=[(5, 5, 35, 35)])
    assert face.landmarks.shape == (68, 2)


def test_the_losses_answer(mine: dict[str, Any]) -> None:
    heatmaps = torch.zeros(1, 1, 8, 8)
    heatmaps[0, 0, 2, 5] = 1
    off = mine["charbonnier"](heatmaps, torch.tensor([[[2.0, 6.0]]]), 1.0)  # by 3 and by 4
    assert off.item() == pytest.approx(7, abs=1e-3)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"loss": {"name": "kl"}}, "loss.name: 'kl' is none of laplace_kl, .*extending.md"),
        ({"network": {"name": "plain"}}, "network.name: 'plain' is none of recombinator; "),
        ({"algorithm": "moved"}, "algorithm: 'moved' is none of paper; "),
    ],
)
def test_names_that_nobody_added_are_refused(
    settings: dict[str, Any], told: str, tiny_config: MakeConfig, tmp_path: Path
) -> None:
    for training, folds in ((train, 0), (train_folds, 2)):
        config = tiny_config(
            run=str(tmp_path / "run"), data={"validation": "", "split": ""}, folds={"count": folds}, **settings
        )
        with pytest.raises(InputError, match=told):
            training(config)
    assert not (tmp_path / "run").exists()


def test_variants_and_starts_are_the_papers_networks(
    mine: dict[str, Any], tiny_config: MakeConfig, tiny_run: Path, tmp_path: Path
) -> None:
    from laplace_landmarks.export.model import export_run

    run = train(tiny_config(run=str(tmp_path / "run"), network={"name": "plain"}, optimiser={"steps": 2}))
    assert run is not None
    with pytest.raises(InputError, match="a fast-int8 file is made of the network `recombinator` alone"):
        export_run(run, tmp_path / "fast.onnx", variant="fast-int8")
    with pytest.raises(InputError, match="only the network `recombinator` starts from a model"):
        train(tiny_config(run=str(tmp_path / "other"), network={"name": "plain", "init": str(tiny_run)}))


def test_the_help_names_all_losses() -> None:
    text = (Path(inspect.getfile(Config))).read_text()
    assert [name for name in LOSSES if not re.search(rf"\b{name}\b", text)] == []
