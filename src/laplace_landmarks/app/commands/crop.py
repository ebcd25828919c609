"""`laplace-landmarks crop`: a sheet of what a network sees, and of what the augmentation makes of it."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.app.telling import tell
from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.augmenter import Augmenter
from laplace_landmarks.data.augmentation.demonstration import demonstration, single
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.sources import gather_sources
from laplace_landmarks.data.augmentation.words import settings_of
from laplace_landmarks.data.crops import Crops, UnlabeledCrops, labeled_crops, unlabeled_crops
from laplace_landmarks.data.formats.picture_list import pictures_of
from laplace_landmarks.data.markup import IBUG68, Markup, markup_or_auto
from laplace_landmarks.data.pictures import check_written, write_picture
from laplace_landmarks.data.placing import check_turns, with_a_place
from laplace_landmarks.data.sheet import sheet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.data.writing import check_writable
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import FACTORS, MOST, CropRule


def crop(
    data: Annotated[Path, tyro.conf.Positional],
    output: Path = Path("crops.png"),
    count: int = 48,
    unlabeled: bool = False,
    points: Path | None = None,
    grow: float = 1.0,
    factor: float = 2.8,
    box_factor: float = 1.35,
    picture_factor: float = 0.0,
    size: int = 80,
    upright: bool = False,
    format: str = "auto",
    markup: str = "auto",
    columns: int = 12,
    augment: tuple[str, ...] | None = None,
) -> None:
    """Draw a sheet of what a network sees of labeled, or with --unlabeled of unlabeled pictures.

    Args:
        data: Labeled pictures in any of the formats of docs/formats.md; with --unlabeled a folder, or a .txt list.
        output: The sheet.
        count: How many crops, evenly spaced over the data.
        unlabeled: The pictures have no labels.
        points: CSV with five points or all landmarks of each unlabeled picture, to place the crops.
        grow: Side of the crop over the longer side of an unlabeled picture without points.
        factor: Side of the crop over the longer side of the five points' hull.
        box_factor: The same over the longer side of the box, for objects without points that place the crop.
        picture_factor: The same over the longer side of the whole picture, for objects that fill it.
        size: Pixels of the crop's side.
        upright: Turn the crops of faces as the faces are, as data.upright does in a training.
        format: How the labels are stored: coco, dlib, wflw, ... (docs/formats.md); auto looks.
        markup: What the landmarks are: a built-in name, or a YAML or JSON file; auto asks the labels.
        columns: Crops in a row.
        augment: Show the augmentation of a training: its config, settings as rotation=20, or both. Each augmentation
            has a row, the plain crop first; the last rows show all together.
    """
    settings = None if augment is None else settings_of(augment)  # before pictures are read
    limits = {"--count": (count, 1, inf), "--columns": (columns, 1, inf), "--size": (size, 16, MOST),
              "--factor": (factor, *FACTORS), "--box-factor": (box_factor, *FACTORS), "--grow": (grow, *FACTORS),
              "--picture-factor": (picture_factor or 1.0, *FACTORS)}  # fmt: skip
    for flag, (value, least, most) in limits.items():
        if not least <= value <= most:
            raise InputError(f"{flag} must be at least {least}" + (f" and at most {most}" if most < inf else ""))
    check_written(output)
    check_writable(output, "--output")
    rule = CropRule(
        size=size,
        factor=factor,
        box_factor=picture_factor or box_factor,
        whole_picture=picture_factor > 0,
        upright=upright,
    )
    known = markup_or_auto(markup)
    if unlabeled:
        known = known or IBUG68
        pictures = pictures_of(data, tell)
        some = [pictures[place] for place in spaced(len(pictures), count)]
        crops = unlabeled_crops(some, rule, points=points, markup=known, grow=grow, skipped=_tell)
        files = crops.files
    else:
        labeled = with_a_place(read_labeled(data, known, format, tell), rule, tell)
        if not len(labeled):
            raise InputError(f"{data}: no object is left; label more landmarks of them, or boxes")
        known = labeled.markup
        if upright:
            check_turns(known, "--upright")
        samples = tuple(labeled.samples[place] for place in spaced(len(labeled), count))
        crops = labeled_crops(replace(labeled, samples=samples), rule)
        files = [sample.picture for sample in samples]
    if settings is not None:
        write_picture(output, _augmented(crops, files, settings, known, columns))
        print(f"{', '.join(name for name, _ in single(settings))} on crops of {data} in {output}")
        return
    write_picture(output, sheet(crops, columns))
    if isinstance(crops, Crops) and (told := _beyond(crops, known)):
        print(told)
    print(f"{len(crops.pictures)} crops of {data} in {output}")


def _augmented(
    crops: Crops | UnlabeledCrops, files: Sequence[Path], settings: Augmentation, markup: Markup, columns: int
) -> Picture:
    augmenter = Augmenter.of(settings, crops.pictures.shape[1], markup)
    sources = gather_sources(files, crops.crops, augmenter.reach)
    if isinstance(crops, UnlabeledCrops):
        none = np.zeros((len(crops.pictures), len(markup)), np.bool_)
        landmarks = np.zeros((*none.shape, 2), np.float32)
        crops = Crops(crops.pictures, landmarks, none, crops.names, crops.crops)
    return demonstration(crops, sources, augmenter, columns)


def _beyond(crops: Crops, markup: Markup) -> str:
    """What the crops cut off, in words; "" where all landmarks are inside."""
    size = crops.pictures.shape[1]
    outside = crops.visible & ((crops.landmarks < -0.5) | (crops.landmarks > size - 0.5)).any(axis=-1)  # (N, K)
    if not outside.any():
        return ""
    first, landmark = np.argwhere(outside)[0].tolist()
    objects = int(outside.any(axis=1).sum())
    return (
        f"{int(outside.sum())} landmarks of {objects} of {len(outside)} objects lie outside of their crops, the first "
        f"is {markup.names[landmark]} of {crops.names[first]}: a larger factor makes crops larger"
    )


def spaced(among: int, count: int) -> list[int]:
    """At most `count` places, evenly spaced, each once."""
    count = min(count, among)
    return [place * among // count for place in range(count)]


def _tell(picture: Path, reason: str) -> None:
    tell(f"skipped: {reason}" if str(picture) in reason else f"skipped: {picture}: {reason}")


def main(arguments: Sequence[str]) -> None:
    call(crop, arguments, "crop")
