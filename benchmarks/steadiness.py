"""How still do landmarks stand on a picture that hardly changes? The fast files in floats, and in 8 bits, beside them.

Crops by true points; each is seen several times with other noise of one grey level at the most. Of each coordinate the
standard deviation over what is seen, and the furthest that one of them moves, in crop pixels; off: how far a file in
8 bits is from the one in floats, without noise; time: its own over that one's, in turns, one crop on one thread.

    python benchmarks/steadiness.py [--data ../shared/data] [--seconds 8]
"""

import json
from functools import partial
from pathlib import Path

import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.speed.interleaved import interleaved
from laplace_landmarks.runtime.network import Network
from laplace_landmarks.runtime.released import families, find_model

FACES, SEEN, LEVELS = 40, 8, 1
FAST, IN_8_BITS = "fast", ("fast-w8", "fast-int8")


def main(data: Path = Path("../shared/data"), seconds: float = 8.0) -> None:
    """Measure all fast files and write the result file.

    Args:
        data: Folder with the pictures.
        seconds: How long the files of one model take turns.
    """
    names = sorted(read_split(data / "splits/lfpw.json", "validation"))
    chosen = names[:: len(names) // FACES][:FACES]
    labeled = select(read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts"), chosen)
    figures = {}
    for model, files in families().items():
        networks = {variant: Network(find_model(files[variant].stem)) for variant in (FAST, *IN_8_BITS)}
        pictures = np.asarray(labeled_crops(labeled, networks[FAST].info.crop).pictures)
        still = {variant: network.run(["landmarks"], pictures)[0] for variant, network in networks.items()}
        works = [partial(network.run, ["landmarks"], pictures[:1]) for network in networks.values()]
        timed = dict(zip(networks, interleaved(works, seconds), strict=True))
        figures[model] = {
            variant: {
                "bytes": files[variant].stat().st_size,
                **moving(network, pictures),
                "off": round(float(np.abs(still[variant] - still[FAST]).mean()), 3),
                "time": round(timed[variant].ratio, 2),
            }
            for variant, network in networks.items()
        }
        print(model, json.dumps(figures[model]), flush=True)
    record(
        "steadiness",
        figures,
        data=f"{FACES} of the {len(names)} validation pictures of 300W lfpw/trainset, crops by true points",
        protocol=f"each crop {SEEN} times, with noise of -{LEVELS} to {LEVELS} grey levels, all alike likely; in crop "
        "pixels",
        intervals="95 %, bootstrap over faces",
    )


def moving(network: Network, pictures: NDArray[np.uint8]) -> dict[str, float | list[float]]:
    """What noise does to the landmarks of these crops."""
    random = np.random.default_rng(0)
    noise = random.integers(-LEVELS, LEVELS, (SEEN, *pictures.shape), endpoint=True)
    seen = (pictures + noise).clip(0, 255).astype(np.uint8)
    found = np.stack([network.run(["landmarks"], crops)[0] for crops in seen])  # (SEEN, N, K, 2)
    deviation = mean_of(found.std(axis=0).mean(axis=(1, 2)))
    return {
        "standard deviation": [round(number, 4) for number in (deviation.value, deviation.low, deviation.high)],
        "furthest": round(float(np.ptp(found, axis=0).max()), 2),
    }


if __name__ == "__main__":
    tyro.cli(main)
