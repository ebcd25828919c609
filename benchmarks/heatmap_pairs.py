"""The same faces through LaplaceKL and softargmax (Fig. 1 and 3 of the paper): heatmaps, without the photographs.

Of 300W nothing may be passed on, so the committed picture shows what the networks say and not what they saw;
`laplace-landmarks compare` draws the same over the pictures.

    python benchmarks/heatmap_pairs.py [--data ../shared/data] [--runs ../runs/evidence]
"""

from pathlib import Path

import numpy as np
import tyro
from record import record

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_crops
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.drawing import Style, draw_faces, draw_heatmaps, sheet_of
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.released import MODEL

KINDS = ("laplace_kl", "softargmax")
FACES = 6
ENLARGED = 3
FAINT = Style(dots=False, uncertainty="none", colours=((120, 130, 140),))
PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "heatmaps.jpg"


def main(data: Path = Path("../shared/data"), runs: Path = Path("../runs/evidence")) -> None:
    """Draw both models' heatmaps of six test faces, from LaplaceKL's best to its worst."""
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    detectors = {kind: LandmarkDetector(runs / f"{kind}-0" / MODEL) for kind in KINDS}
    crops = labeled_crops(test, detectors[KINDS[0]].info.crop)
    scores = {
        kind: score(test, predict_crops(detector, test, crops), model=kind, data="", protocol=TRUE_POINT_CROPS)
        for kind, detector in detectors.items()
    }
    errors = {kind: [face.nmse_percent["inter_ocular"] for face in found.faces] for kind, found in scores.items()}
    chosen = np.argsort(errors[KINDS[0]])[np.linspace(0, len(test) - 1, FACES).round().astype(int)]
    tiles, figures = [], {}
    for kind, detector in detectors.items():
        landmarks, spread, heatmaps = detector.on_crops(crops.pictures[chosen], heatmaps=True)
        assert heatmaps is not None
        tiles += [draw_heatmaps(outline(points), maps) for points, maps in zip(landmarks, heatmaps, strict=True)]
        figures[kind] = [
            {
                "name": test.samples[place].name,
                "nmse_percent": round(errors[kind][place], 2),
                "spread_crop_pixels": round(float(of_face.mean()), 2),
                "highest_peak": round(float(maps.max()), 4),
            }
            for place, of_face, maps in zip(chosen, spread, heatmaps, strict=True)
        ]
    write_picture(PICTURE, sheet_of(tiles, columns=FACES))
    record("heatmap-pairs", figures, data=f"300W lfpw/testset, {FACES} of {len(test)} faces", protocol=TRUE_POINT_CROPS)


def outline(landmarks: np.ndarray) -> Picture:
    """A face reduced to faint lines between what was found, at the heatmaps' enlargement."""
    tile = np.full((80 * ENLARGED, 80 * ENLARGED, 3), 24, np.uint8)
    points = ((landmarks + 0.5) * ENLARGED - 0.5).astype(np.float32)
    view = Crop((tile.shape[1] - 1) / 2, (tile.shape[0] - 1) / 2, tile.shape[0], tile.shape[0])
    face = Face(points, np.zeros_like(points), view, tight_box(points))
    return draw_faces(tile, [face], IBUG68, style=FAINT)


if __name__ == "__main__":
    tyro.cli(main)
