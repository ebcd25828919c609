"""Faces on the picture they were found in: lines, landmarks, how certain each is, boxes and labels.

Light lines lie on a soft dark rim, so that they show on any picture; their widths follow the size of the face.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks, Picture, Visible
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.drawing.given import check_faces, check_truth, checked_heatmaps
from laplace_landmarks.runtime.drawing.heatmaps import dimmed, lay_heatmaps
from laplace_landmarks.runtime.drawing.labels import draw_legend, draw_name, draw_numbers
from laplace_landmarks.runtime.drawing.layer import Layer, inks
from laplace_landmarks.runtime.drawing.style import DEFAULT, RIM, WHITE, Style, colours_of, uncertainty_of
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.given import check_picture

THIN = 0.35  # pixels: a thinner line does not show
LONE = 150.0  # pixels: a landmark alone is drawn as on a face of this size


def draw_faces(
    picture: Picture,
    faces: Sequence[Face],
    markup: Markup,
    truth: Sequence[tuple[Landmarks, Visible]] = (),
    style: Style = DEFAULT,
) -> Picture:
    """A copy of the picture with the faces as the style has it; a later face lies over an earlier one.

    truth: landmarks and which of them are visible, drawn beneath in the style's colour for it.
    InputError: heatmaps of a face without, or the radius of one whose model is not calibrated for p; a picture that is
        not RGB uint8; faces or truth of another markup, or not a sequence of them.
    """
    check_picture(picture)
    check_faces(faces, markup)
    check_truth(truth, markup)
    drawn = np.array(picture)
    colours = colours_of(markup, style)
    if style.heatmaps:
        drawn = dimmed(drawn)
        for face in faces:
            lay_heatmaps(drawn, face.crop, checked_heatmaps(face.heatmaps))
    beneath = replace(style, skeleton=True, dots=False, weight=0.6 * style.weight, colours=(style.truth,))
    for landmarks, visible in truth:
        _draw(drawn, landmarks, visible, None, markup, colours_of(markup, beneath), beneath)
    for face in faces:
        _draw(drawn, face.landmarks, np.ones(len(markup), np.bool_), extent(face, style), markup, colours, style)
    for face in faces:
        if style.numbers:
            draw_numbers(drawn, face.landmarks, markup, colours, style)
        if style.box:
            _draw_box(drawn, face, style)
        if style.label:
            draw_name(drawn, face, style)
    if style.legend:
        draw_legend(drawn, faces, bool(truth), style)
    return drawn


def extent(face: Face, style: Style) -> NDArray[np.float32] | None:
    """(K, 2) half axes, picture pixels, of the ellipse around each landmark; None where the style has none."""
    kind = uncertainty_of(face, style)
    if kind == "none":
        return None
    return face.spread if kind == "spread" else np.repeat(face.radius(style.p)[:, None], 2, axis=1)


def line_width(longer: float, picture: Picture, weight: float) -> float:
    """Pixels, for a face whose box has this longer side: 0.4 on one of 30, 1.7 on one of 300, 8 on one of 4000.

    A small face in a large picture has more, because who looks at the whole picture sees it from farther away.
    """
    seen_whole = min(0.015 * longer, max(picture.shape[:2]) / 1500)
    return weight * max(THIN, 0.055 * longer**0.6, seen_whole)


def _draw(
    drawn: Picture,
    landmarks: Landmarks,
    visible: Visible,
    axes: NDArray[np.float32] | None,
    markup: Markup,
    colours: NDArray[np.uint8],
    style: Style,
) -> None:
    visible = visible & np.isfinite(landmarks).all(axis=-1)
    if not visible.any():
        return
    x0, y0, x1, y1 = tight_box(landmarks[visible])
    width = line_width(max(x1 - x0, y1 - y0) or LONE, drawn, style.weight)
    reach = 4 * width + (0 if axes is None else float(np.nan_to_num(axes).max()))
    layer = Layer.over(drawn, (x0 - reach, y0 - reach, x1 + reach, y1 + reach), width)
    seen = np.flatnonzero(visible)
    if axes is not None:
        _draw_extent(layer, landmarks[seen], np.nan_to_num(axes[seen]), colours[seen], 0.55 * width)
    edges = [edge for edge in markup.edges if visible[list(edge)].all()] if style.skeleton else []
    firsts, lasts = np.array(edges, np.intp).reshape(-1, 2).T
    joined = np.isin(np.arange(len(markup)), edges)
    dots = width * np.where(style.dots | ~joined, 1.2, 0.5)  # half a line's width rounds its corners
    dotted = np.flatnonzero(visible & (joined | style.dots | style.skeleton))
    (rim,) = inks(RIM, 0.4)
    layer.lines(landmarks[firsts], landmarks[lasts], 2.4 * width, [rim] * len(edges))
    layer.ellipses(landmarks[dotted], dots[dotted, None] + 0.7 * width, [rim] * len(dotted))
    layer.lines(landmarks[firsts], landmarks[lasts], width, inks(colours[firsts] // 2 + colours[lasts] // 2, 0.95))
    layer.ellipses(landmarks[dotted], dots[dotted, None], inks(colours[dotted]))
    layer.merge()


def _draw_extent(
    layer: Layer, centres: Landmarks, axes: NDArray[np.float32], colours: NDArray[np.uint8], width: float
) -> None:
    """Ellipses that run together where they overlap, so that a row of them is a band and not a tangle of rings."""
    layer.ellipses(centres, axes, inks(colours, 0.5))
    layer.ellipses(centres, axes - width, inks(colours, 0.14))


def _draw_box(drawn: Picture, face: Face, style: Style) -> None:
    if not np.isfinite(face.box).all():
        return
    x0, y0, x1, y1 = face.box
    width = line_width(max(x1 - x0, y1 - y0, 0), drawn, style.weight)
    layer = Layer.over(drawn, (x0 - 2 * width, y0 - 2 * width, x1 + 2 * width, y1 + 2 * width), width)
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    for thickness, colour in ((2.4 * width, inks(RIM, 0.4)), (width, inks(WHITE, 0.85))):
        layer.lines(corners, np.roll(corners, -1, axis=0), thickness, colour * 4)
        layer.ellipses(corners, thickness / 2, colour * 4)
    layer.merge()
