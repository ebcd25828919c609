"""The labels that trainings left out, judged by these trainings: errors, radii, and whether unlabeled pictures help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.calibration import Measured, calibrate, cross_validate
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import network_of
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.outcome import Guard, Outcome
from laplace_landmarks.training.run_files import CHECKPOINT
from laplace_landmarks.training.validation import errors_of, predict

DIGITS = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """N objects as networks see them that were not trained on them.

    errors: (N,) percent; NaN of those whose labels do not define the normaliser, which count nowhere but for radii.
    """

    names: tuple[str, ...]
    errors: NDArray[np.float64]
    measured: Measured

    @property
    def counted(self) -> NDArray[np.bool_]:
        """(N,) which objects have an error."""
        return ~np.isnan(self.errors)

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Of the counted objects; () where each has its own."""
        return self.measured.of(np.flatnonzero(self.counted)).pictures

    @property
    def mean(self) -> float:
        """Over the counted objects; NaN where there are none."""
        return float(self.errors[self.counted].mean()) if self.counted.any() else float("nan")


def judge(config: Config, left_out: LabeledSet, normaliser: str) -> Judged:
    """What a finished training left out, by the weights that it kept.

    normaliser: of all parts, as of any set; a part alone might define another.
    """
    checkpoint = load_checkpoint(Path(config.run) / CHECKPOINT)
    crop, markup = checkpoint.facts["crop"], left_out.markup
    rule = CropRule(**{**crop, "box_shift": tuple(crop["box_shift"])})
    crops = labeled_crops(left_out, rule, Path(config.data.cache) if config.data.cache else None)
    network = network_of(vars(config.network), len(markup))
    network.load_state_dict(checkpoint.part("best"))
    landmarks, spread = predict(network, config.network.beta, crops.pictures, torch.device("cpu"))
    errors = errors_of(landmarks, crops, markup, normaliser)
    away = np.linalg.norm(landmarks.astype(np.float64) - crops.landmarks, axis=-1) * crops.visible
    pictures = tuple(sample.picture for sample in left_out.samples)
    return Judged(crops.names, 100 * errors, Measured(spread.astype(np.float64), away, crops.visible, pictures))


def joined(parts: Sequence[Judged]) -> Judged:
    """All parts as one."""
    return Judged(
        tuple(name for part in parts for name in part.names),
        np.concatenate([part.errors for part in parts]),
        Measured(
            np.concatenate([part.measured.spread for part in parts]),
            np.concatenate([part.measured.errors for part in parts]),
            np.concatenate([part.measured.visible for part in parts]),
            tuple(picture for part in parts for picture in part.measured.pictures),
        ),
    )


def outcome_of(
    whole: Judged, labels_alone: Judged | None, folds: int, split: str, seen_by: str, normaliser: str
) -> Outcome:
    """Which way of training to go on with, and its error; radii come later.

    whole: trained on all that the config gives. labels_alone: without unlabeled pictures; None where there are none.
    """
    guard, kept = None, whole
    if labels_alone is not None:
        counted = whole.counted
        change = paired_difference(labels_alone.errors[counted], whole.errors[counted], pictures=whole.pictures)
        guard = Guard.of(whole.mean, labels_alone.mean, change)
        kept = whole if guard.kept else labels_alone
    mean = mean_of(kept.errors[kept.counted], pictures=kept.pictures)
    errors = zip(kept.names, kept.errors, kept.counted, strict=True)
    return Outcome(
        folds=folds,
        split=split,
        nmse_percent=round(mean.value, DIGITS),
        interval=(round(mean.low, DIGITS), round(mean.high, DIGITS)),
        errors_percent={name: round(float(error), DIGITS) for name, error, counted in errors if counted},
        seen_by=seen_by,
        guard=guard,
        normaliser=normaliser,
        left_out=int((~kept.counted).sum()),
    )


def with_radii(
    outcome: Outcome, judged: Judged, markup: Markup, data: str, protocol: str, say: Callable[[str], None]
) -> Outcome:
    """The same with radii fitted to the out-of-fold errors; without, where there are too few of them."""
    measured = judged.measured.of(np.flatnonzero(judged.measured.visible.any(axis=1)))
    try:
        apart = cross_validate(measured, markup)
        fitted = calibrate(measured, markup, apart, data=data, protocol=f"{protocol}; {outcome.protocol}")
    except InputError as error:
        say(f"the model file will have no radii: {error}")
        return outcome
    return replace(outcome, calibration=fitted.to_document())
