"""The paper does not print its batch size. 200 epochs of LaplaceKL at width 8 with 16 and with 8 pictures a step.

Trains on the 644 pictures of LFPW's training part, judged by the 161 validation pictures; the test part is not touched.

    python benchmarks/batch_size.py [--data ../shared/data] [--runs ../runs/batch-size]
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tyro
from lfpw_comparison import call
from record import record

from laplace_landmarks.training.run_files import LOG

CONFIG = Path("configs/300w-lfpw.yaml")
SIZES = (16, 8)


def main(data: Path = Path("../shared/data"), runs: Path = Path("../runs/batch-size"), seed: int = 0) -> None:
    """Train with each size, side by side, and write the result file."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda size: train(size, data, runs, seed), SIZES))
    figures = {f"batch {size}": figures_of(runs / f"batch-{size}" / LOG) for size in SIZES}
    path = record(
        "batch-size",
        figures,
        data={"train": "300W lfpw/trainset, 644 pictures", "validation": "161 others of it"},
        protocol="validation NMSE in percent, inter-ocular, true-point crops; one seed",
        config=CONFIG.as_posix(),
        seed=seed,
    )
    print(json.dumps(figures, indent=1), path)


def train(size: int, data: Path, runs: Path, seed: int) -> None:
    call(["train", CONFIG, "--data.root", data, "--run", runs / f"batch-{size}", "--optimiser.batch", size,
          "--seed", seed, "--machine.threads", 1, "--machine.validate-every", 250 * 16 // size,
          "--data.cache", runs / "cache"])  # fmt: skip


def figures_of(log: Path) -> dict:
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    validations = [entry for entry in entries if entry["kind"] == "validation"]
    best = min(validations, key=lambda entry: entry["nmse_raw"])
    return {
        "steps": validations[-1]["step"],
        "last_nmse_percent": round(validations[-1]["nmse_raw"], 3),
        "last_nmse_percent_ema": round(validations[-1]["nmse_ema"], 3),
        "best_nmse_percent": round(best["nmse_raw"], 3),
        "last_spread_crop_pixels": round(validations[-1]["spread_raw"], 3),
    }


if __name__ == "__main__":
    tyro.cli(main)
