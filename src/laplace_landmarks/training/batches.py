"""Which pictures a step sees: a function of (seed, step), so that nothing has to be remembered to go on."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.augmentation.geometry import View
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.algorithm import LabeledBatch
from laplace_landmarks.training.pictures import TrainingPictures

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


class Seen(NamedTuple):
    """What a process sees of one stream at one step: which pictures, their crops (N, size, size, 3), and the views that
    they were augmented by, None where they are as cut."""

    chosen: NDArray[np.int64]
    crops: NDArray[np.uint8]
    views: list[View] | None = None


def look(given: TrainingPictures, stream: int, chosen: NDArray[np.int64], first: Key) -> Seen:
    """The chosen crops of a stream, as the step draws them; `first` is the key of the first one, in the whole batch."""
    plain = given.train.pictures if stream == LABELED else given.unlabeled
    assert plain is not None
    if given.augmented is None:
        return Seen(chosen, plain[chosen])
    sources = given.augmented.train if stream == LABELED else given.augmented.unlabeled
    assert sources is not None
    return Seen(chosen, *given.augmented.augmenter.crops(sources, chosen, first))


def labeled_batch(given: TrainingPictures, seen: Seen, device: torch.device) -> LabeledBatch:
    """The crops with their landmarks, moved as the crops were."""
    landmarks, visible = given.train.landmarks[seen.chosen], given.train.visible[seen.chosen]
    if seen.views is not None:
        assert given.augmented is not None
        landmarks, visible = given.augmented.augmenter.moved(seen.views, landmarks, visible)
    return LabeledBatch(
        pictures=to_network(seen.crops, device),
        landmarks=torch.from_numpy(landmarks).to(device),
        visible=torch.from_numpy(visible).to(device),
    )


def to_network(pictures: NDArray[np.uint8], device: torch.device) -> Tensor:
    """(N, H, W, 3) uint8 → (N, 3, H, W) in [0, 1]; pixels stay together in memory, which convolutions like best."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).to(device).permute(0, 3, 1, 2).float().div_(255)
