"""What does a model say of landmarks that it cannot see? Drawn faces behind objects, where the truth is known exactly.

Three trainings on the same pictures: with labels for all landmarks; without labels for those behind the objects; and
so with the adversarial branch, its fakes masked as its reals are, on further pictures. Scored on other faces behind
objects, landmarks in view and behind apart. In percent of the distance of the outer eye corners; intervals over faces.

    python benchmarks/behind_objects.py [--runs ../runs] [--steps 1000]
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray
from omegaconf import OmegaConf
from record import record
from study import PACKAGE, call

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.formats.table import read_table, write_table
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.data.synthetic.dataset import IN_VIEW, face_behind_object, write_synthetic
from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_crops
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import MODEL

TRAINED, TESTED, UNLABELED, SEED = 2000, 500, 2000, 5
GROW = 0.92  # faces as large as in the labeled crops
RIGHT_EYE, LEFT_EYE = 36, 45
ALL = "all.csv"
KINDS = {"all labeled": (ALL, False), "in view labeled": (IN_VIEW, False), "in view labeled + D": (IN_VIEW, True)}


def main(runs: Path = Path("../runs"), steps: int = 1000, at_once: int = 2) -> None:
    """Train what is not trained yet, score it and write the result file."""
    folder = (runs / "behind-objects").resolve()
    faces = folder / "faces"
    if not (faces / "train" / ALL).exists():
        count = TRAINED + TESTED
        write_synthetic(faces, count, SEED, test_fraction=TESTED / count, unlabeled=UNLABELED, behind_objects=True)
        write_table(faces / "train" / ALL, fully_labeled(read_table(faces / "train" / IN_VIEW)))
    with ThreadPoolExecutor(at_once) as pool:
        models = dict(zip(KINDS, pool.map(lambda kind: train(kind, faces, folder, steps), KINDS), strict=True))
    test = read_labeled(faces / "test", IBUG68)
    visible = np.stack([face_behind_object(SEED, index)[2] for index in range(TESTED)])
    figures: dict[str, Any] = {"landmarks behind": round(float((~visible).mean()), 3)}
    figures |= {kind: scores(LandmarkDetector(model), test, visible) for kind, model in models.items()}
    path = record(
        "behind-objects",
        figures,
        data=f"{TRAINED} drawn faces to train, {UNLABELED} without labels, {TESTED} to test, all behind objects",
        protocol=f"percent of the distance of the outer eye corners; {TRUE_POINT_CROPS}; {steps} steps of 16, width 8",
        intervals="95 %, bootstrap over faces",
        seed=0,
    )
    print(json.dumps(figures, indent=1), path)


def fully_labeled(labeled: LabeledSet) -> LabeledSet:
    """The same pictures with the landmarks behind the objects too; a face's number is the end of its name."""
    return replace(labeled, samples=tuple(
        replace(sample, visible=np.ones_like(sample.visible),
                landmarks=face_behind_object(SEED, int(sample.name[-6:]))[1])
        for sample in labeled.samples
    ))  # fmt: skip


def train(kind: str, faces: Path, folder: Path, steps: int) -> Path:
    labels, adversarial = KINDS[kind]
    run, config = folder / kind.replace(" ", "-"), folder / f"{kind.replace(' ', '-')}.yaml"
    settings: dict[str, Any] = {
        "run": str(run),
        "data": {"labeled": str(faces / "train" / labels), "licence": "MIT (drawn faces)"},
        "network": {"width": 8},
        "optimiser": {"steps": steps},
        "machine": {"threads": 1},
    }
    if adversarial:
        settings["data"]["unlabeled"] = [{"pictures": str(faces / "unlabeled"), "grow": GROW}]
        settings["adversarial"] = {"width": 16}
    OmegaConf.save(settings, config)
    call([*PACKAGE, "train", config], run.with_suffix(".out"))
    return run / MODEL


def scores(detector: LandmarkDetector, test: LabeledSet, visible: NDArray[np.bool_]) -> dict[str, Any]:
    """Errors and spreads of landmarks in view and behind, and how well the spread alone tells them apart (AUROC)."""
    found = predict_crops(detector, test, labeled_crops(test, detector.info.crop))
    truth = np.stack([sample.landmarks for sample in test.samples])
    eyes = np.linalg.norm(truth[:, LEFT_EYE] - truth[:, RIGHT_EYE], axis=1)[:, None]
    errors = 100 * np.linalg.norm(np.stack([face.landmarks for face in found]) - truth, axis=2) / eyes
    spread = 100 * np.stack([face.spread for face in found if face.spread is not None]).mean(axis=2) / eyes
    usual = spread / np.median(spread, axis=0)  # landmarks differ in how certain they can be
    return {
        "error in view": interval(errors, visible),
        "error behind": interval(errors, ~visible),
        "spread in view": interval(spread, visible),
        "spread behind": interval(spread, ~visible),
        "spread tells behind from in view": round(auroc(usual[~visible], usual[visible]), 3),
    }


def interval(values: NDArray[np.floating], chosen: NDArray[np.bool_]) -> list[float]:
    """Mean over the faces that have such landmarks, with its interval."""
    some = chosen.any(axis=1)
    means = (values * chosen)[some].sum(axis=1) / chosen[some].sum(axis=1)
    mean = mean_of(means[None])
    return [round(float(number), 2) for number in (mean.value, mean.low, mean.high)]


def auroc(above: NDArray[np.floating], below: NDArray[np.floating]) -> float:
    """The share of pairs in which the first is the larger."""
    places = np.searchsorted(np.sort(below), above)
    return float(places.mean() / len(below))


if __name__ == "__main__":
    tyro.cli(main)
