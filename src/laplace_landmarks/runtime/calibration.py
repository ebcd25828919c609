"""From spread to radius: how far from the truth a landmark may lie, and from which faces that is known.

    radius(p) = factor(p) · scale(region) · spread^a · (the face's mean spread)^b

A spread is the mean of those along x and y; lengths are crop pixels. docs/calibration.md tells why it has this form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.fields import Fields

FORM = "power"
UNIT = "crop pixels"
OTHER = "other"  # the region of landmarks that are in none


@dataclass(frozen=True)
class Radii:
    """The few numbers that make a radius of a spread.

    levels, factors: probabilities, rising, and the factor of each. scales: of each region, by name.
    exponents, least: two numbers each, first of a landmark's own spread, then of the face's mean. A spread below the
        least counts as the least: nothing so certain was seen when the numbers were fitted.
    regions: (K,) the region of each landmark; the markup says it, so it is not written.
    """

    levels: tuple[float, ...]
    factors: tuple[float, ...]
    scales: Mapping[str, float]
    exponents: tuple[float, float]
    least: tuple[float, float]
    regions: tuple[str, ...]

    def at(self, spread: ArrayLike, p: float) -> NDArray[np.float64]:
        """(..., K) radii that hold the truth with probability p, of spreads (..., K, 2), all in crop pixels."""
        scales = np.array([self.scales[region] for region in self.regions])
        certain = np.log(np.maximum(own_and_face(spread), self.least))
        return self.factor(p) * scales * np.exp(certain @ np.array(self.exponents))

    def factor(self, p: float) -> float:
        """The factor of any probability from the first level to the last; InputError beyond.

        Between levels log factor is linear in log(-log(1 - p)), as it is for any Weibull distribution: Rayleigh and
        exponential errors included.
        """
        low, high = self.levels[0], self.levels[-1]
        if not isinstance(p, Real):
            raise InputError(f"p is one probability, a number from {low:g} to {high:g}, not {p!r}")
        if not low <= p <= high:
            raise InputError(f"p must be from {low:g} to {high:g}, the levels that were calibrated, not {p:g}")
        return float(np.exp(np.interp(_rarity(p), _rarity(self.levels), np.log(self.factors))))


@dataclass(frozen=True)
class Calibration:
    """Radii, and what they are known from.

    data, protocol: what the faces were, and how their crops were placed, in words. faces, folds: how many, and in how
    many parts they were cross-validated. coverage: fraction of landmarks that each level's radius held there.
    date: ISO.
    """

    radii: Radii
    data: str
    protocol: str
    faces: int
    folds: int
    coverage: tuple[float, ...]
    date: str

    def to_document(self) -> dict[str, Any]:
        """What stands in a model file."""
        radii = self.radii
        return {
            "form": FORM,
            "unit": UNIT,
            "levels": radii.levels,
            "factors": radii.factors,
            "scales": dict(radii.scales),
            "exponents": radii.exponents,
            "least": radii.least,
            "data": self.data,
            "protocol": self.protocol,
            "faces": self.faces,
            "folds": self.folds,
            "coverage": self.coverage,
            "date": self.date,
        }

    @staticmethod
    def from_fields(fields: Fields, markup: Markup) -> "Calibration":
        """The inverse of to_document; InputError says what is missing or wrong."""
        radii = _radii(fields, markup)
        coverage = fields.numbers("coverage", (len(radii.levels),))
        if (coverage < 0).any() or (coverage > 1).any():
            fields.refuse("coverage", "fractions from 0 to 1")
        return Calibration(
            radii=radii,
            data=fields.text("data"),
            protocol=fields.text("protocol"),
            faces=fields.integer("faces", least=1),
            folds=fields.integer("folds", least=2),
            coverage=tuple(coverage.tolist()),
            date=fields.day("date"),
        )


def regions_of(markup: Markup) -> tuple[str, ...]:
    """(K,) the first region that each landmark is in, or OTHER."""
    found = dict.fromkeys(range(len(markup)), OTHER)
    for region, members in reversed(markup.regions.items()):
        found |= dict.fromkeys(members, region)
    return tuple(found.values())


def own_and_face(spread: ArrayLike) -> NDArray[np.float64]:
    """(..., K, 2) each landmark's spread, the mean of x and y, and the mean of the face's K such spreads."""
    own = np.asarray(spread, np.float64).mean(axis=-1)
    return np.stack([own, np.broadcast_to(own.mean(axis=-1, keepdims=True), own.shape)], axis=-1)


def _radii(fields: Fields, markup: Markup) -> Radii:
    fields.expect("form", FORM)
    fields.expect("unit", UNIT)
    levels = fields.numbers("levels", (None,))
    if levels[0] <= 0 or levels[-1] >= 1 or (np.diff(levels) <= 0).any():
        fields.refuse("levels", "rising probabilities between 0 and 1")
    factors = fields.numbers("factors", levels.shape)
    if factors[0] <= 0 or (np.diff(factors) < 0).any():
        fields.refuse("factors", "numbers above 0, none smaller than the one before")
    regions, of_regions = regions_of(markup), fields.object("scales")
    own, face = fields.numbers("exponents", (2,)).tolist()
    if own < 0 or face < 0:
        fields.refuse("exponents", "two numbers of at least 0")
    least_own, least_face = fields.numbers("least", (2,)).tolist()
    if least_own <= 0 or least_face <= 0:
        fields.refuse("least", "two numbers above 0")
    return Radii(
        levels=tuple(levels.tolist()),
        factors=tuple(factors.tolist()),
        scales={region: of_regions.number(region, above=0) for region in dict.fromkeys(regions)},
        exponents=(own, face),
        least=(least_own, least_face),
        regions=regions,
    )


def _rarity(p: ArrayLike) -> NDArray[np.float64]:
    return np.log(-np.log1p(-np.asarray(p, np.float64)))
