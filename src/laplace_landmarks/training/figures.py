"""What a network sees while it learns: the heatmaps of a few faces that it is not trained on."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.method.heatmaps import probabilities
from laplace_landmarks.runtime.drawing import draw_heatmaps, sheet_of
from laplace_landmarks.training.batches import to_network
from laplace_landmarks.training.pictures import TrainingPictures

FACES = 6  # in a snapshot, evenly spaced over the validation pictures
ENLARGED = 3


def draw_snapshot(
    network: nn.Module, beta: float, pictures: TrainingPictures, device: torch.device, path: Path
) -> None:
    """A few validation (or training) crops with their heatmaps laid over them (Fig. 3 of the paper)."""
    among = (pictures.validation or pictures.train).pictures
    crops = among[np.linspace(0, len(among) - 1, min(FACES, len(among)), dtype=int)]
    training = network.training
    network.eval()
    with torch.no_grad():
        heatmaps = probabilities(network(to_network(crops, device)), beta).cpu().numpy()
    network.train(training)
    shown = crops.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    tiles = [draw_heatmaps(crop, maps) for crop, maps in zip(shown, heatmaps, strict=True)]
    path.parent.mkdir(exist_ok=True)
    write_picture(path, sheet_of(tiles, columns=len(tiles)))
