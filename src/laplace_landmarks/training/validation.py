"""How good the weights are right now, on crops that are not trained on."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.evaluation.metrics import lengths_of, nmse
from laplace_landmarks.method.heatmaps import probabilities, readout
from laplace_landmarks.training.batches import to_network
from laplace_landmarks.training.divisor import divisor_of

BATCH = 32


def validate(network: nn.Module, beta: float, crops: Crops, markup: Markup, device: torch.device) -> dict[str, float]:
    """Mean NMSE in percent and mean spread in crop pixels, over visible landmarks; in float32, as the model file.

    The NMSE is under the set's one normaliser, over the objects that have it, as `evaluate` has it.
    """
    landmarks, spread = predict(network, beta, crops.pictures, device)
    errors = errors_of(landmarks, crops, markup, divisor_of(labels_of(crops, markup), "data.validation"))
    return {"nmse": 100 * float(np.nanmean(errors)), "spread": float(spread[crops.visible].mean())}


def errors_of(
    landmarks: NDArray[np.float32], crops: Crops, markup: Markup, normaliser: str | None
) -> NDArray[np.float64]:
    """(N,) the error of each crop under the normaliser; NaN where its labels do not define it, so it has none."""
    lengths = lengths_of(normaliser, labels_of(crops, markup)) if normaliser else np.zeros(len(landmarks))
    counted, errors = lengths > 0, np.full(len(landmarks), np.nan)
    errors[counted] = nmse(landmarks[counted], crops.landmarks[counted], crops.visible[counted], lengths[counted])
    return errors


def labels_of(crops: Crops, markup: Markup) -> LabeledSet:
    """The crops' labels, in crop pixels."""
    rows = zip(crops.names, crops.landmarks, crops.visible, strict=True)
    return LabeledSet(markup, tuple(Sample(name, Path(name), landmarks, visible) for name, landmarks, visible in rows))


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
