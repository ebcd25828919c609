"""Predictions as JSON lines, one face a line; docs/predictions.md lists the fields.

Only picture and landmarks are needed to be read, so that any method's output can be scored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laplace_landmarks.conventions import Box, Landmarks, Spread
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.fields import Fields
from laplace_landmarks.text_files import to_json

DECIMALS = 3  # a thousandth of a pixel
LEVEL = 0.9  # probability with which a written radius holds the truth


@dataclass(frozen=True, eq=False)
class Prediction:
    """A face as a file knows it: which picture it is in, and what was found, in pixels of that picture.

    picture: path of the picture, best relative to the folder of the data. face: its place among the picture's faces.
    model: name of the model, or of any other method. radius: (K,) that holds the truth with probability LEVEL. The
        rest is as in Face, None where the method has none.
    """

    picture: str
    landmarks: Landmarks
    face: int = 0
    spread: Spread | None = None
    crop: Crop | None = None
    box: Box | None = None
    anchors: Landmarks | None = None
    score: float | None = None
    id: int | None = None
    model: str = ""
    radius: NDArray[np.float32] | None = None


def predictions_of(picture: str, faces: Sequence[Face], model: str) -> tuple[Prediction, ...]:
    """The faces of one picture, ready to be written."""
    return tuple(
        Prediction(picture, face.landmarks, place, face.spread, face.crop, face.box, face.anchors, face.score, face.id,
                   model, _radius(face))
        for place, face in enumerate(faces)
    )  # fmt: skip


def write_predictions(path: str | Path, predictions: Iterable[Prediction]) -> None:
    """Writes one line a face, as they come; numbers are rounded to a thousandth of a pixel."""
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            file.writelines(to_line(prediction) + "\n" for prediction in predictions)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def read_predictions(path: str | Path) -> tuple[Prediction, ...]:
    """All faces of a predictions file; blank lines are passed over."""
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not numbered:
        raise InputError(f"{path}: no predictions in it; it should hold one JSON object a line")
    return tuple(from_line(line, f"{path}, line {number}") for number, line in numbered)


def to_line(prediction: Prediction) -> str:
    """One line of the file, without its end."""
    crop = prediction.crop
    document = {
        "picture": prediction.picture,
        "face": prediction.face,
        "model": prediction.model,
        "score": _rounded(prediction.score),
        "id": prediction.id,
        "box": _rounded(prediction.box),
        "crop": crop and _written(crop),
        "anchors": _rounded(prediction.anchors),
        "landmarks": _rounded(prediction.landmarks),
        "spread": _rounded(prediction.spread),
        "radius": _rounded(prediction.radius),
    }
    return to_json(document)


def from_line(line: str | bytes, where: str) -> Prediction:
    """The inverse of to_line, but for rounding; InputError tells where (file and line) and what is wrong."""
    fields = Fields.parse(line, where)
    landmarks = fields.numbers("landmarks", (None, 2))
    spread = fields.numbers("spread", landmarks.shape) if fields.has("spread") else None
    if spread is not None and (spread < 0).any():
        fields.refuse("spread", "numbers of at least 0")
    radius = fields.numbers("radius", landmarks.shape[:1]) if fields.has("radius") else None
    if radius is not None and (radius < 0).any():
        fields.refuse("radius", "numbers of at least 0")
    return Prediction(
        picture=fields.text("picture"),
        landmarks=landmarks.astype(np.float32),
        face=fields.integer("face", least=0) if fields.has("face") else 0,
        spread=None if spread is None else spread.astype(np.float32),
        crop=_crop(fields.object("crop")) if fields.has("crop") else None,
        box=_box(fields) if fields.has("box") else None,
        anchors=fields.numbers("anchors", (None, 2)).astype(np.float32) if fields.has("anchors") else None,
        score=fields.number("score") if fields.has("score") else None,
        id=fields.integer("id", least=0) if fields.has("id") else None,
        model=fields.text("model", filled=False) if fields.has("model") else "",
        radius=None if radius is None else radius.astype(np.float32),
    )


def _radius(face: Face) -> NDArray[np.float32] | None:
    """None where the model is not calibrated, or not for this level."""
    radii = face.radii
    return face.radius(LEVEL) if radii and radii.levels[0] <= LEVEL <= radii.levels[-1] else None


def _written(crop: Crop) -> dict[str, Any]:
    side = max(crop.side, 10**-DECIMALS)  # above 0 when it is rounded, too
    x, y, side, angle = (_rounded(measure) for measure in (crop.x, crop.y, side, crop.angle))
    return {"x": x, "y": y, "side": side, "size": crop.size, "angle": angle}


def _crop(fields: Fields) -> Crop:
    side = fields.number("side", above=0)
    angle = fields.number("angle") if fields.has("angle") else 0.0  # files of old have none
    return Crop(fields.number("x"), fields.number("y"), side, fields.integer("size", least=1), angle)


def _box(fields: Fields) -> Box:
    x0, y0, x1, y1 = fields.numbers("box", (4,)).tolist()
    return (x0, y0, x1, y1)


def _rounded(numbers: ArrayLike | None) -> Any:
    return None if numbers is None else np.round(np.asarray(numbers, np.float64), DECIMALS).tolist()
