"""300W in the folders of its official downloads: helen, lfpw, afw, ibug (Sagonas et al. 2013, 2016).

A part of it is welcome: what is missing is named, so that numbers on a part are not taken for numbers on the whole.
"""

from dataclasses import dataclass
from pathlib import Path

from laplace_landmarks.data.formats.folder import files_below
from laplace_landmarks.data.formats.pictures_with_pts import is_pts, paired, sample_of
from laplace_landmarks.data.formats.rows import silent
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError


@dataclass(frozen=True)
class Part:
    """A folder of 300W, how many pictures it has as distributed, and the subset that they belong to."""

    folder: str
    pictures: int
    subset: str


PARTS = (
    Part("helen/trainset", 2000, "train"),
    Part("lfpw/trainset", 811, "train"),
    Part("afw", 337, "train"),
    Part("helen/testset", 330, "common"),
    Part("lfpw/testset", 224, "common"),
    Part("ibug", 135, "challenge"),
)
NAMES = ("helen", "lfpw", "afw", "ibug")
JOINED = {"full": ("common", "challenge")}  # a split that papers report on and that is no folder: 689 pictures


def read_300w(root: Path | str, markup: Markup = IBUG68, subset: str = "") -> tuple[LabeledSet, list[str]]:
    """The pictures of 300W below root, and a line for each of its parts that is not there or has another count.

    Another line counts labeled pictures in other folders, which are left out. subset: the only one asked for, perhaps a
    joined one; only what of it is missing is told.
    """
    asked = JOINED.get(subset, (subset,)) if subset else tuple(part.subset for part in PARTS)
    home = home_of_300w(root)
    if home is None:
        raise InputError(f"{root}: none of the folders {', '.join(NAMES)} is in it; name the folder that holds them")
    samples: list[Sample] = []
    missing: list[str] = []
    for part in PARTS:
        folder = home / part.folder
        if folder.is_dir():
            found = [sample_of(*pair, home, markup, part.subset) for pair in paired(folder)]
            samples += found
            if len(found) != part.pictures and part.subset in asked:
                missing.append(f"{part.folder}: {len(found)} of {part.pictures} pictures")
        elif part.subset in asked:
            name = part.folder.split("/")[0]
            missing.append(f"{part.folder if (home / name).is_dir() else name}: not there")
    if not samples:
        lines = "; ".join(dict.fromkeys(missing)) or f"nothing of {subset}"
        raise InputError(f"{home}: holds no part of 300W ({lines}); unpack the archives as they are")
    others = sum(map(is_pts, files_below(root, silent))) - len(samples)
    if others > 0 and not subset:
        missing.append(
            f"{root}: {others} labeled pictures in none of 300W's parts were left out; the format pts reads all of them"
            " (data.format, --format)"
        )
    return LabeledSet(markup, tuple(samples)), list(dict.fromkeys(missing))


def home_of_300w(root: Path | str) -> Path | None:
    """The folder that holds 300W's: root, or the first folder in it that does."""
    root = Path(root)
    folders = [root, *sorted(child for child in root.iterdir() if child.is_dir())] if root.is_dir() else []
    return next((folder for folder in folders if any((folder / name).is_dir() for name in NAMES)), None)
