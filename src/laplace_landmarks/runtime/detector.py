"""A model file, running: pictures in, faces with landmarks and their spread out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.model_file import CPU, open_model
from laplace_landmarks.runtime.model_info import INPUT, ModelInfo

AT_ONCE = 64  # crops a run: 68 heatmaps of each are 110 MB


class LandmarkDetector:
    """Finds landmarks with a model file; may be called from several threads at once.

    threads: processor threads that one call uses. providers: onnxruntime's, in order of preference.
    """

    info: ModelInfo

    def __init__(self, model: str | Path, threads: int = 1, providers: Sequence[str] = CPU) -> None:
        self._session, self.info = open_model(model, threads, providers)

    def __call__(
        self, picture: Picture, *, anchors: Any = None, boxes: Any = None, heatmaps: bool = False
    ) -> tuple[Face, ...]:
        """The faces at these anchors or boxes, in their order and in pixels of the picture.

        anchors: the markup's anchor points, (A, 2) of one face or a sequence of such of several; for a face: eye
            centres, nose tip, mouth corners. All K landmarks will do as well.
        boxes: a tight box (4,) or several.
        heatmaps: keep each face's heatmaps; not every model file has them.
        """
        check_picture(picture)
        if (anchors is None) == (boxes is None):
            wrong = "neither" if anchors is None else "both"
            raise InputError(f"say where the faces are: give anchors= (five points a face) or boxes=, not {wrong}")
        if boxes is None:
            points = [self._anchors(face) for face in _each(anchors, 2, "anchors")]
            crops = [self._crop_at(face) for face in points]
        else:
            crops = [self.info.crop.from_box(box.tolist()) for box in _each(boxes, 1, "boxes")]
            points = [None] * len(crops)
        return tuple(self._faces(picture, crops, points, heatmaps))

    def on_crops(
        self, crops: NDArray[np.uint8], heatmaps: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32] | None]:
        """Landmarks (N, K, 2), spread (N, K, 2) and, when asked for, heatmaps (N, K, size, size), in crop pixels."""
        size, count = self.info.crop.size, len(self.info.markup)
        if crops.dtype != np.uint8 or crops.shape[1:] != (size, size, 3):
            raise InputError(f"crops must be uint8 (N, {size}, {size}, 3), not {crops.dtype} {crops.shape}")
        if heatmaps and "heatmaps" not in self.info.outputs:
            raise InputError(f"model {self.info.name} gives no heatmaps; use its float32 file")
        names = self.info.outputs if heatmaps else self.info.outputs[:2]
        shapes = {"heatmaps": (0, count, size, size)}
        parts = [[np.empty(shapes.get(name, (0, count, 2)), np.float32)] for name in names]
        for first in range(0, len(crops), AT_ONCE):
            some = np.ascontiguousarray(crops[first : first + AT_ONCE])
            for part, output in zip(parts, self._session.run(list(names), {INPUT: some}), strict=True):
                part.append(np.asarray(output))
        landmarks, spread, *maps = (np.concatenate(part) for part in parts)
        return landmarks, spread, maps[0] if maps else None

    def _faces(
        self, picture: Picture, crops: Sequence[Crop], anchors: Sequence[Landmarks | None], heatmaps: bool
    ) -> Iterator[Face]:
        size = self.info.crop.size
        cut = np.stack([crop.cut(picture) for crop in crops]) if crops else np.empty((0, size, size, 3), np.uint8)
        found, spread, maps = self.on_crops(cut, heatmaps)
        for place, crop in enumerate(crops):
            landmarks = crop.to_picture(found[place])
            yield Face(
                landmarks=landmarks,
                spread=spread[place] / np.float32(crop.scale),
                crop=crop,
                box=tight_box(landmarks),
                anchors=anchors[place],
                heatmaps=None if maps is None else maps[place],
                radii=self.info.calibration and self.info.calibration.radii,
            )

    def _anchors(self, points: NDArray[np.float64]) -> Landmarks:
        """(A, 2) the points that place the crop, from those a caller gave."""
        markup = self.info.markup
        count = len(markup.anchors) or len(markup)
        if points.shape == (count, 2):
            return points.astype(np.float32)
        if points.shape != (len(markup), 2):
            ways = f"{count} points (x, y)" + (f" or all {len(markup)} landmarks" if markup.anchors else "")
            raise InputError(f"anchors of model {self.info.name} are {ways} a face, not an array {points.shape}")
        anchors = markup.anchors_of(points.astype(np.float32), np.ones(len(markup), np.bool_))
        assert anchors is not None  # the markup has some, and every landmark is there
        return anchors

    def _crop_at(self, anchors: Landmarks) -> Crop:
        rule = self.info.crop
        return rule.from_anchors(anchors) if self.info.markup.anchors else rule.from_box(tight_box(anchors))


def check_picture(picture: Any) -> None:
    """InputError, with what to do about it, where this is no RGB uint8 (H, W, 3) array."""
    wanted = "a picture must be a numpy array, RGB uint8 (H, W, 3)"
    if not isinstance(picture, np.ndarray):
        raise InputError(f"{wanted}, not {type(picture).__name__}; read a file with read_picture(path)")
    if picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] == 1):
        raise InputError(f"{wanted}; this one, {picture.shape}, is grey: np.repeat it to three channels")
    if picture.ndim == 3 and picture.shape[2] == 4:
        raise InputError(f"{wanted}; this one, {picture.shape}, has an alpha channel: give picture[..., :3]")
    if picture.ndim == 3 and picture.shape[0] == 3 and picture.shape[2] != 3:
        raise InputError(f"{wanted}; this one, {picture.shape}, has its channels first: np.moveaxis(picture, 0, -1)")
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(f"{wanted}, not {picture.shape}")
    if picture.size == 0:
        raise InputError(f"{wanted}; this one, {picture.shape}, has no pixels")
    if picture.dtype != np.uint8:
        raise InputError(
            f"{wanted}; this one is {picture.dtype}: scale it to 0..255 and convert with .astype(np.uint8)"
        )


def _each(given: ArrayLike, axes: int, what: str) -> list[NDArray[np.float64]]:
    """One array a face, of that many axes, whether the caller gave one face or a sequence of them."""
    try:
        faces = [np.asarray(face, np.float64) for face in given]  # pyright: ignore[reportGeneralTypeIssues]
    except (TypeError, ValueError):
        raise InputError(f"{what} must be numbers: an array of one face, or a sequence of such arrays") from None
    if faces and all(face.ndim == axes - 1 for face in faces):
        return [np.stack(faces)] if len({face.shape for face in faces}) == 1 else _refuse(what)
    return faces if all(face.ndim == axes for face in faces) else _refuse(what)


def _refuse(what: str) -> list[NDArray[np.float64]]:
    raise InputError(f"{what} must be an array of one face, or a sequence of such arrays, each a row a point")
