"""Keyed random numbers: the same for the same (seed, step, call, sample), different for any other, and fair."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from laplace_landmarks.method.noise import KeyedDropout, kept, keyed, normal


def numbers(like: Tensor, **key: int) -> tuple[Tensor, Tensor]:
    """Two calls of one key."""
    with keyed(**key):
        return normal(like), kept(like, 0.5)


LIKE = torch.zeros(4, 3, 5, 6)


@given(st.integers(0, 2**63), st.integers(0, 10**9), st.sampled_from([1, 2, 4]))
@settings(deadline=None, max_examples=30)
def test_parts_of_a_batch_draw_what_the_whole_draws(seed: int, step: int, parts: int):
    whole = numbers(LIKE, seed=seed, step=step)
    drawn = [numbers(share, seed=seed, step=step, part=part) for part, share in enumerate(LIKE.chunk(parts))]
    for together, *shares in zip(whole, *drawn, strict=True):
        assert torch.equal(together, torch.cat(shares))


def test_parts_of_a_larger_and_a_smaller_batch_in_one_step():
    """As of labeled and unlabeled pictures: a process' place in one batch says nothing of its place in the other."""
    large, small = torch.zeros(6, 2, 3), torch.zeros(2, 2, 3)
    with keyed(1, 1):
        whole = normal(large), normal(small)
    halves = []
    for part in range(2):
        with keyed(1, 1, part):
            halves.append((normal(large[:3]), normal(small[:1])))
    for together, *shares in zip(whole, *halves, strict=True):
        assert torch.equal(together, torch.cat(shares))


@pytest.mark.parametrize("changed", [{"seed": 2}, {"step": 2}, {"part": 1}])
def test_another_key_draws_other_numbers(changed: dict[str, int]):
    key = {"seed": 1, "step": 1}
    for before, after in zip(numbers(LIKE, **key), numbers(LIKE, **key | changed), strict=True):
        assert all(not torch.equal(one, other) for one in before for other in after)


def test_seeds_steps_calls_and_samples_are_not_confused():
    """As 1 and 11 would be, written one after the other."""
    drawn = []
    for seed, step in [(1, 1), (1, 11), (11, 1)]:
        with keyed(seed, step):
            drawn += [normal(torch.zeros(12, 30)) for _ in range(12)]
    assert len(torch.cat(drawn).unique(dim=0)) == 3 * 12 * 12


def test_nothing_else_counts():
    torch.manual_seed(0)
    before = numbers(LIKE, seed=1, step=1)
    torch.manual_seed(99)
    state = torch.get_rng_state()
    after = numbers(LIKE, seed=1, step=1)
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert torch.equal(torch.get_rng_state(), state), "torch's generator stays as it was"


def test_outside_torchs_seed_governs():
    torch.manual_seed(5)
    once = normal(LIKE), kept(LIKE, 0.5)
    torch.manual_seed(5)
    again = normal(LIKE), kept(LIKE, 0.5)
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert not torch.equal(normal(LIKE), once[0])


def test_nesting_goes_on_where_it_was():
    with keyed(1, 1):
        plain = normal(LIKE), normal(LIKE)
    with keyed(1, 1):
        first = normal(LIKE)
        with keyed(2, 2):
            normal(LIKE)
        second = normal(LIKE)
    assert torch.equal(first, plain[0])
    assert torch.equal(second, plain[1])


def test_an_error_inside_does_not_leave_the_key_behind():
    with pytest.raises(KeyError), keyed(1, 1):
        raise KeyError
    assert not torch.equal(normal(LIKE), normal(LIKE)), "torch's own generator moves on"
    with keyed(1, 1):
        inside = normal(LIKE)
    assert not torch.equal(normal(LIKE), inside)


def test_normal_is_standard_and_independent():
    (values, _) = numbers(torch.zeros(20, 10, 20, 25), seed=3, step=4)  # 100,000: a standard error of 0.003
    assert values.mean().item() == pytest.approx(0, abs=0.012)
    assert values.std().item() == pytest.approx(1, abs=0.012)
    assert (values.abs() < 1).float().mean().item() == pytest.approx(0.6827, abs=0.006)
    assert torch.corrcoef(values.flatten(1)).fill_diagonal_(0).abs().max() < 0.07, "5,000 each: 0.014"
    neighbours = torch.stack([values[..., :-1].flatten(), values[..., 1:].flatten()])
    assert torch.corrcoef(neighbours)[0, 1].abs() < 0.012, "four of them come from one random word"


