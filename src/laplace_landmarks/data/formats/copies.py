"""Formats whose labels lie beside the pictures: where the copies of pictures go in a new folder."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path, PurePosixPath

from laplace_landmarks.data.sample import LabeledSet


def place_of(name: str) -> PurePosixPath:
    """A sample's name as a path that stays inside of a folder.

    >>> str(place_of("../../lfpw/image_1#2"))
    'lfpw/image_1#2'
    """
    parts = [part for part in PurePosixPath(name).parts if part not in ("..", "/")]
    return PurePosixPath(*parts) if parts else PurePosixPath("picture")


def numbered(places: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """Every place once: one that stands there again gets the next number that no other has.

    >>> [str(place) for place in numbered([PurePosixPath(name) for name in ("a", "a", "a#2", "b")])]
    ['a', 'a#3', 'a#2', 'b']
    """
    taken, apart, first = set(places), list[PurePosixPath](), set[PurePosixPath]()
    for place in places:
        other = place
        if place in first:
            tries = (place.with_name(f"{place.name}#{number}") for number in count(2))
            other = next(name for name in tries if name not in taken)
        first.add(place)
        taken.add(other)
        apart.append(other)
    return apart


def places_by_sample(labeled: LabeledSet) -> list[PurePosixPath]:
    """For each sample a place of its own."""
    return numbered([place_of(sample.name) for sample in labeled.samples])


def places_by_picture(labeled: LabeledSet) -> list[PurePosixPath]:
    """For each sample the place of its picture, one for all samples of a picture, below its subset's folder if any."""
    places: dict[Path, PurePosixPath] = {}
    for sample in labeled.samples:
        if sample.picture not in places:
            place = place_of(sample.name)
            if sample.subset and place.parts[0] != sample.subset:
                place = PurePosixPath(place_of(sample.subset), place)
            places[sample.picture] = place
    apart = dict(zip(places, numbered(list(places.values())), strict=True))
    return [apart[sample.picture] for sample in labeled.samples]
