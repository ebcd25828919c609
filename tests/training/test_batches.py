"""Which pictures a step sees, and which process has them."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.errors import InputError
from laplace_landmarks.training.batches import LABELED, UNLABELED, Share, places, to_network

counts, batches, seeds = st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**32)


@given(counts, batches, seeds)
def test_every_picture_comes_once_an_epoch(count: int, batch: int, seed: int) -> None:
    steps = -(-2 * count // batch)
    seen = np.concatenate([places(count, batch, step, seed) for step in range(steps)])
    assert sorted(seen[:count]) == list(range(count))
    assert sorted(seen[count : 2 * count]) == list(range(count))


@given(counts, batches, seeds, st.integers(0, 10**6))
def test_a_step_needs_no_memory_of_those_before(count: int, batch: int, seed: int, step: int) -> None:
    chosen = places(count, batch, step, seed)
    places(count + 1, batch, step + 7, seed + 1)
    assert chosen.shape == (batch,)
    assert np.array_equal(places(count, batch, step, seed), chosen)
    assert np.array_equal(np.concatenate([places(count, 1, batch * step + i, seed) for i in range(batch)]), chosen)


def test_order_changes_with_seed_epoch_and_stream() -> None:
    first = places(50, 50, 0, seed=0)
    for other in (places(50, 50, 0, seed=1), places(50, 50, 1, seed=0), places(50, 50, 0, 0, UNLABELED)):
        assert not np.array_equal(other, first)
    assert np.array_equal(places(50, 50, 0, 0, LABELED), first)


@given(st.integers(1, 8), st.integers(1, 6))
def test_shares_are_the_batch(processes: int, part: int) -> None:
    batch = np.arange(processes * part)
    shares = [batch[Share(rank, processes).of(len(batch))] for rank in range(processes)]
    assert np.array_equal(np.concatenate(shares), batch)
    assert {len(share) for share in shares} == {part}


def test_an_uneven_share_is_refused() -> None:
    with pytest.raises(InputError, match="a batch of 16 cannot be shared equally by 3 processes"):
        Share(0, 3).of(16)


def test_pictures_enter_the_network_channels_first_from_0_to_1() -> None:
    pictures = np.zeros((2, 3, 5, 3), np.uint8)
    pictures[1, 2, 4] = (0, 51, 255)

    tensor = to_network(pictures, torch.device("cpu"))

    assert tensor.shape == (2, 3, 3, 5)
    assert tensor.dtype == torch.float32
    assert tensor[1, :, 2, 4].tolist() == pytest.approx([0, 0.2, 1])
    assert tensor.sum().item() == pytest.approx(1.2)


def test_pictures_of_a_memory_map_stay_as_they_are() -> None:
    pictures = np.full((1, 2, 2, 3), 255, np.uint8)
    pictures.flags.writeable = False
    assert to_network(pictures[np.array([0, 0])], torch.device("cpu")).min() == 1
    assert pictures.min() == 255
