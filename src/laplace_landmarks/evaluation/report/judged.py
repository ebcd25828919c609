"""One method on the labeled faces: all that the sections of a report are made of, measured once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.placing import placed_by
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.calibration import Measured
from laplace_landmarks.evaluation.metrics import lengths_of, normaliser_of
from laplace_landmarks.evaluation.scoring import EVERYTHING, Score, Scores
from laplace_landmarks.faces.boxes import Crop, CropRule
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.network import AT_ONCE
from laplace_landmarks.runtime.outputs import Prediction

LENGTHS = {  # of metrics.OF_A_SET, in words
    "inter_ocular": "the distance between the outer eye corners",
    "sqrt_box": "the square root of the area of the box around the landmarks",
}


@dataclass(frozen=True, eq=False)
class Judged:
    """A method and its errors on N labeled faces of K landmarks; lengths are in pixels of each face's crop.

    crops: where each face's crop lies: the method's own or, where a predictions file tells none, the default one.
    lengths: (N,) what a face's errors are divided by, pixels of its picture; 0 where not counted.
    seen: (N, K) whether an error is known: the landmark has a label, the face was found and has a normaliser.
    errors: (N, K) distances from the truth, 0 where not seen. percent: the same in percent of the normaliser.
    spread: (N, K, 2), None where the method tells none. peaks: (N, K) of the heatmaps, None without heatmaps.
    pictures: (N, size, size, 3) the crops that a model file was given. detector: what runs it; None for predictions.
    """

    name: str
    file: Path
    labeled: LabeledSet
    predictions: tuple[Prediction | None, ...]
    scores: Scores
    normaliser: str
    crops: tuple[Crop, ...]
    lengths: NDArray[np.float64]
    seen: NDArray[np.bool_]
    errors: NDArray[np.float64]
    percent: NDArray[np.float64]
    spread: NDArray[np.float64] | None = None
    peaks: NDArray[np.float64] | None = None
    pictures: NDArray[np.uint8] | None = None
    detector: LandmarkDetector | None = None

    @property
    def markup(self) -> Markup:
        return self.labeled.markup

    @property
    def noun(self) -> str:
        """What the labels are of: "face", or "object"."""
        return "face" if self.markup.is_face else "object"

    @property
    def row(self) -> Score:
        """The score of all faces by the report's normaliser."""
        return self.scores.row(EVERYTHING, self.normaliser)

    @property
    def radii(self) -> Radii | None:
        """What makes a radius of the spread, None where the model is not calibrated."""
        calibration = self.detector and self.detector.info.calibration
        return calibration.radii if calibration else None

    @property
    def has_heatmaps(self) -> bool:
        return self.detector is not None and "heatmaps" in self.detector.info.outputs

    @property
    def counted(self) -> NDArray[np.bool_]:
        """(N,) whether the face has an error."""
        return np.asarray(self.seen.any(axis=1))

    @property
    def of_faces(self) -> NDArray[np.float64]:
        """(N,) NMSE in percent; meaningful where counted."""
        return self.percent.sum(axis=1) / np.maximum(self.seen.sum(axis=1), 1)

    def files(self, kept: NDArray[np.bool_]) -> tuple[Path, ...]:
        """The pictures that those faces (N,) are in."""
        return tuple(compress((sample.picture for sample in self.labeled.samples), kept))

    def means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """(counted faces,) means of values (N, K) over what is seen of each face."""
        seen = self.seen[self.counted]
        return np.where(seen, values[self.counted], 0).sum(axis=1) / seen.sum(axis=1)

    def level(self, p: float) -> float:
        """The probability nearest to p that the model's radii are calibrated for."""
        levels = (0.0, 1.0) if self.radii is None else self.radii.levels
        return min(max(p, levels[0]), levels[-1])

    def ranked(self) -> list[int]:
        """Places of the counted faces, from the smallest NMSE to the largest."""
        return sorted(np.flatnonzero(self.counted).tolist(), key=lambda place: (self.of_faces[place], place))

    def measured(self, uncertainty: NDArray[np.float64]) -> Measured:
        """The counted faces alone, for calibration, with any uncertainty (N, K) in the place of the spread."""
        kept = self.counted
        spread = uncertainty[kept][..., None].repeat(2, axis=-1)
        return Measured(spread, self.errors[kept], self.seen[kept], self.files(kept))


