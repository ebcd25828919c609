"""The discriminator: what each patch sees, how heatmaps enter it, its noise and its batch statistics."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from laplace_landmarks.method.discriminator import REAL_PEAK, SCALINGS, BatchNorm, PatchDiscriminator
from laplace_landmarks.method.heatmaps import draw
from laplace_landmarks.method.losses import discriminator_loss
from laplace_landmarks.method.noise import keyed

LANDMARKS = 5
every_scaling = pytest.mark.parametrize("scaling", SCALINGS)


def discriminator(**settings) -> PatchDiscriminator:
    torch.manual_seed(0)
    return PatchDiscriminator(**{"landmarks": LANDMARKS, "width": 8, **settings})


def faces(samples: int, size: int = 80, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Pictures of nothing, and real heatmaps on them."""
    generator = torch.Generator().manual_seed(seed)
    truth = 8 + (size - 16) * torch.rand(samples, LANDMARKS, 2, generator=generator)
    return torch.rand(samples, 3, size, size, generator=generator), draw(truth, (size, size))


# --- the patches


@pytest.mark.parametrize(
    # halved three times, then a kernel of 4 with a border of 1: one less
    ("height", "width", "patches"),
    [(80, 80, (9, 9)), (64, 96, (7, 11)), (16, 16, (1, 1))],
)
def test_a_logit_a_patch(height: int, width: int, patches: tuple[int, int]):
    pictures, heatmaps = torch.rand(2, 3, height, width), torch.rand(2, LANDMARKS, height, width)
    logits = discriminator()(pictures, heatmaps)
    assert logits.shape == (2, 1, *patches)
    assert logits.dtype == torch.float32


def test_parameters_by_hand():
    # 4×4 kernels: 71→64, 64→128, 128→256, 256→1 with a bias each, and scale and shift of 128 and 256 channels
    expected = 16 * (71 * 64 + 64 * 128 + 128 * 256 + 256) + (64 + 128 + 256 + 1) + 2 * (128 + 256)
    assert sum(parameter.numel() for parameter in PatchDiscriminator().parameters()) == expected


def test_what_one_patch_sees_by_hand():
    # Back from the last layer, 4 wide at stride 1: 4, then 2·3 + 4 = 10, 2·9 + 4 = 22, 2·21 + 4 = 46 pixels.
    # Its start: 4 - 1 = 3, then 2·3 - 1 = 5, 2·5 - 1 = 9, 2·9 - 1 = 17.
    judge = discriminator(noise=0.0)
    judge.norms = nn.ModuleList([nn.Identity(), nn.Identity()])  # they let every patch see every other
    inputs = [value.requires_grad_() for value in faces(1)]
    for gradient in torch.autograd.grad(judge(*inputs)[0, 0, 4, 4], inputs):
        rows, columns = gradient[0].abs().sum(0).nonzero(as_tuple=True)
        assert (rows.min().item(), rows.max().item()) == (17, 62)
        assert (columns.min().item(), columns.max().item()) == (17, 62)


def test_every_parameter_learns():
    judge = discriminator()
    discriminator_loss(judge(*faces(2)), judge(*faces(2, seed=1))).backward()
    for name, parameter in judge.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


def test_it_learns_to_tell_flat_heatmaps_from_real_ones():
    """With the noise on, and each of the two normalised by its own statistics."""
    judge = discriminator(scaling="root")
    optimiser = torch.optim.Adam(judge.parameters(), lr=0.003)
    pictures, real = faces(4, size=48)
    flat = torch.full_like(real, 1 / 48**2)
    for step in range(100):
        with keyed(0, step):
            loss = discriminator_loss(judge(pictures, real), judge(pictures, flat))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with keyed(1, 0):
        assert (judge(pictures, real) > 0).float().mean() > 0.9
        assert (judge(pictures, flat) < 0).float().mean() > 0.9


# --- how heatmaps enter


def test_the_real_peak_is_that_of_a_drawn_heatmap():
    truth = torch.tensor([[[40.0, 40.0], [40.5, 40.0], [33.3, 21.8]]])
    peaks = draw(truth, (80, 80)).amax(dim=(-2, -1))[0]
    assert peaks[0].item() == pytest.approx(REAL_PEAK, rel=1e-5)
    assert peaks.max().item() == peaks[0].item()


