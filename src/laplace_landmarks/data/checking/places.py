"""Where landmarks and boxes lie: in their picture, in each other, and at places that only stand for something else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np

from laplace_landmarks.data.checking.kinds import BOX, BROKEN, ONE_POINT, OUTSIDE, STAND_IN, Suspicion
from laplace_landmarks.data.formats.stand_ins import stand_ins
from laplace_landmarks.data.picture_size import picture_size
from laplace_landmarks.data.pictures import decode_picture, read_bytes
from laplace_landmarks.data.placing import BEYOND, beyond_edges, inside_before_turn
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_table import some

INSIDE = 0.5  # share of an object's landmarks that its box holds at the least
FRACTIONS = "between 0 and 1, as fractions of the picture's size do; labels are in pixels"
ALL_FRACTIONS = f"all landmarks of all objects lie {FRACTIONS}: multiply x by its width, y by its height"


@dataclass(frozen=True)
class PictureFacts:
    """Of a picture what the checks need. stored: width and height before its EXIF orientation turns it."""

    height: int
    width: int
    stored: tuple[int, int]
    digest: bytes


def read_facts(labeled: LabeledSet) -> tuple[list[PictureFacts | None], list[Suspicion]]:
    """The facts of each sample's picture, None where it cannot be decoded, which is a suspicion."""
    known: dict[Path, PictureFacts | None] = {}
    broken = []
    for index, sample in enumerate(labeled.samples):
        if sample.picture not in known:
            try:
                data = read_bytes(sample.picture)
                height, width = decode_picture(data, sample.picture).shape[:2]
                stored = picture_size(data) or (width, height)
                digest = blake2b(data, digest_size=16).digest()
                known[sample.picture] = PictureFacts(height, width, stored, digest)
            except InputError as error:
                known[sample.picture] = None
                broken.append(Suspicion(index, BROKEN, str(error).removeprefix(f"{sample.picture}: ")))
    return [known[sample.picture] for sample in labeled.samples], broken


def outside(labeled: LabeledSet, facts: Sequence[PictureFacts | None]) -> Iterator[Suspicion]:
    """Landmarks outside of the picture, and whether the picture is only turned against them."""
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if fact is None or not sample.visible.any():
            continue
        beyond = beyond_edges(sample.landmarks, fact.height, fact.width)
        out = np.flatnonzero(sample.visible & (beyond > BEYOND))
        if len(out):
            worst = out[beyond[out].argmax()]
            more = f" and {len(out) - 1} more" if len(out) > 1 else ""
            text = f"{labeled.markup.names[worst]}{more} outside of the picture, by up to {beyond[worst]:.0f} px"
            if before_turn := inside_before_turn(sample, fact.height, fact.width, fact.stored):
                text += f", but {before_turn}"
            yield Suspicion(index, OUTSIDE, text, tuple(out.tolist()), float(beyond[worst]))


def boxes(labeled: LabeledSet, facts: Sequence[PictureFacts | None]) -> Iterator[Suspicion]:
    """Boxes beside their picture, or beside their object's landmarks."""
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if fact is None or sample.box is None:
            continue
        x0, y0, x1, y1 = sample.box
        if x1 < 0 or y1 < 0 or x0 > fact.width - 1 or y0 > fact.height - 1:
            shown = ", ".join(f"{edge:g}" for edge in sample.box)
            yield Suspicion(index, BOX, f"the box ({shown}) lies outside of the picture")
            continue
        points = sample.landmarks[sample.visible]
        beyond = np.maximum((x0, y0) - points, points - (x1, y1)).max(axis=1)  # of a tight box by rounding alone
        inside = int((beyond <= BEYOND).sum())
        if inside < INSIDE * len(points):
            yield Suspicion(
                index, BOX, f"the box holds {inside} of {len(points)} landmarks", (), 1 - inside / len(points)
            )


def at_stand_ins(labeled: LabeledSet) -> Iterator[Suspicion]:
    """Landmarks where several objects have one that may be missing: each place of an object by itself."""
    for (x, y), where in stand_ins(labeled.samples).items():
        for index in np.flatnonzero(where.any(axis=1)):
            there = np.flatnonzero(where[index]).tolist()
            names = some([labeled.markup.names[k] for k in there])
            text = f"{names} exactly at ({x}, {y}): if that stands for a missing landmark, leave it out"
            yield Suspicion(int(index), STAND_IN, text, tuple(there), float(len(there)))


def taken_out(labeled: LabeledSet, suspicions: Iterable[Suspicion]) -> LabeledSet:
    """The set with the suspicious landmarks missing, so that nothing else is measured by them."""
    samples = list(labeled.samples)
    for suspicion in suspicions:
        visible = samples[suspicion.sample].visible.copy()
        visible[list(suspicion.landmarks)] = False
        samples[suspicion.sample] = replace(samples[suspicion.sample], visible=visible)
    return replace(labeled, samples=tuple(samples))


def in_one_point(labeled: LabeledSet) -> Iterator[Suspicion]:
    """Objects of three landmarks or more that are not a pixel wide, nor high."""
    for index, sample in enumerate(labeled.samples):
        points = sample.landmarks[sample.visible]
        if len(points) >= 3 and np.ptp(points, axis=0).max() < 1:
            x, y = points.mean(axis=0)
            where = FRACTIONS if _are_fractions(sample) else f"in one point, ({x:.0f}, {y:.0f})"
            yield Suspicion(index, ONE_POINT, f"all {len(points)} landmarks lie {where}")


def only_fractions(labeled: LabeledSet) -> bool:
    """Whether all that is labeled lies between 0 and 1."""
    labels = [sample for sample in labeled.samples if sample.visible.any()]
    return bool(labels) and all(map(_are_fractions, labels)) and any(sample.visible.sum() > 1 for sample in labels)


def _are_fractions(sample: Sample) -> bool:
    """Whether all landmarks lie between 0 and 1, and not at whole numbers alone."""
    points = sample.landmarks[sample.visible]
    return bool((points >= 0).all() and (points <= 1).all() and (points % 1 > 0).any())
