"""The paper's two objectives on the same real pictures: LaplaceKL (Eq. 3) against softargmax (Eq. 1), width 8.

Trains both on all 805 pictures of LFPW's training part (paper recipe, 200 epochs, last weights), side by side, then
scores each once on LFPW test. Interrupted, it goes on where it was.

    python benchmarks/lfpw_comparison.py [--data ../shared/data] [--runs ../runs/lfpw-comparison]
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tyro
from record import record

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.bootstrap import DRAWS
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_labeled
from laplace_landmarks.evaluation.scoring import Scores, score
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import MODEL
from laplace_landmarks.training.run_files import LOG

CONFIG = Path("configs/300w-lfpw-all.yaml")
OBJECTIVES = ("laplace_kl", "softargmax")


def main(
    data: Path = Path("../shared/data"),
    runs: Path = Path("../runs/lfpw-comparison"),
    seed: int = 0,
    batch: int = 16,
    objectives: tuple[str, ...] = OBJECTIVES,
) -> None:
    """Train the objectives, score them on LFPW test and write the result file."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda objective: train(objective, data, runs, seed, batch), objectives))
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    figures = {}
    for objective in objectives:
        for weights in ("last", "ema"):
            model = runs / f"{objective}-{seed}" / (MODEL if weights == "last" else "ema.onnx")
            detector = LandmarkDetector(model)
            found = predict_labeled(detector, test)
            scores = score(test, found, model=objective, data="LFPW test", protocol=TRUE_POINT_CROPS)
            figures.setdefault(objective, {})[weights] = summary(scores)
        figures[objective]["training"] = {**detector.info.training, **last_line(runs / f"{objective}-{seed}" / LOG)}
    if set(objectives) >= set(OBJECTIVES):
        ours, rival = (figures[objective]["last"]["nmse_percent"] for objective in OBJECTIVES)
        figures["softargmax above LaplaceKL, percent"] = round(100 * (rival / ours - 1), 1)
    path = record(
        "lfpw-comparison" + (f"-batch-{batch}" if batch != 16 else ""),
        figures,
        data={"train": "300W lfpw/trainset, all 805 pictures here", "test": f"300W lfpw/testset, {len(test)} pictures"},
        protocol=f"NMSE in percent, inter-ocular; {TRUE_POINT_CROPS}; scored once",
        intervals=f"95 %, {DRAWS} bootstrap draws of faces",
        config=CONFIG.as_posix(),
        seed=seed,
        batch=batch,
    )
    print(json.dumps(figures, indent=1), path)


def train(objective: str, data: Path, runs: Path, seed: int, batch: int) -> None:
    run = runs / f"{objective}-{seed}"
    words = ["train", CONFIG, "--data.root", data, "--run", run, "--loss.name", objective,
             "--seed", seed, "--optimiser.batch", batch, "--machine.threads", 1,
             "--data.cache", runs / "cache"]  # fmt: skip
    call(words)
    call(["export", run, "--output", run / "ema.onnx", "--weights", "ema"])


def call(words: list) -> None:
    program = Path(sys.executable).with_name("laplace-landmarks")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([str(program), *map(str, words)], check=True, env=environment)


def summary(scores: Scores) -> dict:
    row = scores.row("all", "inter_ocular")
    assert row.nmse_percent is not None
    return {
        "nmse_percent": round(row.nmse_percent.value, 3),
        "interval": [round(row.nmse_percent.low, 3), round(row.nmse_percent.high, 3)],
        "auc_8_percent": round(row.auc_percent[8].value, 2),
        "failure_8_percent": round(row.failure_percent[8].value, 2),
        "spread_crop_pixels": round(row.spread_crop_pixels or 0, 3),
        "faces": row.faces,
    }


def last_line(log: Path) -> dict:
    entry = [json.loads(line) for line in log.read_text().splitlines()][-1]
    return {"images_per_second": entry.get("images_per_second")}


if __name__ == "__main__":
    tyro.cli(main)
