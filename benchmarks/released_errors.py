"""Errors and radii of a released model on labeled faces, in percent of the distance of the outer eye corners."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.evaluation.calibration import LEVELS
from laplace_landmarks.evaluation.metrics import normaliser
from laplace_landmarks.evaluation.reliability import coverage_of_faces
from laplace_landmarks.runtime.face import Face

NOSE, CORNERS = 30, (36, 45)  # tip of the nose and outer eye corners of iBUG-68


@dataclass(frozen=True, eq=False)
class Errors:
    """N faces with K landmarks; lengths in percent of the distance of the outer eye corners.

    distances: (N, K) from the truth. radii: (levels, N, K), of LEVELS. visible: (N, K).
    beyond: (N, K) whether the truth lies beyond the crop, where the network can give nothing.
    percent: (N,) how many crop pixels are one percent.
    """

    distances: NDArray[np.float64]
    radii: NDArray[np.float64]
    visible: NDArray[np.bool_]
    beyond: NDArray[np.bool_]
    percent: NDArray[np.float64]

    @property
    def likely(self) -> NDArray[np.float64]:
        """(N, K) the 90 % radii."""
        return self.radii[LEVELS.index(0.9)]

    @property
    def of_faces(self) -> NDArray[np.float64]:
        """(N,) NMSE in percent."""
        return (self.distances * self.visible).sum(axis=1) / self.visible.sum(axis=1)

    @property
    def held(self) -> NDArray[np.float64]:
        """(levels, N) percent of each face's landmarks that lie within their radius."""
        return np.array([100 * coverage_of_faces(self.distances, radii, self.visible) for radii in self.radii])

    @property
    def likely_held(self) -> NDArray[np.float64]:
        """(N,) percent of each face's landmarks that lie within their 90 % radius."""
        return self.held[LEVELS.index(0.9)]

    def of_part(self, faces: NDArray[np.bool_]) -> "Errors":
        """Those of some of the faces, (N,)."""
        return Errors(
            self.distances[faces], self.radii[:, faces], self.visible[faces], self.beyond[faces], self.percent[faces]
        )

    def at(self, landmarks: NDArray[np.bool_]) -> "Errors":
        """Those of some of the landmarks, (K,)."""
        visible, beyond = self.visible[:, landmarks], self.beyond[:, landmarks]
        return Errors(self.distances[:, landmarks], self.radii[..., landmarks], visible, beyond, self.percent)


def measured(faces: Sequence[Face], samples: Sequence[Sample]) -> Errors:
    """Errors and radii of faces, one a sample."""
    eyes = np.array([normaliser("inter_ocular", IBUG68, sample) for sample in samples], float)[:, None]
    away = [face.landmarks.astype(float) - sample.landmarks for face, sample in zip(faces, samples, strict=True)]
    radii = [[face.radius(level) for face in faces] for level in LEVELS]
    in_crop = np.array([face.crop.to_crop(sample.landmarks) for face, sample in zip(faces, samples, strict=True)])
    sides = np.array([face.crop.size for face in faces])[:, None, None]
    visible = np.array([sample.visible for sample in samples])
    return Errors(
        distances=100 * np.linalg.norm(away, axis=-1) / eyes,
        radii=100 * np.array(radii) / eyes,
        visible=visible,
        beyond=visible & ((in_crop < -0.5) | (in_crop > sides - 0.5)).any(axis=-1),
        percent=eyes[:, 0] / 100 * [face.crop.scale for face in faces],
    )


def turn_of(sample: Sample) -> float:
    """How far a head turns: the nose tip's way from the middle of the eyes, along their line.

    In halves of the eyes' distance: 0 is straight ahead, 1 a nose below an eye's outer corner.
    """
    right, left = sample.landmarks[list(CORNERS)].astype(float)
    along = (left - right) / np.linalg.norm(left - right)
    return float(abs((sample.landmarks[NOSE] - (left + right) / 2) @ along) / (np.linalg.norm(left - right) / 2))
