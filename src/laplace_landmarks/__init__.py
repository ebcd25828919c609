"""Tiny, honest landmark detectors: run, train and score them."""

__version__ = "0.1.0"
