"""Why does the discriminator win so easily? What tells real from fake, one thing at a time.

A discriminator as in training learns alone to tell the labeled pictures' [picture, drawn heatmaps] from the unlabeled
ones' [picture, heatmaps of a trained network], with a part of it blanked out; judged on pictures that it has not seen.

    python benchmarks/branch_probe.py ../runs/evidence/laplace_kl-0/model.onnx [--data ../shared/data]
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import tyro
from numpy.typing import NDArray
from record import record
from torch import Tensor

from laplace_landmarks.method.discriminator import PatchDiscriminator
from laplace_landmarks.method.heatmaps import draw
from laplace_landmarks.method.losses import discriminator_loss
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training.batches import to_network
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.memory import keep_freed_memory
from laplace_landmarks.training.pictures import training_pictures

CONFIG = Path("configs/300w-lfpw-unlabeled.yaml")
BATCH, HELD = 16, 160  # pictures of each kind a step; pictures of each kind kept for judging
CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False)
class Kind:
    """Pictures of one kind: crops (N, size, size, 3), and landmarks (N, K, 2) that are true or found."""

    crops: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    detector: LandmarkDetector | None = None  # whose heatmaps are shown; None: drawn at the landmarks

    def shown(self, chosen: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Pictures (n, 3, size, size) and heatmaps (n, K, size, size) of those chosen."""
        pictures = to_network(self.crops[chosen], CPU)
        if self.detector is None:
            size = (self.crops.shape[1], self.crops.shape[2])
            return pictures, draw(torch.from_numpy(self.landmarks[chosen]), size)
        _, _, heatmaps = self.detector.on_crops(self.crops[chosen], heatmaps=True)
        assert heatmaps is not None
        return pictures, torch.from_numpy(heatmaps)


Blank = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]  # what is left to be seen of pictures and heatmaps


def both(pictures: Tensor, heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    return pictures, heatmaps


def picture_alone(pictures: Tensor, heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    return pictures, torch.zeros_like(heatmaps)


def heatmaps_alone(pictures: Tensor, heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    return torch.zeros_like(pictures), heatmaps


def main(
    model: tyro.conf.Positional[Path],
    data: Path = Path("../shared/data"),
    cache: Path = Path("../runs/cache"),
    steps: int = 600,
) -> None:
    """Train a discriminator on each pair of kinds, and write the result file."""
    keep_freed_memory()
    config = load_config(CONFIG)
    config = replace(config, data=replace(config.data, root=str(data), cache=str(cache)))
    given = training_pictures(config, print)
    assert given.unlabeled is not None
    detector = LandmarkDetector(model, threads=torch.get_num_threads())
    labeled, truth = given.train.pictures, given.train.landmarks
    unlabeled = given.unlabeled[np.random.default_rng(0).permutation(len(given.unlabeled))[: len(labeled)]]
    found = {name: detector.on_crops(crops)[0] for name, crops in (("labeled", labeled), ("unlabeled", unlabeled))}
    real = Kind(labeled, truth)
    elsewhere = Kind(unlabeled, found["unlabeled"], detector)
    here = Kind(labeled, found["labeled"], detector)
    probes = {
        "picture and heatmap, as in training": (elsewhere, both),
        "the picture alone": (elsewhere, picture_alone),
        "the heatmaps alone": (elsewhere, heatmaps_alone),
        "the heatmaps alone, of the labeled pictures": (here, heatmaps_alone),
        "heatmaps drawn at what was found, alone": (replace(elsewhere, detector=None), heatmaps_alone),
        "heatmaps drawn at what was found in the labeled pictures, and these": (replace(here, detector=None), both),
    }
    figures = {}
    for name, (fake, blank) in probes.items():
        figures[name] = probe(real, fake, blank, steps)
        print(name, figures[name], flush=True)
    record(
        "branch-probe",
        figures,
        data="300W lfpw/trainset, 644 training pictures, and as many of 2,757 video frames and 5,243 face crops",
        protocol=f"discriminator of base width 16, {steps} steps of {BATCH} + {BATCH}, learning rate 0.001, noise 0.2, "
        f"scaling peak; share of patches it is right on, of {HELD} pictures of each kind that it has not seen",
        model={"name": detector.info.name},
        seed=0,
    )


def probe(real: Kind, fake: Kind, blank: Blank, steps: int) -> dict[str, float]:
    """The share of patches of pictures that it has not learned from that a discriminator is right on: real, fake."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    judge = PatchDiscriminator(real.landmarks.shape[1], 16)
    adam = torch.optim.Adam(judge.parameters(), lr=1e-3)
    places = random.permutation(len(real.crops))
    learned, held = places[HELD:], places[:HELD]
    for step in range(steps):
        chosen = [random.choice(learned, BATCH, replace=False) for _ in range(2)]
        with keyed(0, step), torch.autocast("cpu", torch.bfloat16):
            on_real, on_fake = (
                judge(*blank(*kind.shown(which))) for kind, which in zip((real, fake), chosen, strict=True)
            )
        loss = discriminator_loss(on_real, on_fake)
        adam.zero_grad()
        loss.backward()
        adam.step()
    with torch.no_grad(), keyed(1, 0):
        parts = held.reshape(-1, BATCH)
        right = {
            "real": np.mean([float((judge(*blank(*real.shown(part))) > 0).float().mean()) for part in parts]),
            "fake": np.mean([float((judge(*blank(*fake.shown(part))) < 0).float().mean()) for part in parts]),
        }
    return {name: round(float(share), 3) for name, share in right.items()}


if __name__ == "__main__":
    tyro.cli(main)
