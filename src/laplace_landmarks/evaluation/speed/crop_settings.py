"""How a model of other makers wants its crops, in a user's words: `other.onnx:size=112,layout=nchw,range=0..1`."""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import FACTORS, MOST, CropRule
from laplace_landmarks.text_files import read_json

SUFFIXES = (".onnx", ".dat")  # of files that settings may follow
CHOICES = {"layout": ("nchw", "nhwc"), "colour": ("rgb", "bgr"), "unit": ("crop", "pixels", "share")}
PAIRS = ("range", "box_shift")  # settings of two numbers, as in 0..1
BYTES = (0.0, 255.0)
FARTHEST = 2.0  # box_shift: beyond is a slip of the pen


@dataclass(frozen=True)
class CropSettings:
    """How a model of other makers wants its crops, and where its points lie.

    size: pixels of the crop's side. layout: "nchw" or "nhwc". range: what 0 and 255 become; None: 0 and 1, or, where
        the model takes bytes, what they are. colour: "rgb" or "bgr".
    factor: side of the crop over the longer side of the hull of the face's five points.
    box_factor, box_shift: where the labels' box, or the one around all landmarks, places the crop instead: its side
        over the box's longer side, and its centre less the box's, x and y, in units of that side.
    output: the one that holds the points; "" for the first that fits.
    unit: of the points: "pixels" of the crop, the first pixel's centre at 0; "share": the same over the size; or
        "crop": 0 to 1 from edge to edge.
    """

    size: int
    layout: str = "nchw"
    range: tuple[float, float] | None = None
    colour: str = "rgb"
    factor: float = CropRule.factor
    box_factor: float | None = None
    box_shift: tuple[float, float] = (0.0, 0.0)
    output: str = ""
    unit: str = "crop"

    @property
    def rule(self) -> CropRule:
        """Where the labels place the crop."""
        by_box = {} if self.box_factor is None else {"box_factor": self.box_factor, "box_shift": self.box_shift}
        return CropRule(size=self.size, factor=self.factor, **by_box)

    def placed(self, labeled: LabeledSet) -> LabeledSet:
        """The labels as they place crops: without anchors where boxes are to."""
        return labeled if self.box_factor is None else replace(labeled, markup=replace(labeled.markup, anchors=()))

    def prepared(self, crops: NDArray[np.uint8], dtype: Any = np.float32) -> NDArray[Any]:
        """What the model takes, from RGB crops (N, size, size, 3). InputError: bytes hold no other range."""
        low, high = self.range or (BYTES if dtype == np.uint8 else (0.0, 1.0))
        if dtype == np.uint8 and (low, high) != BYTES:
            raise InputError(f"range={low:g}..{high:g}: a model that takes bytes (uint8) gets the pixels as they are")
        pictures = crops[..., ::-1] if self.colour == "bgr" else crops
        scaled = pictures if (low, high) == BYTES else pictures * ((high - low) / 255) + low
        placed = scaled.transpose(0, 3, 1, 2) if self.layout == "nchw" else scaled
        return np.ascontiguousarray(placed, dtype)

    def points(self, output: NDArray[Any]) -> NDArray[np.float32]:
        """(N, K, 2) crop pixels from an output of 2 K numbers a crop, x and y by turns."""
        points = np.asarray(output, np.float32).reshape(len(output), -1, 2)
        first = {"pixels": (1.0, 0.0), "share": (self.size, 0.0), "crop": (self.size, 0.5)}
        scale, centre = map(np.float32, first[self.unit])
        return points * scale - centre


def split_words(words: str) -> tuple[Path, CropSettings | None]:
    """A model's file, and its crop settings where some were given: behind a colon, or in a JSON file.

    >>> split_words("other.onnx:size=112,range=-1..1")[1].range
    (-1.0, 1.0)

    A JSON file holds the same names, and `model`, the ONNX file beside it. InputError for what is wrong in either.
    """
    if words.endswith(".json"):
        return _from_file(Path(words))
    suffix = next((suffix for suffix in SUFFIXES if f"{suffix}:" in words), None)
    if suffix is None:
        return Path(words), None
    file, _, settings = words.partition(f"{suffix}:")
    given: dict[str, Any] = {}
    for setting in settings.split(","):
        name, equals, value = setting.partition("=")
        if not equals:
            raise InputError(f"{words}: {setting!r} is no setting; write for instance size=112,layout=nchw,range=0..1")
        given[name.strip()] = value.strip()
    return Path(file + suffix), _settings(given, words)


def _from_file(path: Path) -> tuple[Path, CropSettings]:
    given = read_json(path)
    if not isinstance(given, dict) or not isinstance(given.get("model"), str):
        raise InputError(f'{path}: must be an object with "model", the ONNX file, and its crop settings')
    return path.parent / given.pop("model"), _settings(given, str(path))


def _settings(given: dict[str, Any], where: str) -> CropSettings:
    known = [field.name for field in fields(CropSettings)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(f"{where}: no crop setting is named {unknown[0]!r}; there are {', '.join(known)}")
    if "size" not in given:
        raise InputError(f"{where}: a model of other makers needs its crop's size, for instance size=112")
    for name, choices in CHOICES.items():
        if given.get(name, choices[0]) not in choices:
            raise InputError(f"{where}: {name} is {' or '.join(choices)}, not {given[name]!r}")
    if "factor" in given and "box_factor" in given:
        raise InputError(f"{where}: factor places the crop by points and box_factor by a box; give one of them")
    try:
        size = _whole(given["size"])
        factor = _number(given.get("factor", CropSettings.factor))
        box_factor = _number(given["box_factor"]) if "box_factor" in given else None
        ends = _two(given["range"]) if "range" in given else None
        across, down = _two(given.get("box_shift", CropSettings.box_shift))
    except (OverflowError, TypeError, ValueError):
        raise InputError(
            f"{where}: size is a whole number, factor and box_factor are numbers, box_shift and range two as in 0..1 "
            "(in JSON [0, 1], too)"
        ) from None
    if not isinstance(given.get("output", ""), str):
        raise InputError(f"{where}: output is the name of one")
    if size < 1 or not factor > 0 or (ends and not 0 < abs(ends[1] - ends[0]) < np.inf):
        raise InputError(f"{where}: size and factor are above 0, and the two ends of range differ")
    least, most = FACTORS
    if size > MOST or not least <= factor <= most:
        told = f"size is at most {MOST}, and factor {least:g} to {most:g}, not {size} and {factor:g}"
        raise InputError(f"{where}: {told}")
    if box_factor is None and "box_shift" in given:
        raise InputError(f"{where}: box_shift is of crops that boxes place; give box_factor, too")
    if box_factor is not None and not (
        least <= box_factor <= most and all(abs(part) <= FARTHEST for part in (across, down))
    ):
        raise InputError(f"{where}: box_factor is {least:g} to {most:g}, and box_shift at most {FARTHEST:g} either way")
    numbers = {"size": size, "factor": factor, "box_factor": box_factor}
    return CropSettings(**{**given, **numbers, "range": ends, "box_shift": (across, down)})


def _whole(given: Any) -> int:
    """A whole number; ValueError or TypeError for what is none."""
    if isinstance(given, str):
        return int(given)
    if _number(given) != int(given):
        raise ValueError
    return int(given)


def _number(given: Any) -> float:
    if isinstance(given, bool):
        raise TypeError
    return float(given)


def _two(given: Any) -> tuple[float, float]:
    """Of "0..1" or of a list."""
    if not isinstance(given, str | list | tuple):
        raise TypeError
    low, high = given.split("..") if isinstance(given, str) else given
    return _number(low), _number(high)
