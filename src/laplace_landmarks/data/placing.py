"""Where the crop of a picture lies, by its landmarks or by a file of points, and whether labels can be true."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.formats.rows import Note
from laplace_landmarks.data.formats.table import read_rows
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.picture_size import picture_size
from laplace_landmarks.data.pictures import read_bytes
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule, tight_box
from laplace_landmarks.text_table import some

NEAR = 8.0  # pixels that a landmark may lie outside in any case: a lone one has no distance from its middle
NAMED = 5  # objects that are left out
BEYOND = 1.0  # pixels outside of the picture, or of a box, that rounding may cause
FAR = 4.0  # times the landmarks' median distance from their middle: for a face about 1.4 times its size


def placed_by(sample: Sample, markup: Markup, rule: CropRule, upright: bool = False) -> Crop:
    """The crop that a sample places: by its anchors; else by its box, or the one around its visible landmarks.

    upright: turned as the five anchors of a face are, whatever the rule says.
    """
    if not sample.visible.any() and sample.box is None:
        raise InputError(f"{sample.picture}: no visible landmark and no box, so nothing tells where the object is")
    anchors = markup.anchors_of(sample.landmarks, sample.visible)
    try:
        if anchors is not None:
            return rule.from_anchors(anchors, upright)
        return rule.from_box(sample.box or tight_box(sample.landmarks[sample.visible]))
    except InputError as error:
        raise InputError(f"{sample.picture}: {error}") from error


def with_a_place(labeled: LabeledSet, rule: CropRule, note: Note) -> LabeledSet:
    """The set without what places no crop by this rule: objects with no box, and fewer than two landmarks.

    Such labels are incomplete, not wrong: a lone landmark tells where an object is, but not how large. `note` hears how
    many there are. Landmarks that all lie in one point are wrong, and refused where the crop is cut.
    """
    if rule.whole_picture:
        return labeled
    lone = [sample for sample in labeled.samples if sample.box is None and is_lone(sample)]
    if not lone:
        return labeled
    note(
        f"left out: {len(lone)} of {len(labeled)} objects, with fewer than two visible landmarks and no box, so that "
        f"nothing tells how large they are: {some([sample.name for sample in lone], NAMED)}"
    )
    left = set(lone)
    return replace(labeled, samples=tuple(sample for sample in labeled.samples if sample not in left))


def is_lone(sample: Sample) -> bool:
    """Whether a sample shows one landmark at the most."""
    return int(sample.visible.sum()) < 2


def check_turns(markup: Markup, flag: str) -> None:
    """InputError where crops are to be turned, and the markup is of no face, whose anchors tell how."""
    if not markup.is_face:
        count = len(markup.anchors)
        raise InputError(f"{flag} turns crops of faces, which have five anchors; {markup.name} has {count}")


def check_inside(sample: Sample, markup: Markup, height: int, width: int) -> None:
    """Refuses landmarks that no annotator can have meant; medians, so that a wrong one does not widen its own limit."""
    points = sample.landmarks[sample.visible].astype(np.float64)
    if not len(points):
        return
    reach = FAR * float(np.median(np.linalg.norm(points - np.median(points, axis=0), axis=1)))
    limit = min(max(reach, NEAR), max(height, width))
    outside = beyond_edges(points, height, width)
    worst = int(outside.argmax())
    if (outside.min() > 0 and len(points) > 1) or outside[worst] > limit:
        name = markup.names[int(np.flatnonzero(sample.visible)[worst])]
        x, y = points[worst]
        before_turn = inside_before_turn(sample, height, width, picture_size(read_bytes(sample.picture)))
        raise InputError(
            f"{sample.picture}: landmark {name!r} at ({x:.1f}, {y:.1f}) is far outside the {width} x {height}"
            f" pixels of the picture{before_turn and f', but {before_turn}'}; correct it, or leave the picture out"
        )


def beyond_edges(points: NDArray[np.floating], height: int, width: int) -> NDArray[np.floating]:
    """(N,) how far each point (N, 2) is outside of a picture's pixels; below 0 inside."""
    return np.maximum(-0.5 - points, points - (width - 0.5, height - 0.5)).max(axis=1)


def inside_before_turn(sample: Sample, height: int, width: int, stored: tuple[int, int] | None) -> str:
    """Words where all landmarks are inside of the picture as its file holds it, which EXIF then turns; else "".

    stored: width and height before that.
    """
    as_stored = beyond_edges(sample.landmarks[sample.visible], width, height)
    if stored != (height, width) or (as_stored > BEYOND).any():
        return ""
    return "inside of it before its EXIF orientation turns it; labels are of the turned picture"


def crops_by_points(
    pictures: Sequence[Path],
    points: Path,
    markup: Markup | None,
    rule: CropRule,
    skip: Callable[[Path, str], None],
) -> list[list[Crop]]:
    """For each picture the crops that its rows in a CSV place; `skip` hears of pictures without one."""
    real = cache(Path.resolve)  # of folders: few hold many pictures
    rows: dict[Path, list[Sample]] = defaultdict(list)
    for row in read_rows(points):
        rows[real(row.picture.parent) / row.picture.name].append(row)
    points_markup = _markup_of_points(points, len(next(iter(rows.values()))[0].landmarks), markup)
    only_anchors = {place for anchor in points_markup.anchors for place in anchor} == set(range(len(points_markup)))

    crops: list[list[Crop]] = []
    for picture in pictures:
        crops.append([])
        found = rows.get(real(picture.parent) / picture.name, [])
        if not found:
            skip(picture, f"has no row in {points}")
        for row in found:
            if only_anchors and row.box is None and not row.visible.all():
                skip(picture, f"one of the points that place its crop is blank in {points}")
                continue
            try:
                crops[-1].append(placed_by(row, points_markup, rule))
            except InputError as error:
                skip(picture, str(error))
    return crops


def _markup_of_points(file: Path, count: int, markup: Markup | None) -> Markup:
    """What the points of a row are: all landmarks of the markup, or its anchors alone."""
    if markup is None:
        raise InputError(f"{file}: points place crops only together with a markup, which says what they are")
    if count == len(markup):
        return markup
    if count != len(markup.anchors):
        wanted = f"the {len(markup.anchors)} anchors or the {len(markup)} landmarks of {markup.name}"
        raise InputError(f"{file}: {count} points a row; give {wanted}")
    names = tuple(str(place + 1) for place in range(count))
    return Markup("anchors", names, anchors=tuple((place,) for place in range(count)))
