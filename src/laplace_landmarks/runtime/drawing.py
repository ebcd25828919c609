"""Pictures of what a detector found: landmarks, their spread, heatmaps, and sheets of many.

Light lines lie on a soft dark rim, so that they show on any picture; their widths follow the size of the face.
"""

from collections.abc import Sequence
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks, Picture, Spread, Visible
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.canvas import Canvas, Colour
from laplace_landmarks.runtime.face import Face

FOUND: Colour = (110, 255, 205)
TRUTH: Colour = (255, 170, 60)
RIM: Colour = (16, 16, 24)
PAPER: Colour = (36, 36, 40)  # behind and between the pictures of a sheet
GAP = 4  # pixels between the pictures of a sheet


def draw_faces(
    picture: Picture,
    faces: Sequence[Face],
    markup: Markup,
    truth: Sequence[tuple[Landmarks, Visible]] = (),
) -> Picture:
    """A copy of the picture with the faces' edges, landmarks and spread (an ellipse of one spread around each).

    truth: landmarks and which of them are visible, drawn beneath in another colour.
    """
    drawn = np.array(picture)
    for landmarks, visible in truth:
        _draw(drawn, landmarks, visible, None, markup, TRUTH)
    for face in faces:
        _draw(drawn, face.landmarks, np.ones(len(markup), np.bool_), face.spread, markup, FOUND)
    return drawn


def draw_heatmaps(crop: Picture, heatmaps: NDArray[np.float32]) -> Picture:
    """The crop, at any enlargement, under the largest of the heatmaps (K, H, W) at each pixel (the paper's Fig. 3).

    Each heatmap is shown relative to the highest peak of all, so a wide one looks as faint as it is.
    """
    height, width = crop.shape[:2]
    largest = cv2.resize(heatmaps.max(axis=0), (width, height), interpolation=cv2.INTER_CUBIC)
    # the square root, because a heatmap of one pixel's spread falls to 1/e within a pixel
    strength = np.sqrt(np.clip(largest / max(float(heatmaps.max()), 1e-12), 0, 1))[..., None]
    colours = cv2.applyColorMap((strength * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    return (crop * (1 - strength) * 0.75 + colours * strength).astype(np.uint8)


def sheet_of(pictures: Sequence[Picture], columns: int, cell: int | None = None) -> Picture:
    """A grid of pictures, row by row, each in the middle of its cell.

    cell: side in pixels to which each picture is fitted; None leaves them as large as they are.
    """
    if not pictures:
        raise InputError("a sheet needs at least one picture")
    if cell is not None:
        pictures = [_fitted(picture, cell) for picture in pictures]
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    columns = min(columns, len(pictures))
    rows = ceil(len(pictures) / columns)
    sheet = np.full((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, 3), PAPER, np.uint8)
    for place, picture in enumerate(pictures):
        top = GAP + (place // columns) * (height + GAP) + (height - picture.shape[0]) // 2
        left = GAP + (place % columns) * (width + GAP) + (width - picture.shape[1]) // 2
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def _draw(
    drawn: Picture, landmarks: Landmarks, visible: Visible, spread: Spread | None, markup: Markup, colour: Colour
) -> None:
    if not visible.any():
        return
    x0, y0, x1, y1 = tight_box(landmarks[visible])
    unit = max(0.4, max(x1 - x0, y1 - y0) / 200)  # 1 on a face 200 pixels high; thinner than 0.4 nothing shows
    reach = 6 * unit + (0 if spread is None else float(spread.max()))
    canvas = Canvas.on(drawn, (x0 - reach, y0 - reach, x1 + reach, y1 + reach))

    rim, lines, dots = canvas.mask(), canvas.mask(), canvas.mask()
    for first, last in markup.edges:
        if visible[first] and visible[last]:
            canvas.line(rim, landmarks[first], landmarks[last], 2.8 * unit)
            canvas.line(lines, landmarks[first], landmarks[last], 1.2 * unit)
    for point in landmarks[visible]:
        canvas.ellipse(rim, point, (2.1 * unit, 2.1 * unit))
        canvas.ellipse(dots, point, (1.4 * unit, 1.4 * unit))
    if spread is not None:
        discs, outlines = canvas.mask(), canvas.mask()
        for point, axes in zip(landmarks[visible], spread[visible], strict=True):
            canvas.ellipse(discs, point, axes)
            canvas.ellipse(outlines, point, axes, 0.7 * unit)
        canvas.paint(discs, colour, 0.25)
        canvas.paint(outlines, colour, 0.4)
    canvas.paint(rim, RIM, 0.45)
    canvas.paint(lines, colour, 0.75)
    canvas.paint(dots, colour, 1.0)


def _fitted(picture: Picture, cell: int) -> Picture:
    scale = cell / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=how)  # pyright: ignore[reportReturnType]
