"""One labeled picture of one object, as every reader gives it."""

from dataclasses import dataclass
from pathlib import Path

from laplace_landmarks.conventions import Box, Landmarks, Visible
from laplace_landmarks.data.markup import Markup


@dataclass(frozen=True, eq=False)
class Sample:
    """A picture file and the landmarks of one object in it.

    name: unique within its data set, stable across machines (the path below the data set's folder, without suffix).
    landmarks: (K, 2) float32, pixels of the picture. Where visible is False the numbers mean nothing and are 0.
    visible: (K,) bool.
    box: tight box of the object where the data set gives one.
    subset: the part of the data set it belongs to ("common", "challenge", ...), "" where there are none.
    """

    name: str
    picture: Path
    landmarks: Landmarks
    visible: Visible
    box: Box | None = None
    subset: str = ""


@dataclass(frozen=True)
class LabeledSet:
    """Samples that share a markup, in a fixed order."""

    markup: Markup
    samples: tuple[Sample, ...]

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def never_labeled(self) -> tuple[str, ...]:
        """Names of the landmarks that no sample shows."""
        names = enumerate(self.markup.names)
        return tuple(name for place, name in names if not any(sample.visible[place] for sample in self.samples))
