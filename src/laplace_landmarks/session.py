"""Starting onnxruntime, in one way for every network of the package."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from laplace_landmarks.conventions import is_whole
from laplace_landmarks.errors import InputError

if TYPE_CHECKING:
    import onnxruntime

CPU = ("CPUExecutionProvider",)
MOST_THREADS = 1024  # more than processors have; onnxruntime starts all of them at once, whatever the machine has


def start_session(model: bytes, threads: int = 1, providers: Sequence[str] = CPU) -> "onnxruntime.InferenceSession":
    """A session that runs the model; InputError for threads or providers that cannot be, else onnxruntime's own."""
    import onnxruntime  # here, so that a command line that runs no model starts without it

    if not is_whole(threads) or not 1 <= threads <= MOST_THREADS:
        raise InputError(f"threads are a whole number from 1 to {MOST_THREADS}, not {threads!r}")
    unknown = [name for name in providers if name not in onnxruntime.get_available_providers()]
    if unknown:
        known = ", ".join(onnxruntime.get_available_providers())
        raise InputError(f"this onnxruntime has no {unknown[0]}; it has {known}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    options.log_severity_level = 4  # it would tell stderr what its exceptions tell the caller
    return onnxruntime.InferenceSession(model, options, providers=list(providers))
