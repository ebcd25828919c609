"""One turn of Algorithm 1: who learns from what, and what happens to a loss that is no number."""

from contextlib import nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from laplace_landmarks.method.discriminator import PatchDiscriminator
from laplace_landmarks.method.heatmaps import draw, probabilities, softargmax
from laplace_landmarks.method.losses import laplace_kl
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.training.algorithm import Algorithm, LabeledBatch, Lesson, masks_for
from laplace_landmarks.training.not_finite import NonFiniteLoss

K, SIZE = 2, 32


def algorithm(*, dropout: float = 0.2, noise: float = 0.2, **settings: float | bool) -> Algorithm:
    torch.manual_seed(0)
    generator = RecombinatorNet(2, K, dropout)
    discriminator = PatchDiscriminator(K, 4, noise)
    return Algorithm(
        generator=generator,
        optimiser_g=torch.optim.Adam(generator.parameters(), lr=1e-2),
        discriminator=discriminator,
        optimiser_d=torch.optim.Adam(discriminator.parameters(), lr=1e-2),
        autocast=nullcontext,
        **settings,  # pyright: ignore[reportArgumentType]
    )


def labeled(count: int = 3) -> LabeledBatch:
    random = torch.Generator().manual_seed(1)
    return LabeledBatch(
        pictures=torch.rand(count, 3, SIZE, SIZE, generator=random),
        landmarks=8 + 16 * torch.rand(count, K, 2, generator=random),
        visible=torch.ones(count, K, dtype=torch.bool),
    )


def unlabeled(count: int = 3) -> Tensor:
    return torch.rand(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))


def values(network: nn.Module | None) -> list[Tensor]:
    assert network is not None
    return [parameter.detach().clone() for parameter in network.parameters()]


def same(before: list[Tensor], after: list[Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


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


def test_a_gradient_that_is_no_number_moves_nothing() -> None:
    weight = nn.Parameter(torch.zeros(2))
    with pytest.raises(NonFiniteLoss, match="gradient"):  # the root of 0 has an infinite slope, its value is none
        algorithm().update(torch.optim.SGD([weight], lr=1.0), weight.sqrt().sum(), 2.5, parts={})
    assert not weight.any()


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


def test_the_loss_that_is_no_number_is_named() -> None:
    """Neither D's pictures nor a teacher's predictions are faults of the labels."""
    no_number = torch.full((3, 2, 2), float("nan"))
    lesson = Lesson(no_number, torch.ones(3, 2, 2), torch.ones(3, 2).bool())
    with pytest.raises(NonFiniteLoss) as found:
        algorithm().step(labeled(), unlabeled(), {"taught": (1.0, lesson)})
    assert found.value.name == "taught"

    turn = algorithm()
    assert turn.discriminator is not None
    with torch.no_grad():
        next(turn.discriminator.parameters()).fill_(float("nan"))
    with pytest.raises(NonFiniteLoss) as found:
        turn.step(labeled(), unlabeled())
    assert found.value.name == "loss_d"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("loss", ("the loss", ", on a, b. Look at these pictures' labels, or lower")),
        ("loss_d", ("the discriminator's loss", ". Lower adversarial.rate or")),
        ("taught_unlabeled", ("the loss against the teacher on unlabeled pictures", ". Lower teaching.unlabeled or")),
        ("gradient", ("the gradient", ". Lower")),
    ],
)  # fmt: skip
def test_labels_are_blamed_for_their_own_loss_alone(name: str, told: tuple[str, str]) -> None:
    what, lower = told
    assert NonFiniteLoss(name).told(4, "a, b", "runs/one") == (
        f"{what} is not finite at step 4{lower} optimiser.learning_rate or set optimiser.largest_gradient, and train "
        "anew: in another --run, or without the folder runs/one, whose weights may have grown too large before"
    )


@pytest.mark.parametrize("pictures", [None, unlabeled()], ids=["labeled only", "with unlabeled"])
@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_changes_nothing(pictures: Tensor | None, wrong: float) -> None:
    turn, batch = algorithm(), labeled()
    batch.landmarks[1, 0, 1] = wrong
    g, d = values(turn.generator), values(turn.discriminator)

    with pytest.raises(NonFiniteLoss) as found:
        turn.step(batch, pictures)

    assert found.value.name == "loss", "the labels are to blame, whatever else is not finite by them"
    if pictures is None or wrong != wrong:  # an infinite truth can still be drawn, at the border, and teaches D
        assert same(d, values(turn.discriminator))
    assert same(g, values(turn.generator))


