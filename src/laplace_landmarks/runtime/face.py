"""What a detector says of one object: the single currency between running, drawing, writing and scoring."""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Box, Landmarks, Picture, Spread, is_whole
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import MOST, Crop
from laplace_landmarks.faces.five_points import FIVE_POINTS, SIDE
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.chip import aligned

FIXED = ("landmarks", "spread", "anchors", "heatmaps")  # the picture stays as writeable as the caller has it


@dataclass(frozen=True, eq=False, repr=False)
class Face:
    """Landmarks of one face (or other object) with their spread, in pixels of the picture.

    landmarks: (K, 2). spread: (K, 2), mean absolute deviation of the heatmap along x and y.
    crop: the square that the network saw. box: tight box around the landmarks.
    anchors: the points that placed the crop, where it was placed by points.
    score: the face detector's, None where the caller gave the box. id: of a track, None in single pictures.
    heatmaps: (K, size, size) probabilities in the crop, kept only when asked for.
    radii: what makes a radius of the spread, None where the model is not calibrated.
    picture, markup: where the face was found, and what its landmarks are. The picture is the caller's own array, not
        a copy: a face that is kept keeps its picture in memory (without_picture() lets it go).
    """

    landmarks: Landmarks
    spread: Spread
    crop: Crop
    box: Box
    anchors: Landmarks | None = None
    score: float | None = None
    id: int | None = None
    heatmaps: NDArray[np.float32] | None = None
    radii: Radii | None = None
    picture: Picture | None = None
    markup: Markup | None = None

    def __setstate__(self, state: dict[str, Any]) -> None:
        """As a detector's results, copies and pickles of them cannot be changed: numpy forgets it on the way."""
        for name, value in state.items():
            object.__setattr__(self, name, _fixed(value) if name in FIXED else value)

    def __repr__(self) -> str:
        edges = ", ".join(f"{edge:.1f}" for edge in self.box)
        more = {"score": self.score, "id": self.id}
        known = "".join(f", {name}={value}" for name, value in more.items() if value is not None)
        return f"Face({len(self.landmarks)} landmarks, box=({edges}){known})"

    def radius(self, p: float) -> NDArray[np.float32]:
        """(K,) pixels of the picture around each landmark within which its true place lies with probability p.

        p: from the first calibrated level to the last, as a rule 0.5 to 0.95. No radius exceeds the crop's diagonal.
        InputError: another p, or a model that is not calibrated.
        """
        if self.radii is None:
            raise InputError(
                "the model is not calibrated, so its spread is not a radius in pixels: "
                "run `laplace-landmarks calibrate MODEL DATA` with labeled pictures it was not trained on"
            )
        scale = self.crop.scale
        pixels = self.radii.at(self.spread * scale, p) / scale
        return np.minimum(pixels, self.crop.side * sqrt(2)).astype(np.float32)

    def chip(self, size: int = SIDE) -> Picture:
        """(size, size, 3) the face cut out upright and of one size, as face recognition takes it.

        The eye centres, nose tip and mouth corners of the landmarks are brought to ArcFace's places in 112 x 112
        pixels (see runtime/chip.py). The crop itself where the markup has no five such points.
        """
        if self.picture is None:
            raise InputError("this face has no picture to cut a chip from; take it from a detector's result")
        if not is_whole(size) or not 1 <= size <= MOST:
            raise InputError(f"a chip's size is a whole number of pixels from 1 to {MOST}, not {size!r}")
        visible = np.ones(len(self.landmarks), np.bool_)
        points = self.markup.anchors_of(self.landmarks, visible) if self.markup else None
        if points is None or len(points) != len(FIVE_POINTS) or np.ptp(points, axis=0).max() == 0:
            return replace(self.crop, size=size).cut(self.picture)
        return aligned(self.picture, points, size)

    def without_picture(self) -> "Face":
        """The same face, for keeping: it no longer holds its picture in memory, and so gives no chip."""
        return replace(self, picture=None)


def _fixed(array: NDArray[Any] | None) -> NDArray[Any] | None:
    """A view that cannot be written to; the array itself, which copy.copy shares, stays as it is."""
    if array is None:
        return None
    view = array.view()
    view.setflags(write=False)
    return view
