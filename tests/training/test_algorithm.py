"""One turn of Algorithm 1: who learns from what."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from fixtures.tiny_turns import SIZE, algorithm, labeled, same, unlabeled, values
from laplace_landmarks.method.heatmaps import probabilities
from laplace_landmarks.method.losses import laplace_kl
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.training.algorithm import Algorithm, LabeledBatch


def test_without_unlabeled_pictures_the_generator_learns_alone() -> None:
    turn = algorithm()
    g, d = values(turn.generator), values(turn.discriminator)

    seen = turn.step(labeled(), None)

    assert seen.keys() == {"loss"}
    assert not same(g, values(turn.generator))
    assert same(d, values(turn.discriminator))


def test_with_them_both_learn() -> None:
    turn = algorithm()
    g, d = values(turn.generator), values(turn.discriminator)

    seen = turn.step(labeled(), unlabeled())

    assert seen.keys() == {"loss", "loss_d", "fooling", "d_real", "d_fake", "spread_real", "spread_fake"}
    assert not same(g, values(turn.generator))
    assert not same(d, values(turn.discriminator))


def test_each_update_moves_its_own_network_only(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = algorithm(adversarial_weight=0.5)
    moved: list[tuple[bool, bool]] = []
    update = Algorithm.update

    def watched(self: Algorithm, optimiser: torch.optim.Optimizer, loss: Tensor, *largest: float, parts: Any) -> None:
        g, d = values(turn.generator), values(turn.discriminator)
        update(self, optimiser, loss, *largest, parts=parts)
        moved.append((not same(g, values(turn.generator)), not same(d, values(turn.discriminator))))

    monkeypatch.setattr(Algorithm, "update", watched)
    turn.step(labeled(), unlabeled())

    assert moved == [(False, True), (True, False)]  # D, then G


@pytest.mark.parametrize(("largest", "moves"), [(0.0, 5.0), (2.5, 2.5), (10.0, 5.0)])
def test_a_gradient_that_is_too_large_is_scaled_down(largest: float, moves: float) -> None:
    weight = nn.Parameter(torch.zeros(2))  # d (3 a + 4 b) = (3, 4), of norm 5
    algorithm().update(torch.optim.SGD([weight], lr=1.0), weight @ torch.tensor([3.0, 4.0]), largest, parts={})
    torch.testing.assert_close(weight.detach(), -moves * torch.tensor([0.6, 0.8]))


def test_the_discriminator_has_a_learning_rate_of_its_own() -> None:
    turn = algorithm(discriminator_rate=0.25)
    turn.learn_at(0.004)
    assert turn.optimiser_d is not None
    assert [turn.optimiser_g.param_groups[0]["lr"], turn.optimiser_d.param_groups[0]["lr"]] == [0.004, 0.001]


def test_neither_loss_leaves_a_gradient_in_the_other_network() -> None:
    turn = algorithm(adversarial_weight=0.5)
    on_fake = turn.judge(unlabeled(), turn.heatmaps(unlabeled()).detach())
    on_fake.mean().backward()
    assert all(parameter.grad is None for parameter in turn.generator.parameters())
    assert turn.discriminator is not None
    assert all(parameter.grad is not None for parameter in turn.discriminator.parameters())

    turn.discriminator.zero_grad()
    turn.judge(unlabeled(), turn.heatmaps(unlabeled()), learn=False).mean().backward()
    assert all(parameter.grad is not None for parameter in turn.generator.parameters())
    assert all(parameter.grad is None for parameter in turn.discriminator.parameters())


def test_the_generators_gradient_is_the_sum_of_both_terms() -> None:
    """Checked against the two losses of Eq. 7, written out here and differentiated apart."""
    turn = algorithm(dropout=0, noise=0, adversarial_weight=0.25)
    turn.optimiser_d = torch.optim.SGD(turn.discriminator.parameters(), lr=0)  # pyright: ignore[reportOptionalMemberAccess]
    batch, pictures = labeled(), unlabeled()
    parameters = list(turn.generator.parameters())

    heatmaps = probabilities(turn.generator(batch.pictures))
    columns, rows = heatmaps.sum(dim=-2), heatmaps.sum(dim=-1)
    at = torch.arange(SIZE, dtype=torch.float32)
    landmarks = torch.stack([columns @ at, rows @ at], dim=-1)
    away = [(mass * (at - landmarks[..., axis, None]).abs()).sum(-1) for axis, mass in enumerate((columns, rows))]
    supervised = laplace_kl(landmarks, torch.stack(away, dim=-1), batch.landmarks).mean()
    logits = turn.discriminator(pictures, probabilities(turn.generator(pictures)))  # pyright: ignore[reportOptionalCall]
    fooling = torch.log(1 - torch.sigmoid(logits)).mean()
    expected = torch.autograd.grad(supervised + 0.25 * fooling, parameters)

    seen = turn.step(batch, pictures)

    assert seen["loss"] == pytest.approx(supervised.item(), rel=1e-5)
    assert seen["fooling"] == pytest.approx(fooling.item(), rel=1e-5)
    for parameter, gradient in zip(parameters, expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-6)


def test_weight_zero_is_the_supervised_training() -> None:
    """Also with dropout: the generator's masks on labeled pictures are those of a run without the other branch."""
    alone, both = algorithm(adversarial_weight=0.0), algorithm(adversarial_weight=0.0)
    for step in range(3):
        with keyed(0, step):
            alone.step(labeled(), None)
        with keyed(0, step):
            both.step(labeled(), unlabeled())
    assert same(values(alone.generator), values(both.generator))


def test_invisible_landmarks_teach_nothing() -> None:
    batch, half = labeled(), algorithm(dropout=0)
    hidden = torch.tensor([[True, False], [True, True], [False, True]])
    elsewhere = torch.where(hidden[..., None], batch.landmarks, torch.tensor(-1000.0))
    other = algorithm(dropout=0)

    half.step(LabeledBatch(batch.pictures, batch.landmarks, hidden), None)
    other.step(LabeledBatch(batch.pictures, elsewhere, hidden), None)

    assert same(values(half.generator), values(other.generator))
