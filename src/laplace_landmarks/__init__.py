"""Tiny, honest landmark detectors: run, train and score them."""

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face

__version__ = "0.1.0"

__all__ = ["Face", "InputError", "LandmarkDetector", "__version__"]
