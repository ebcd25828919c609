"""A markup that is no face's: a mouse seen twice, 17 points with blanks, 80 pictures to train on and 10 held out.

Trains configs/mirror-mouse.yaml from scratch and from the released model of faces, one after the other, and measures
the last, averaged weights on the ten: those whose names have the smallest SHA-256. Size, learning rate and dropout were
chosen on twelve of the eighty. Interrupted, it goes on.

    python benchmarks/mirror_mouse.py [--data ../shared/data/mirror-mouse] [--runs ../runs/mirror-mouse]
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import tyro
from record import record

from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.faces import faces_sheet
from laplace_landmarks.evaluation.protocols import predict_labeled, protocol_of
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import MODEL
from laplace_landmarks.training.run_files import LOG

CONFIG, SPLIT = Path("configs/mirror-mouse.yaml"), Path("configs/mirror-mouse.json")
HELD_OUT = 10
STARTS = {"from scratch": None, "from laplace68-eighth": "laplace68-eighth"}


def main(
    data: Path = Path("../shared/data/mirror-mouse"),
    runs: Path = Path("../runs/mirror-mouse"),
    seeds: tuple[int, ...] = (0, 1, 2),
) -> None:
    """Train with every seed and start, measure and write the result file."""
    labeled = read_labeled(data, None)
    train, test = (select(labeled, read_split(SPLIT, key)) for key in ("train", "validation"))
    figures = {start: [] for start in STARTS}
    for seed in seeds:
        for start, model in STARTS.items():
            run = runs / f"{start.replace(' ', '-')}-{seed}"
            train_one(run, data, seed, model)
            figures[start].append({"seed": seed, **measured(run, test)})
            print(start, json.dumps(figures[start][-1]), flush=True)
    first = runs / f"{next(iter(STARTS)).replace(' ', '-')}-{seeds[0]}" / MODEL
    draw(first, test)
    path = record(
        "mirror-mouse",
        {**figures, "the training pictures' mean places": in_pixels(away(test, [mean_places(train)] * len(test)))},
        data={"train": f"mirror-mouse, {len(train)} pictures", "test": f"{len(test)} others, those of {SPLIT}"},
        protocol=f"{protocol_of(LandmarkDetector(first).info)}; distances in pixels of the "
        "pictures (396 x 406), over visible points; last averaged weights, nothing chosen on the test pictures",
        config=CONFIG.as_posix(),
    )
    print(path)


def held_out(names: Sequence[str]) -> list[str]:
    """The names of the pictures that are not trained on."""
    return sorted(sorted(names, key=lambda name: sha256(name.encode()).hexdigest())[:HELD_OUT])


def train_one(run: Path, data: Path, seed: int, model: str | None) -> None:
    program = Path(sys.executable).with_name("laplace-landmarks")
    words = ["train", CONFIG, "--data.labeled", data, "--run", run, "--seed", seed, "--machine.threads", 1,
             "--data.cache", run.parent / "cache", *(["--init", model] if model else [])]  # fmt: skip
    subprocess.run([str(program), *map(str, words)], check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})


def measured(run: Path, test: LabeledSet) -> dict:
    """Of a finished run: errors, what the spread tells of points that are not there, and how it went."""
    detector = LandmarkDetector(run / MODEL)
    found = predict_labeled(detector, test)
    scores = score(test, found, model="mouse", data="test", protocol=protocol_of(detector.info))
    nmse = scores.row("all", "sqrt_box").nmse_percent
    assert nmse is not None
    visible = np.array([sample.visible for sample in test.samples])
    spread = np.array([prediction.spread for prediction in found]).mean(axis=-1)
    errors = away(test, [prediction.landmarks for prediction in found])
    log = [json.loads(line) for line in (run / LOG).read_text().splitlines()]
    return {
        **in_pixels(errors),
        "nmse_percent_sqrt_box": round(nmse.value, 3),
        "interval": [round(nmse.low, 3), round(nmse.high, 3)],
        "median_of_each_point": dict(
            zip(test.markup.names, np.nanmedian(errors, axis=0).round(2).tolist(), strict=True)
        ),
        "median_spread_visible": round(float(np.median(spread[visible])), 2),
        "median_spread_missing": round(float(np.median(spread[~visible])), 2),
        "nmse_percent_by_step": {
            line["step"]: round(line["nmse_ema"], 2) for line in log if line["kind"] == "validation"
        },
        "training_seconds": round(max(line["seconds"] for line in log if line["kind"] == "train")),
    }


def draw(model: Path, test: LabeledSet) -> None:
    """The ten pictures beside the model file, from the smallest error to the largest: labels, predictions, spread."""
    found = predict_labeled(LandmarkDetector(model), test)
    scores = score(test, found, model="mouse", data="test", protocol="")
    write_picture(model.with_name("test.jpg"), faces_sheet(test, found, scores, columns=5, tile=288))


def away(test: LabeledSet, found: Sequence) -> np.ndarray:
    """(N, K) distances in pixels of the picture; NaN where there is no label."""
    truth = np.array([sample.landmarks for sample in test.samples], np.float64)
    distances = np.linalg.norm(np.array(found, np.float64) - truth, axis=-1)
    return np.where([sample.visible for sample in test.samples], distances, np.nan)


def in_pixels(errors: np.ndarray) -> dict:
    """What is said of distances."""
    return {
        "mean_pixels": round(float(np.nanmean(errors)), 2),
        "median_pixels": round(float(np.nanmedian(errors)), 2),
        "quantile_90_pixels": round(float(np.nanquantile(errors, 0.9)), 2),
        "points": int(np.isfinite(errors).sum()),
    }


def mean_places(train: LabeledSet) -> np.ndarray:
    """(K, 2) what a method would say that does not look."""
    visible = np.array([sample.visible for sample in train.samples])[..., None]
    return (np.array([sample.landmarks for sample in train.samples]) * visible).sum(axis=0) / visible.sum(axis=0)


if __name__ == "__main__":
    tyro.cli(main)
