"""Which labeled pictures a command is about: the same flags and the same reading for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import tyro

from laplace_landmarks.app.telling import tell
from laplace_landmarks.data.hashes import hash_of_names
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.placing import with_a_place
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import goes_by, read_labeled, read_split, select
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.model_info import ModelInfo


@dataclass(frozen=True)
class Choice:
    """Which of the data's labels."""

    format: str = "auto"
    """How they are stored: coco, dlib, wflw, ... (docs/formats.md); auto looks."""
    part: str = ""
    """Only this part of the data: train, common, challenge or full of 300W."""
    split: Path | None = None
    """JSON file with lists of names; only the list --key is taken."""
    key: str = "validation"
    """List of the split file."""

    def read(self, data: Path, markup: Markup | None, rules: Iterable[CropRule] = ()) -> LabeledSet:
        """The chosen samples; what the data lack is told on stderr.

        rules: by which their crops will be placed. What one of them cannot place is left out.
        """
        labeled = read_labeled(data, markup, self.format, tell, self.part)
        labeled = select(labeled, read_split(self.split, self.key)) if self.split else labeled
        for rule in rules:
            labeled = with_a_place(labeled, rule, tell)
        if not len(labeled):
            raise InputError(f"{self.told(data)}: no object is left; label more landmarks of them, or boxes")
        return labeled

    def told(self, data: Path, split: Path | None = None) -> str:
        """The data and the choice in words. split: what to call the split file."""
        part = f", {self.part}" if self.part else ""
        return f"{data}{part}" + (f", {self.key} of {split or self.split}" if self.split else "")


def tell_of_training(models: Iterable[ModelInfo], data: Path, labels: Choice, also: str = "") -> None:
    """A note on stderr of the models that were trained on labels of this name; of renamed ones nothing can be known.

    Nothing of those whose own validation list is chosen. also: what else is too small then.
    """
    trained: dict[str, dict[str, None]] = {}  # data → names, each once
    held_out = _held_out(labels)
    for info in models:
        own = str(info.training.get("data", ""))
        if goes_by(data.resolve(), own) and info.training.get("split") not in held_out:
            trained.setdefault(own, {})[info.name] = None
    for own, names in trained.items():
        were, their, runs = ("was", "its", "its run") if len(names) == 1 else ("were", "their", "their runs")
        tell(
            f"note: {', '.join(names)} {were} trained on pictures of {own}: {their} errors on those{also} "
            f"are too small; --split with the split.json of {runs} takes those held out"
        )


def _held_out(labels: Choice) -> set[str]:
    """Splits of trainings, as their models tell them, that left out the chosen list: they have its names in the order
    of the labels, which is as a rule that of the list, or sorted."""
    if not labels.split or labels.key == "train":
        return set()
    try:
        lists = [read_split(labels.split, key) for key in ("train", labels.key)]
    except InputError:  # without a list that was trained on
        return set()
    return {hash_of_names(*lists), hash_of_names(*map(sorted, lists))}


Labels: TypeAlias = Annotated[Choice, tyro.conf.arg(name="")]  # flags without a prefix
