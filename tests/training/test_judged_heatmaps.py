"""What the discriminator is shown in a turn: real and generated heatmaps, and which of them are empty."""

import pytest
import torch
from torch import Tensor

from fixtures.tiny_turns import SIZE, K, algorithm, labeled, unlabeled
from laplace_landmarks.method.discriminator import PatchDiscriminator
from laplace_landmarks.method.heatmaps import draw, softargmax
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.training.algorithm import Algorithm, LabeledBatch, masks_for


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
