"""The generator's size to the last parameter, and which pixels reach which."""

import pytest
import torch
from torch import Tensor, nn

from laplace_landmarks.errors import InputError
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.method.recombinator import (
    RecombinatorNet,
    activation,
    he_start,
    network_of,
    parameter_count,
)


def pictures(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def network() -> RecombinatorNet:
    torch.manual_seed(0)
    return RecombinatorNet(width=4, landmarks=5)


@pytest.mark.parametrize(
    ("width", "parameters"), [(4, 17_408), (8, 39_828), (16, 128_060), (32, 478_092), (64, 1_872_428)]
)
def test_parameters_of_table_3(width: int, parameters: int):
    with torch.device("meta"):
        assert parameter_count(RecombinatorNet(width)) == parameters


def test_parameters_of_another_markup_by_hand():
    # width 1, 2 landmarks. Encoder 3·9+1 + 3·(9+1) = 58, bottleneck 2·(9+1) = 20, decoder (1+1) + 3·(2+1) = 11,
    # fusion 4·(2·2·25+2) = 408, head (2·2+2) + 2·(2·2+2) = 18
    assert parameter_count(RecombinatorNet(width=1, landmarks=2)) == 58 + 20 + 11 + 408 + 18


def test_the_start_after_he_by_hand():
    # the last fusion at width 64 has 128 · 25 inputs a pixel: standard deviation sqrt(2 / (1 + 0.2²) / 3200) = 0.02451
    torch.manual_seed(0)
    network = RecombinatorNet(64)
    he_start(network)
    assert network.fusion[-1].get_parameter("weight").std().item() == pytest.approx(0.02451, rel=0.01)
    assert not any(parameter.any() for name, parameter in network.named_parameters() if name.endswith("bias"))


def test_signals_fade_with_torchs_start_and_not_with_hes():
    torch.manual_seed(0)
    network, size = RecombinatorNet(32, dropout=0), []
    for start in (lambda network: None, he_start):
        start(network)
        size.append(network(pictures(2, 3, 32, 32)).std(dim=(-2, -1)).mean().item())
    assert size[0] < 0.01 < 0.1 < size[1] < 10


def test_the_light_head_is_one_layer():
    # at 8 channels and 68 landmarks the paper's without two layers of 68 · 68 + 68
    network = RecombinatorNet(8, head="light")
    assert parameter_count(network) == 39_828 - 2 * (68 * 68 + 68)
    assert network.eval()(pictures(1, 3, 16, 16)).shape == (1, 68, 16, 16)


def test_separable_fusions_by_hand():
    # at 8 channels each of the four 5×5 has 2 · 16 · 16 · 5 weights in place of 16 · 16 · 25, and 16 biases as before
    network = RecombinatorNet(8, fusion="separable")
    assert parameter_count(network) == 39_828 - 4 * (16 * 16 * 25 - 2 * 16 * 16 * 5)
    assert network.eval()(pictures(1, 3, 16, 16)).shape == (1, 68, 16, 16)
    # its row of weights feeds its column with no activation between: variance is kept, 1 / (16 · 5)
    he_start(network)
    along = network.fusion[-1].get_parameter("along.weight")
    assert along.std().item() == pytest.approx((1 / 80) ** 0.5, rel=0.1)


def test_growth_by_hand():
    # width 1, two landmarks, growth 1 1 2 3. Encoder 3 → 1 → 1 → 2 → 3: 28 + 10 + 20 + 57; bottleneck 2 · 84;
    # mixes 3 → 3, 6 → 2, 4 → 1, 2 → 1: 12 + 14 + 5 + 3; fusions of 6, 4, 2, 2 channels: 906 + 404 + 102 + 102;
    # head 2 → 2 → 2 → 2: 18
    network = RecombinatorNet(1, 2, growth=(1, 1, 2, 3))
    assert parameter_count(network) == 115 + 168 + 34 + 1514 + 18
    assert network.eval()(pictures(1, 3, 32, 16)).shape == (1, 2, 32, 16)


def test_growth_may_be_anywhere():
    for growth in ((2, 1, 1, 1), (3, 2, 1, 2)):
        assert RecombinatorNet(1, 3, growth=growth).eval()(pictures(1, 3, 16, 16)).shape == (1, 3, 16, 16)


@pytest.mark.parametrize("growth", [(1, 1, 1), (1, 1, 1, 0)])
def test_a_growth_that_is_none_is_refused(growth: tuple[int, ...]):
    with pytest.raises(InputError, match="4 numbers of at least 1"):
        RecombinatorNet(8, growth=growth)


def test_a_network_of_an_old_runs_settings_is_the_papers():
    assert parameter_count(network_of({"width": 8, "dropout": 0.2, "beta": 1.0}, 68)) == 39_828
    assert parameter_count(network_of({"width": 8, "head": "light", "fusion": "separable"}, 68)) == 15_084


@pytest.mark.parametrize(("height", "width"), [(80, 80), (16, 16), (48, 64)])
def test_as_many_logits_as_pixels(network: RecombinatorNet, height: int, width: int):
    assert network(pictures(2, 3, height, width)).shape == (2, 5, height, width)


@pytest.mark.parametrize(("width", "landmarks"), [(0, 68), (8, 0), (-1, 68)])
def test_a_network_of_nothing(width: int, landmarks: int):
    with pytest.raises(InputError, match="at least 1"):
        RecombinatorNet(width, landmarks)


def test_each_picture_is_read_alone(network: RecombinatorNet):
    network.eval()
    both = network(pictures(2, 3, 32, 32))
    torch.testing.assert_close(network(pictures(2, 3, 32, 32)[1:]), both[1:])


# --- paths


def test_a_landmark_sees_the_whole_face(network: RecombinatorNet):
    network.eval().double()
    plain = pictures(1, 3, 80, 80).double().expand(25, -1, -1, -1)
    changed = plain.clone()
    for block in range(25):  # 16×16 pixels each
        top, left = 16 * (block // 5), 16 * (block % 5)
        changed[block, :, top : top + 16, left : left + 16] = 0
    difference = network(changed) - network(plain[:1])
    assert (difference[:, :, 40, 40] != 0).all()


def test_the_finest_skip_is_taken_before_pooling(network: RecombinatorNet):
    """Without what comes from below, a logit sees by E1 (3×3) and the last fusion (5×5): 3 pixels to each side."""
    network.eval()
    silence(network.decoder[3])
    inputs = pictures(1, 3, 32, 32).requires_grad_()
    (gradient,) = torch.autograd.grad(network(inputs)[0, :, 16, 10].sum(), inputs)
    rows, columns = gradient[0].abs().sum(0).nonzero(as_tuple=True)
    assert (rows.min().item(), rows.max().item()) == (13, 19)
    assert (columns.min().item(), columns.max().item()) == (7, 13)
    assert len(rows) == 7 * 7


@pytest.mark.parametrize("level", range(4))
def test_every_level_has_a_skip(network: RecombinatorNet, level: int):
    """With D4, D3, D2 or D1 silenced, E4, E3, E2 or E1 still reaches the logits, and nothing deeper does."""
    silence(network.decoder[level])
    network(pictures(1, 3, 32, 32)).square().sum().backward()
    beside = 3 - level
    assert gradient_size(network.encoder[beside]) > 0
    assert all(gradient_size(layer) == 0 for layer in [*network.encoder[beside + 1 :], *network.bottleneck])
    assert all(gradient_size(layer) == 0 for layer in network.fusion[:level])


def test_every_parameter_learns(network: RecombinatorNet):
    network(pictures(2, 3, 32, 32)).square().sum().backward()
    for name, layer in network.named_modules():
        assert not isinstance(layer, nn.Conv2d) or gradient_size(layer) > 0, name


# --- what it computes


def test_the_activation_by_hand():
    assert activation(torch.tensor([-5.0, 0.0, 3.0])).tolist() == [-1.0, 0.0, 3.0]


def test_without_biases_twice_the_light_gives_twice_the_logits(network: RecombinatorNet):
    """True of convolutions, max-pooling, leaky ReLU and linear upsampling, and of little else."""
    without_biases(network)
    inputs = pictures(1, 3, 32, 32)
    torch.testing.assert_close(network(2 * inputs), 2 * network(inputs))


@pytest.mark.parametrize("axis", [-1, -2])
def test_a_mirrored_network_sees_a_mirrored_picture_alike(network: RecombinatorNet, axis: int):
    """No step on the way down or up moves the picture."""
    network.eval()
    inputs = pictures(1, 3, 32, 48)
    logits = network(inputs)
    for name, parameter in network.named_parameters():
        if name.endswith("weight"):
            parameter.data = parameter.data.flip(axis)
    torch.testing.assert_close(network(inputs.flip(axis)), logits.flip(axis))


def test_a_picture_moved_by_16_pixels_moves_the_logits_so(network: RecombinatorNet):
    """As four halvings and four exact doublings do; upsampling that stretches corner to corner would not."""
    without_biases(network)
    inputs = torch.zeros(1, 3, 240, 240)  # large enough for the border to see nothing: a logit reads 80 px around
    inputs[:, :, 112:128, 112:128] = pictures(1, 3, 16, 16)
    with torch.no_grad():
        torch.testing.assert_close(network(inputs.roll(16, -1)), network(inputs).roll(16, -1))


def without_biases(network: RecombinatorNet) -> None:
    network.eval()
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)


def silence(layer: nn.Module) -> None:
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


def gradient_size(layer: nn.Module) -> float:
    return sum(parameter.grad.abs().sum().item() for parameter in layer.parameters() if parameter.grad is not None)


# --- dropout


def test_dropout_only_in_training(network: RecombinatorNet):
    inputs = pictures(1, 3, 32, 32)
    assert not torch.equal(network(inputs), network(inputs))
    network.eval()
    assert torch.equal(network(inputs), network(inputs))


def test_without_dropout_training_changes_nothing():
    network = RecombinatorNet(width=4, landmarks=5, dropout=0.0)
    inputs = pictures(1, 3, 32, 32)
    assert torch.equal(network(inputs), network.eval()(inputs))


def test_dropout_after_every_activation_but_the_first_and_the_last(network: RecombinatorNet):
    """Activations: 4 in the encoder, 2 in the bottleneck, 4 of D4..D1, 4 fusions, 2 in the head: 16, two without."""
    calls = []
    network.dropout.register_forward_hook(lambda *_: calls.append(1))
    network(pictures(1, 3, 32, 32))
    assert len(calls) == 14


def test_keyed_dropout_repeats(network: RecombinatorNet):
    inputs = pictures(2, 3, 32, 32)
    with keyed(seed=1, step=7):
        once = network(inputs)
    with keyed(seed=1, step=7):
        again = network(inputs)
    with keyed(seed=1, step=8):
        later = network(inputs)
    assert torch.equal(once, again)
    assert not torch.equal(once, later)
