"""Labels written in another format, with a word for everything that it cannot hold."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from laplace_landmarks.data.formats.coco import write_coco
from laplace_landmarks.data.formats.deeplabcut import write_deeplabcut
from laplace_landmarks.data.formats.dlib import write_dlib
from laplace_landmarks.data.formats.pictures_with_pts import write_pts_folder
from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.formats.yolo import write_yolo
from laplace_landmarks.data.markup import is_built_in, markup_of_count
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError

SUFFIXES = {".csv": "table", ".json": "coco", ".xml": "dlib", "": "pts"}  # what a path without --to means
MARKUP_ONLY = ("regions", "normaliser", "pupils", "anchors")  # facts of a markup that no format of labels can hold


@dataclass(frozen=True)
class Writer:
    """A format that can be written, and which of the things that not all can hold it holds."""

    write: Callable[[Path, LabeledSet], None]
    boxes: bool = False
    needs_boxes: bool = False  # an object without one gets the box around its landmarks
    subsets: bool = False
    names: bool = False  # of the landmarks
    mirror: bool = False  # which landmarks are a pair
    edges: bool = False  # between landmarks
    fractions: bool = True  # of a pixel
    missing: bool = True  # landmarks
    only_box: bool = False  # objects without any landmark
    several: bool = True  # objects in a picture


WRITERS = {
    "table": Writer(write_table, boxes=True, subsets=True, names=True, only_box=True),
    "pts": Writer(write_pts_folder, missing=False),
    "coco": Writer(write_coco, boxes=True, needs_boxes=True, names=True, edges=True),
    "dlib": Writer(write_dlib, boxes=True, needs_boxes=True, fractions=False),
    "yolo": Writer(write_yolo, boxes=True, needs_boxes=True, subsets=True, names=True, mirror=True),
    "deeplabcut": Writer(write_deeplabcut, names=True, several=False),
}


def write_labels(path: Path, labeled: LabeledSet, format: str = "auto") -> tuple[LabeledSet, list[str]]:
    """Writes labels to a new file or folder; what was written, and a line for each kind of thing that was lost.

    format: a key of WRITERS, or "auto", by the path's suffix. InputError where something is there already.
    """
    if format == "auto":
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"{path}: say which format with --to; there are {', '.join(WRITERS)}")
        format = SUFFIXES[path.suffix.lower()]
    if format not in WRITERS:
        raise InputError(f"no format named {format!r} can be written; known: {', '.join(WRITERS)}")
    if path.exists():
        raise InputError(f"{path}: is there already; name a new one, or remove it")
    written, lost = fitting(labeled, format)
    if not len(written):
        raise InputError(f"{path}: nothing is left to write as {format} ({'; '.join(lost)})")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        WRITERS[format].write(path, written)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return written, lost


def fitting(labeled: LabeledSet, format: str) -> tuple[LabeledSet, list[str]]:
    """The part of a set that a format can hold, and what is lost, counted."""
    writer, samples, lost = WRITERS[format], list(labeled.samples), []

    def leave_out(unfit: Callable[[Sample], bool], what: str) -> None:
        nonlocal samples
        kept = [sample for sample in samples if not unfit(sample)]
        if len(kept) < len(samples):
            lost.append(f"{len(samples) - len(kept)} {what}")
        samples = kept

    leave_out(
        lambda sample: not (sample.visible.any() or (writer.only_box and sample.box)),
        "objects without a landmark, left out",
    )
    if not writer.missing:
        leave_out(lambda sample: not sample.visible.all(), "objects with missing landmarks, left out")
    if not writer.several:
        seen: set[Path] = set()
        leave_out(
            lambda sample: sample.picture in seen or seen.add(sample.picture) is not None,
            "further objects of a picture, left out",
        )
    boxes = sum(sample.box is not None for sample in samples)
    if boxes and not writer.boxes:
        lost.append(f"{boxes} boxes")
    if writer.needs_boxes and boxes < len(samples):
        lost.append(f"{len(samples) - boxes} objects had no box and got the one around their landmarks")
    subsets = {sample.subset for sample in samples} - {""}
    if subsets and not writer.subsets:
        lost.append(f"the subsets {', '.join(sorted(subsets))}")
    if not writer.fractions:
        count = sum(bool((s.landmarks[s.visible] != np.rint(s.landmarks[s.visible])).any()) for s in samples)
        if count:
            lost.append(f"fractions of a pixel of {count} objects")
    if is_built_in(labeled.markup):
        if not writer.names and markup_of_count(len(labeled.markup)) != labeled.markup:
            lost.append(f"which landmarks they are (read it with --markup {labeled.markup.name})")
    else:
        if not writer.names and not all(name.isdecimal() for name in labeled.markup.names):
            lost.append("the landmarks' names")
        if labeled.markup.mirror and not writer.mirror:
            lost.append("which landmarks are left and right (keep the markup: --save-markup)")
        facts = [fact for fact in MARKUP_ONLY if getattr(labeled.markup, fact)]
        facts = ["edges"] * bool(labeled.markup.edges and not writer.edges) + facts
        if facts:
            lost.append(f"the markup's {', '.join(facts)} (keep the markup: --save-markup)")
    return replace(labeled, samples=tuple(samples)), lost
