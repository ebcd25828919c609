"""dlib's shape predictor beside ours: trained by dlib's own trainer on the same 644 pictures, timed in the same run.

dlib gets the same crops in 240 × 240 pixels, as it places points on whole pixels, and the whole crop as its rectangle.
Its settings are the trainer's own, which are those of its example. Models take turns, one thread, one crop a run.

    pip install --group peers
    python benchmarks/dlib_peer.py MODEL.onnx MODEL.onnx ... [--data ../shared/data] [--runs ../runs]
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dlib
import numpy as np
import tyro
from record import record

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS
from laplace_landmarks.evaluation.speed.benchmark import METHOD, benchmark
from laplace_landmarks.evaluation.speed.contestants import contestant
from laplace_landmarks.evaluation.speed.dlib_model import whole_crop
from laplace_landmarks.faces.boxes import CropRule

SIZE = 240


def main(
    models: tyro.conf.Positional[tuple[str, ...]],
    data: Path = Path("../shared/data"),
    runs: Path = Path("../runs"),
    seconds: float = 10.0,
) -> None:
    """Train dlib's predictor where it is not there yet, and time and score all models beside it.

    Args:
        models: Model files and names of released models.
        data: Folder with the pictures.
        runs: Folder for the predictor.
        seconds: How long the models take turns.
    """
    predictor = runs / "dlib" / "dlib.dat"
    if not predictor.exists():
        train(data, predictor)
    names = [*models, f"{predictor}:size={SIZE}"]
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    measured = benchmark([(name, contestant(name)) for name in names], (1,), (1,), seconds, test)
    figures: dict[str, Any] = {row.model: asdict(row) for row in measured.rows}
    path = record(
        "dlib-peer",
        figures,
        data=f"trained on 644 pictures of 300W lfpw/trainset; {len(test)} of lfpw/testset, scored once",
        protocol=f"NMSE in percent, inter-ocular; {TRUE_POINT_CROPS}; times: {METHOD}",
        busy=measured.busy,
        dlib=dlib.__version__,  # pyright: ignore[reportAttributeAccessIssue]
    )
    print(json.dumps(figures, indent=1), path)


def train(data: Path, predictor: Path) -> None:
    labeled = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    crops = labeled_crops(select(labeled, read_split(data / "splits/lfpw.json", "train")), CropRule(size=SIZE))
    whole = whole_crop(SIZE)
    shapes = [[dlib.full_object_detection(whole, [dlib.point(round(float(x)), round(float(y))) for x, y in points])]  # pyright: ignore
              for points in crops.landmarks]  # fmt: skip
    options = dlib.shape_predictor_training_options()  # pyright: ignore[reportAttributeAccessIssue]
    options.num_threads = 2
    options.be_verbose = True
    trained = dlib.train_shape_predictor([np.asarray(crop) for crop in crops.pictures], shapes, options)  # pyright: ignore
    predictor.parent.mkdir(parents=True, exist_ok=True)
    trained.save(str(predictor))


if __name__ == "__main__":
    tyro.cli(main)
