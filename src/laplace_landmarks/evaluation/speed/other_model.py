"""An ONNX model of other makers, timed and scored on the crops that it wants."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed.contestant import OfOtherMakers
from laplace_landmarks.session import start_session
from laplace_landmarks.text_files import load_error

if TYPE_CHECKING:
    import onnxruntime

AT_ONCE = 64  # crops a run of a model that is scored
TYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8}


@dataclass(frozen=True)
class OtherModel(OfOtherMakers):
    """It is told by its inputs and outputs alone."""

    def start(self, threads: int) -> "onnxruntime.InferenceSession":
        try:
            return start_session(self.file.read_bytes(), threads)
        except InputError:
            raise
        except OSError as error:
            raise load_error(self.file, error) from None
        except Exception as error:  # onnxruntime's exceptions share no base of their own
            raise InputError(f"{self.file}: onnxruntime cannot run it: {' '.join(str(error).split())[:200]}") from None

    def work(self, started: "onnxruntime.InferenceSession", crops: NDArray[np.uint8]) -> Callable[[], Any]:
        """All that the model gives; the scaling of the crops is not timed."""
        entry = started.get_inputs()[0]
        if entry.type not in TYPES:
            raise InputError(f"{self.file}: its input is {entry.type}; only models of float or uint8 are timed")
        given = {entry.name: self.settings.prepared(crops, TYPES[entry.type])}
        try:
            started.run(None, given)
        except Exception as error:
            reason = " ".join(str(error).split())[-160:]
            raise InputError(f"{self.file}: does not run on {len(crops)} crops of these settings: {reason}") from None
        return lambda: started.run(None, given)

    def points(self, crops: Crops, count: int) -> NDArray[np.float32] | None:
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
