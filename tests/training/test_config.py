"""The defaults are the paper, and every config of the project says what differs."""

from pathlib import Path

import pytest

from laplace_landmarks.data.augmentation.settings import what_is_on
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import differences, load_config

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


def test_the_defaults_are_the_paper() -> None:
    config = Config()
    assert (config.network.width, config.network.size, config.network.beta) == (64, 80, 1.0)  # Table 1, Eq. 2
    assert config.network.dropout == 0.2  # Sec. 3.4
    assert (config.loss.name, config.loss.target_spread) == ("laplace_kl", 1.0)  # Eq. 3
    assert config.adversarial.weight == 0.001  # lambda of Eq. 6 and 7
    assert config.adversarial.noise == 0.2  # Sec. 3.4
    assert config.adversarial.saturating  # Eq. 5 as printed
    optimiser = config.optimiser
    assert (optimiser.learning_rate, optimiser.weight_decay, optimiser.epochs) == (1e-3, 1e-5, 200)  # Sec. 4
    assert optimiser.steps == 0
    assert what_is_on(config.augmentation) == {}  # Sec. 4
    assert (config.data.markup, config.network.init, config.recipe) == ("ibug68", "", "paper")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_every_config_of_the_project_is_sound(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# "), "a config opens with why it is there"
    config = load_config(path)
    for line in differences(Config(), config):
        assert line.split(":")[0].rpartition(".")[2] in text
    given = [line.split(":")[0].strip() for line in text.splitlines() if ":" in line and not line.startswith("#")]
    assert given, "it states something"


def test_there_are_configs() -> None:
    assert {"300w-lfpw.yaml", "demo.yaml", "paper.yaml"} <= {path.name for path in CONFIGS}
