"""What `check` finds of landmarks that were moved on purpose, and what it lists that was not.

    python benchmarks/moved_labels.py [--data ../shared/data]

Of the training faces of LFPW some have one landmark moved, in any direction, by a share of the distance between their
outer eye corners. A model of shapes is fitted to all of them, as `check` does, and lists what is unlikely by it.
"""

from pathlib import Path

import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.checking.shape_model import as_complex, fit_shape_model, hold_against
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.metrics import lengths_of

SHARES, LIMITS = (0.1, 0.15, 0.2, 0.3, 0.5), (8.0, 6.0)
TIMES, MOVED = 10, 100


def main(data: Path = Path("../shared/data")) -> None:
    """Move landmarks, look for them, and write the result file."""
    labeled = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    faces = select(labeled, read_split(data / "splits/lfpw.json", "train"))
    landmarks = np.stack([sample.landmarks for sample in faces.samples])
    eyes = lengths_of("inter_ocular", faces)
    random = np.random.default_rng(0)
    figures: dict = {"found, percent": {}, "others listed": {}}
    as_they_are = deviations(landmarks)
    figures["listed as they are"] = {f"{limit:g}": faces_listed(as_they_are, limit) for limit in LIMITS}
    for share in SHARES:
        found, others = {limit: [] for limit in LIMITS}, {limit: [] for limit in LIMITS}
        for _ in range(TIMES):
            which = random.choice(len(landmarks), MOVED, replace=False)
            point = random.integers(landmarks.shape[1], size=MOVED)
            off = deviations(moved(landmarks, which, point, share * eyes[which], random.uniform(0, 2 * np.pi, MOVED)))
            for limit in LIMITS:
                found[limit].append(float((off[which, point] > limit).mean()))
                others[limit].append(faces_listed(np.delete(off, which, axis=0), limit))
        for name, counts, factor in (("found, percent", found, 100), ("others listed", others, 1)):
            figures[name][f"{share:.0%}"] = {
                f"{limit:g}": round(factor * float(np.mean(count)), 1) for limit, count in counts.items()
            }
        print(share, {name: figures[name][f"{share:.0%}"] for name in ("found, percent", "others listed")}, flush=True)
    record(
        "moved-labels",
        figures,
        data=f"300W lfpw/trainset, {len(landmarks)} training faces",
        protocol=f"{TIMES} times {MOVED} faces with one landmark moved in any direction",
        seed=0,
    )


def moved(landmarks: NDArray, which: NDArray, point: NDArray, distance: NDArray, angle: NDArray) -> NDArray:
    """(N, K, 2) landmarks of which one each of some faces is moved by (M,) pixels in (M,) directions."""
    elsewhere = landmarks.copy()
    elsewhere[which, point] += (distance * np.stack([np.cos(angle), np.sin(angle)])).T
    return elsewhere


def deviations(landmarks: NDArray) -> NDArray[np.float64]:
    """(N, K), by a model of these very shapes."""
    seen = np.ones(landmarks.shape[:2], np.bool_)
    return hold_against(fit_shape_model(landmarks, seen), as_complex(landmarks), seen).deviations


def faces_listed(off: NDArray[np.float64], limit: float) -> int:
    return int((off > limit).any(axis=1).sum())


if __name__ == "__main__":
    tyro.cli(main)
