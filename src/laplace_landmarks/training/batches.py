"""Which pictures a step sees: a function of (seed, step), so that nothing has to be remembered to go on."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.crops import Crops
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.algorithm import LabeledBatch
from laplace_landmarks.training.pictures import AugmentedPictures, TrainingPictures

LABELED, UNLABELED = 0, 1  # two streams of places


@dataclass(frozen=True)
class Share:
    """A process' part of every batch."""

    rank: int = 0
    processes: int = 1

    def __post_init__(self) -> None:
        assert 0 <= self.rank < self.processes

    def of(self, batch: int) -> slice:
        if batch % self.processes:
            raise InputError(f"a batch of {batch} cannot be shared equally by {self.processes} processes")
        part = batch // self.processes
        return slice(self.rank * part, (self.rank + 1) * part)


def places(count: int, batch: int, step: int, seed: int, stream: int = LABELED) -> NDArray[np.int64]:
    """(batch,) which of `count` pictures the step (from 0) sees: each once an epoch, each time in a new order.

    Epochs run into each other: no picture is dropped for the sake of a whole number of batches.
    """
    epochs, offsets = np.divmod(np.arange(step * batch, (step + 1) * batch), count)
    pairs = zip(epochs.tolist(), offsets.tolist(), strict=True)
    return np.array([_order(count, seed, stream, epoch)[offset] for epoch, offset in pairs])


@lru_cache(maxsize=8)
def _order(count: int, seed: int, stream: int, epoch: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, stream, epoch)).permutation(count)


def labeled_batch(crops: Crops, chosen: NDArray[np.int64], device: torch.device) -> LabeledBatch:
    """The chosen crops, on the device."""
    return LabeledBatch(
        pictures=to_network(crops.pictures[chosen], device),
        landmarks=torch.from_numpy(crops.landmarks[chosen]).to(device),
        visible=torch.from_numpy(crops.visible[chosen]).to(device),
    )


def augmented_batch(
    augmented: AugmentedPictures, crops: Crops, chosen: NDArray[np.int64], first: Key, device: torch.device
) -> LabeledBatch:
    """The chosen crops as the step draws them; `first` is the key of the first one, in the whole batch."""
    landmarks, visible = crops.landmarks[chosen], crops.visible[chosen]
    pictures, *labels = augmented.augmenter.labeled(augmented.train, chosen, first, landmarks, visible)
    landmarks, visible = (torch.from_numpy(values).to(device) for values in labels)
    return LabeledBatch(to_network(pictures, device), landmarks, visible)


def unlabeled_batch(given: TrainingPictures, chosen: NDArray[np.int64], first: Key, device: torch.device) -> Tensor:
    """The chosen unlabeled crops, as the step draws them where the augmentation is on."""
    assert given.unlabeled is not None
    if given.augmented is None or given.augmented.unlabeled is None:
        return to_network(given.unlabeled[chosen], device)
    return to_network(given.augmented.augmenter.pictures(given.augmented.unlabeled, chosen, first), device)


def to_network(pictures: NDArray[np.uint8], device: torch.device) -> Tensor:
    """(N, H, W, 3) uint8 → (N, 3, H, W) in [0, 1]; pixels stay together in memory, which convolutions like best."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).to(device).permute(0, 3, 1, 2).float().div_(255)
