"""Values that several files of tests share."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor


def _some(*, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Landmarks, spread, truth and its spread, (2, 3, 2) in float64, none of them at a kink."""
    generator = torch.Generator().manual_seed(seed)
    landmarks, target = torch.randn(2, 2, 3, 2, dtype=torch.float64, generator=generator) * 3
    spread, target_spread = torch.rand(2, 2, 3, 2, dtype=torch.float64, generator=generator) * 2 + 0.5
    return landmarks, spread, target, target_spread


@pytest.fixture(scope="session")
def some() -> Callable[..., tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Makes landmarks, spread, truth and its spread."""
    return _some