def judge(
    name: str,
    file: Path,
    labeled: LabeledSet,
    predictions: Sequence[Prediction | None],
    scores: Scores,
    detector: LandmarkDetector | None = None,
    crops: Crops | None = None,
) -> Judged:
    """Measures a method's predictions, one a sample; detector and the crops it was given where it is a model file."""
    normaliser = normaliser_of(labeled)
    if normaliser is None:
        raise InputError(f"{scores.data}: no face has a length to divide errors by, so there is nothing to report")
    defined = lengths_of(normaliser, labeled)
    places = tuple(
        _crop(sample, prediction, labeled.markup, bool(length))
        for sample, prediction, length in zip(labeled.samples, predictions, defined, strict=True)
    )
    lengths = np.where([prediction is None for prediction in predictions], 0.0, defined)
    visible = np.array([sample.visible for sample in labeled.samples]).reshape(len(labeled), len(labeled.markup))
    seen = visible & (lengths > 0)[:, None]
    away = _distances(labeled, predictions) * seen
    scales = np.array([crop.scale for crop in places])
    return Judged(
        name=name,
        file=file,
        labeled=labeled,
        predictions=tuple(predictions),
        scores=scores,
        normaliser=normaliser,
        crops=places,
        lengths=lengths,
        seen=seen,
        errors=away * scales[:, None],
        percent=100 * away / np.where(lengths > 0, lengths, 1)[:, None],
        spread=_spread(predictions, places, seen),
        peaks=_peaks(detector, crops) if detector and crops and "heatmaps" in detector.info.outputs else None,
        pictures=crops.pictures if crops else None,
        detector=detector,
    )


def length_in_words(judged: Judged) -> str:
    """What errors are divided by."""
    groups = judged.markup.normaliser
    if judged.normaliser != "inter_ocular" or judged.markup.name == "ibug68":
        return LENGTHS[judged.normaliser]
    ends = [" and ".join(judged.markup.names[index] for index in group) for group in groups]
    return f"the distance between {ends[0]!r} and {ends[1]!r}"


def _crop(sample: Sample, prediction: Prediction | None, markup: Markup, has_error: bool) -> Crop:
    if prediction is not None and prediction.crop is not None:
        return prediction.crop
    try:
        return placed_by(sample, markup, CropRule())
    except InputError:
        if has_error:
            raise
        return Crop(0, 0, CropRule().size, CropRule().size)  # any will do: nothing is measured in it


def _distances(labeled: LabeledSet, predictions: Sequence[Prediction | None]) -> NDArray[np.float64]:
    """(N, K) pixels of the picture; 0 where there is no prediction."""
    found = [
        sample.landmarks if prediction is None else prediction.landmarks
        for sample, prediction in zip(labeled.samples, predictions, strict=True)
    ]
    truth = [sample.landmarks for sample in labeled.samples]
    return np.linalg.norm(np.array(found, np.float64) - np.array(truth, np.float64), axis=-1)


def _spread(
    predictions: Sequence[Prediction | None], crops: Sequence[Crop], seen: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    """(N, K, 2); None where a found face has none."""
    spread = np.zeros((*seen.shape, 2))
    for place, (prediction, crop) in enumerate(zip(predictions, crops, strict=True)):
        if prediction is not None:
            if prediction.spread is None:
                return None
            spread[place] = prediction.spread * crop.scale
    return spread


def _peaks(detector: LandmarkDetector, crops: Crops) -> NDArray[np.float64]:
    """(N, K); some crops at a time, since heatmaps are large."""
    peaks = []
    for first in range(0, len(crops.pictures), AT_ONCE):
        *_, heatmaps = detector.on_crops(crops.pictures[first : first + AT_ONCE], heatmaps=True)
        assert heatmaps is not None
        peaks.append(heatmaps.max(axis=(2, 3)))
    return np.concatenate(peaks).astype(np.float64)
