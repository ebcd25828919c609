"""Labels dealt into parts, so that each can be judged by a network that was trained on the other parts."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import to_bytes


def parts_of(labeled: LabeledSet, count: int) -> tuple[int, ...]:
    """(N,) the part, from 1 to count, of each sample.

    A function of names alone, whatever their order. All objects of a picture are in one part, because two crops of it
    may show the same, and no part has more than one picture more than another.
    """
    names = names_of_pictures(labeled)
    if len(names) < count:
        pictures = f"{len(names)} labeled picture{'s' * (len(names) != 1)}"
        advice = "label more, or set it to 0" if len(names) < 2 else f"set it to {len(names)} or less, or label more"
        raise InputError(f"folds.count: {pictures} cannot be dealt into {count} parts; {advice}")
    dealt = sorted(names, key=lambda picture: sha256(to_bytes(names[picture])).digest())
    part = {picture: place % count + 1 for place, picture in enumerate(dealt)}
    return tuple(part[sample.picture] for sample in labeled.samples)


def names_of_pictures(labeled: LabeledSet) -> dict[Path, str]:
    """What each picture is dealt by: the first name of its objects, since its path depends on the machine."""
    names: dict[Path, str] = {}
    for sample in labeled.samples:
        names[sample.picture] = min(sample.name, names.get(sample.picture, sample.name))
    return names


def without_part(labeled: LabeledSet, count: int, without: int) -> tuple[LabeledSet, LabeledSet]:
    """All samples but those of one part, and those of that part; part 0 is nobody's."""
    pairs = list(zip(labeled.samples, parts_of(labeled, count), strict=True))
    rest = tuple(sample for sample, part in pairs if part != without)
    left_out = tuple(sample for sample, part in pairs if part == without)
    return replace(labeled, samples=rest), replace(labeled, samples=left_out)
