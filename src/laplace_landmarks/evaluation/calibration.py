"""From spread to radius: the few numbers that make radii hold 50 / 90 / 95 % of a model's errors, and how well they do.

docs/calibration.md tells the form, and what was tried beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Visible
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.bootstrap import numbered
from laplace_landmarks.evaluation.reliability import coverage
from laplace_landmarks.runtime.calibration import Calibration, Radii, own_and_face, regions_of
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.text_table import some

LEVELS = (0.5, 0.9, 0.95)
FOLDS = 10
LEAST_FACES = 5
SMALLEST = 0.01  # crop pixels; below it an error or a spread counts as this, since logarithms need an end
RAREST = 0.01  # the fraction of spreads that may lie below the least
RIDGE = 1.0  # a sum of squared logarithms; spreads that differ less than that in all hardly move an exponent from 0
DIGITS = 4


@dataclass(frozen=True, eq=False)
class Measured:
    """A model on N labeled faces, in crop pixels.

    spread: (N, K, 2). errors: (N, K) distances of the landmarks from the truth. visible: (N, K), whether it is known.
    pictures: (N,) that the faces are in; () where each has its own.
    """

    spread: NDArray[np.float64]
    errors: NDArray[np.float64]
    visible: NDArray[np.bool_]
    pictures: tuple[Path, ...] = ()

    def __len__(self) -> int:
        return len(self.errors)

    def of(self, faces: NDArray[np.int_]) -> "Measured":
        """These faces alone."""
        pictures = tuple(self.pictures[face] for face in faces.tolist()) if self.pictures else ()
        return Measured(self.spread[faces], self.errors[faces], self.visible[faces], pictures)

    @property
    def picture_numbers(self) -> NDArray[np.int_]:
        """(N,) of each face, from 0."""
        return numbered(self.pictures) if self.pictures else np.arange(len(self))


def measure(labeled: LabeledSet, predictions: Sequence[Prediction]) -> Measured:
    """Spread and errors of predictions, one a sample, each with its crop and its spread."""
    spread, errors = [], []
    for sample, prediction in zip(labeled.samples, predictions, strict=True):
        if prediction.crop is None or prediction.spread is None:
            raise InputError(f"{prediction.picture}: a calibration needs each prediction's crop and spread")
        scale = prediction.crop.scale
        spread.append(prediction.spread.astype(np.float64) * scale)
        away = prediction.landmarks.astype(np.float64) - sample.landmarks
        errors.append(np.linalg.norm(away, axis=-1) * scale * sample.visible)
    visible = np.array([sample.visible for sample in labeled.samples])
    return Measured(np.array(spread), np.array(errors), visible, tuple(sample.picture for sample in labeled.samples))


def calibrate(
    measured: Measured, markup: Markup, apart: NDArray[np.float64], *, data: str, protocol: str
) -> Calibration:
    """Radii fitted to all faces, with the coverage of the radii (levels, N, K) of cross_validate."""
    unseen = [name for place, name in enumerate(markup.names) if not measured.visible[:, place].any()]
    unknown = f"; no label of {some(unseen)}, of whose radius nothing is known" if unseen else ""
    held = (coverage(measured.errors, radii, measured.visible) for radii in apart)
    return Calibration(
        radii=fit_radii(measured, markup),
        data=data,
        protocol=protocol + unknown,
        faces=len(measured),
        folds=min(FOLDS, len(set(measured.picture_numbers.tolist()))),
        coverage=tuple(round(fraction, DIGITS) for fraction in held),
        date=datetime.now(UTC).date().isoformat(),
    )


def cross_validate(measured: Measured, markup: Markup, seed: int = 0) -> NDArray[np.float64]:
    """(levels, N, K) the radii of each face by a fit to the other parts; no picture is in two parts."""
    pictures = measured.picture_numbers
    count = len(set(pictures.tolist()))
    if count < LEAST_FACES:
        of = "" if count == len(measured) else f" in {count} pictures"
        least = f"{LEAST_FACES}{' pictures' if of else ''}"
        raise InputError(f"{len(measured)} labeled faces{of} are too few to calibrate with; give at least {least}")
    radii = np.empty((len(LEVELS), *measured.errors.shape))
    order = np.random.default_rng(seed).permutation(count)
    for first in range(min(FOLDS, count)):
        in_part = np.isin(pictures, order[first::FOLDS])
        left_out = np.flatnonzero(in_part)
        fitted = fit_radii(measured.of(np.flatnonzero(~in_part)), markup)
        radii[:, left_out] = [fitted.at(measured.spread[left_out], level) for level in LEVELS]
    return radii


def fit_radii(measured: Measured, markup: Markup) -> Radii:
    """The exponents by least squares of log errors, the rest so that each level's fraction of the errors is held."""
    errors, visible = np.maximum(measured.errors, SMALLEST), measured.visible
    names = regions_of(markup)
    regions = np.array([list(dict.fromkeys(names)).index(name) for name in names])
    unseen = [name for name in dict.fromkeys(names) if not visible[:, np.array(names) == name].any()]
    if unseen:
        raise InputError(f"no labeled face shows a landmark of region {unseen[0]!r}, so it cannot be calibrated")
    spreads = own_and_face(measured.spread)
    least = np.maximum(np.quantile(spreads[visible], RAREST, axis=0), SMALLEST)
    log_spreads = np.log(np.maximum(spreads, least))
    exponents = _exponents(log_spreads, np.log(errors), regions, visible)
    scales, factors = scales_and_factors(errors / np.exp(log_spreads @ exponents), regions, visible)
    return Radii(
        levels=LEVELS,
        factors=tuple(map(_rounded, factors)),
        scales={name: _rounded(scale) for name, scale in zip(dict.fromkeys(names), scales, strict=True)},
        exponents=(round(float(exponents[0]), DIGITS), round(float(exponents[1]), DIGITS)),
        least=(_rounded(least[0]), _rounded(least[1])),
        regions=names,
    )


def scales_and_factors(
    ratios: NDArray[np.float64], regions: NDArray[np.int_], visible: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The scale of each region, and the factor of each level, that bring ratios (N, K) to their quantiles.

    regions: (K,) numbers from 0. A scale is the geometric mean of its region's quantiles at all levels.
    """
    scales = np.array(
        [
            np.exp(np.log(np.quantile(ratios[:, regions == region][visible[:, regions == region]], LEVELS)).mean())
            for region in range(regions.max() + 1)
        ]
    )
    return scales, np.quantile((ratios / scales[regions])[visible], LEVELS)


def _exponents(
    log_spreads: NDArray[np.float64], log_errors: NDArray[np.float64], regions: NDArray[np.int_], visible: Visible
) -> NDArray[np.float64]:
    """(2,) by least squares within regions, neither below 0: more spread must never mean a smaller radius."""
    given, wanted = [], []
    for region in range(regions.max() + 1):
        seen = visible & (regions == region)
        given.append(log_spreads[seen] - log_spreads[seen].mean(axis=0))
        wanted.append(log_errors[seen] - log_errors[seen].mean())
    x, y = np.concatenate(given), np.concatenate(wanted)
    gram, aim = x.T @ x + RIDGE * np.eye(2), x.T @ y
    both = np.asarray(np.linalg.solve(gram, aim), np.float64)
    if (both >= 0).all():
        return both
    alone = np.diag(np.maximum(aim, 0) / np.diag(gram))  # a row each: the one exponent, the other 0
    return max(alone, key=lambda exponents: float(exponents @ (2 * aim - gram @ exponents)))


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
