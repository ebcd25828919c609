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
from laplace_landmarks.evaluation.metrics import nmse
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import network_of
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.outcome import Guard, Outcome
from laplace_landmarks.training.run_files import CHECKPOINT
from laplace_landmarks.training.validation import face_sizes, predict

DIGITS = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """N objects as networks see them that were not trained on them; errors: (N,) percent."""

    names: tuple[str, ...]
    errors: NDArray[np.float64]
    measured: Measured


def judge(config: Config, left_out: LabeledSet) -> Judged:
    """What a finished training left out, by the weights that it kept."""
    checkpoint = load_checkpoint(Path(config.run) / CHECKPOINT)
    crop, markup = checkpoint.facts["crop"], left_out.markup
    rule = CropRule(**{**crop, "box_shift": tuple(crop["box_shift"])})
    crops = labeled_crops(left_out, rule, Path(config.data.cache) if config.data.cache else None)
    network = network_of(vars(config.network), len(markup))
    network.load_state_dict(checkpoint.part("best"))
    landmarks, spread = predict(network, config.network.beta, crops.pictures, torch.device("cpu"))
    errors = nmse(landmarks, crops.landmarks, crops.visible, face_sizes(crops, markup))
    away = np.linalg.norm(landmarks.astype(np.float64) - crops.landmarks, axis=-1) * crops.visible
    return Judged(crops.names, 100 * errors, Measured(spread.astype(np.float64), away, crops.visible))


def joined(parts: Sequence[Judged]) -> Judged:
    """All parts as one."""
    return Judged(
        tuple(name for part in parts for name in part.names),
        np.concatenate([part.errors for part in parts]),
        Measured(
            np.concatenate([part.measured.spread for part in parts]),
            np.concatenate([part.measured.errors for part in parts]),
            np.concatenate([part.measured.visible for part in parts]),
        ),
    )


def outcome_of(whole: Judged, labels_alone: Judged | None, folds: int, split: str, seen_by: str) -> Outcome:
    """Which way of training to go on with, and its error; radii come later.

    whole: trained on all that the config gives. labels_alone: without unlabeled pictures; None where there are none.
    """
    guard, kept = None, whole
    if labels_alone is not None:
        change = paired_difference(labels_alone.errors, whole.errors)
        guard = Guard.of(float(whole.errors.mean()), float(labels_alone.errors.mean()), change)
        kept = whole if guard.kept else labels_alone
    mean = mean_of(kept.errors)
    return Outcome(
        folds=folds,
        split=split,
        nmse_percent=round(mean.value, DIGITS),
        interval=(round(mean.low, DIGITS), round(mean.high, DIGITS)),
        errors_percent={name: round(float(e), DIGITS) for name, e in zip(kept.names, kept.errors, strict=True)},
        seen_by=seen_by,
        guard=guard,
    )


def with_radii(
    outcome: Outcome, judged: Judged, markup: Markup, data: str, protocol: str, say: Callable[[str], None]
) -> Outcome:
    """The same with radii fitted to the out-of-fold errors; without, where there are too few of them."""
    try:
        apart = cross_validate(judged.measured, markup)
        fitted = calibrate(judged.measured, markup, apart, data=data, protocol=f"{protocol}; {outcome.protocol}")
    except InputError as error:
        say(f"the model file will have no radii: {error}")
        return outcome
    return replace(outcome, calibration=fitted.to_document())
