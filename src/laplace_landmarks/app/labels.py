"""Which labeled pictures a command is about: the same flags and the same reading for all of them."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import tyro

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select


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

    def read(self, data: Path, markup: Markup | None) -> LabeledSet:
        """The chosen samples; what the data lack is told on stderr."""
        labeled = read_labeled(data, markup, self.format, lambda line: print(line, file=sys.stderr), self.part)
        return select(labeled, read_split(self.split, self.key)) if self.split else labeled

    def told(self, data: Path, split: Path | None = None) -> str:
        """The data and the choice in words. split: what to call the split file."""
        part = f", {self.part}" if self.part else ""
        return f"{data}{part}" + (f", {self.key} of {split or self.split}" if self.split else "")


Labels: TypeAlias = Annotated[Choice, tyro.conf.arg(name="")]  # flags without a prefix
