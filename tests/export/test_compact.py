"""Smaller stand-ins for a trained network's costliest layers."""

import numpy as np
import torch
from torch import nn

from laplace_landmarks.export.compact import _least_squares, _telling, compacted, pictures, separable
from laplace_landmarks.method.recombinator import RecombinatorNet, parameter_count


def trained() -> RecombinatorNet:
    torch.manual_seed(1)
    network = RecombinatorNet(2, 6).eval()
    with torch.no_grad():
        for layer in network.head:
            layer.weight.mul_(4)  # pyright: ignore[reportCallIssue]
    return network


def crops(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 16, 16, 3), np.uint8)


def test_a_filter_that_is_separable_is_kept_exactly() -> None:
    """An outer product has rank 1 for each pair of channels: 2 inputs and 2 outputs need at most 4 between."""
    full = nn.Conv2d(2, 2, 5, padding=2)
    with torch.no_grad():
        full.weight.copy_(torch.einsum("oiy,oix->oiyx", torch.randn(2, 2, 5), torch.randn(2, 2, 5)))
    x = torch.randn(3, 2, 9, 7)
    torch.testing.assert_close(separable(full, 4)(x), full(x), atol=1e-5, rtol=1e-4)


def test_a_full_rank_changes_nothing_and_a_lower_one_is_the_best_fit() -> None:
    full = nn.Conv2d(3, 4, 5, padding=2)
    x = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(separable(full, 99)(x), full(x), atol=1e-5, rtol=1e-4)
    errors = [(separable(full, rank)(x) - full(x)).square().mean().item() for rank in (1, 4, 8, 15)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-9 < errors[0]


def test_all_channels_and_no_separation_is_the_same_network() -> None:
    network, seen = trained(), crops(4)
    same = compacted(network, 1.0, seen, channels=6, separated=(), steps=0)
    with torch.no_grad():
        torch.testing.assert_close(
            same(pictures(seen)).flatten(2).softmax(-1), network(pictures(seen)).flatten(2).softmax(-1),
            atol=1e-4, rtol=1e-3,
        )  # fmt: skip


def test_teaching_brings_the_heatmaps_nearer_and_spares_the_trained_network() -> None:
    network, seen = trained(), crops(12)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    losses: list[float] = []
    small = compacted(
        network, 1.0, seen, channels=3, separated=(3,), steps=40, told=lambda step, loss: losses.append(loss)
    )
    assert len(losses) == 40
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    moved = (small.encoder[0].weight - network.encoder[0].weight).abs().max()  # pyright: ignore
    assert 0 < moved < 0.05  # gently
    assert parameter_count(small) < parameter_count(network)


def test_a_network_trained_to_be_quick_stays_as_it_is() -> None:
    network = RecombinatorNet(2, 6, head="light", fusion="separable").eval()
    heard: list[int] = []
    same = compacted(network, 1.0, crops(4), told=lambda step, loss: heard.append(step))
    assert not heard
    assert same is network


def test_the_most_telling_features_are_taken() -> None:
    """The next layer asks for two of four; a third is a copy of one of them, and the fourth nobody asks for."""
    random = torch.Generator().manual_seed(0)
    one, other, idle = torch.randn(3, 200, generator=random, dtype=torch.double)
    features = torch.stack([idle, one, one, other], dim=1)
    onwards = torch.tensor([[0.0], [1.0], [1.0], [0.5]], dtype=torch.double)
    assert _telling(features, torch.ones(200, dtype=torch.double), onwards, 2) == [1, 3]


def test_least_squares_follow_the_weights() -> None:
    """Of two answers to the same question, 1 and 3, the second counts three times: 2.5."""
    ones, wanted = torch.ones(2, 1, dtype=torch.double), torch.tensor([[1.0], [3.0]], dtype=torch.double)
    found = _least_squares(ones, wanted, torch.tensor([1.0, 3.0], dtype=torch.double))
    torch.testing.assert_close(found, torch.tensor([[2.5]], dtype=torch.double))
