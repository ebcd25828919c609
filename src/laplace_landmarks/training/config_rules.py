"""What values the settings of a training may have, by dotted name."""

from collections.abc import Callable
from math import inf
from typing import Any, Protocol

from laplace_landmarks.data.augmentation.settings import limits
from laplace_landmarks.faces.boxes import FACTORS, MOST

Rule = tuple[Callable[[Any], bool], str]  # whether a value is kept, and what is told where it is not

ABOVE_0: Rule = (lambda value: 0 < value < inf, "must be above 0")
NOT_NEGATIVE: Rule = (lambda value: 0 <= value < inf, "must not be negative")
AT_LEAST_1: Rule = (lambda value: value >= 1, "must be at least 1")
BELOW_1: Rule = (lambda value: 0 <= value < 1, "must be at least 0 and below 1")

ALONE: dict[str, Rule] = {  # settings that are judged by themselves
    "seed": (lambda seed: 0 <= seed < 2**63, "must be at least 0 and below 2**63"),
    "data.factor": ABOVE_0,
    "data.box_factor": ABOVE_0,
    "data.picture_factor": NOT_NEGATIVE,
    "network.width": AT_LEAST_1,
    "network.size": (
        lambda size: size >= 16 and size % 16 == 0,
        "must be a multiple of 16: the network halves the crop four times",
    ),
    "network.dropout": BELOW_1,
    "network.growth": (lambda growth: len(growth) == 4 and min(growth) >= 1, "must be 4 numbers of at least 1"),
    "network.beta": ABOVE_0,
    "loss.target_spread": ABOVE_0,
    "adversarial.weight": NOT_NEGATIVE,
    "adversarial.width": AT_LEAST_1,
    "adversarial.rate": ABOVE_0,
    "adversarial.noise": NOT_NEGATIVE,
    "teaching.labeled": NOT_NEGATIVE,
    "teaching.unlabeled": NOT_NEGATIVE,
    "teaching.ramp": NOT_NEGATIVE,
    "optimiser.learning_rate": ABOVE_0,
    "optimiser.weight_decay": NOT_NEGATIVE,
    "optimiser.steps": NOT_NEGATIVE,
    "optimiser.largest_gradient": NOT_NEGATIVE,
    "optimiser.ema": BELOW_1,
    "machine.devices": AT_LEAST_1,
    "machine.nodes": AT_LEAST_1,
    "machine.threads": NOT_NEGATIVE,
    "machine.validate_every": AT_LEAST_1,
    "machine.checkpoint_every": AT_LEAST_1,
}
UNLABELED: dict[str, Rule] = {  # of each folder of unlabeled pictures
    "pictures": (lambda folder: folder != "", "must name a folder"),
    "grow": ABOVE_0,
    "limit": NOT_NEGATIVE,
}

FACTORS_OF_CROPS = ("data.factor", "data.box_factor", "data.picture_factor")  # 0 of the last is off
LARGEST = {  # with more, memory ends somewhere in the training, without a word of the setting
    "network.size": MOST, "network.width": 4096, "adversarial.width": 4096, "adversarial.batch": 10**6,
    "optimiser.batch": 10**6, "machine.threads": 4096,
}  # fmt: skip


class Settings(Protocol):
    """A config: its settings by dotted name."""

    def __getitem__(self, name: str) -> Any: ...


def broken_rules(settings: Settings) -> list[str]:
    """What is wrong, a line a setting; empty where all is well."""
    rules = ALONE | _of_others(settings)
    for place in range(len(settings["data.unlabeled"])):
        rules |= {f"data.unlabeled.{place}.{name}": rule for name, rule in UNLABELED.items()}
    broken = [(name, advice) for name, (kept, advice) in rules.items() if not kept(settings[name])]
    least, most = FACTORS
    broken += [
        (name, f"must be at least {least:g} and at most {most:g}")
        for name in FACTORS_OF_CROPS
        if 0 < settings[name] < least or most < settings[name]
    ]
    broken += [(name, f"must be at most {most}") for name, most in LARGEST.items() if most < settings[name]]
    augmentation = limits(settings["augmentation"]).items()
    broken += [(f"augmentation.{name}", advice) for name, (kept, advice) in augmentation if not kept]
    return [f"{name} {advice} (it is {settings[name]!r})" for name, advice in broken]


def _of_others(settings: Settings) -> dict[str, Rule]:
    """Rules for settings that hang on other ones."""
    processes = max(1, settings["machine.devices"] * settings["machine.nodes"])
    shared: Rule = (
        lambda batch: batch >= 1 and not batch % processes,
        "must be at least 1" if processes == 1 else f"must be shared equally by {processes} processes",
    )
    folds = settings["folds.count"]
    return {
        "folds.count": (
            lambda count: count == 0 or (count >= 2 and processes == 1),
            "must be 0, or at least 2 on one process",
        ),
        "folds.without": (lambda part: 0 <= part <= folds, "must be 0, or one of folds.count parts"),
        "data.validation": (
            lambda key: not (folds and settings["data.split"] and key),
            "must be '' where there are folds, which judge every label, so that no list need be kept for it",
        ),
        "adversarial.batch": shared,
        "optimiser.batch": shared,
        "optimiser.epochs": (lambda epochs: epochs >= 1 or settings["optimiser.steps"] >= 1, "must be at least 1"),
    }
