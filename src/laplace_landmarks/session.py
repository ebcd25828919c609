"""Starting onnxruntime, in one way for every network of the package: where it computes, and with how many threads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from laplace_landmarks.conventions import is_whole
from laplace_landmarks.errors import InputError

if TYPE_CHECKING:
    import onnxruntime

CPU = ("CPUExecutionProvider",)
PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "rocm": "ROCMExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
MOST_THREADS = 1024  # more than processors have; onnxruntime starts all of them at once, whatever the machine has


def start_session(
    model: bytes, threads: int = 1, providers: str | Sequence[str] | None = CPU
) -> "onnxruntime.InferenceSession":
    """A session that runs the model; InputError for threads or providers that cannot be, else onnxruntime's own.

    providers: as in provider_names.
    """
    import onnxruntime  # here, so that a command line that runs no model starts without it

    if not is_whole(threads) or not 1 <= threads <= MOST_THREADS:
        raise InputError(f"threads are a whole number from 1 to {MOST_THREADS}, not {threads!r}")
    names = provider_names(providers)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    options.log_severity_level = 4  # it would tell stderr what its exceptions tell the caller
    session = onnxruntime.InferenceSession(model, options, providers=list(names))
    check_started(session, names)
    return session


def provider_names(wanted: str | Sequence[str] | None) -> tuple[str, ...]:
    """onnxruntime's names of these providers, in order of preference; its own names will do, and None is the processor.

    InputError, with what the onnxruntime installed here has, where it has not one of them; or where these are no names.

    >>> provider_names("cpu")
    ('CPUExecutionProvider',)
    """
    import onnxruntime  # here, so that a command line that runs no model starts without it

    if wanted is None:
        return CPU
    given = (wanted,) if isinstance(wanted, str) else wanted
    if not isinstance(given, Sequence) or not all(isinstance(name, str) for name in given):
        raise InputError(f'providers are names, "cuda" or ["cuda", "cpu"], without options, not {wanted!r}')
    available = onnxruntime.get_available_providers()
    names = tuple(PROVIDERS.get(name.lower(), name) for name in given)
    absent = [name for name in names if name not in available]
    if absent or not names:
        short = {full: name for name, full in PROVIDERS.items()}
        here = ", ".join(short.get(name, name) for name in map(str, available))
        asked = f"has no {short.get(absent[0], absent[0])!r}" if absent else "needs a provider to run on"
        raise InputError(f"the onnxruntime installed here {asked}; it has {here} (another package of it may have more)")
    return names


def check_started(session: "onnxruntime.InferenceSession", wanted: Sequence[str]) -> None:
    """InputError where onnxruntime knows a provider but could not start it, and would run elsewhere without a word."""
    missing = [name for name in wanted if name not in session.get_providers()]
    if missing:
        raise InputError(f"onnxruntime could not start {missing[0]}; are its driver and libraries installed?")
