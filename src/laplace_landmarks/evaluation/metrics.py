"""The error of landmarks (Eq. 8) under every normaliser in use, and what is said of many errors at once.

Errors are fractions here (0.05 is 5 %). A face that was not found has the error infinity: it counts as a failure.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.text_table import some


def nmse(landmarks: ArrayLike, truth: ArrayLike, visible: ArrayLike, normaliser: ArrayLike) -> NDArray[np.float64]:
    """(N,) mean distance of the visible landmarks from the truth, divided by the normaliser (Eq. 8).

    landmarks, truth: (N, K, 2), pixels of the picture. visible: (N, K), at least one in each row. normaliser: (N,).

    >>> nmse([[[3, 4], [9, 9]]], [[[0, 0], [0, 0]]], [[True, False]], [50]).item()
    0.1
    """
    distances = np.linalg.norm(np.asarray(landmarks, np.float64) - np.asarray(truth, np.float64), axis=-1)
    counted = np.asarray(visible, np.bool_)
    if not counted.any(axis=1).all():
        raise InputError(f"face {int(np.argmin(counted.any(axis=1)))} has no visible landmark, so it has no error")
    return np.where(counted, distances, 0).sum(axis=1) / counted.sum(axis=1) / np.asarray(normaliser, np.float64)


def normaliser(name: str, markup: Markup, sample: Sample) -> float | None:
    """What the sample's error is divided by, in pixels; None where markup or labels do not define it."""
    length = NORMALISERS[name](markup, sample)
    if length is not None and not length > 0:
        what = in_words(name, markup) if name == OWN and not markup.is_face else f"{name} normaliser"
        raise InputError(f"{sample.picture}: the {what} of {sample.name!r} is 0; correct its labels")
    return length


def in_words(name: str, markup: Markup) -> str:
    """What a normaliser is called in tables; the markup's own by its landmarks, unless they are of a face.

    >>> in_words("sqrt_box", Markup("beetle", ("head", "tail"), normaliser=((0,), (1,))))
    'sqrt-box'
    >>> in_words("inter_ocular", Markup("beetle", ("head", "tail"), normaliser=((0,), (1,))))
    'distance of head and tail'
    """
    if name == OWN and markup.normaliser and not markup.is_face:
        ends = [some([markup.names[index] for index in group]) for group in markup.normaliser]
        middles = [
            f"the middle of {end}" if len(group) > 1 else end
            for end, group in zip(ends, markup.normaliser, strict=True)
        ]
        return f"distance of {middles[0]} and {middles[1]}"
    return name.replace("_", "-")


def lengths_of(name: str, labeled: LabeledSet) -> NDArray[np.float64]:
    """(N,) the normaliser of each sample; 0, which no normaliser can be, where it has none or nothing is visible."""
    seen = (sample if sample.visible.any() else None for sample in labeled.samples)
    return np.array([(sample and normaliser(name, labeled.markup, sample)) or 0.0 for sample in seen])


def normaliser_of(labeled: LabeledSet) -> str | None:
    """The one that a mean over the whole set is taken under: the first of OF_A_SET that any of the labels define.

    Samples that do not define it are left out of such a mean, for lengths of two kinds have none. None where no sample
    has a size.
    """
    return next((name for name in OF_A_SET if lengths_of(name, labeled).any()), None)


def auc_terms(errors: ArrayLike, limit: float) -> NDArray[np.float64]:
    """(N,) whose mean is the area under the curve of ced from 0 to limit, divided by limit: 1 where all errors are 0.

    An error adds its step from where it lies up to the limit.
    """
    return np.maximum(limit - np.asarray(errors, np.float64), 0) / limit


def ced(errors: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cumulative error distribution: sorted finite errors, and the fraction of all faces at or below each."""
    ordered = np.sort(np.asarray(errors, np.float64))
    fractions = np.arange(1, len(ordered) + 1) / len(ordered)
    return ordered[np.isfinite(ordered)], fractions[np.isfinite(ordered)]


def _between(groups: tuple[tuple[int, ...], ...], sample: Sample) -> float | None:
    """Distance of the centres of two groups of landmarks."""
    if not groups or not all(sample.visible[list(group)].all() for group in groups):
        return None
    first, second = (sample.landmarks[list(group)].astype(np.float64).mean(axis=0) for group in groups)
    return float(np.linalg.norm(first - second))


def _extent(sample: Sample) -> tuple[float, float] | None:
    """Width and height of the box around the visible landmarks; one alone has no box."""
    if sample.visible.sum() < 2:
        return None
    x0, y0, x1, y1 = tight_box(sample.landmarks[sample.visible])
    return x1 - x0, y1 - y0


def _positive(length: float) -> float | None:
    """None for 0: two landmarks on one row are right, and yet their box has no area."""
    return length if length > 0 else None


def _inter_ocular(markup: Markup, sample: Sample) -> float | None:
    return _between(markup.normaliser, sample)


def _inter_pupil(markup: Markup, sample: Sample) -> float | None:
    return _between(markup.pupils, sample)


def _sqrt_box(markup: Markup, sample: Sample) -> float | None:
    extent = _extent(sample)
    return None if extent is None else _positive(sqrt(extent[0] * extent[1]))


def _box_diagonal(markup: Markup, sample: Sample) -> float | None:
    extent = _extent(sample)
    return None if extent is None else _positive(sqrt(extent[0] ** 2 + extent[1] ** 2))


def _given(markup: Markup, sample: Sample) -> float | None:
    if sample.box is None:
        return None
    x0, y0, x1, y1 = sample.box
    return sqrt(max(x1 - x0, 0) * max(y1 - y0, 0))


OWN = "inter_ocular"  # what files call the markup's own, whatever it is of
NORMALISERS: dict[str, Callable[[Markup, Sample], float | None]] = {
    OWN: _inter_ocular,  # the markup's own: for a face, the distance of the outer eye corners
    "inter_pupil": _inter_pupil,
    "sqrt_box": _sqrt_box,  # of the tight box around the visible landmarks: AFLW's
    "box_diagonal": _box_diagonal,
    "given": _given,  # square root of the area of the box that the data set gives
}

OF_A_SET = (OWN, "sqrt_box")  # what a whole set may be divided by, the markup's own first
