"""Which pictures to label next: those that a model knows least about, and no two that are alike.

Greedy, one picture after the other, each the one with the greatest

    ignorance · newness,    newness = min(1, distance to the nearest picture chosen before / typical distance)

where a distance is between predicted shapes and coarse looks (farthest-first traversal, Gonzalez 1985, weighted).
Newness ends at 1: a picture as unlike the chosen ones as any two are is new enough, and gains nothing by being odder.

A share of the places may go by lot instead: what a model knows least is odd, and lots draw what is usual.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.faces.boxes import Crop, turn
from laplace_landmarks.runtime.outputs import Prediction

SIDE = 16  # pixels of the crop in which two pictures are compared
FLAT = 1.0  # grey levels: a crop of less contrast looks like nothing
LEAST = 0.1  # of the crop's side: the size of the smallest object
ROUNDING = 1e-9  # what floating point may take from a share of a count
ALIKE = 1e-5  # squared distance, in typical ones: what single precision makes of two pictures that are one


def ignorance(face: Prediction) -> float:
    """Mean over the landmarks of the radius that holds the truth in 90 %, or else of the spread; percent of the object.

    The object is as large as the longer side of its box, which orders faces by their error better than the crop's side
    does (docs/labeling.md), and no smaller than a tenth of that, where landmarks collapse or there is only one.
    """
    assert face.crop is not None and face.spread is not None  # a detector's own always have both
    pixels = face.spread.mean(axis=1) if face.radius is None else face.radius
    longer = float(np.ptp(face.landmarks, axis=0).max())
    return 100 * float(np.mean(pixels, dtype=np.float64)) / max(longer, LEAST * face.crop.side)


def judged_by(predictions: Iterable[Prediction]) -> dict[str, Prediction]:
    """The object that each picture is ranked by, by the picture's path.

    Of several that a finder found it is the largest: what it finds besides is small, and often no face. Of several
    whose places the caller gave it is the one of most ignorance.
    """
    chosen: dict[str, Prediction] = {}
    for face in predictions:
        other = chosen.get(face.picture)
        if other is None or _weight(face) > _weight(other):
            chosen[face.picture] = face
    return chosen


def shape_of(face: Prediction) -> NDArray[np.float32]:
    """(K, 2) the landmarks from the crop's centre, along its sides and in them: alike wherever an object is, and
    however large."""
    crop = face.crop
    assert crop is not None
    return ((face.landmarks - (crop.x, crop.y)) @ turn(crop.angle) / crop.side).astype(np.float32)


def look_of(picture: Picture, crop: Crop) -> NDArray[np.float32]:
    """(SIDE²,) the crop in grey, coarse, without its brightness and contrast: of mean 0 and length 1."""
    grey = cv2.cvtColor(replace(crop, size=SIDE).cut(picture), cv2.COLOR_RGB2GRAY).astype(np.float32).ravel()
    grey -= grey.mean()
    return grey / max(float(np.linalg.norm(grey)), FLAT * SIDE)


def descriptors(shapes: ArrayLike, looks: ArrayLike) -> NDArray[np.float32]:
    """(N, D) of shapes (N, K, 2) and looks (N, L); the mean squared distance of two rows is 1, half of it by each."""
    parts = []
    for given in (shapes, looks):
        part = np.asarray(given, np.float32).reshape(len(np.asarray(given)), -1)
        part = part - part.mean(axis=0)
        between = 4 * float(np.square(part).sum(axis=1).mean())  # two rows are twice the variance apart
        parts.append(part / np.float32(np.sqrt(between)) if between > 0 else part)
    return np.concatenate(parts, axis=1)


def by_lot(count: int, share: float) -> NDArray[np.bool_]:
    """(count,) which places go by lot: every second one for a share of 0.5, evenly for any other, the first last.

    >>> by_lot(5, 0.4).tolist()
    [False, False, True, False, True]
    """
    return np.diff(np.floor(np.arange(count + 1) * share + ROUNDING)) > 0


def choose(
    ignorance: ArrayLike,
    descriptors: ArrayLike,
    count: int,
    labeled: Sequence[int] = (),
    *,
    lot: float = 0,
    seed: int = 0,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Indices of the first `count` to label, best first, and the newness that each had when it was chosen.

    ignorance (N,), descriptors (N, D) in units of a typical distance. labeled: indices that are as if chosen before.
    lot: share of the places that go to any that is left, by `seed`, as by_lot deals them. Equal scores go by ignorance,
    then by index. Takes time in proportion to N · (count + labeled).

    >>> order, newness = choose([3.0, 3.0, 1.0], [[0.0], [0.0], [0.5]], 3)  # the second is the first's twin
    >>> order.tolist(), newness.tolist()
    ([0, 2, 1], [1.0, 0.5, 0.0])
    """
    doubt, rows = np.asarray(ignorance, np.float64), np.asarray(descriptors, np.float32)
    squares = np.square(rows).sum(axis=1)
    newness, left = np.ones(len(rows)), np.ones(len(rows), np.bool_)

    def seen(place: int) -> None:
        left[place] = False
        away = squares + squares[place] - 2 * (rows @ rows[place])
        np.minimum(newness, np.sqrt(np.where(away > ALIKE, away, 0)), out=newness)

    for place in labeled:
        seen(place)
    lots = iter(np.random.default_rng(seed).permutation(len(rows)).tolist())
    chosen, new = [], []
    for drawn in by_lot(min(count, int(left.sum())), lot):
        if drawn:
            place = next(place for place in lots if left[place])
        else:
            score = np.where(left, doubt * newness, -1)
            best = np.flatnonzero(score == score.max())
            place = int(best[doubt[best].argmax()])
        chosen.append(place)
        new.append(newness[place])
        seen(place)
    return np.array(chosen, np.intp), np.array(new)


def _weight(face: Prediction) -> float:
    assert face.crop is not None
    return ignorance(face) if face.score is None else face.crop.side
