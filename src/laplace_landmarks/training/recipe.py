"""What a training by the paper's recipe did otherwise than the paper."""

from collections.abc import Mapping
from typing import Any

from laplace_landmarks.training.config import Config

# Settings of the method. A model file tells of width, loss, augmentation, start and teacher by themselves; how long a
# training lasted, on what, and which of its weights were kept is no recipe.
OF_METHOD = {
    "data": ("upright",),
    "network": ("name", "dropout", "dropout_places", "beta", "start"),
    "loss": ("target_spread",),
    "optimiser": ("learning_rate", "schedule", "weight_decay", "batch", "largest_gradient"),
}
OF_BRANCH = ("weight", "width", "noise", "scaling", "saturating", "redrawn", "blind", "rate", "batch")
PAPERS = Config()


def changed(config: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names and values of what differs, of a config in parts as checkpoints hold it; {} of other recipes.

    A config of old, which lacks a setting, did as the paper does.
    """
    if config["recipe"] != PAPERS.recipe:
        return {}
    branch = {"adversarial": OF_BRANCH} if config["data"].get("unlabeled") else {}
    algorithm = config.get("algorithm", PAPERS.algorithm)
    own = {} if algorithm == PAPERS.algorithm else {"algorithm": algorithm}
    return own | {
        f"{part}.{name}": config[part][name]
        for part, names in (OF_METHOD | branch).items()
        for name in names
        if config.get(part, {}).get(name, PAPERS[f"{part}.{name}"]) != PAPERS[f"{part}.{name}"]
    }
