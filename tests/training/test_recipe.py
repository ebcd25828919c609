"""What of a training by the paper's recipe was otherwise."""

from dataclasses import asdict
from pathlib import Path

from laplace_landmarks.training.config import Config, Loss, Network, Optimiser
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.recipe import changed

CONFIGS = Path(__file__).parents[2] / "configs"


def test_the_paper_s_own_settings_are_unchanged_whatever_the_size_the_length_and_the_pictures() -> None:
    assert changed(asdict(Config())) == {}
    own = load_config(CONFIGS / "300w-lfpw.yaml")
    assert (own.recipe, own.network.width) == ("paper", 8)
    assert changed(asdict(own)) == {}


def test_what_is_otherwise_is_named() -> None:
    found = changed(
        asdict(
            Config(
                network=Network(width=4, start="he"),
                loss=Loss("softargmax", target_spread=2),
                optimiser=Optimiser(learning_rate=0.003, steps=9),
            )
        )
    )
    assert found == {"network.start": "he", "loss.target_spread": 2, "optimiser.learning_rate": 0.003}


def test_the_branch_counts_where_there_are_unlabeled_pictures() -> None:
    config = asdict(Config()) | {"adversarial": asdict(Config().adversarial) | {"width": 16}}
    assert changed(config) == {}
    assert changed(config | {"data": config["data"] | {"unlabeled": [{"pictures": "more"}]}}) == {
        "adversarial.width": 16
    }


def test_another_recipe_is_its_own_and_a_run_of_old_is_the_paper_s() -> None:
    config = asdict(Config())
    assert changed(config | {"recipe": "best", "optimiser": config["optimiser"] | {"batch": 8}}) == {}
    old = {"recipe": "paper", "data": {}, "network": {"width": 8}, "optimiser": {"batch": 16}}
    assert changed(old) == {}
