"""What several processes that share a batch compute together; with one process, nothing.

Plain collectives instead of a wrapped network: two forward passes of one network before an update, and batch
statistics over all processes, are what wrappers of generator and discriminator stumble over.
"""

from collections.abc import Iterable

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx


def count() -> int:
    """How many processes share the batch."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def mean(value: Tensor) -> Tensor:
    """The mean of a tensor over the processes, with its gradient."""
    return _Mean.apply(value) if count() > 1 else value  # pyright: ignore[reportReturnType]


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its mean over the processes, in one exchange."""
    if count() == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    joined = mean(torch.cat([gradient.flatten() for gradient in gradients]))
    for gradient, averaged in zip(gradients, joined.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(averaged.view_as(gradient))


class _Mean(torch.autograd.Function):
    @staticmethod
    def forward(ctx: FunctionCtx, value: Tensor) -> Tensor:
        total = value.clone()
        dist.all_reduce(total)
        return total / dist.get_world_size()

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> Tensor:
        # every process' loss depends on every process' value, and the losses are averaged later
        return _Mean.forward(ctx, gradients[0])
