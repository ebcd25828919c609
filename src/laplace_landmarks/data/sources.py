"""Where labeled pictures come from: any of the formats, told apart by what lies there, and parts of them by name."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from laplace_landmarks.conventions import Box
from laplace_landmarks.data.formats import aflw, aflw19, coco, cofw, deeplabcut, dlib, sleap, wflw, yolo
from laplace_landmarks.data.formats.folder import files_below
from laplace_landmarks.data.formats.foreign import LABELME, looks_like_labelme
from laplace_landmarks.data.formats.pictures_with_pts import is_pts, read_pts_folder
from laplace_landmarks.data.formats.rows import Note, silent
from laplace_landmarks.data.formats.stand_ins import tell_stand_ins
from laplace_landmarks.data.formats.table import read_table
from laplace_landmarks.data.formats.w300 import JOINED, home_of_300w, read_300w
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.pictures import PICTURE_SUFFIXES, read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import picture_box
from laplace_landmarks.text_files import load_error, read_json

JOINED_SUBSETS = JOINED | aflw19.JOINED
HEAD = 4096  # bytes of a file that tell its format


def _read_300w(path: Path, markup: Markup | None, note: Note, part: str = "") -> LabeledSet:
    labeled, missing = read_300w(path, markup or IBUG68, part)
    for line in missing:
        note(line)
    return labeled


def _has_pts(path: Path, head: bytes) -> bool:
    return path.is_dir() and any(map(is_pts, files_below(path)))


def _is_csv(path: Path, head: bytes) -> bool:
    return path.is_file() and path.suffix.lower() == ".csv" and b"image" in head.split(b"\n", 1)[0]


Reader: TypeAlias = Callable[[Path, Markup | None, Note], LabeledSet]


@dataclass(frozen=True)
class Format:
    """A way to store labels.

    what: it is, in a few words. read: a path, a markup or None, and whom to tell what was left out.
    fits: whether a path and its first bytes (none of a folder) look like it.
    """

    what: str
    read: Reader
    fits: Callable[[Path, bytes], bool]


FORMATS = {  # the first that fits is taken for "auto", so the plain ones come last
    "300w": Format("300W's official folders", _read_300w, lambda path, _: home_of_300w(path) is not None),
    "wflw": Format("WFLW's lists", wflw.read_wflw, wflw.fits),
    "aflw": Format("AFLW's aflw.sqlite", aflw.read_aflw, aflw.fits),
    "aflw19": Format("AFLWinfo_release.mat", aflw19.read_aflw19, aflw19.fits),
    "cofw": Format("COFW's .mat files", cofw.read_cofw, cofw.fits),
    "sleap": Format("SLEAP's .slp", sleap.read_sleap, sleap.fits),
    "coco": Format("COCO keypoints, JSON", coco.read_coco, coco.fits),
    "dlib": Format("dlib's XML", dlib.read_dlib, dlib.fits),
    "deeplabcut": Format("DeepLabCut's or Lightning Pose's CSV", deeplabcut.read_deeplabcut, deeplabcut.fits),
    "yolo": Format("YOLO-pose's data.yaml and its folder", yolo.read_yolo, yolo.fits),
    "pts": Format("pictures with .pts beside them", lambda path, markup, _: read_pts_folder(path, markup), _has_pts),
    "table": Format("a CSV: image,x0,y0,...", read_table, _is_csv),
}


def goes_by(data: Path, name: str) -> bool:
    """Whether labels go by the name that a model knows its own by: the last parts of their path, or its last part.

    >>> goes_by(Path("shared/300w/lfpw/trainset"), "lfpw/trainset"), goes_by(Path("lfpw/testset"), "lfpw/trainset")
    (True, False)
    """
    parts = Path(name).parts
    return bool(parts) and data.parts[-len(parts) :] == parts


def read_labeled(
    path: Path | str, markup: Markup | None, format: str = "auto", note: Note = silent, part: str = ""
) -> LabeledSet:
    """The labeled pictures at a path; `note` hears what was left out or is missing, line by line.

    markup: None for the one that the labels tell themselves, by names or by their number.
    format: a key of FORMATS, or "auto": what the file or folder looks like inside. In a folder without labels of its
        own kind, its one file of labels is read.
    part: all subsets' pictures but this one's are taken out; what others lack is not told.
    """
    path = Path(path)
    if format != "auto" and format not in FORMATS:
        raise InputError(f"no format is named {format!r}; known: auto, {', '.join(FORMATS)}")
    try:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder of labeled pictures")
        if format == "auto":
            path, format = _looks_like(path)
        reader = partial(_read_300w, part=part) if format == "300w" else FORMATS[format].read
        labeled = reader(path, markup, note)
        tell_stand_ins(path, labeled.samples, note)
    except OSError as error:  # a folder that may not be read
        raise load_error(error.filename or path, error) from None
    return subset(labeled, part) if part else labeled


def _looks_like(path: Path) -> tuple[Path, str]:
    """The file or folder to read, and the format."""
    if path.is_file():
        if path.suffix.lower() in PICTURE_SUFFIXES:
            raise InputError(f"{path}: a picture, which holds no labels; name the file or folder of its labels")
        return path, _format_of(path) or "table"  # whose reader says best what a CSV must be
    if format := _format_of(path):
        return path, format
    files = [file for file in sorted(path.iterdir()) if file.is_file() and file.suffix.lower() not in PICTURE_SUFFIXES]
    found = {file: format for file in files if (format := _format_of(file))}
    for file in [file for file, format in found.items() if format == "deeplabcut"]:
        found.pop(file.with_suffix(".h5"), None)  # DeepLabCut writes its CSV a second time so
    if len(found) > 1:
        first, *_ = found
        if set(found.values()) == {"coco"} and looks_like_labelme(first):
            raise InputError(f"{first}: {LABELME}")
        names = ", ".join(file.name for file in list(found)[:4])
        raise InputError(f"{path}: {len(found)} files could hold the labels ({names}); name one of them")
    return next(iter(found.items()), (path, "pts"))


def _format_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:  # a folder, or a file whose reader will say what is wrong
        head = b""
    return next((name for name, format in FORMATS.items() if (head or path.is_dir()) and format.fits(path, head)), None)


def with_picture_boxes(labeled: LabeledSet) -> LabeledSet:
    """The samples with their whole picture as the box, for objects that fill it; every picture is opened once."""
    boxes: dict[Path, Box] = {}
    for sample in labeled.samples:
        if sample.picture not in boxes:
            height, width = read_picture(sample.picture).shape[:2]
            boxes[sample.picture] = picture_box(height, width)
    return replace(labeled, samples=tuple(replace(sample, box=boxes[sample.picture]) for sample in labeled.samples))


def subset(labeled: LabeledSet, name: str) -> LabeledSet:
    """The samples of a subset: "train", "common", "challenge", "full" of 300W, or whatever else a format tells."""
    known = {sample.subset for sample in labeled.samples} - {""}
    joined = {key: parts for key, parts in JOINED_SUBSETS.items() if known & set(parts)}
    parts = {name} if name in known else set(joined.get(name, (name,)))
    absent = sorted(parts - known)
    if absent:  # a joined subset with a part missing would be another subset under its name
        there = ", ".join(sorted(known)) or "no subsets"
        raise InputError(f"subset {name!r}: no picture is in {' or '.join(map(repr, absent))}; there are {there}")
    return replace(labeled, samples=tuple(sample for sample in labeled.samples if sample.subset in parts))


def select(labeled: LabeledSet, names: Iterable[str]) -> LabeledSet:
    """The samples with these names, in the set's order; a name is a sample's own or, where unique, its last part."""
    wanted = list(names)
    by_name: dict[str, set[str]] = defaultdict(set)
    for sample in labeled.samples:
        by_name[sample.name].add(sample.name)
        by_name[sample.name.rsplit("/", 1)[-1]].add(sample.name)
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        some = f"{len(unknown)} of {len(wanted)} names are not among the {len(labeled)} pictures"
        raise InputError(f"{some}, the first is {unknown[0]!r}; is it the split of another data set?")
    chosen = Counter[str]()
    for name in wanted:
        # "a" is the sample of that name even where "folder/a" is there too
        fitting = {name} if name in by_name[name] else by_name[name]
        if len(fitting) > 1:
            raise InputError(
                f"{name!r} fits {' and '.join(sorted(fitting)[:2])}; choose a subset, or name the folder too"
            )
        chosen.update(fitting)
    twice = [name for name, count in chosen.items() if count > 1]
    if twice:
        raise InputError(f"{len(twice)} pictures are named twice, the first is {twice[0]}")
    return replace(labeled, samples=tuple(sample for sample in labeled.samples if sample.name in chosen))


def read_split(path: Path | str, key: str) -> tuple[str, ...]:
    """The names under a key of a JSON split file; "labels/50" is the list "50" within "labels"."""
    found = read_json(Path(path), "a split is JSON")
    for part in key.split("/"):
        if not isinstance(found, dict) or part not in found:
            known = ", ".join(found) if isinstance(found, dict) else "no lists below that"
            raise InputError(f"{path}: no key {key!r}; there are {known}")
        found = found[part]
    if not isinstance(found, list) or not found or not all(isinstance(name, str) for name in found):
        raise InputError(f"{path}: {key!r} must be a list of names in quotes, at least one")
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        raise InputError(f"{path}: {key!r} names {len(twice)} pictures twice, the first is {twice[0]}")
    return tuple(found)
