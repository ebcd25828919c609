"""What the network trains on: crops of labeled and unlabeled pictures, cut by one rule."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.cutting import Job, Progress, WholePicture, cut_all
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.placing import check_inside, crops_by_points, placed_by
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule
from laplace_landmarks.text_files import to_bytes


@dataclass(frozen=True, eq=False)
class Crops:
    """N crops with their landmarks.

    pictures: (N, size, size, 3) uint8, may be a read-only memory map. landmarks: (N, K, 2) float32 in crop pixels,
    0 where not visible. visible: (N, K) bool. names: (N,) of the samples. crops: (N,) where they lie in the pictures.
    contents: (N,) hashes of the pictures' files.
    """

    pictures: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    visible: NDArray[np.bool_]
    names: tuple[str, ...]
    crops: tuple[Crop, ...]
    contents: tuple[bytes, ...] = ()


@dataclass(frozen=True, eq=False)
class UnlabeledCrops:
    """N crops without landmarks.

    pictures: (N, size, size, 3) uint8, may be a read-only memory map. names: (N,) paths below the pictures' common
    folder, the second face of one as "picture.jpg#2". skipped: what could not be used, each with the reason.
    files: (N,) of the pictures. crops: (N,) where they lie in them. contents: (N,) hashes of the files.
    """

    pictures: NDArray[np.uint8]
    names: tuple[str, ...]
    skipped: tuple[tuple[Path, str], ...]
    files: tuple[Path, ...] = ()
    crops: tuple[Crop, ...] = ()
    contents: tuple[bytes, ...] = ()


def labeled_crops(
    labeled: LabeledSet,
    rule: CropRule,
    cache: Path | None = None,
    progress: Progress | None = None,
    upright: bool = False,
) -> Crops:
    """The crop of every sample, placed by its true landmarks, or of its whole picture where the rule says so.

    upright: those of faces are turned as the faces are; else they lie along the picture's axes, as in training.

    InputError names a picture that cannot be read, landmarks that place no crop, and a landmark so far outside its
    picture that the label must be wrong (a little outside is normal: 300W follows the jaw beyond the edge).
    """
    whole = WholePicture(rule.box_factor, rule.size) if rule.whole_picture else None
    jobs = [
        Job(sample.picture, whole or placed_by(sample, labeled.markup, rule, upright)) for sample in labeled.samples
    ]

    def refuse(job: int, error: InputError) -> None:
        raise error

    cuts = cut_all(jobs, rule.size, cache, refuse, progress)
    crops = [job.crop(*size) for job, size in zip(jobs, cuts.sizes.tolist(), strict=True)]
    for sample, (height, width) in zip(labeled.samples, cuts.sizes, strict=True):
        check_inside(sample, labeled.markup, int(height), int(width))
    shape = (len(crops), len(labeled.markup))
    visible = np.array([sample.visible for sample in labeled.samples], np.bool_).reshape(shape)
    landmarks = [crop.to_crop(sample.landmarks) for sample, crop in zip(labeled.samples, crops, strict=True)]
    return Crops(
        pictures=cuts.pictures,
        landmarks=np.where(visible[..., None], np.array(landmarks, np.float32).reshape(*shape, 2), np.float32(0)),
        visible=visible,
        names=tuple(sample.name for sample in labeled.samples),
        crops=tuple(crops),
        contents=tuple(cuts.contents),
    )


def unlabeled_crops(
    pictures: Sequence[Path],
    rule: CropRule,
    *,
    points: Path | None = None,
    markup: Markup | None = None,
    grow: float = 1.0,
    cache: Path | None = None,
    limit: int | None = None,
    seed: int = 0,
    skipped: Callable[[Path, str], None] | None = None,
    progress: Progress | None = None,
) -> UnlabeledCrops:
    """Crops of pictures whose landmarks are not known; what cannot be used is skipped, named and told to `skipped`.

    points: a CSV as read_table's, whose points (anchors, or all landmarks of the markup) place the crops as a face
        detector would; they are no labels. A picture may have several rows. Without it each picture is one face.
    grow: side of the crop over the picture's longer side, where a picture is one face.
    limit: how many crops at the most: a choice that depends on the seed and the names alone, so that a smaller
        limit gives a part of what a larger one gives, on every machine.
    """
    if not (isfinite(grow) and grow > 0) or (limit is not None and limit < 1):
        raise InputError(f"grow must be a number above 0 and limit at least 1, not {grow} and {limit}")
    refused: list[tuple[Path, str]] = []

    def skip(picture: Path, reason: str) -> None:
        reason = reason.removeprefix(f"{picture}: ")
        refused.append((picture, reason))
        if skipped is not None:
            skipped(picture, reason)

    ordered = sorted(pictures)
    if not ordered:
        raise InputError("no unlabeled pictures were given")
    names = _names_below_common_folder(ordered)
    if points is None:
        places = [[WholePicture(grow, rule.size)]] * len(ordered)
    else:
        places = crops_by_points(ordered, points, markup, rule, skip)
    jobs = {
        name if face == 0 else f"{name}#{face + 1}": Job(picture, place)
        for name, picture, faces in zip(names, ordered, places, strict=True)
        for face, place in enumerate(faces)
    }
    chosen = _choice(tuple(jobs), limit, seed)
    cuts = cut_all(
        [jobs[name] for name in chosen],
        rule.size,
        cache,
        lambda number, error: skip(jobs[chosen[number]].picture, str(error)),
        progress,
    )
    if not cuts.kept:
        first, reason = refused[0]
        raise InputError(f"none of {len(ordered)} unlabeled pictures can be used; {first}: {reason}")
    used = [jobs[chosen[kept]] for kept in cuts.kept]
    return UnlabeledCrops(
        cuts.pictures,
        tuple(chosen[kept] for kept in cuts.kept),
        tuple(refused),
        tuple(job.picture for job in used),
        tuple(job.crop(*size) for job, size in zip(used, cuts.sizes.tolist(), strict=True)),
        tuple(cuts.contents),
    )


def _names_below_common_folder(pictures: Sequence[Path]) -> list[str]:
    """Paths below the deepest folder that holds all pictures, with suffix: "a.jpg" and "a.png" are two."""
    paths = [picture.absolute() for picture in pictures]
    try:
        folder = os.path.commonpath([path.parent for path in paths])
    except ValueError:  # no folder holds several drives
        return [path.as_posix() for path in paths]
    return [path.relative_to(folder).as_posix() for path in paths]


def _choice(names: Sequence[str], limit: int | None, seed: int) -> Sequence[str]:
    """At most `limit` names in their order, chosen by a hash of seed and name."""
    if limit is None or limit >= len(names):
        return names
    by_chance = sorted(names, key=lambda name: blake2b(to_bytes(f"{seed}/{name}"), digest_size=16).digest())
    chosen = set(by_chance[:limit])
    return [name for name in names if name in chosen]
