"""Random numbers as a function of (seed, step, call, sample): dropout's masks and the discriminator's noise.

A generator's state would have to be saved, restored and shared out; a function need not. So a resumed training goes on
with the very same numbers, and two processes with half of a batch each draw what one with the whole batch draws.
Outside `keyed` torch's global generator is used, and the networks behave as any other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from math import pi, sqrt

import torch
from torch import Tensor, nn


@dataclass
class _Key:
    seed: int
    step: int
    part: int
    calls: int = 0


_current: _Key | None = None


@contextmanager
def keyed(seed: int, step: int, part: int = 0) -> Iterator[None]:
    """Inside, random numbers depend on seed, step and a sample's place in the batch of all processes together.

    part: which of the equal parts of every batch this process has, from 0.
    """
    global _current
    _current, before = _Key(seed, step, part), _current
    try:
        yield
    finally:
        _current = before


def _generators(samples: int, device: torch.device) -> list[torch.Generator | None]:
    """One generator a sample for the next call; None stands for torch's global one."""
    if _current is None:
        return [None] * samples
    key, generators = _current, []
    for place in range(key.part * samples, (key.part + 1) * samples):
        digest = blake2b(f"{key.seed} {key.step} {key.calls} {place}".encode(), digest_size=8).digest()
        generators.append(torch.Generator(device).manual_seed(int.from_bytes(digest, "little") >> 1))
    key.calls += 1
    return generators


def normal(like: Tensor) -> Tensor:
    """Normal numbers, in the shape (N, ...) and type of `like`: mean 0, variance 1, none beyond 4.39.

    Two random bytes name four of them, out of 65,536 fours: a tenth of the time of numbers that are normal to the last
    bit, which was a quarter of an adversarial training's.
    """
    half = like.element_size() == 2
    fours = _fours().to(like.device, like.dtype if half else torch.float32)
    fours = fours.view(torch.int64 if half else torch.complex128).flatten()  # four as one: copied at once
    each = like[:1].numel()
    words = torch.empty(-(-each // 16), dtype=torch.int64, device=like.device)
    values = torch.empty(len(like), 4 * len(words), dtype=fours.dtype, device=like.device)
    for sample, generator in zip(values, _generators(len(like), like.device), strict=True):
        words.random_(torch.iinfo(torch.int64).min, None, generator=generator)
        torch.index_select(fours, 0, words.view(torch.int16).int().add_(len(fours) // 2), out=sample)
    numbers = values.view(like.dtype if half else torch.float32)
    return numbers[:, :each].reshape(like.shape).to(like.dtype)


@cache
def _fours() -> Tensor:
    """(65536, 4): in each column all quantiles, in an order of its own. So each number is as normal as they are, and
    next to nothing is known of one by the other three.
    """
    quantiles = _quantiles()
    generator = torch.Generator().manual_seed(0)
    columns = [quantiles[torch.randperm(len(quantiles), generator=generator)] for _ in range(4)]
    return torch.stack(columns, dim=-1)


@cache
def _quantiles() -> Tensor:
    """(65536,) means of the equally probable parts of the standard normal distribution."""
    edges = torch.special.ndtri(torch.linspace(0, 1, 2**16 + 1, dtype=torch.float64))
    density = (-edges.square() / 2).exp() / sqrt(2 * pi)
    means = -density.diff() * 2**16  # the density's slope is -x times it
    return means / means.square().mean().sqrt()  # a part's mean loses what varies within it


def kept(like: Tensor, probability: float) -> Tensor:
    """(N, C, H, W) of 0 and 1, 1 with the given probability (see `_in_256`).

    One random byte a unit: ten times faster than a random float each, which would be a third of a small network's time.
    """
    n, c, h, w = like.shape
    threshold = _in_256(probability)
    words = torch.empty(n, -(-c * h * w // 8), dtype=torch.int64, device=like.device)
    units = words.view(torch.uint8)
    for sample, own, generator in zip(words, units, _generators(n, like.device), strict=True):
        sample.random_(torch.iinfo(torch.int64).min, None, generator=generator)
        # 1 below the threshold, else 0: ten times faster than a comparison
        own.clamp_(threshold - 1, threshold).neg_().add_(threshold)
    return units[:, : c * h * w].view(n, h, w, c).permute(0, 3, 1, 2)


def _in_256(probability: float) -> int:
    """A probability as a threshold for random bytes; never 0 or 256, which a byte cannot be compared with."""
    return min(max(round(probability * 256), 1), 255)


class KeyedDropout(nn.Module):
    """Dropout with `kept` as its mask; nothing happens in evaluation or at probability 0."""

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.probability == 0:
            return x
        keep = _in_256(1 - self.probability) / 256  # what the mask really keeps
        return x * kept(x, keep).to(x.dtype).mul_(1 / keep)
