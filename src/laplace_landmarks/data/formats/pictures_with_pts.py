"""A folder of pictures with a .pts file of the same name beside each."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from laplace_landmarks.data.formats.copies import places_by_sample
from laplace_landmarks.data.formats.folder import files_below, find_pictures
from laplace_landmarks.data.formats.points_file import read_pts, write_pts
from laplace_landmarks.data.markup import Markup, markup_of_count
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError


def read_pts_folder(folder: Path | str, markup: Markup | None = None) -> LabeledSet:
    """Every picture below the folder with the landmarks of the .pts beside it; all landmarks are visible.

    Without a markup the first file's number of points tells it. InputError names pictures without a .pts, .pts
    without a picture, and whatever is wrong inside a .pts.
    """
    pairs = paired(folder)
    markup = markup or markup_of_count(len(read_pts(pairs[0][1])))
    return LabeledSet(markup, tuple(sample_of(*pair, Path(folder), markup) for pair in pairs))


def write_pts_folder(folder: Path, labeled: LabeledSet) -> None:
    """Copies the pictures below a new folder, a .pts beside each; a picture of several objects is copied for each.

    All landmarks must be visible: a .pts cannot say that one is missing.
    """
    for sample, place in zip(labeled.samples, places_by_sample(labeled), strict=True):
        copy = folder / f"{place}{sample.picture.suffix}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample.picture, copy)
        write_pts(copy.with_name(f"{place.name}.pts"), sample.landmarks)


def sample_of(picture: Path, points: Path, root: Path, markup: Markup, subset: str = "") -> Sample:
    """The sample of a picture and its .pts, named by the picture's path below root."""
    landmarks = read_pts(points, len(markup))
    name = picture.relative_to(root).with_suffix("").as_posix()
    return Sample(name, picture, landmarks, np.ones(len(markup), np.bool_), subset=subset)


def is_pts(file: str) -> bool:
    """Whether it is a .pts file by its name; .PTS, from Windows, is one too."""
    return file.lower().endswith(".pts")


def paired(folder: Path | str) -> list[tuple[Path, Path]]:
    """The pictures below a folder, sorted, each with the .pts beside it; InputError where one of the two is missing."""
    if Path(folder).is_file():
        raise InputError(
            f"{folder}: a file; the format pts is a folder of pictures with .pts files beside them: set the format to "
            "auto, or to the file's (data.format, --format)"
        )
    found, pictures = find_pictures(folder), dict[str, Path]()
    points = {name[: -len(".pts")]: Path(name) for name in sorted(files_below(folder)) if is_pts(name)}
    if not points:
        raise InputError(
            f"{folder}: pictures, but no .pts files beside them; if a CSV holds the labels, name that file"
        )
    for picture in found:
        stem = str(picture.with_suffix(""))
        if stem in pictures:
            raise InputError(f"{pictures[stem]} and {picture} share one .pts file; leave one of the pictures out")
        pictures[stem] = picture
    bare = sorted(pictures.keys() - points.keys())
    if bare:
        raise InputError(f"{_some(pictures[stem] for stem in bare)} without a .pts beside; add it or leave it out")
    lone = sorted(points.keys() - pictures.keys())
    if lone:
        raise InputError(f"{_some(points[stem] for stem in lone)} without a picture beside; add it or leave it out")
    return [(picture, points[stem]) for stem, picture in pictures.items()]


def _some(things: Iterable[object]) -> str:
    """The first three by name, and how many there are."""
    names = [str(thing) for thing in things]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
