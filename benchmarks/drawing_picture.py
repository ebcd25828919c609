"""The picture of docs/drawing.md: a drawn face in six styles.

python benchmarks/drawing_picture.py [--runs ../runs/evidence]
"""

from dataclasses import replace
from pathlib import Path

import tyro

from laplace_landmarks import LandmarkDetector
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.runtime.drawing import Style, draw_faces, sheet_of
from laplace_landmarks.runtime.released import MODEL

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "drawing.jpg"
HEATMAPS = Style(skeleton=False, dots=False, uncertainty="none", heatmaps=True)
STYLES = {
    "as it is: radius at 90 %": Style(),
    "numbers": Style(uncertainty="none", numbers=True),
    "spread, box, label": Style(uncertainty="spread", box=True, label=True),
    "heatmaps: LaplaceKL": HEATMAPS,
    "heatmaps: softargmax": HEATMAPS,
    "one colour, no dots": Style(uncertainty="none", dots=False, colours=((255, 255, 255),)),
}


def main(runs: Path = Path("../runs/evidence"), seed: int = 5, face: int = 20, size: int = 330) -> None:
    """Draw face number `face` of a seed with the released model, and the heatmaps of a softargmax model beside."""
    picture, _ = synthetic_face(seed, face, size)
    released = LandmarkDetector("laplace68-eighth")
    first = released(picture, heatmaps=True)[0]
    found = replace(first, id=1)
    rival = LandmarkDetector(runs / "softargmax-0" / MODEL)(picture, anchors=first.landmarks, heatmaps=True)[0]
    tiles = [
        draw_faces(picture, [rival if "softargmax" in caption else found], IBUG68, style=style)
        for caption, style in STYLES.items()
    ]
    write_picture(PICTURE, sheet_of(tiles, columns=3, captions=list(STYLES)))


if __name__ == "__main__":
    tyro.cli(main)
