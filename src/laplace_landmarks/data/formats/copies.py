"""Formats whose labels lie beside the pictures: where the copies of pictures go in a new folder."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from laplace_landmarks.data.formats.rows import told_apart
from laplace_landmarks.data.sample import LabeledSet


def place_of(name: str) -> PurePosixPath:
    """A sample's name as a path that stays inside of a folder, and is not hidden there, where no reader looks.

    >>> str(place_of("../../lfpw/image_1#2")), str(place_of(".thumbs/a"))
    ('lfpw/image_1#2', 'thumbs/a')
    """
    parts = [part.lstrip(".") for part in PurePosixPath(name).parts if part != "/"]
    return PurePosixPath(*filter(None, parts)) if any(parts) else PurePosixPath("picture")


def numbered(places: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """Every place once, told apart as samples' names are."""
    return [PurePosixPath(name) for name in told_apart(map(str, places))]


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