@pytest.mark.parametrize(("scaling", "peak"), [("none", 0.1548), ("peak", 1.0), ("root", 1.0)])
def test_the_range_of_each_scaling(scaling: str, peak: float):
    # the brightest of a truth on a pixel is (1 - e^-1/2)² = 0.1548
    scaled = SCALINGS[scaling](draw(torch.tensor([[[40.0, 40.0]]]), (80, 80)))
    assert scaled.max().item() == pytest.approx(peak, rel=1e-3)
    assert 0 <= scaled.min().item() < 0.001


@every_scaling
def test_scalings_keep_the_order(scaling: str):
    masses = torch.linspace(0, 1, 50)
    assert (SCALINGS[scaling](masses).diff() > 0).all()


def test_the_root_lifts_the_flanks():
    # a hundredth of a real peak enters as a tenth
    assert SCALINGS["root"](torch.tensor(REAL_PEAK / 100)).item() == pytest.approx(0.1, rel=1e-3)


@every_scaling
def test_gradients_are_finite_for_heatmaps_of_zeros(scaling: str):
    heatmaps = torch.zeros(2, LANDMARKS, 32, 32, requires_grad=True)
    discriminator(scaling=scaling)(torch.rand(2, 3, 32, 32), heatmaps).sum().backward()
    assert heatmaps.grad is not None
    assert heatmaps.grad.isfinite().all()
    assert heatmaps.grad.abs().max() < 1e5


@every_scaling
def test_pictures_and_heatmaps_both_count(scaling: str):
    judge = discriminator(scaling=scaling, noise=0.0)
    pictures, heatmaps = faces(2, size=32)
    logits = judge(pictures, heatmaps)
    assert not torch.allclose(judge(pictures.flip(-1), heatmaps), logits)
    assert not torch.allclose(judge(pictures, heatmaps.flip(-1)), logits)


# --- noise


def test_noise_changes_the_verdict_and_is_keyed():
    judge, inputs = discriminator(), faces(2, size=32)
    with keyed(1, 1):
        once = judge(*inputs)
    with keyed(1, 1):
        again = judge(*inputs)
    assert torch.equal(once, again)
    assert not torch.equal(judge(*inputs), judge(*inputs))


def test_without_noise_the_verdict_is_fixed():
    judge, inputs = discriminator(noise=0.0), faces(2, size=32)
    assert torch.equal(judge(*inputs), judge(*inputs))


def test_the_noise_before_each_convolution_has_the_size_asked_for():
    judge, (pictures, heatmaps) = discriminator(noise=0.3, scaling="none"), faces(8, size=64)
    passed = []
    for layer in judge.layers:
        layer.register_forward_hook(lambda _, inputs, output: passed.append((inputs[0], output)))
    judge(pictures, heatmaps)
    entered, left = zip(*passed, strict=True)
    clean = [
        torch.cat([pictures, heatmaps], dim=1),
        leaky_relu(left[0], 0.2),
        leaky_relu(judge.norms[0](left[1]), 0.2),
        leaky_relu(judge.norms[1](left[2]), 0.2),
    ]
    for noisy, plain in zip(entered, clean, strict=True):
        noise = noisy - plain
        assert noise.mean().item() == pytest.approx(0, abs=0.01)
        assert noise.std().item() == pytest.approx(0.3, abs=0.01)


# --- batch norm


@pytest.mark.parametrize("samples", [1, 4])
def test_batch_norm_is_torchs_in_training(samples: int):
    torch.manual_seed(0)
    x = (3 * torch.randn(samples, 6, 7, 5) + 2).requires_grad_()
    weight, bias, of_loss = torch.randn(6), torch.randn(6), torch.randn(samples, 6, 7, 5)
    ours, torchs = BatchNorm(6), nn.BatchNorm2d(6)
    for norm in (ours, torchs):
        norm.weight.data.copy_(weight)
        norm.bias.data.copy_(bias)
    results = []
    for norm in (ours, torchs):
        y = norm(x)
        results.append((y, *torch.autograd.grad((y * of_loss).sum(), (x, norm.weight, norm.bias))))
    for mine, other in zip(*results, strict=True):
        torch.testing.assert_close(mine, other)


def test_real_and_fake_have_statistics_of_their_own():
    """One batch's verdict does not depend on what was judged before it, as it would with running statistics."""
    judge, inputs = discriminator(noise=0.0), faces(2, size=32)
    before = judge(*inputs)
    judge(*faces(2, size=32, seed=9))
    assert torch.equal(judge(*inputs), before)
    assert torch.equal(judge.eval()(*inputs), before)
    assert not [*judge.buffers()]
