"""MTCNN (Zhang et al. 2016), the paper's face detector: boxes, scores and five points, without its own library."""

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from laplace_landmarks.conventions import Picture, is_number
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.faces.mtcnn import networks
from laplace_landmarks.faces.mtcnn.points import as_marked
from laplace_landmarks.faces.mtcnn.pyramid import WINDOW, octaves, scales
from laplace_landmarks.faces.mtcnn.stages import Network, decide, propose, refine
from laplace_landmarks.faces.mtcnn.weights import published_weights
from laplace_landmarks.session import start_session

SMALLEST = 20  # pixels of the smallest face that is looked for, as published
SMALLEST_PART = 0.02  # of the picture's shorter side: so that a large photo takes no longer than a small one


class MTCNN:
    """Finds the faces of a picture; may be called from several threads at once.

    min_face: sides in pixels of the smallest face looked for, at least 12. None: 20, and in pictures whose shorter side
        has more than 1000 pixels 2 % of it. Half of it takes up to four times as long.
    thresholds: of the three networks' probabilities; lower ones find more faces, and more that are none.
    threads: processor threads that one call uses.
    providers: where it runs, as for a LandmarkDetector: "cpu", "cuda", ..., the preferred first; None is the processor.
    """

    def __init__(
        self,
        min_face: float | None = None,
        *,
        thresholds: tuple[float, float, float] = (0.6, 0.7, 0.7),
        threads: int = 1,
        providers: str | Sequence[str] | None = None,
    ) -> None:
        if min_face is not None and not (is_number(min_face) and WINDOW <= min_face < inf):
            raise InputError(f"the smallest face must have at least {WINDOW} pixels, not {min_face!r}")
        if not _are_thresholds(thresholds):
            raise InputError(f"thresholds are three numbers from 0 to 1, one a network, not {thresholds!r}")
        self._min_face, self._thresholds = min_face, thresholds
        pnet, rnet, onet = published_weights()
        self._pnet = _network(networks.pnet(pnet), threads, providers)
        self._rnet = _network(networks.rnet(rnet), threads, providers)
        self._onet = _network(networks.onet(onet), threads, providers)

    def __call__(self, picture: Picture) -> tuple[FoundFace, ...]:
        """The faces of an RGB picture (H, W, 3), the most probable first.

        A box may reach beyond the picture where a face does.
        """
        if not isinstance(picture, np.ndarray):
            raise InputError(f"a picture must be RGB uint8 (H, W, 3), not {type(picture).__name__}")
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise InputError(f"a picture must be RGB uint8 (H, W, 3), not {picture.dtype} {picture.shape}")
        shorter = min(picture.shape[:2])
        min_face = self._min_face or max(SMALLEST, SMALLEST_PART * shorter)
        sizes = scales(shorter, min_face)
        if not sizes:
            return ()
        levels = octaves(picture, min_face)
        found = propose(self._pnet, levels, sizes, self._thresholds[0])
        found = refine(self._rnet, levels, found.boxes, self._thresholds[1])
        found, points = decide(self._onet, levels, found.boxes, self._thresholds[2])
        boxes, points = found.boxes - 0.5, as_marked(points) - 0.5  # from the outer edge to pixel centres
        return tuple(
            FoundFace((box[0], box[1], box[2], box[3]), float(score), anchors)
            for box, score, anchors in zip(boxes.tolist(), found.scores, points.astype(np.float32), strict=True)
        )


def _are_thresholds(thresholds: Any) -> bool:
    try:
        return len(thresholds) == 3 and all(is_number(one) and 0 <= one <= 1 for one in thresholds)
    except TypeError:  # of what has no length
        return False


def _network(model: bytes, threads: int, providers: str | Sequence[str] | None) -> Network:
    session = start_session(model, threads, providers)
    return lambda pictures: session.run(None, {networks.INPUT: pictures})  # pyright: ignore[reportReturnType]
