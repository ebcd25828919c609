"""Tiny, honest landmark detectors: run, train and score them."""

import os

# onnxruntime's builds report their use to its maker unless told not to before they start; who wants that sets it to 0
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face

__version__ = "0.1.0"

__all__ = ["Face", "InputError", "LandmarkDetector", "__version__"]
