"""Where onnxruntime computes: providers by short names, and a clear word where one is not there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from laplace_landmarks.errors import InputError
from laplace_landmarks.session import CPU

if TYPE_CHECKING:
    import onnxruntime

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "rocm": "ROCMExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}


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