def test_four_numbers_of_one_random_word_tell_nothing_of_each_other():
    fours = normal(torch.zeros(1, 400_000)).view(-1, 4).double().T
    for of in (Tensor.double, Tensor.abs, Tensor.square):
        told = torch.corrcoef(of(fours)).fill_diagonal_(0).abs().max()
        assert told < 0.02, "65,536 fours are as good as that many drawn ones: 0.004, and 0.003 of drawing them"
    signs = (fours > 0).long()
    quarters = torch.bincount((signs * torch.tensor([[8], [4], [2], [1]])).sum(dim=0), minlength=16) / fours.shape[1]
    assert (quarters - 1 / 16).abs().max() < 0.005


def test_normal_is_normal_into_its_tails():
    """By Kolmogorov and Smirnov against torch's distribution function, and by its moments."""
    values = normal(torch.zeros(4, 250_000)).flatten().double().sort().values
    below = torch.distributions.Normal(0, 1).cdf(values)
    steps = torch.linspace(0, 1, len(values), dtype=torch.float64)
    assert (below - steps).abs().max() < 0.00195, "what one sample in 1,000 exceeds at a million"
    assert values.pow(4).mean() == pytest.approx(3, abs=0.05)
    assert (values.abs() > 3).double().mean() == pytest.approx(0.0027, abs=0.0003)
    assert values[-1] == pytest.approx(4.3, abs=0.1)


@pytest.mark.parametrize("shape", [(2, 1), (1, 5, 1), (3, 7, 3), (0, 4), (2, 0)])
def test_normal_numbers_of_any_shape(shape: tuple[int, ...]):
    assert normal(torch.zeros(shape)).shape == shape


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_numbers_come_in_the_type_asked_for(dtype: torch.dtype):
    values = normal(torch.zeros(2, 3, 4, 4, dtype=dtype))
    assert values.dtype == dtype
    assert values.float().std() > 0.5


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8, 0.95])
def test_as_many_are_kept_as_asked_for(probability: float):
    with keyed(1, 2):
        mask = kept(torch.zeros(10, 16, 25, 25), probability)
    assert set(mask.unique().tolist()) == {0, 1}
    assert mask.float().mean().item() == pytest.approx(probability, abs=1 / 512 + 0.006)
    assert mask.float().mean(dim=(0, 2, 3)).sub(probability).abs().max() < 0.03, "in every channel"
    assert mask.float().mean(dim=(0, 1)).sub(probability).abs().mean() < 0.05, "at every pixel"


@pytest.mark.parametrize("shape", [(2, 1, 1, 1), (3, 5, 7, 3), (1, 8, 2, 2)])
def test_masks_of_any_shape(shape: tuple[int, int, int, int]):
    assert kept(torch.zeros(shape), 0.5).shape == shape


@pytest.mark.parametrize("dropped", [0.2, 0.5, 0.001, 0.999])
def test_dropout_keeps_the_mean(dropped: float):
    """Also where the probability rounds to none or all of 256: neither everything nor nothing may be dropped."""
    ones = torch.ones(40, 16, 25, 25)  # 400,000 units
    with keyed(1, 1):
        after = KeyedDropout(dropped)(ones)
    kept_share = (after > 0).float().mean().item()
    deviation = ((1 - kept_share) / kept_share / ones.numel()) ** 0.5
    assert kept_share == pytest.approx(1 - dropped, abs=0.005)
    assert after.mean().item() == pytest.approx(1, abs=5 * deviation)


def test_dropout_passes_the_gradient_of_what_it_kept():
    x = torch.ones(1, 2, 4, 4, requires_grad=True)
    after = KeyedDropout(0.5)(x)
    after.sum().backward()
    torch.testing.assert_close(x.grad, after.detach())


def test_no_dropout_outside_training():
    x = torch.ones(1, 2, 4, 4)
    assert KeyedDropout(0.5).eval()(x) is x
    assert KeyedDropout(0.0)(x) is x
