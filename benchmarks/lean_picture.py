"""The picture of docs/running.md: drawn faces that lean, above in crops along the picture's axes, below in turned ones.

python benchmarks/lean_picture.py
"""

from pathlib import Path

import tyro
from upright import turned

from laplace_landmarks import LandmarkDetector
from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.runtime.drawing import draw_faces, sheet_of

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "lean.jpg"
FACES = {3: -40, 8: 45, 11: 35}  # number: degrees by which it is turned
SHOWN = 300  # pixels of a tile's side


def main(seed: int = 7, size: int = 320) -> None:
    """Draw these faces of a seed with the default model, told where their landmarks are."""
    leaning = [turned(*synthetic_face(seed, face, size), degrees) for face, degrees in FACES.items()]
    detectors = [LandmarkDetector(upright=upright) for upright in (False, True)]
    tiles = [found(detector, picture, truth) for detector in detectors for picture, truth in leaning]
    captions = [f"{way} {degrees:+d}°" for way in ("along the axes:", "turned:") for degrees in FACES.values()]
    write_picture(PICTURE, sheet_of(tiles, columns=len(FACES), captions=captions))


def found(detector: LandmarkDetector, picture: Picture, truth: Landmarks) -> Picture:
    """The middle of a picture with what is found in it."""
    drawn = draw_faces(picture, detector(picture, anchors=truth), IBUG68)
    top, left = ((side - SHOWN) // 2 for side in drawn.shape[:2])
    return drawn[top : top + SHOWN, left : left + SHOWN]


if __name__ == "__main__":
    tyro.cli(main)
