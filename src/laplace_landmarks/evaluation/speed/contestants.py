"""The models that a user names: released ones and model files, ONNX files of other makers, dlib's predictors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.protocols import predict_labeled
from laplace_landmarks.evaluation.speed.contestant import Contestant
from laplace_landmarks.evaluation.speed.crop_settings import CropSettings, split_words
from laplace_landmarks.evaluation.speed.dlib_model import DLIB_SUFFIX, DlibModel
from laplace_landmarks.evaluation.speed.other_model import OtherModel
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import OUTPUTS
from laplace_landmarks.runtime.network import Network
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.released import find_model_file


@dataclass(frozen=True)
class OwnModel(Contestant):
    """A model file of this package."""

    def start(self, threads: int) -> Network:
        return Network(self.file, threads)

    def work(self, started: Network, crops: NDArray[np.uint8]) -> Callable[[], Any]:
        """Landmarks and spread, as the detector has them run; the scaling of the crops is part of the graph."""
        return lambda: started.run(OUTPUTS[:2], crops)

    def found(self, labeled: LabeledSet) -> Sequence[Prediction] | None:
        detector = LandmarkDetector(self.file)
        same = detector.info.markup.names == labeled.markup.names
        return predict_labeled(detector, labeled) if same else None


def contestant(words: str) -> Contestant:
    """The model that a user names; InputError where there is none, or where it does not say how it wants its crops."""
    file, settings = split_words(words)
    if settings is not None or file.suffix == DLIB_SUFFIX:
        if not file.is_file():
            raise InputError(f"{file}: there is no such model file")
        settings = settings or CropSettings(size=CropRule.size)
        kind = DlibModel if file.suffix == DLIB_SUFFIX else OtherModel
        return kind(file.stem, file, settings.size, "", settings)
    file = find_model_file(words)
    try:
        info = read_info(file)
    except InputError as error:
        if "without" not in str(error):
            raise
        raise InputError(f"{file}: not a model file of this package; say how it wants its crops, "
                         f"as in {file}:size=112,layout=nchw,range=0..1") from None  # fmt: skip
    return OwnModel(info.name, file, info.crop.size, info.precision)
