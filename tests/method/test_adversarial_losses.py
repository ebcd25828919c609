"""Eq. 5 and what fooling is worth, against cross-entropies and pencil."""

from math import exp, log

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from laplace_landmarks.method.losses import (
    discriminator_loss,
    generator_loss,
)


def test_adversarial_losses_are_cross_entropies():
    real, fake = torch.randn(2, 3, 1, 9, 9, generator=torch.Generator().manual_seed(0)) * 5
    yes, no = torch.ones_like(real), torch.zeros_like(real)
    expected = binary_cross_entropy_with_logits(real, yes) + binary_cross_entropy_with_logits(fake, no)
    torch.testing.assert_close(discriminator_loss(real, fake), expected)
    torch.testing.assert_close(generator_loss(fake), -binary_cross_entropy_with_logits(fake, no))
    torch.testing.assert_close(generator_loss(fake, saturating=False), binary_cross_entropy_with_logits(fake, yes))


def test_adversarial_losses_by_hand():
    # D = 1/2 on both; then D = 3/4 on real and 1/4 on fake
    assert discriminator_loss(torch.zeros(4), torch.zeros(4)).item() == pytest.approx(2 * log(2))
    sure = torch.full((4,), log(3))
    assert discriminator_loss(sure, -sure).item() == pytest.approx(2 * log(4 / 3))
    assert generator_loss(-sure).item() == pytest.approx(log(3 / 4))
    assert generator_loss(-sure, saturating=False).item() == pytest.approx(log(4))


@pytest.mark.parametrize("saturating", [True, False])
def test_fooling_pushes_the_fake_logits_up(saturating: bool):
    fake = torch.tensor([-1000.0, -10.0, 0.0, 10.0], requires_grad=True)
    loss = generator_loss(fake, saturating)
    loss.backward()
    assert loss.isfinite()
    assert fake.grad is not None
    assert (fake.grad <= 0).all()
    assert fake.grad[2].item() == pytest.approx(-0.5 / 4)
    # where D is sure, the printed form has hardly any gradient left (e^-10) and its twin all of it
    assert fake.grad[1].item() == pytest.approx(-exp(-10) / 4 if saturating else -1 / 4, rel=1e-3)


def test_discriminator_learns_to_tell():
    real, fake = torch.zeros(4, requires_grad=True), torch.zeros(4, requires_grad=True)
    discriminator_loss(real, fake).backward()
    assert real.grad is not None and fake.grad is not None
    assert (real.grad < 0).all() and (fake.grad > 0).all()
