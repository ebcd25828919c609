"""A ranking of pictures: made from a detector's predictions, and written as a list, a table or a CSV."""

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.ranking import by_lot, choose, descriptors, ignorance, look_of, shape_of
from laplace_landmarks.runtime.read_ahead import read_ahead

COLUMNS = ("rank", "picture", "ignorance", "newness", "objects", "by_lot")


@dataclass(frozen=True, eq=False)
class Ranked:
    """A picture to label.

    face: the object that it is ranked by. ignorance: percent of the object's size. newness: from 0, a picture chosen
    before is the same, to 1. objects: how many were found in it. by_lot: whether its place was given to any picture.
    """

    face: Prediction
    ignorance: float
    newness: float
    objects: int
    by_lot: bool = False


def rank_pictures(
    faces: Mapping[str, Prediction],
    objects: Mapping[str, int],
    labeled: Collection[str],
    count: int,
    skipped: Callable[[str], None],
    progress: Callable[[int], None] = lambda _: None,
    *,
    lot: float = 0,
    seed: int = 0,
) -> list[Ranked]:
    """The pictures to label, best first; which of equals is first depends on their paths and on nothing else.

    faces, objects: by picture, the object that it is ranked by, and how many it has. labeled: pictures that have labels
    already. skipped: hears why a picture cannot be read (again). progress: hears how many were. lot, seed: as in
    `choose`. Of each picture some kilobytes are kept.
    """
    names, looks = [], []
    for number, (file, picture) in enumerate(read_ahead(Path(name) for name in sorted(faces)), start=1):
        progress(number)
        crop = faces[str(file)].crop
        assert crop is not None  # a detector's own always have one
        if isinstance(picture, InputError):
            skipped(str(picture))
        else:
            names.append(str(file))
            looks.append(look_of(picture, crop))
    if not names:
        return []
    doubt = [ignorance(faces[name]) for name in names]
    rows = descriptors(np.stack([shape_of(faces[name]) for name in names]), np.stack(looks))
    known = [place for place, name in enumerate(names) if name in labeled]
    order, newness = choose(doubt, rows, count, known, lot=lot, seed=seed)
    return [
        Ranked(faces[names[place]], doubt[place], new, objects[names[place]], drawn)
        for place, new, drawn in zip(order.tolist(), newness.tolist(), by_lot(len(order), lot).tolist(), strict=True)
    ]


def to_list(ranked: Sequence[Ranked]) -> str:
    """A path a line, as predict and other commands read it."""
    return "".join(f"{entry.face.picture}\n" for entry in ranked)


def to_csv(ranked: Sequence[Ranked]) -> str:
    """COLUMNS, a picture a row."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for number, entry in enumerate(ranked, start=1):
        known = f"{entry.ignorance:.3f}", f"{entry.newness:.3f}", entry.objects, int(entry.by_lot)
        rows.writerow((number, entry.face.picture, *known))
    return text.getvalue()


def to_table(ranked: Sequence[Ranked]) -> str:
    """The same to be read, with the path at the end of the line; an asterisk stands where the lot chose."""
    lines = ["rank  ignorance  newness  picture"]
    for number, entry in enumerate(ranked, start=1):
        place = f"{number:>4}{'*' if entry.by_lot else ' '}"
        lines.append(f"{place} {entry.ignorance:>7.2f} %  {entry.newness:>7.2f}  {entry.face.picture}")
    return "\n".join(lines) + "\n"
