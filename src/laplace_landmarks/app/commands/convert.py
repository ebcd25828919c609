"""`laplace-landmarks convert`: labels from one format, or one markup, to another."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.app.telling import tell
from laplace_landmarks.data.conversion import write_labels
from laplace_landmarks.data.markup import markup_named, markup_or_auto
from laplace_landmarks.data.markups.conversion import converted
from laplace_landmarks.data.markups.file import write_markup
from laplace_landmarks.data.sources import read_labeled, with_picture_boxes
from laplace_landmarks.data.writing import check_apart, check_output
from laplace_landmarks.errors import InputError


def convert(
    data: Annotated[Path, tyro.conf.Positional],
    output: Annotated[Path, tyro.conf.Positional],
    format: str = "auto",
    to: str = "auto",
    markup: str = "auto",
    to_markup: str = "",
    part: str = "",
    boxes: Literal["kept", "picture"] = "kept",
    save_markup: Path | None = None,
) -> None:
    """Write labeled pictures in another format, and say what that format cannot hold.

    Args:
        data: Labeled pictures in any of the formats of docs/formats.md.
        output: New file or folder: .csv, .json (coco), .xml (dlib), or a folder (pts); --to says it else.
        format: How the labels are stored: coco, dlib, wflw, ... (docs/formats.md); auto looks.
        to: Format to write: table, pts, coco, dlib, yolo or deeplabcut; auto goes by the output's name.
        markup: What the landmarks are: a built-in name, or a YAML or JSON file; auto asks the labels.
        to_markup: Write the landmarks of this markup instead: docs/markups.md tells which can be had from which.
        part: Only this part of the data: train, common, challenge or full of 300W, ...
        boxes: picture: the whole picture is the box of each object, for objects that fill it; it places the crop.
        save_markup: YAML or JSON file to write the landmarks' names, pairs and edges to, as a start for your own.
    """
    check_apart({"the output": output, "--save-markup": save_markup})
    if save_markup and save_markup.exists():
        raise InputError(f"--save-markup {save_markup}: is there already; name a new one, or remove it")
    if save_markup:
        check_output(save_markup, "--save-markup")
    labeled = read_labeled(data, markup_or_auto(markup), format, tell, part)
    if boxes == "picture":
        labeled = with_picture_boxes(labeled)
    if to_markup:
        before, labeled = labeled, converted(labeled, markup_named(to_markup))
        print(f"{before.markup.name}: {len(before.markup)} landmarks; {labeled.markup.name}: {len(labeled.markup)}")
    written, lost = write_labels(output, labeled, to)
    print(f"{len(written)} objects of {len({sample.picture for sample in written.samples})} pictures in {output}")
    for line in lost:
        print(f"not kept: {line}")
    if save_markup:
        write_markup(save_markup, labeled.markup)
        print(f"markup: {save_markup}")


def main(arguments: Sequence[str]) -> None:
    call(convert, arguments, "convert")
