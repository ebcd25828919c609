"""MTCNN: finding faces by the networks that the paper's authors used."""

from laplace_landmarks.faces.mtcnn.finder import MTCNN

__all__ = ["MTCNN"]
