"""Whether labels are those that a run was trained on: hashes of who is in which part, of what was labeled, and of the
pictures that it was labeled in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.hashes import digits, hash_of_names
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError

DIGITS = 3  # of a pixel: a reader that rounds otherwise in the last bit has not read other labels


def hash_of_split(train: LabeledSet, validation: LabeledSet) -> str:
    """16 digits that tell who is in which part."""
    return hash_of_names(*([sample.name for sample in part.samples] for part in (train, validation)))


def hash_of_labels(train: LabeledSet, validation: LabeledSet) -> str:
    """16 digits that tell where the landmarks and boxes of whom are, too."""
    return digits([[_told(sample) for sample in labeled.samples] for labeled in (train, validation)])


def hash_of_pictures(*parts: Crops | None) -> str:
    """16 digits that tell the files' contents, of those who are trained on and, where there are any, validated on."""
    crops = [part for part in parts if part is not None]
    return digits([[(name, content.hex()) for name, content in zip(part.names, part.contents, strict=True)]
                    for part in crops])  # fmt: skip


def check_pictures(facts: Mapping[str, Any], pictures: str, run: Path) -> None:
    """InputError where the run was trained on pictures of other contents; one of old does not know."""
    if facts.get("pictures_hash", pictures) != pictures:
        raise InputError(
            f"{run} was trained on labeled pictures of other contents than there are now, under the same names; put "
            "back what was there, choose another --run, or delete it"
        )


def check_labels(facts: Mapping[str, Any], split: str, labels: str, run: Path) -> None:
    """InputError where the run was trained on other labels; one of old knows only who was in which part."""
    known, now = (facts["labels_hash"], labels) if "labels_hash" in facts else (facts.get("split", split), split)
    if known != now:
        raise InputError(f"{run} was trained on other labels than there are now; choose another --run, or delete it")


def _told(sample: Sample) -> list[Any]:
    box = sample.box and _rounded(sample.box)
    return [sample.name, _rounded(sample.landmarks[sample.visible]), sample.visible.tolist(), box]


def _rounded(values: Any) -> Any:
    return (np.round(np.asarray(values, np.float64), DIGITS) + 0.0).tolist()  # no -0
