"""What is given to be drawn: faces, true landmarks, heatmaps. Each refusal says what is expected."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.face import Face


def check_faces(faces: Any, markup: Markup) -> None:
    """InputError where these are not several faces, each with the markup's landmarks."""
    if isinstance(faces, Face):
        raise InputError("faces to be drawn are a sequence of them: give [face]")
    for face in faces:
        if len(face.landmarks) != len(markup):
            raise InputError(
                f"a face of {len(face.landmarks)} landmarks cannot be drawn by markup {markup.name}, which has "
                f"{len(markup)}: give detector.info.markup"
            )


def check_truth(truth: Any, markup: Markup) -> None:
    """InputError where this is no sequence of landmarks (K, 2) with visible (K,)."""
    count = len(markup)
    for entry in truth:
        shapes = [np.shape(part) for part in entry] if isinstance(entry, tuple | list) else []
        if shapes != [(count, 2), (count,)]:
            raise InputError(
                f"truth is a sequence, [(landmarks, visible)] of one face, landmarks ({count}, 2) and visible "
                f"({count},) each, of markup {markup.name}"
            )


def checked_heatmaps(heatmaps: Any) -> NDArray[np.float32]:
    """(K, H, W) the same; InputError where there are none, as of a face whose detector was not asked for them."""
    if heatmaps is None:
        raise InputError("a face has no heatmaps to draw: ask the detector for them, with heatmaps=True")
    if not isinstance(heatmaps, np.ndarray) or heatmaps.ndim != 3 or heatmaps.size == 0:
        raise InputError(f"heatmaps are an array (K, H, W), not {getattr(heatmaps, 'shape', type(heatmaps).__name__)}")
    return heatmaps
