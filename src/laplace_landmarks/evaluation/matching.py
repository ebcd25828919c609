"""Which prediction belongs to which labeled face: by the picture's path, then by distance."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from laplace_landmarks.data.pictures import PICTURE_SUFFIXES
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.outputs import Prediction

Parts = tuple[str, ...]  # of a path, without the picture's suffix


def match(labeled: LabeledSet, predictions: Sequence[Prediction]) -> tuple[Prediction | None, ...]:
    """The prediction of each sample, in the samples' order; None where there is none.

    Paths agree when one ends with the other, the suffix aside: "testset/1" is "/data/lfpw/testset/1.jpg".
    Of labeled pictures that differ in their suffix alone, a prediction with one of their suffixes is that picture's.
    Where a picture has several faces or several predictions, the closest pairs (mean distance of the visible landmarks)
    are taken first, and a prediction is used once.
    """
    samples: dict[Parts, list[int]] = defaultdict(list)
    for place, sample in enumerate(labeled.samples):
        samples[_parts(str(sample.picture))].append(place)
    pictures = _pictures(labeled, predictions)
    if predictions and labeled.samples and not pictures:
        raise InputError(
            f"none of {len(predictions)} predictions fits a labeled picture: "
            f"{predictions[0].picture!r} is the first, the labels have {str(labeled.samples[0].picture)!r}"
        )

    found: list[Prediction | None] = [None] * len(labeled)
    for picture, places in samples.items():
        in_picture = pictures.get(picture, [])
        for prediction in in_picture:
            if len(prediction.landmarks) != len(labeled.markup):
                raise InputError(
                    f"the prediction for {prediction.picture} has {len(prediction.landmarks)} landmarks, "
                    f"the labels ({labeled.markup.name}) have {len(labeled.markup)}"
                )
        for sample, prediction in _closest([labeled.samples[place] for place in places], in_picture):
            found[places[sample]] = in_picture[prediction]
    return tuple(found)


def _pictures(labeled: LabeledSet, predictions: Sequence[Prediction]) -> dict[Parts, list[Prediction]]:
    """The predictions of each labeled picture."""
    paths: dict[Parts, set[Parts]] = defaultdict(set)  # each ending of a picture's path → the pictures that end so
    names: dict[Parts, Parts] = {}
    for sample in labeled.samples:
        path = _parts(str(sample.picture))
        names[_parts(sample.name)] = path
        for first in range(len(path)):
            paths[path[first:]].add(path)

    found: dict[Parts, list[Prediction]] = defaultdict(list)
    spelled: dict[Parts, Parts] = {}
    for prediction in predictions:
        parts = _parts(prediction.picture)
        fitting = paths.get(parts, set())
        if len(fitting) > 1:
            raise InputError(
                f"prediction {prediction.picture!r} fits {len(fitting)} labeled pictures; write more of its path"
            )
        endings = (names.get(parts[first:]) for first in range(len(parts)))
        picture = next(iter(fitting), None) or next((path for path in endings if path), None)
        if picture is None:
            continue  # a picture that these labels do not have: a file may hold the predictions of several sets
        if spelled.setdefault(picture, parts) != parts:
            raise InputError(
                f"predictions {'/'.join(spelled[picture])!r} and {'/'.join(parts)!r} both fit {'/'.join(picture)}; "
                "write the pictures' paths in one way"
            )
        found[picture].append(prediction)
    return found


def _closest(samples: Sequence[Sample], predictions: Sequence[Prediction]) -> list[tuple[int, int]]:
    """Pairs of places, the closest first; each sample and each prediction at most once."""
    suffixes = [_suffix(str(sample.picture)) for sample in samples]
    distances = np.full((len(samples), len(predictions)), np.inf)
    for row, sample in enumerate(samples):
        if sample.visible.any():
            others = {*suffixes} - {suffixes[row]}  # of pictures of the same name
            for column, prediction in enumerate(predictions):
                if _suffix(prediction.picture) in others:
                    continue
                away = np.linalg.norm(prediction.landmarks - sample.landmarks, axis=1)
                distances[row, column] = away[sample.visible].mean()
    pairs = []
    while distances.size and np.isfinite(distances).any():
        row, column = (int(place) for place in np.unravel_index(np.argmin(distances), distances.shape))
        pairs.append((row, column))
        distances[row], distances[:, column] = np.inf, np.inf
    return pairs


def _suffix(path: str) -> str:
    """That of a picture; "" where there is none."""
    suffix = PurePosixPath(path).suffix
    return suffix if suffix.lower() in PICTURE_SUFFIXES else ""


def _parts(path: str) -> Parts:
    pure = PurePosixPath(path.replace("\\", "/"))
    if _suffix(path):
        pure = pure.with_suffix("")
    return tuple(part for part in pure.parts if part not in (".", "/"))
