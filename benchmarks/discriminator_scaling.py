"""How should heatmaps enter the discriminator? Each scaling for a short training, and none at all beside it.

Width 8, the 644 labeled pictures of LFPW, 8,000 unlabeled ones, discriminator of base width 16. What counts is whether
the discriminator learns: its accuracy on real and fake patches over the last quarter, early and late.

    python benchmarks/discriminator_scaling.py [--data ../shared/data] [--runs ../runs/discriminator-scaling]
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean

import tyro
from lfpw_comparison import call
from record import record

from laplace_landmarks.training.run_files import LOG

CONFIG = {True: Path("configs/300w-lfpw-unlabeled.yaml"), False: Path("configs/300w-lfpw.yaml")}
VARIANTS = {"without D": "", "none": "none", "peak": "peak", "root": "root"}


def main(
    data: Path = Path("../shared/data"), runs: Path = Path("../runs/discriminator-scaling"), steps: int = 1000
) -> None:
    """Train every variant, two at a time, and write the result file."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda variant: train(variant, data, runs, steps), VARIANTS))
    figures = {variant: figures_of(runs / variant.replace(" ", "-") / LOG, steps) for variant in VARIANTS}
    path = record(
        "discriminator-scaling",
        figures,
        data={"labeled": "300W lfpw/trainset, 644 pictures", "validation": "161 others of it",
              "unlabeled": "2,757 video frames and 5,243 face crops"},
        protocol="validation NMSE in percent, inter-ocular, true-point crops; one seed, short runs: no ranking by NMSE",
        steps=steps,
        seed=0,
    )  # fmt: skip
    print(json.dumps(figures, indent=1), path)


def train(variant: str, data: Path, runs: Path, steps: int) -> None:
    scaling = VARIANTS[variant]
    words = ["train", CONFIG[bool(scaling)], "--data.root", data, "--run", runs / variant.replace(" ", "-"),
             "--optimiser.steps", steps, "--machine.threads", 1, "--data.cache", runs / "cache",
             *(["--adversarial.scaling", scaling] if scaling else [])]  # fmt: skip
    call(words)


def figures_of(log: Path, steps: int) -> dict:
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    train = [entry for entry in entries if entry["kind"] == "train"]
    validation = [entry for entry in entries if entry["kind"] == "validation"][-1]
    parts = {"first quarter": train[: len(train) // 4], "last quarter": train[-len(train) // 4 :]}
    accuracy = {
        f"D right on {kind}, {part}": round(mean(entry[f"d_{kind}"] for entry in some), 3)
        for part, some in parts.items()
        for kind in ("real", "fake")
        if "d_real" in train[0]
    }
    return {
        **accuracy,
        "validation_nmse_percent": round(validation["nmse_raw"], 2),
        "validation_nmse_percent_ema": round(validation["nmse_ema"], 2),
        "spread_crop_pixels": round(validation["spread_raw"], 3),
        "images_per_second": train[-1]["images_per_second"],
    }


if __name__ == "__main__":
    tyro.cli(main)
