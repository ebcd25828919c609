"""`laplace-landmarks crop`: a sheet of what a network sees."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.data.crops import labeled_crops, unlabeled_crops
from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.markup import markup_named
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sheet import sheet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule


def crop(
    data: Annotated[Path, tyro.conf.Positional],
    output: Path = Path("crops.png"),
    count: int = 48,
    unlabeled: bool = False,
    points: Path | None = None,
    grow: float = 1.0,
    factor: float = 2.8,
    size: int = 80,
    format: Literal["auto", "300w", "pts", "table"] = "auto",
    markup: str = "ibug68",
    columns: int = 12,
) -> None:
    """Draw a sheet of what a network sees of labeled, or with --unlabeled of unlabeled pictures.

    Args:
        data: Pictures with .pts beside them, the official 300W folders, or a CSV; with --unlabeled a folder.
        output: The sheet.
        count: How many crops, evenly spaced over the data.
        unlabeled: The pictures have no labels.
        points: CSV with five points or all landmarks of each unlabeled picture, to place the crops.
        grow: Side of the crop over the longer side of an unlabeled picture without points.
        factor: Side of the crop over the longer side of the five points' hull.
        size: Pixels of the crop's side.
        format: How the labels are stored; auto looks.
        markup: What the landmarks are.
        columns: Crops in a row.
    """
    rules = {"--count": count >= 1, "--columns": columns >= 1, "--size": size >= 1, "--factor": 0 < factor < inf,
             "--grow": 0 < grow < inf}  # fmt: skip
    broken = [flag for flag, kept in rules.items() if not kept]
    if broken:
        raise InputError(f"{broken[0]} must be above 0")
    rule, known = CropRule(size=size, factor=factor), markup_named(markup)
    if unlabeled:
        pictures = find_pictures(data)
        some = [pictures[place] for place in spaced(len(pictures), count)]
        crops = unlabeled_crops(some, rule, points=points, markup=known, grow=grow, skipped=_tell)
    else:
        labeled = read_labeled(data, known, format, print)
        samples = tuple(labeled.samples[place] for place in spaced(len(labeled), count))
        crops = labeled_crops(replace(labeled, samples=samples), rule)
    write_picture(output, sheet(crops, columns))
    print(f"{len(crops.pictures)} crops of {data} in {output}")


def spaced(among: int, count: int) -> list[int]:
    """At most `count` places, evenly spaced, each once."""
    count = min(count, among)
    return [place * among // count for place in range(count)]


def _tell(picture: Path, reason: str) -> None:
    print(f"skipped: {reason}" if str(picture) in reason else f"skipped: {picture}: {reason}")


def main(arguments: Sequence[str]) -> None:
    call(crop, arguments, "crop")
