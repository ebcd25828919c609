"""dlib's shape predictor (Kazemi and Sullivan, CVPR 2014), the regression trees that most people know as landmarks.

dlib itself is no part of this package: the dependency group `peers` has it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed.contestant import OfOtherMakers

DLIB_SUFFIX = ".dat"


@dataclass(frozen=True)
class DlibModel(OfOtherMakers):
    """A predictor that was trained on crops of this size and place, with the whole crop as the face's rectangle.

    It places points on whole pixels, so that small crops cost it accuracy. It runs on one thread, crop by crop.
    """

    def start(self, threads: int) -> Any:
        try:
            return _dlib().shape_predictor(str(self.file))
        except ImportError:
            raise InputError(f"{self.file}: needs dlib, which is not installed: pip install dlib-bin") from None
        except RuntimeError as error:
            raise InputError(f"{self.file}: dlib cannot read it: {' '.join(str(error).split())[:200]}") from None

    def work(self, started: Any, crops: NDArray[np.uint8]) -> Callable[[], Any]:
        whole = whole_crop(self.size)
        return lambda: [started(crop, whole) for crop in crops]

    def points(self, crops: Crops, count: int) -> NDArray[np.float32] | None:
        shapes = self.work(self.start(1), np.asarray(crops.pictures))()
        points = np.array([[(part.x, part.y) for part in shape.parts()] for shape in shapes], np.float32)
        return points if points.shape[1:] == (count, 2) else None


def whole_crop(size: int) -> Any:
    """The rectangle of a crop, in dlib's terms."""
    return _dlib().rectangle(0, 0, size - 1, size - 1)


def _dlib() -> Any:
    return import_module("dlib")
