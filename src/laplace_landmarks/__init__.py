"""Tiny, honest landmark detectors: run, train and score them."""

import os
from importlib import import_module
from typing import TYPE_CHECKING

# onnxruntime's builds report their use to its maker unless told not to before they start; who wants that sets it to 0
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from laplace_landmarks.errors import InputError
    from laplace_landmarks.runtime.detector import LandmarkDetector
    from laplace_landmarks.runtime.face import Face

__version__ = "0.1.0"

__all__ = ["Face", "InputError", "LandmarkDetector", "__version__"]

_HOMES = {"Face": "runtime.face", "InputError": "errors", "LandmarkDetector": "runtime.detector"}


def __getattr__(name: str) -> object:
    """What is public is imported when it is asked for: the command line is there before numpy is."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
