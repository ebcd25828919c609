"""How good the weights are right now, on crops that are not trained on."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.evaluation.metrics import nmse, normaliser
from laplace_landmarks.method.heatmaps import probabilities, readout
from laplace_landmarks.training.batches import to_network

BATCH = 32


def validate(network: nn.Module, beta: float, crops: Crops, markup: Markup, device: torch.device) -> dict[str, float]:
    """Mean NMSE in percent and mean spread in crop pixels, over visible landmarks; in float32, as the model file."""
    landmarks, spread = predict(network, beta, crops.pictures, device)
    errors = nmse(landmarks, crops.landmarks, crops.visible, face_sizes(crops, markup))
    return {"nmse": 100 * float(errors.mean()), "spread": float(spread[crops.visible].mean())}


def face_sizes(crops: Crops, markup: Markup) -> NDArray[np.float64]:
    """(N,) what the error is divided by, in crop pixels: the markup's normaliser, else the box's size."""
    sizes = []
    for name, landmarks, visible in zip(crops.names, crops.landmarks, crops.visible, strict=True):
        sample = Sample(name, Path(name), landmarks, visible)
        size = normaliser("inter_ocular", markup, sample) or normaliser("sqrt_box", markup, sample)
        sizes.append(size or np.inf)  # a single visible landmark has no size, and weighs nothing
    return np.array(sizes)


@torch.no_grad()
def predict(
    network: nn.Module, beta: float, pictures: NDArray[np.uint8], device: torch.device
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Landmarks and spread (N, K, 2) of crops (N, size, size, 3), in crop pixels."""
    training = network.training
    network.eval()
    parts = [
        torch.stack(readout(probabilities(network(to_network(pictures[start : start + BATCH], device)), beta)))
        for start in range(0, len(pictures), BATCH)
    ]
    network.train(training)
    landmarks, spread = torch.cat(parts, dim=1).cpu().numpy()
    return landmarks, spread
