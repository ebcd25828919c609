"""The main job in miniature, as `make demo` runs it: draw faces, train on labeled and unlabeled ones, score, look.

python examples/demo.py [--out out/demo] [--faces 1700] [--steps 1600]
"""

import json
import time
from pathlib import Path

import numpy as np
import tyro

from laplace_landmarks import LandmarkDetector
from laplace_landmarks.app.cli import main as laplace_landmarks
from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.faces import faces_sheet
from laplace_landmarks.evaluation.metrics import nmse
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_crops
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.drawing import draw_heatmaps, sheet_of

CONFIG = Path(__file__).parents[1] / "configs" / "demo.yaml"
COLUMNS = 8


def main(out: Path = Path("out/demo"), faces: int = 1700, steps: int = 1600) -> None:
    """Draw, train, score and draw the result, below one folder."""
    began = time.monotonic()
    data, run = out / "faces", out / "run"
    if not (data / "test").is_dir():
        laplace_landmarks(["synthesize", str(data), "--count", str(faces), "--unlabeled", str(faces // 2),
                           "--test-fraction", "0.12"])  # fmt: skip
    laplace_landmarks(["train", str(CONFIG), "--data.root", str(data), "--run", str(run), "--data.cache",
                       str(out / "cache"), "--optimiser.steps", str(steps)])  # fmt: skip
    model = run / "model.onnx"
    laplace_landmarks(["evaluate", str(model), str(data / "test"), "--output", str(out / "scores.json")])
    laplace_landmarks(["predict", str(data / "test"), "--model", str(model), "--points", str(data / "test"),
                       "--output", str(out), "--overwrite"])  # fmt: skip
    write_picture(out / "demo.png", picture(model, data / "test"))

    log = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    first = next(entry for entry in log if entry["kind"] == "validation")
    rows = json.loads((out / "scores.json").read_text(encoding="utf-8"))["rows"]
    test = next(row for row in rows if row["normaliser"] == "inter_ocular")
    print(
        f"\nNMSE on drawn faces it has not seen: {first['nmse_raw']:.1f} % before training, "
        f"{test['nmse_percent']['value']:.1f} % after, in {time.monotonic() - began:.0f} seconds "
        f"(the mean face, for comparison: {mean_face(data):.1f} %).\n"
        f"Look at {out / 'demo.png'} (test faces from best to worst, and heatmaps), {out / 'drawn'} (all of them),\n"
        f"{run / 'report.html'} (how it learned)."
    )


def mean_face(data: Path) -> float:
    """NMSE in percent on the test faces of what needs no network: the training crops' mean landmarks."""
    train, test = (labeled_crops(read_labeled(data / part, IBUG68), CropRule()) for part in ("train", "test"))
    guess = np.broadcast_to(train.landmarks.mean(axis=0), test.landmarks.shape)
    (left,), (right,) = IBUG68.normaliser
    eyes = np.linalg.norm(test.landmarks[:, left] - test.landmarks[:, right], axis=1)
    return 100 * float(nmse(guess, test.landmarks, test.visible, eyes).mean())


def picture(model: Path, folder: Path) -> Picture:
    """Test faces from the best to the worst with truth, landmarks and spread, above the heatmaps of some crops."""
    detector, labeled = LandmarkDetector(model), read_labeled(folder, IBUG68)
    crops = labeled_crops(labeled, detector.info.crop)
    found = predict_crops(detector, labeled, crops)
    scores = score(labeled, found, model=detector.info.name, data=str(folder), protocol=TRUE_POINT_CROPS)
    some = crops.pictures[:COLUMNS]
    heatmaps = detector.on_crops(some, heatmaps=True)[2]
    assert heatmaps is not None
    large = some.repeat(4, axis=1).repeat(4, axis=2)
    below = [draw_heatmaps(crop, maps) for crop, maps in zip(large, heatmaps, strict=True)]
    faces = faces_sheet(labeled, found, scores, count=2 * COLUMNS, columns=COLUMNS, tile=large.shape[1])
    return np.concatenate([faces, sheet_of(below, COLUMNS)])


if __name__ == "__main__":
    tyro.cli(main)