@pytest.mark.parametrize("scaling", ["peak", "root"])
def test_the_discriminator_learns_what_is_easy_to_tell(scaling: str) -> None:
    turn = algorithm(dropout=0, adversarial_weight=0.0)
    turn.discriminator = PatchDiscriminator(K, 8, 0.2, scaling)
    turn.optimiser_d = torch.optim.Adam(turn.discriminator.parameters(), lr=1e-2)
    turn.optimiser_g = torch.optim.SGD(turn.generator.parameters(), lr=0)  # its flat heatmaps stay flat
    for step in range(25):
        with keyed(0, step):
            seen = turn.step(labeled(), unlabeled())
    assert min(seen["d_real"], seen["d_fake"]) > 0.9
    assert seen["loss_d"] < 0.7  # guessing costs 2 log 2 = 1.39


def test_real_heatmaps_are_drawn_at_the_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    turn, batch, judged = algorithm(target_spread=1.5), labeled(), []
    judge = Algorithm.judge

    def watched(self: Algorithm, pictures: Tensor, heatmaps: Tensor, learn: bool = True) -> Tensor:
        judged.append((pictures, heatmaps))
        return judge(self, pictures, heatmaps, learn)

    monkeypatch.setattr(Algorithm, "judge", watched)
    turn.step(batch, unlabeled())

    (first, real), (second, fake), (third, to_fool) = judged
    assert first is batch.pictures
    torch.testing.assert_close(real, draw(batch.landmarks, (SIZE, SIZE), 1.5))
    assert torch.equal(second, third)
    assert torch.equal(fake, to_fool)
    assert not fake.requires_grad
    assert to_fool.requires_grad


def test_redrawn_fakes_are_as_narrow_as_real_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    turn, judged = algorithm(redrawn=True, dropout=0.0), []
    judge = Algorithm.judge

    def watched(self: Algorithm, pictures: Tensor, heatmaps: Tensor, learn: bool = True) -> Tensor:
        judged.append(heatmaps)
        return judge(self, pictures, heatmaps, learn)

    monkeypatch.setattr(Algorithm, "judge", watched)
    found = softargmax(turn.heatmaps(unlabeled())).detach()
    turn.step(labeled(), unlabeled())

    _, fake, to_fool = judged
    assert torch.equal(fake, draw(found, (SIZE, SIZE)))  # the untrained heatmaps themselves are flat
    assert to_fool.requires_grad


def test_a_blind_discriminator_judges_by_heatmaps_alone() -> None:
    heatmaps = draw(labeled().landmarks, (SIZE, SIZE))
    for blind in (True, False):
        turn = algorithm(blind=blind, noise=0.0)
        alike = torch.equal(turn.judge(labeled().pictures, heatmaps), turn.judge(unlabeled(), heatmaps))
        assert alike is blind


def test_real_and_fake_have_the_same_channels_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe that sees only which channels are empty is at chance: the masks of both are the same, one for one."""
    turn, batch, judged = algorithm(), labeled(), []
    hidden = torch.tensor([[True, False], [True, True], [False, True]])
    judge = Algorithm.judge

    def watched(self: Algorithm, pictures: Tensor, heatmaps: Tensor, learn: bool = True) -> Tensor:
        judged.append(heatmaps)
        return judge(self, pictures, heatmaps, learn)

    monkeypatch.setattr(Algorithm, "judge", watched)
    turn.step(LabeledBatch(batch.pictures, batch.landmarks, hidden), unlabeled())

    real, fake, to_fool = ((heatmaps.sum(dim=(-2, -1)) > 0).tolist() for heatmaps in judged)
    assert real == fake == to_fool == hidden.tolist()


def test_an_empty_channel_teaches_the_generator_nothing() -> None:
    """Where no labeled picture shows a landmark, fooling D pulls at no heatmap of it."""
    turn, batch = algorithm(dropout=0, noise=0), labeled()
    never = torch.tensor([True, False]).expand(3, K)
    turn.step(LabeledBatch(batch.pictures, batch.landmarks, never), unlabeled())
    gradient = turn.generator.get_parameter("head.2.weight").grad  # (K, K, 1, 1), of the last layer
    assert gradient is not None
    assert gradient[0].abs().max() > 0
    assert gradient[1].abs().max() == 0


@pytest.mark.parametrize(
    ("count", "expected"),
    [(3, [0, 1, 2]), (6, [0, 0, 1, 1, 2, 2]), (1, [0])],
    ids=["as many", "twice as many", "fewer"],
)
def test_masks_are_those_of_the_labeled_pictures(count: int, expected: list[int]) -> None:
    visible = torch.tensor([[True, False], [True, True], [False, True]])
    assert torch.equal(masks_for(count, visible), visible[expected])


def test_processes_that_share_a_batch_give_the_masks_of_the_whole() -> None:
    visible = torch.rand(4, K, generator=torch.Generator().manual_seed(0)) > 0.5
    halves = [masks_for(4, visible[:2]), masks_for(4, visible[2:])]
    assert torch.equal(torch.cat(halves), masks_for(8, visible))
