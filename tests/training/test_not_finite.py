"""A loss or a gradient that is no number: it is named, and it moves nothing."""

import pytest
import torch
from torch import Tensor, nn

from fixtures.tiny_turns import algorithm, labeled, same, unlabeled, values
from laplace_landmarks.training.algorithm import Lesson
from laplace_landmarks.training.not_finite import NonFiniteLoss


@pytest.mark.parametrize("largest", [0.0, 2.5])
def test_a_gradient_that_is_no_number_moves_nothing(largest: float) -> None:
    weight = nn.Parameter(torch.zeros(2))
    with pytest.raises(NonFiniteLoss, match="gradient"):  # the root of 0 has an infinite slope, its value is none
        algorithm().update(torch.optim.SGD([weight], lr=1.0), weight.sqrt().sum(), largest, parts={})
    assert not weight.any()


def test_a_gradient_is_left_as_it_is_without_a_limit() -> None:
    weight = nn.Parameter(torch.tensor([3.0, -4e6]))
    algorithm().update(torch.optim.SGD([weight], lr=1.0), 0.5 * weight.square().sum(), parts={})
    assert not weight.any()  # the gradient is the weight itself, to the bit


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
