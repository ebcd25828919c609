"""Heatmaps worked by hand, drawn ones against torch.distributions, and what precision and borders do to them."""

from math import e, log

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Laplace

from laplace_landmarks.method.heatmaps import argmax, draw, probabilities, readout, softargmax, spread, variance

unhurried = settings(deadline=None, max_examples=60)  # torch's first call of a kind takes long and means nothing

# Half of the mass at (1, 2), a quarter at (3, 2), a quarter at (3, 4):
#   soft-argmax x = 1/2 + 3/4 + 3/4 = 2             y = 2/2 + 2/4 + 4/4 = 2.5
#   spread      x = 1/2 + 1/4 + 1/4 = 1             y = 0.5/2 + 0.5/4 + 1.5/4 = 0.75
#   variance    x = 1                               y = 0.25/2 + 0.25/4 + 2.25/4 = 0.75
MASSES = {(1, 2): 0.5, (3, 2): 0.25, (3, 4): 0.25}


def five_by_five() -> Tensor:
    heatmaps = torch.zeros(1, 1, 5, 5)
    for (x, y), mass in MASSES.items():
        heatmaps[0, 0, y, x] = mass
    return heatmaps


def smooth_logits(*shape: int, seed: int = 0) -> Tensor:
    """Logits as a network makes them: a hill of height 16 somewhere inside, with some grass on it."""
    generator = torch.Generator().manual_seed(seed)
    *maps, height, width = shape
    centre = 8 + torch.rand(*maps, 2, generator=generator) * torch.tensor([width - 17.0, height - 17.0])
    x, y = torch.arange(width) - centre[..., :1], torch.arange(height) - centre[..., 1:]
    return 16 - 2 * (x.abs()[..., None, :] + y.abs()[..., :, None]) + 0.5 * torch.randn(shape, generator=generator)


# --- reading them


def test_a_5x5_heatmap_by_hand():
    landmarks, b = readout(five_by_five())
    assert landmarks.tolist() == [[[2.0, 2.5]]]
    assert b.tolist() == [[[1.0, 0.75]]]
    assert softargmax(five_by_five()).tolist() == [[[2.0, 2.5]]]
    assert spread(five_by_five(), landmarks).tolist() == [[[1.0, 0.75]]]
    assert variance(five_by_five(), landmarks).tolist() == [[[1.0, 0.75]]]
    assert argmax(five_by_five()).tolist() == [[[1.0, 2.0]]]


def test_the_spread_about_another_place_by_hand():
    # about (1, 4): x = 0/2 + 2/4 + 2/4, y = 2/2 + 2/4 + 0/4; squared, x = 4/4 + 4/4, y = 4/2 + 4/4
    there = torch.tensor([[[1.0, 4.0]]])
    assert spread(five_by_five(), there).tolist() == [[[1.0, 1.5]]]
    assert variance(five_by_five(), there).tolist() == [[[2.0, 3.0]]]


def gradient_at_the_masses(quantity: Tensor, logits: Tensor) -> list[float]:
    (gradient,) = torch.autograd.grad(quantity, logits, retain_graph=True)
    return [gradient[0, 0, y, x].item() for x, y in MASSES]


def test_gradients_of_a_5x5_heatmap_by_hand():
    # Through the softmax, a pixel's gradient is p · (g - mean of g), where g is the gradient of the quantity in p:
    #   x        g = x = 1, 3, 3                         mean 2       -> -1/2, 1/4, 1/4
    #   y        g = y = 2, 2, 4                         mean 2.5     -> -1/4, -1/8, 3/8
    #   spread x g = |x - 2| + 0 · x = 1, 1, 1           mean 1       -> 0, 0, 0
    #   spread y g = |y - 2.5| + y/2 = 1.5, 1.5, 3.5     mean 2       -> -1/4, -1/8, 3/8
    # since moving the mean by dm changes the mean of |y - m| by dm · (3/4 - 1/4), the mass below less that above.
    #   variance y g = (y - 2.5)² = 1/4, 1/4, 9/4        mean 3/4     -> -1/4, -1/8, 3/8
    logits = five_by_five().log().clamp(min=-60).requires_grad_()
    landmarks, b = readout(probabilities(logits))
    sigma2 = variance(probabilities(logits), softargmax(probabilities(logits)))
    assert gradient_at_the_masses(landmarks[0, 0, 0], logits) == pytest.approx([-1 / 2, 1 / 4, 1 / 4], abs=1e-6)
    assert gradient_at_the_masses(landmarks[0, 0, 1], logits) == pytest.approx([-1 / 4, -1 / 8, 3 / 8], abs=1e-6)
    assert gradient_at_the_masses(b[0, 0, 0], logits) == pytest.approx([0, 0, 0], abs=1e-6)
    assert gradient_at_the_masses(b[0, 0, 1], logits) == pytest.approx([-1 / 4, -1 / 8, 3 / 8], abs=1e-6)
    assert gradient_at_the_masses(sigma2[0, 0, 1], logits) == pytest.approx([-1 / 4, -1 / 8, 3 / 8], abs=1e-6)


