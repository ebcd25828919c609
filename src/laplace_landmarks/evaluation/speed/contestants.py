"""What is timed: a model file of this package, or of other makers, started and given crops."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.crops import Crops, labeled_crops
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.protocols import predict_labeled
from laplace_landmarks.evaluation.scoring import EVERYTHING, score
from laplace_landmarks.evaluation.speed.other_model import CropSettings, split_words
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import open_model, read_info
from laplace_landmarks.runtime.model_info import INPUT
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.released import find_model
from laplace_landmarks.session import start_session

if TYPE_CHECKING:
    import onnxruntime

AT_ONCE = 64  # crops a run of a model that is scored
TYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8}


@dataclass(frozen=True)
class Contestant:
    """A model that is timed. settings: None for a model file of this package, which says them itself."""

    name: str
    file: Path
    size: int
    precision: str
    settings: CropSettings | None = None

    def start(self, threads: int) -> "onnxruntime.InferenceSession":
        """A session of its own."""
        if self.settings is None:
            return open_model(self.file, threads)[0]
        try:
            return start_session(self.file.read_bytes(), threads)
        except InputError:
            raise
        except OSError as error:
            raise InputError(f"{self.file}: cannot be read ({error.strerror})") from None
        except Exception as error:  # onnxruntime's exceptions share no base of their own
            raise InputError(f"{self.file}: onnxruntime cannot run it: {' '.join(str(error).split())[:200]}") from None

    def work(self, session: "onnxruntime.InferenceSession", crops: NDArray[np.uint8]) -> Callable[[], list[Any]]:
        """One run on these crops (N, size, size, 3): landmarks and spread, or all that another maker's model gives.

        Of the latter the scaling of the crops is not timed; in ours it is part of the graph.
        """
        if self.settings is None:
            given = {INPUT: crops}
            return lambda: session.run(["landmarks", "spread"], given)  # pyright: ignore[reportReturnType]
        entry = session.get_inputs()[0]
        if entry.type not in TYPES:
            raise InputError(f"{self.file}: its input is {entry.type}; only models of float or uint8 are timed")
        given = {entry.name: self.settings.prepared(crops, TYPES[entry.type])}
        try:
            session.run(None, given)
        except Exception as error:
            reason = " ".join(str(error).split())[-160:]
            raise InputError(f"{self.file}: does not run on {len(crops)} crops of these settings: {reason}") from None
        return lambda: session.run(None, given)  # pyright: ignore[reportReturnType]

    def nmse_percent(self, labeled: LabeledSet) -> float | None:
        """The mean error on labeled faces in crops that the labels place; None where landmarks are not theirs."""
        if self.settings is None:
            detector = LandmarkDetector(self.file)
            if detector.info.markup.names != labeled.markup.names:
                return None
            return _mean(labeled, predict_labeled(detector, labeled))
        if not labeled.markup.anchors:
            return None
        crops = labeled_crops(labeled, self.settings.rule)
        points = self._points(crops, len(labeled.markup))
        if points is None:
            return None
        found = [Prediction(picture=str(sample.picture), landmarks=crop.to_picture(of_face), crop=crop)
                 for sample, crop, of_face in zip(labeled.samples, crops.crops, points, strict=True)]  # fmt: skip
        return _mean(labeled, found)

    def _points(self, crops: Crops, count: int) -> NDArray[np.float32] | None:
        assert self.settings is not None
        session = self.start(1)
        names = [output.name for output in session.get_outputs()]
        if self.settings.output and self.settings.output not in names:
            raise InputError(f"{self.file}: has no output {self.settings.output!r}; there are {', '.join(names)}")
        at_once = AT_ONCE if not isinstance(session.get_inputs()[0].shape[0], int) else session.get_inputs()[0].shape[0]
        parts = []
        for first in range(0, len(crops.pictures), at_once):
            some = np.asarray(crops.pictures[first : first + at_once])
            filled = np.concatenate([some, np.repeat(some[-1:], at_once - len(some), axis=0)])
            outputs = dict(zip(names, self.work(session, filled)(), strict=True))
            fitting = [
                name for name, value in outputs.items()
                if self.settings.output in ("", name) and np.size(value) == len(filled) * 2 * count
            ]  # fmt: skip
            if not fitting:
                return None
            parts.append(self.settings.points(np.asarray(outputs[fitting[0]]).reshape(len(filled), -1))[: len(some)])
        return np.concatenate(parts)


def contestant(words: str) -> Contestant:
    """The model that a user names: a released model, a model file, or another maker's with its crop settings."""
    file, settings = split_words(words)
    if settings is not None:
        if not file.is_file():
            raise InputError(f"{file}: there is no such model file")
        return Contestant(file.stem, file, settings.size, "", settings)
    file = find_model(words)
    try:
        info = read_info(file)
    except InputError as error:
        if "without" not in str(error):
            raise
        raise InputError(f"{file}: not a model file of this package; say how it wants its crops, "
                         f"as in {file}:size=112,layout=nchw,range=0..1") from None  # fmt: skip
    return Contestant(file.stem, file, info.crop.size, info.precision)


def _mean(labeled: LabeledSet, found: Any) -> float | None:
    """Of the markup's own normaliser or, where it has none, of the first that the labels define."""
    rows = score(labeled, found, model="", data="", protocol="").rows
    first = next((row for row in rows if row.subset == EVERYTHING), None)
    return None if first is None or first.nmse_percent is None else first.nmse_percent.value
