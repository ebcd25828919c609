"""A model file, started, and crops through it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.runtime.model_file import CPU, open_model
from laplace_landmarks.runtime.model_info import INPUT, ModelInfo

if TYPE_CHECKING:
    import onnxruntime

AT_ONCE = 64  # crops a run where it is no processor that runs them: 68 heatmaps of each are 110 MB


class Network:
    """Runs any number of crops; may be called from several threads at once.

    On a processor each crop is a run of its own: what lies between the layers of one crop stays in the cache. The crops
    are shared among the threads, the calling one among them, so that none waits for another at the end of a layer or a
    crop (docs/speed.md). A single crop has all threads within its layers. Other devices are given many crops at once.
    """

    info: ModelInfo

    def __init__(self, model: Path, threads: int = 1, providers: Sequence[str] = CPU) -> None:
        self._session, self.info = open_model(model, threads, providers)
        self._model = model
        self._threads = threads if tuple(providers) == CPU else 1
        self._at_once = 1 if tuple(providers) == CPU else AT_ONCE
        self._alone, self._lock = self._session if self._threads == 1 else None, Lock()
        self._pool = ThreadPoolExecutor(max(1, threads - 1), "crops")  # has no thread before it has work

    def run(self, names: Sequence[str], crops: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Outputs of these names; crops: (N, size, size, 3), N at least 1."""
        crops = np.ascontiguousarray(crops)
        if len(crops) <= self._at_once:
            return _run(self._session, names, crops)
        session = self._alone_session()
        mine, *others = np.array_split(crops, min(self._threads, len(crops)))
        given = [self._pool.submit(_runs, session, names, share, self._at_once) for share in others]
        try:
            found = _runs(session, names, mine, self._at_once)
            for share, done in zip(others, given, strict=True):
                # what has not begun by now, as the threads have other callers' crops or a fork left none, is done here
                found += _runs(session, names, share, self._at_once) if done.cancel() else done.result()
        finally:
            for done in given:
                done.cancel()
        return [np.concatenate(outputs) for outputs in zip(*found, strict=True)]

    def _alone_session(self) -> "onnxruntime.InferenceSession":
        """One whose runs keep to the thread that calls."""
        with self._lock:
            if self._alone is None:
                self._alone = open_model(self._model, 1)[0]
            return self._alone


def _runs(
    session: "onnxruntime.InferenceSession", names: Sequence[str], crops: NDArray[np.uint8], at_once: int
) -> list[list[NDArray[np.float32]]]:
    return [_run(session, names, crops[first : first + at_once]) for first in range(0, len(crops), at_once)]


def _run(
    session: "onnxruntime.InferenceSession", names: Sequence[str], crops: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    return [np.asarray(output) for output in session.run(list(names), {INPUT: crops})]
