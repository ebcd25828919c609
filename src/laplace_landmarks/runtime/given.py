"""What a caller or a finder gives: pictures, boxes, points. Each refusal says what is expected."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Box, Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, picture_box
from laplace_landmarks.faces.found import FoundFace

FARTHEST = 1e6  # pixels: no picture reaches so far, where float32 tells no places nearer than 1/16 pixel apart
LEAST_SEEN = 0.01  # of a crop: with less of the picture in it, it shows nothing but the picture's edge
SMALLEST = 1.0  # pixels of a longer side: there is nothing to see in less, and fractions of a picture are no more


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
    if picture.ndim == 4 and picture.shape[3] == 3:
        raise InputError(f"{wanted}, not {picture.shape}; give several pictures to detector.batch(pictures)")
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(f"{wanted}, not {picture.shape}")
    if picture.size == 0:
        raise InputError(f"{wanted}; this one, {picture.shape}, has no pixels")
    if picture.dtype != np.uint8:
        raise InputError(
            f"{wanted}; this one is {picture.dtype}: scale it to 0..255 and convert with .astype(np.uint8)"
        )


def check_boxes(picture: Picture, boxes: Sequence[Sequence[float]]) -> None:
    """InputError where a box does not touch the picture: landmarks would be made up."""
    height, width = picture.shape[:2]
    for x0, y0, x1, y1 in boxes:
        if x1 < 0 or y1 < 0 or x0 > width - 1 or y0 > height - 1:
            raise _outside(picture, (x0, y0, x1, y1), "box")


def check_near(places: NDArray[np.float64]) -> None:
    """InputError where a coordinate is farther away than any picture reaches; one that is no number passes."""
    far = places[np.isfinite(places) & (np.abs(places) > FARTHEST)]
    if far.size:
        raise InputError(f"{far[0]:g} is no place in a picture: none reaches beyond {FARTHEST:,.0f} pixels")


def check_seen(picture: Picture, crop: Crop, box: Box, what: str) -> None:
    """InputError where what placed a crop is too small to be seen, or the crop shows next to nothing of the picture.

    box: that placed it, or around the points that did; what it is called.
    """
    if max(box[2] - box[0], box[3] - box[1]) <= SMALLEST:
        raise InputError(
            f"{what} {_shown(box)} is at most a pixel wide and high: are these fractions of the picture? "
            "Pixels are needed"
        )
    (x0, y0, x1, y1), (left, top, right, bottom) = crop.box(), picture_box(*picture.shape[:2])
    if x1 < left or y1 < top or x0 > right or y0 > bottom:
        raise _outside(picture, box, what)
    seen = (min(x1, right) - max(x0, left)) * (min(y1, bottom) - max(y0, top))
    larger = max(box[2] - box[0], box[3] - box[1]) > max(right - left, bottom - top)
    if larger and seen < LEAST_SEEN * crop.side**2:
        raise InputError(
            f"{what} {_shown(box)} is so much larger than the picture, {right - left:g} x {bottom - top:g} pixels, "
            "that nothing of an object could be seen: are these places of a larger copy of it?"
        )


def each(given: ArrayLike, axes: int, what: str) -> list[NDArray[np.float64]]:
    """One array a face, of that many axes, whether the caller gave one face or a sequence of them."""
    try:
        faces = [np.asarray(face, np.float64) for face in given]  # pyright: ignore[reportGeneralTypeIssues]
    except (TypeError, ValueError):
        raise InputError(f"{what} must be numbers: an array of one face, or a sequence of such arrays") from None
    if faces and all(face.ndim == axes - 1 for face in faces) and len({face.shape for face in faces}) == 1:
        return [np.stack(faces)]
    if all(face.ndim == axes for face in faces):
        return faces
    raise InputError(f"{what} must be an array of one face, or a sequence of such arrays, each a row a point")


def several(pictures: Iterable[Picture]) -> list[Picture]:
    """The pictures of a batch; InputError where they are only one."""
    if isinstance(pictures, np.ndarray) and pictures.ndim < 4:
        raise InputError(
            f"a batch is a list of pictures, not an array {pictures.shape}: of one picture it is [picture], "
            "and detector(picture) gives that one's faces"
        )
    try:
        return list(pictures)
    except TypeError:
        raise InputError(f"a batch is several pictures, not {type(pictures).__name__}") from None


def each_picture(given: Any, pictures: int, what: str) -> Sequence[Any]:
    """One entry a picture of a batch."""
    try:
        entries = list(given)
    except TypeError:
        entries = None
    if entries is None or len(entries) != pictures:
        have = "no sequence" if entries is None else f"{len(entries)} entries"
        raise InputError(f"{what} of a batch have one entry a picture: {pictures}, not {have}")
    return entries


def found_faces(found: Any) -> tuple[FoundFace, ...]:
    """What a finder of faces returned: FoundFace objects, or boxes (N, 4), or boxes with scores (N, 5); None is none.

    >>> found_faces([(10, 20, 50, 70, 0.98)])[0].score
    0.98
    """
    if found is None:
        return ()
    wanted = "a finder returns FoundFace objects, or boxes x0, y0, x1, y1 (N, 4), or with a score (N, 5)"
    try:
        faces = tuple(found)
    except TypeError:
        raise InputError(f"{wanted}, not {type(found).__name__}") from None
    if all(isinstance(face, FoundFace) for face in faces):
        return tuple(map(_with_score, faces))
    try:
        rows = np.array([np.asarray(row, np.float64) for row in faces])
    except (TypeError, ValueError):
        raise InputError(f"{wanted}, not {_kinds(faces)}") from None
    if rows.ndim != 2 or rows.shape[1] not in (4, 5):
        raise InputError(f"{wanted}, not an array {rows.shape}")
    return tuple(_with_score(FoundFace((x0, y0, x1, y1), *score)) for x0, y0, x1, y1, *score in rows.tolist())


def _with_score(face: FoundFace) -> FoundFace:
    """The face, its score a plain number or None; InputError where that is nothing that could be written."""
    try:
        fine = face.score is None or isfinite(face.score)  # whatever becomes a number, an array's element too
    except TypeError:
        fine = False
    if not fine:
        raise InputError(f"the score of a face that a finder returns is a finite number or None, not {face.score!r}")
    return face if face.score is None or type(face.score) is float else replace(face, score=float(face.score))


def _outside(picture: Picture, box: Box, what: str) -> InputError:
    height, width = picture.shape[:2]
    return InputError(
        f"{what} {_shown(box)} lies outside of the picture, {width} x {height} pixels; "
        "places are told in its pixels, boxes as x0, y0, x1, y1"
    )


def _shown(box: Box) -> str:
    return "({})".format(", ".join(f"{edge:g}" for edge in box))


def _kinds(items: Sequence[Any]) -> str:
    return "a sequence of " + ", ".join(sorted({type(item).__name__ for item in items}))
