"""How well predictions fit the labels: each part of a data set, under every normaliser, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import DRAWS, LEVEL, Estimate, mean_of, rate_of
from laplace_landmarks.evaluation.metrics import NORMALISERS, OWN, auc_terms, in_words, lengths_of, nmse
from laplace_landmarks.evaluation.offset import Offset, offset_of
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.text_files import to_json

LIMITS = (8, 10)  # percent, of AUC and failure rate
EVERYTHING = "all"
METHOD = "percentile bootstrap over faces, those of a picture together"
WILSON = "Wilson's score interval (1927)"  # of failures, in words


@dataclass(frozen=True)
class Score:
    """One part of a data set under one normaliser; percentages of the normaliser, or of the faces.

    faces: counted, found or missing. missing: without a prediction, failures of AUC and failure rate, not in the NMSE.
    left_out: not counted, as their labels do not define the normaliser.
    auc_percent, failure_percent: by limit in percent.
    spread_percent, spread_crop_pixels: mean over faces of the spread along x and y; None where it is not known.
    error_pixels_mean, error_pixels_median: over all faces found, those left out, too, in pixels of their pictures; None
        where none was found.
    """

    subset: str
    normaliser: str
    faces: int
    missing: int
    left_out: int
    nmse_percent: Estimate | None
    auc_percent: dict[int, Estimate]
    failure_percent: dict[int, Estimate]
    spread_percent: float | None
    spread_crop_pixels: float | None
    error_pixels_mean: float | None
    error_pixels_median: float | None


@dataclass(frozen=True)
class FaceScore:
    """One face: its error in percent under each normaliser that its labels define; none where it was not found.

    counted: whether its labels define any, without which it is left out.
    error_pixels: mean over its visible landmarks, pixels of the picture; None where it was not found or shows none.
    """

    name: str
    subset: str
    found: bool
    counted: bool
    nmse_percent: dict[str, float]
    error_pixels: float | None


@dataclass(frozen=True)
class Scores:
    """All that is said of one method on one data set. protocol: how its crops were placed, in words.

    offset_pixels: over all faces; None where nothing was found.
    own: what the markup's own normaliser is in words, of an object that is no face; "" where its name says it.
    """

    model: str
    data: str
    protocol: str
    rows: tuple[Score, ...]
    faces: tuple[FaceScore, ...]
    offset_pixels: Offset | None = None
    own: str = ""

    def divided_by(self, row: Score) -> str:
        """What a row's errors are divided by, in words."""
        return self.own if self.own and row.normaliser == OWN else row.normaliser.replace("_", "-")

    def row(self, subset: str, normaliser: str) -> Score:
        """The score of that part under that normaliser."""
        for row in self.rows:
            if (row.subset, row.normaliser) == (subset, normaliser):
                return row
        raise InputError(f"no score of part {subset!r} divided by {normaliser!r}")

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the faces without a prediction, of those that count."""
        return tuple(face.name for face in self.faces if face.counted and not face.found)

    def to_json(self) -> str:
        """Everything, faces included, as an indented JSON document."""
        document = asdict(self)
        intervals = {"level": LEVEL, "draws": DRAWS, "method": METHOD, "failures": WILSON}
        faces = document.pop("faces")
        if not self.own:
            del document["own"]
        document |= {"intervals": intervals, "missing": self.missing, "faces": faces}
        return to_json(document, indent=1)


def score(
    labeled: LabeledSet,
    predictions: Sequence[Prediction | None],
    *,
    model: str,
    data: str,
    protocol: str,
    seed: int = 0,
) -> Scores:
    """Scores predictions, one a sample and None where there is none (as match and predict_labeled give them).

    model, data, protocol: words for the report. seed: of the bootstrap.
    """
    if len(predictions) != len(labeled):
        raise InputError(f"{len(predictions)} predictions for {len(labeled)} labeled faces: match them first")
    if len(labeled) == 0:
        raise InputError(f"{data}: no labeled faces to score")
    measured = _measure(labeled, predictions)
    lengths = {name: lengths_of(name, labeled) for name in NORMALISERS}
    rows = tuple(
        _row(subset, name, members, measured, of_faces, seed)
        for subset, members in subsets_of(labeled).items()
        for name, of_faces in lengths.items()
        if (members & (of_faces > 0)).any()
    )
    faces = tuple(
        FaceScore(
            name=sample.name,
            subset=sample.subset,
            found=bool(measured.found[place]),
            counted=any(of_faces[place] > 0 for of_faces in lengths.values()),
            nmse_percent={
                name: float(100 * measured.distances[place] / of_faces[place])
                for name, of_faces in lengths.items()
                if of_faces[place] > 0 and measured.found[place]
            },
            error_pixels=float(measured.distances[place]) if np.isfinite(measured.distances[place]) else None,
        )
        for place, sample in enumerate(labeled.samples)
    )
    own = in_words(OWN, labeled.markup) if labeled.markup.normaliser and not labeled.markup.is_face else ""
    return Scores(model, data, protocol, rows, faces, offset_of(labeled, predictions, seed), own)


def subsets_of(labeled: LabeledSet) -> dict[str, NDArray[np.bool_]]:
    """(N,) which samples are in each part: the set's own, 300W's "full" (common and challenge), and all."""
    names = np.array([sample.subset for sample in labeled.samples])
    parts = {str(name): names == name for name in dict.fromkeys(names.tolist()) if name}
    if "common" in parts and "challenge" in parts:
        parts["full"] = parts["common"] | parts["challenge"]
    parts[EVERYTHING] = np.ones(len(labeled), np.bool_)
    return parts


@dataclass(frozen=True, eq=False)
class _Measured:
    """Per face, (N,). distances: pixels of the picture, mean over visible landmarks; infinite where not found.

    spread: pixels of the picture, spread_in_crop: of the crop; means over visible landmarks and over x and y, each with
    the faces that have one. pictures: that the faces are in.
    """

    pictures: tuple[Path, ...]
    found: NDArray[np.bool_]
    distances: NDArray[np.float64]
    spread: NDArray[np.float64]
    has_spread: NDArray[np.bool_]
    spread_in_crop: NDArray[np.float64]
    has_crop: NDArray[np.bool_]


def _measure(labeled: LabeledSet, predictions: Sequence[Prediction | None]) -> _Measured:
    count = len(labeled)
    measured = _Measured(
        pictures=tuple(sample.picture for sample in labeled.samples),
        found=np.array([prediction is not None for prediction in predictions]),
        distances=np.full(count, np.inf),
        spread=np.zeros(count),
        has_spread=np.zeros(count, np.bool_),
        spread_in_crop=np.zeros(count),
        has_crop=np.zeros(count, np.bool_),
    )
    for place, (sample, prediction) in enumerate(zip(labeled.samples, predictions, strict=True)):
        if prediction is None or not sample.visible.any():
            continue
        truth, visible = sample.landmarks[None], sample.visible[None]
        measured.distances[place] = nmse(prediction.landmarks[None], truth, visible, 1.0)[0]
        if prediction.spread is not None:
            measured.has_spread[place] = True
            measured.spread[place] = prediction.spread[sample.visible].mean()
            if prediction.crop is not None:
                measured.has_crop[place] = True
                measured.spread_in_crop[place] = measured.spread[place] * prediction.crop.scale
    return measured


def _row(
    subset: str, name: str, members: NDArray[np.bool_], measured: _Measured, lengths: NDArray[np.float64], seed: int
) -> Score:
    counted = members & (lengths > 0)
    errors = measured.distances[counted] / lengths[counted]
    found = errors[np.isfinite(errors)]
    pixels = measured.distances[members]  # which need no length to divide by
    pixels = pixels[np.isfinite(pixels)]
    pictures = tuple(compress(measured.pictures, counted))
    found_in = tuple(compress(pictures, np.isfinite(errors)))
    spread, in_crop = counted & measured.has_spread, counted & measured.has_crop
    return Score(
        subset=subset,
        normaliser=name,
        faces=int(counted.sum()),
        missing=len(errors) - len(found),
        left_out=int((members & ~counted).sum()),
        nmse_percent=mean_of(100 * found, seed, pictures=found_in) if len(found) else None,
        auc_percent={limit: mean_of(100 * auc_terms(errors, limit / 100), seed, pictures=pictures) for limit in LIMITS},
        failure_percent={limit: rate_of(errors > limit / 100).in_percent for limit in LIMITS},
        spread_percent=float((100 * measured.spread[spread] / lengths[spread]).mean()) if spread.any() else None,
        spread_crop_pixels=float(measured.spread_in_crop[in_crop].mean()) if in_crop.any() else None,
        error_pixels_mean=float(pixels.mean()) if len(pixels) else None,
        error_pixels_median=float(np.median(pixels)) if len(pixels) else None,
    )
