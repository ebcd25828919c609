"""Faces from the best to the worst: what the numbers look like."""

from collections.abc import Sequence

import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.scoring import Scores
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.drawing import draw_faces, sheet_of
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.outputs import Prediction

AROUND = 1.5  # side of a tile over the longer side of the true landmarks' box


def faces_sheet(
    labeled: LabeledSet,
    predictions: Sequence[Prediction | None],
    scores: Scores,
    count: int = 24,
    columns: int = 8,
    tile: int = 240,
) -> Picture:
    """Found faces, evenly spaced by rank from the smallest error to the largest, with truth, prediction and spread.

    Each is captioned with its NMSE in percent, by the markup's normaliser or, where it is not defined, by the box; one
    of which the labels define neither has no error, and is not drawn.
    """
    errors = [face.nmse_percent.get("inter_ocular", face.nmse_percent.get("sqrt_box", np.inf)) for face in scores.faces]
    order = sorted((error, place) for place, error in enumerate(errors) if np.isfinite(error))
    if not order:
        raise InputError(f"{scores.data}: no face has an error, so there are none to draw")
    chosen = [order[number] for number in np.linspace(0, len(order) - 1, min(count, len(order)), dtype=int)]
    tiles = []
    for _, place in chosen:
        prediction = predictions[place]
        assert prediction is not None
        tiles.append(_tile(labeled.samples[place], prediction, labeled, tile))
    return sheet_of(tiles, columns, captions=[f"{error:.1f} %" for error, _ in chosen])


def _tile(sample: Sample, prediction: Prediction, labeled: LabeledSet, size: int) -> Picture:
    x0, y0, x1, y1 = tight_box(sample.landmarks[sample.visible])
    view = Crop((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0) * AROUND, size)
    landmarks = view.to_crop(prediction.landmarks)
    spread = np.zeros_like(landmarks) if prediction.spread is None else prediction.spread * np.float32(view.scale)
    face = Face(landmarks, spread, view, tight_box(landmarks))
    truth = [(view.to_crop(sample.landmarks), sample.visible)]
    return draw_faces(view.cut(read_picture(sample.picture)), [face], labeled.markup, truth)
