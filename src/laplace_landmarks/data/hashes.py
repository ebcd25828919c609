"""Short hashes by which lists of names, labels and pictures are known again."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any


def digits(told: Any) -> str:
    """16 digits of anything that JSON can tell."""
    return sha256(json.dumps(told).encode()).hexdigest()[:16]


def hash_of_names(train: Sequence[str], validation: Sequence[str]) -> str:
    """16 digits that tell who is in which part of a split, in the order of the labels; model files have it."""
    return digits({"train": list(train), "validation": list(validation)})
