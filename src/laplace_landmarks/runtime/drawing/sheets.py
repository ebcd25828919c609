"""Many pictures on one page: grids, and models side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import cv2
import numpy as np

from laplace_landmarks.conventions import Landmarks, Picture, Visible
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.drawing.faces import draw_faces
from laplace_landmarks.runtime.drawing.given import check_truth
from laplace_landmarks.runtime.drawing.layer import paste
from laplace_landmarks.runtime.drawing.style import DEFAULT, PAPER, Style
from laplace_landmarks.runtime.drawing.text import rimmed
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.given import check_picture

GAP = 4  # pixels between the pictures of a sheet


def sheet_of(
    pictures: Sequence[Picture],
    columns: int,
    cell: int | None = None,
    captions: Sequence[str] = (),
) -> Picture:
    """A grid of pictures, row by row, each in the middle of its cell.

    cell: side in pixels to which each picture is fitted; None leaves them as large as they are.
    captions: a line below each picture.
    """
    if not pictures:
        raise InputError("a sheet needs at least one picture")
    for picture in pictures:
        check_picture(picture)
    if columns < 1:
        raise InputError(f"a sheet needs at least one column, not {columns}")
    if captions and len(captions) != len(pictures):
        raise InputError(f"{len(captions)} captions are given for {len(pictures)} pictures; give one for each")
    if cell is not None:
        pictures = [_fitted(picture, cell) for picture in pictures]
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    letter = float(np.clip(round(max(width, height) / 32, 1), 6, 28))
    strip = ceil(2.6 * letter) if captions else 0
    columns = min(columns, len(pictures))
    rows = ceil(len(pictures) / columns)
    sheet = np.full((rows * (height + strip + GAP) + GAP, columns * (width + GAP) + GAP, 3), PAPER, np.uint8)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        top = GAP + row * (height + strip + GAP)
        left = GAP + column * (width + GAP)
        x, y = left + (width - picture.shape[1]) // 2, top + (height - picture.shape[0]) // 2
        sheet[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
        if captions:
            _write(sheet[top + height : top + height + strip, left : left + width], captions[place], letter)
    return sheet


def side_by_side(
    picture: Picture,
    found: Mapping[str, Sequence[Face]],
    markup: Markup,
    truth: Sequence[tuple[Landmarks, Visible]] = (),
    style: Style = DEFAULT,
    view: Crop | None = None,
    columns: int = 4,
) -> Picture:
    """The same picture once for each model, whose name stands below.

    view: the part of the picture to show, and how large; None is the picture as it is.
    """
    check_picture(picture)
    check_truth(truth, markup)
    if view is not None:
        picture = view.cut(picture)
        found = {name: [seen_in(view, face) for face in faces] for name, faces in found.items()}
        truth = [(view.to_crop(landmarks), visible) for landmarks, visible in truth]
    panels = [draw_faces(picture, faces, markup, truth, style) for faces in found.values()]
    return sheet_of(panels, columns, captions=list(found))


def seen_in(view: Crop, face: Face) -> Face:
    """The face in the pixels of a view of its picture."""
    x0, y0, x1, y1 = face.box
    corners = view.to_crop([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    (x, y), side = view.to_crop((face.crop.x, face.crop.y)).tolist(), face.crop.side * view.scale
    return replace(
        face,
        landmarks=view.to_crop(face.landmarks),
        spread=view.spread_to_crop(face.spread),
        crop=Crop(x, y, side, face.crop.size, face.crop.angle - view.angle),
        box=tight_box(corners),
        picture=None,
        anchors=None if face.anchors is None else view.to_crop(face.anchors),
    )


def _fitted(picture: Picture, cell: int) -> Picture:
    scale = cell / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=how)  # pyright: ignore[reportReturnType]


def _write(strip: Picture, caption: str, letter: float) -> None:
    """A caption in the middle of its strip, smaller where it would not fit."""
    words = rimmed(caption, letter)
    if words.shape[1] > strip.shape[1]:
        words = rimmed(caption, round(letter * strip.shape[1] / words.shape[1], 1))
    paste(strip, words, (strip.shape[1] - words.shape[1]) // 2, (strip.shape[0] - words.shape[0]) // 2)
