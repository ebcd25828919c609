"""Formats whose labels lie beside the pictures: where the copies of pictures go in a new folder."""

from pathlib import PurePosixPath

from laplace_landmarks.data.sample import LabeledSet


def place_of(name: str) -> PurePosixPath:
    """A sample's name as a path that stays inside of a folder.

    >>> str(place_of("../../lfpw/image_1#2"))
    'lfpw/image_1#2'
    """
    parts = [part for part in PurePosixPath(name).parts if part not in ("..", "/")]
    return PurePosixPath(*parts) if parts else PurePosixPath("picture")


def places_by_picture(labeled: LabeledSet) -> list[PurePosixPath]:
    """For each sample the place of its picture, one for all samples of a picture, below its subset's folder if any."""
    places, taken = {}, set()
    for sample in labeled.samples:
        if sample.picture not in places:
            place = place_of(sample.name)
            if sample.subset and place.parts[0] != sample.subset:
                place = PurePosixPath(place_of(sample.subset), place)
            places[sample.picture] = place
            assert place not in taken  # names are unique in a set
            taken.add(place)
    return [places[sample.picture] for sample in labeled.samples]
