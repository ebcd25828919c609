"""What a model must offer to be timed, and how it is scored."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.crops import Crops, labeled_crops
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.evaluation.scoring import EVERYTHING, score
from laplace_landmarks.evaluation.speed.crop_settings import CropSettings
from laplace_landmarks.runtime.outputs import Prediction


@dataclass(frozen=True)
class Contestant(ABC):
    """A model that is timed. size: pixels of its crop's side. precision: "" where nobody says it."""

    name: str
    file: Path
    size: int
    precision: str

    @abstractmethod
    def start(self, threads: int) -> Any:
        """The model, ready to run; InputError where its file is none."""

    @abstractmethod
    def work(self, started: Any, crops: NDArray[np.uint8]) -> Callable[[], Any]:
        """One run of a started model on these crops, RGB (N, size, size, 3)."""

    @abstractmethod
    def found(self, labeled: LabeledSet) -> Sequence[Prediction] | None:
        """What it finds in crops that the labels place; None where its landmarks are not theirs."""

    def nmse_percent(self, labeled: LabeledSet) -> float | None:
        """The mean error; None where its landmarks are not those of the labels.

        Of the markup's own normaliser or, where it has none, of the first that the labels define.
        """
        found = self.found(labeled)
        if found is None:
            return None
        rows = score(labeled, found, model="", data="", protocol="").rows
        first = next((row for row in rows if row.subset == EVERYTHING), None)
        return None if first is None or first.nmse_percent is None else first.nmse_percent.value


@dataclass(frozen=True)
class OfOtherMakers(Contestant):
    """A model that knows nothing of our crops: `settings` say how it wants them."""

    settings: CropSettings

    @abstractmethod
    def points(self, crops: Crops, count: int) -> NDArray[np.float32] | None:
        """(N, count, 2) crop pixels; None where it finds another number of points."""

    def found(self, labeled: LabeledSet) -> Sequence[Prediction] | None:
        if not labeled.markup.anchors and self.settings.box_factor is None:
            return None
        crops = labeled_crops(self.settings.placed(labeled), self.settings.rule)
        points = self.points(crops, len(labeled.markup))
        if points is None:
            return None
        return [
            Prediction(picture=str(sample.picture), landmarks=crop.to_picture(of_face), crop=crop)
            for sample, crop, of_face in zip(labeled.samples, crops.crops, points, strict=True)
        ]
