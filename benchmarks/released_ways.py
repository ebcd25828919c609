"""Errors of one model file on LFPW test by what places the crops, and where something is drawn before the face."""

from pathlib import Path

import numpy as np
from finding_faces import SHIFT, Faces, moved
from occluded import occluded_faces
from released_errors import Errors, measured
from ways import FOUND, HIDDEN, TRUE, UPRIGHT

from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime.detector import LandmarkDetector


def by_way(model: str | Path, judged: Faces, mirrored: bool = False) -> dict[str, Errors]:
    """Errors of every face, by what places its crop: true points as in the model's training, which is along the
    picture's axes unless its file says otherwise, all else as a detector does it for its users."""
    detector = LandmarkDetector(model, mirrored=mirrored)
    plain = LandmarkDetector(model, upright=detector.info.crop.upright, mirrored=mirrored)
    samples = judged.labeled.samples
    tight = np.array([tight_box(sample.landmarks) for sample in samples])
    found = {
        TRUE: plain.batch(judged.pictures, anchors=list(judged.truth[:, None])),
        UPRIGHT: detector.batch(judged.pictures, anchors=list(judged.truth[:, None])),
        FOUND: detector.batch(judged.pictures, anchors=list(judged.anchors[:, None])),
        "true boxes": detector.batch(judged.pictures, boxes=list(tight[:, None])),
        f"true boxes moved by {SHIFT:.0%}": detector.batch(judged.pictures, boxes=list(moved(tight)[:, None])),
    }
    errors = {how: measured([one for (one,) in faces], samples) for how, faces in found.items()}
    covered, anchors, moved_with = occluded_faces(judged.pictures, judged.truth, samples, detector.info.crop)
    hidden = [one for (one,) in plain.batch(covered, anchors=list(anchors[:, None]))]
    return errors | {HIDDEN: measured(hidden, moved_with)}