def test_gradients_by_differences():
    logits = torch.randn(2, 2, 4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))

    def everything(logits: Tensor) -> tuple[Tensor, ...]:
        heatmaps = probabilities(logits, beta=1.5)
        landmarks, b = readout(heatmaps)
        return heatmaps, landmarks, b, variance(heatmaps, landmarks)

    assert torch.autograd.gradcheck(everything, logits.requires_grad_())


def test_the_readout_is_what_pixels_drawn_from_the_heatmap_say():
    heatmaps = probabilities(smooth_logits(1, 1, 20, 30))
    drawn = torch.multinomial(heatmaps.flatten(), 100_000, True, generator=torch.Generator().manual_seed(0))
    places = torch.stack([drawn % 30, drawn // 30], dim=-1).float()
    landmarks, b = readout(heatmaps)
    assert landmarks[0, 0].tolist() == pytest.approx(places.mean(0).tolist(), abs=0.02)
    assert b[0, 0].tolist() == pytest.approx((places - places.mean(0)).abs().mean(0).tolist(), abs=0.02)
    assert variance(heatmaps, landmarks)[0, 0].tolist() == pytest.approx(places.var(0).tolist(), abs=0.05)


def test_mirrored_and_turned_heatmaps():
    heatmaps = probabilities(smooth_logits(2, 3, 20, 30).double())
    landmarks, b = readout(heatmaps)
    mirrored, b_mirrored = readout(heatmaps.flip(-1))
    turned, b_turned = readout(heatmaps.transpose(-1, -2))
    torch.testing.assert_close(mirrored, torch.tensor([29.0, 0.0]) + landmarks * torch.tensor([-1.0, 1.0]).double())
    torch.testing.assert_close(b_mirrored, b)
    torch.testing.assert_close(turned, landmarks.flip(-1))
    torch.testing.assert_close(b_turned, b.flip(-1))


# --- making them from logits


def test_the_softmax_by_hand():
    # e^0 : e^log(3) = 1 : 3, and squared by beta = 2, 1 : 9
    logits = torch.tensor([[[[0.0, log(3)]]]])
    torch.testing.assert_close(probabilities(logits), torch.tensor([[[[0.25, 0.75]]]]))
    torch.testing.assert_close(probabilities(logits, beta=2), torch.tensor([[[[0.1, 0.9]]]]))


def test_every_heatmap_is_a_distribution_of_its_own():
    logits = smooth_logits(2, 3, 20, 30)
    heatmaps = probabilities(logits)
    torch.testing.assert_close(heatmaps.sum(dim=(-2, -1)), torch.ones(2, 3))
    torch.testing.assert_close(heatmaps[1:, 2:], probabilities(logits[1:, 2:]))
    torch.testing.assert_close(heatmaps, probabilities(logits.to(memory_format=torch.channels_last)))
    torch.testing.assert_close(heatmaps, probabilities(logits + 50), msg="only differences of logits count")


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (torch.bfloat16, torch.float32),
        (torch.float16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
    ],
)
def test_heatmaps_are_float32_or_wider(given: torch.dtype, got: torch.dtype):
    heatmaps = probabilities(torch.zeros(1, 1, 4, 4, dtype=given))
    assert heatmaps.dtype == got
    assert readout(heatmaps)[0].dtype == got


def test_logits_in_bfloat16_are_read_out_exactly():
    """In bfloat16 throughout, Eq. 2 errs by a tenth of a pixel and more; the network may, the read-out may not."""
    logits = smooth_logits(4, 8, 80, 80).bfloat16()
    exact_landmarks, exact_spread = readout(probabilities(logits.double()))
    landmarks, b = readout(probabilities(logits))
    careless = softargmax(logits.flatten(2).softmax(-1).view(logits.shape))
    assert (landmarks - exact_landmarks).abs().max() < 0.001
    assert (b - exact_spread).abs().max() < 0.001
    assert (careless - exact_landmarks).abs().max() > 0.1


def test_a_collapsed_heatmap_can_still_be_moved():
    """All the mass at (3, 2), e^-200 elsewhere: more logit to the right moves the landmark to the right."""
    logits = torch.zeros(1, 1, 5, 7)
    logits[0, 0, 2, 3] = 200
    (gradient,) = torch.autograd.grad(softargmax(probabilities(logits.requires_grad_()))[0, 0, 0], logits)
    assert (gradient[0, 0, :, 4:] > 0).all()
    assert (gradient[0, 0, :, :3] < 0).all()


# --- drawing them


inside = st.tuples(st.floats(8, 71, width=32), st.floats(8, 55, width=32))  # 8 px inside 80 wide and 64 high
anywhere = st.tuples(st.floats(-1000, 1000, width=32), st.floats(-1000, 1000, width=32))


@given(inside)
@unhurried
def test_a_drawn_heatmap_says_where_the_truth_is(place: tuple[float, float]):
    truth = torch.tensor([[place]])
    landmarks, b = readout(draw(truth, (64, 80)))
    assert (landmarks - truth).abs().max() <= 0.02
    assert b.min() >= 0.94
    assert b.max() <= 1.10


@given(anywhere)
@unhurried
def test_a_drawn_heatmap_is_a_distribution_wherever_the_truth_is(place: tuple[float, float]):
    heatmaps = draw(torch.tensor([[place]]), (64, 80))
    assert heatmaps.shape == (1, 1, 64, 80)
    assert heatmaps.min() >= 0
    assert heatmaps.sum().item() == pytest.approx(1, abs=1e-5)


@given(st.tuples(st.floats(-6, 22), st.floats(-6, 17)), st.floats(0.5, 4))
@unhurried
def test_a_drawn_heatmap_is_the_integrated_laplace_density(place: tuple[float, float], scale: float):
    truth = torch.tensor([[place]], dtype=torch.float64)

    def masses(centre: float, size: int) -> Tensor:
        density, pixels = Laplace(centre, scale), torch.arange(size, dtype=torch.float64)
        mass = density.cdf(pixels + 0.5) - density.cdf(pixels - 0.5)
        return mass / mass.sum()

    expected = torch.outer(masses(place[1], 12), masses(place[0], 17))
    torch.testing.assert_close(draw(truth, (12, 17), scale)[0, 0], expected, rtol=1e-5, atol=1e-9)


def test_a_drawn_heatmap_by_hand():
    # Three pixels, truth on the middle one's centre: 1 - e^-1/2 inside half a pixel, (e^-1/2 - e^-3/2) / 2 on each side
    middle, side = 1 - e**-0.5, (e**-0.5 - e**-1.5) / 2
    expected = torch.tensor([side, middle, side]) / (middle + 2 * side)
    torch.testing.assert_close(draw(torch.tensor([[[1.0, 0.0]]]), (1, 3))[0, 0, 0], expected)


def test_a_wider_truth_has_that_spread():
    _, b = readout(draw(torch.tensor([[[40.3, 39.8]]]), (80, 80), scale=3.0))
    assert b[0, 0].tolist() == pytest.approx([3, 3], abs=0.05)


@pytest.mark.parametrize(
    ("x", "returns"),
    [
        # pixel k holds (e^1/2 - e^-1/2) / 2 · e^-k, pixel 0 holds 1 - e^-1/2, in all 0.6967, and the sum of k e^-k
        # is 0.9207: (0.5211 · 0.9207) / 0.6967
        (0.0, 0.6886),
        # from the border on every pixel holds 1/e of the one before: a geometric distribution of mean 1 / (e - 1)
        (-0.5, 1 / (e - 1)),
        (-3.0, 1 / (e - 1)),
        (-500.0, 1 / (e - 1)),
    ],
)
def test_the_border_pulls_inwards_as_documented(x: float, returns: float):
    truth = torch.tensor([[[x, 20.0], [79 - x, 20.0], [20.0, x], [20.0, 79 - x]]])
    near, far, above, below = softargmax(draw(truth, (80, 80)))[0]
    found = [near[0].item(), 79 - far[0].item(), above[1].item(), 79 - below[1].item()]
    assert found == pytest.approx([returns] * 4, abs=1e-3)


def test_a_drawn_heatmap_moves_as_its_landmark_does():
    # far from the border the mean of a drawn heatmap is its landmark, so its derivative is 1 along its own axis, else 0
    landmark = torch.tensor([[[15.3, 17.8]]], dtype=torch.float64, requires_grad=True)
    drawn = softargmax(draw(landmark, (32, 32)))
    for axis in range(2):
        (gradient,) = torch.autograd.grad(drawn[0, 0, axis], landmark, retain_graph=True)
        expected = [0.0, 0.0]
        expected[axis] = 1.0
        assert gradient.flatten().tolist() == pytest.approx(expected, abs=0.1)
