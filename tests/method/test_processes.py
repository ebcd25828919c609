"""Two real processes with half of a batch each compute what one process with the whole batch computes.

Run as a script, this file is one of the two: `test_processes.py RANK FOLDER`.
"""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import Tensor, nn

from laplace_landmarks.method import processes
from laplace_landmarks.method.discriminator import BatchNorm, PatchDiscriminator
from laplace_landmarks.method.noise import keyed

SAMPLES = 4  # of the whole batch


def random(*shape: int, seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def shared_mean(rank: int) -> tuple[Tensor, Tensor]:
    """Of (1, 3) and (2, 6); the losses are once and twice its sum."""
    value = torch.tensor([1.0, 3.0]).mul(rank + 1).requires_grad_()
    mean = processes.mean(value)
    (gradient,) = torch.autograd.grad((rank + 1) * mean.sum(), value)
    return mean.detach(), gradient


def averaged_gradients(rank: int) -> list[Tensor | None]:
    """Of two parameters with a gradient and one without."""
    parameters = [nn.Parameter(torch.zeros(shape)) for shape in [(2, 2), (1,), (3,)]]
    parameters[0].grad = torch.tensor([[1.0, 2.0], [3.0, 4.0]]) * (rank + 1)
    parameters[2].grad = torch.tensor([10.0, 20.0, 30.0]) * (1 - rank)
    processes.average_gradients(parameters)
    return [parameter.grad for parameter in parameters]


def normalised(samples: slice, norm: BatchNorm | nn.BatchNorm2d) -> tuple[Tensor, ...]:
    """Outputs and all gradients of a batch norm, one of whose channels lies far from 0."""
    x = (random(SAMPLES, 3, 5, 4, seed=1) + torch.tensor([0, 5, -300.0])[:, None, None])[samples].requires_grad_()
    norm.weight.data, norm.bias.data = random(3, seed=2), random(3, seed=3)
    y = norm(x)
    (y * random(SAMPLES, 3, 5, 4, seed=4)[samples]).mean().backward()
    processes.average_gradients(norm.parameters())
    assert x.grad is not None and norm.weight.grad is not None and norm.bias.grad is not None
    return y.detach(), x.grad, norm.weight.grad, norm.bias.grad


def judged(samples: slice, part: int = 0) -> tuple[Tensor, ...]:
    """A discriminator's verdict and the gradients of its parameters, with its noise."""
    torch.manual_seed(0)
    judge = PatchDiscriminator(landmarks=2, width=4)
    with keyed(seed=1, step=2, part=part):
        logits = judge(random(SAMPLES, 3, 32, 32, seed=5)[samples], random(SAMPLES, 2, 32, 32, seed=6)[samples].abs())
    logits.square().mean().backward()
    processes.average_gradients(judge.parameters())
    return logits.detach(), *(p.grad for p in judge.parameters() if p.grad is not None)


def one_of_two(rank: int, folder: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    half = slice(rank * SAMPLES // 2, (rank + 1) * SAMPLES // 2)
    results = {
        "count": processes.count(),
        "mean": shared_mean(rank),
        "gradients": averaged_gradients(rank),
        "norm": normalised(half, BatchNorm(3)),
        "dtype": BatchNorm(3)(torch.ones(1, 3, 2, 2, dtype=torch.bfloat16)).dtype,
        "judged": judged(half, rank),
    }
    torch.save(results, folder / f"{rank}.pt")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """What each of two processes says."""
    folder = tmp_path_factory.mktemp("two")
    command = [sys.executable, "-W", "ignore", __file__]
    running = [
        subprocess.Popen(
            [*command, str(rank), str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for rank in range(2)
    ]
    try:
        said = [process.communicate(timeout=60)[0] for process in running]
    finally:
        for process in running:
            process.kill()
    assert [process.returncode for process in running] == [0, 0], "\n".join(said)
    return [torch.load(folder / f"{rank}.pt", weights_only=False) for rank in range(2)]


def test_one_process_alone():
    assert processes.count() == 1
    value = torch.tensor([1.0, 3.0])
    assert processes.mean(value) is value
    parameter = nn.Parameter(torch.zeros(2))
    parameter.grad = torch.tensor([1.0, 2.0])
    processes.average_gradients([parameter])
    assert parameter.grad.tolist() == [1, 2]


def test_a_shared_mean_and_its_gradient_by_hand(two: list[dict]):
    for rank in range(2):
        assert two[rank]["count"] == 2
        mean, gradient = two[rank]["mean"]
        assert mean.tolist() == [1.5, 4.5]
        # the mean of both losses is 3/2 of its sum, in which each value counts half: 3/4. Gradients are averaged over
        # the two processes afterwards, so that each gives twice as much
        assert gradient.tolist() == [1.5, 1.5]


def test_averaged_gradients_by_hand(two: list[dict]):
    for rank in range(2):
        first, second, third = two[rank]["gradients"]
        assert first.tolist() == [[1.5, 3.0], [4.5, 6.0]]
        assert second is None
        assert third.tolist() == [5, 10, 15]


def test_batch_norm_over_two_halves_is_torchs_over_the_whole(two: list[dict]):
    y, of_x, of_weight, of_bias = normalised(slice(0, SAMPLES), nn.BatchNorm2d(3))
    torch.testing.assert_close(torch.cat([result["norm"][0] for result in two]), y, rtol=1e-4, atol=1e-4)
    # a loss that is the mean over half of the batch weighs a sample twice
    torch.testing.assert_close(torch.cat([result["norm"][1] for result in two]) / 2, of_x, rtol=1e-3, atol=1e-6)
    for result in two:
        torch.testing.assert_close(result["norm"][2], of_weight, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(result["norm"][3], of_bias)


def test_batch_norm_over_two_processes_keeps_the_type(two: list[dict]):
    """As it does in one: the noise that follows is drawn in that type."""
    assert BatchNorm(3)(torch.ones(1, 3, 2, 2, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert [result["dtype"] for result in two] == [torch.bfloat16] * 2


def test_two_halves_are_judged_and_learnt_from_as_the_whole(two: list[dict]):
    logits, *gradients = judged(slice(0, SAMPLES))
    torch.testing.assert_close(torch.cat([result["judged"][0] for result in two]), logits, rtol=1e-4, atol=1e-5)
    for result in two:
        for ours, whole in zip(result["judged"][1:], gradients, strict=True):
            torch.testing.assert_close(ours, whole, rtol=1e-3, atol=1e-5)


if __name__ == "__main__":
    one_of_two(int(sys.argv[1]), Path(sys.argv[2]))
