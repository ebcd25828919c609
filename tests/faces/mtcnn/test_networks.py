"""The three networks answer as the `mtcnn` package 1.0.0 does in TensorFlow; its answers were written down here."""

from collections.abc import Callable

import numpy as np
import pytest

from laplace_landmarks.faces.mtcnn.networks import INPUT, onet, pnet, rnet
from laplace_landmarks.faces.mtcnn.weights import Weights, published_weights
from laplace_landmarks.session import start_session

PNET, RNET, ONET = published_weights()


def picture(height: int, width: int, count: int = 1) -> np.ndarray:
    """Bytes that jump about, from arithmetic alone."""
    numbers = np.arange(height * width * 3) ** 2 // 7 % 256
    return np.repeat(numbers.astype(np.uint8).reshape(1, height, width, 3), count, axis=0)


def answers(network: Callable[[Weights], bytes], weights: Weights, given: np.ndarray) -> list[np.ndarray]:
    return [np.asarray(output) for output in start_session(network(weights)).run(None, {INPUT: given})]


def test_pnet_on_sides_that_do_not_fit_its_stride() -> None:
    faces, offsets = answers(pnet, PNET, picture(13, 15))
    expected = [[[0.006321, 0.005641, 0.012592], [0.003883, 0.013702, 0.004151]]]
    np.testing.assert_allclose(faces[0], expected, atol=2e-6)
    np.testing.assert_allclose(offsets[0, :, 0, 1], [0.387092, 0.00493, -0.0416, -0.111342], atol=2e-6)
    np.testing.assert_allclose(offsets[0, :, 1, 2], [0.211328, 0.145091, -0.11899, 0.064943], atol=2e-6)


def test_rnet() -> None:
    face, offsets = answers(rnet, RNET, picture(24, 24))
    assert face.item() == pytest.approx(0.002966, abs=2e-6)
    np.testing.assert_allclose(offsets, [[0.149186, -0.038277, -0.001895, 0.020851]], atol=2e-6)


def test_onet() -> None:
    face, offsets, points = answers(onet, ONET, picture(48, 48))
    assert face.item() == pytest.approx(0.002895, abs=2e-6)
    np.testing.assert_allclose(offsets, [[0.053003, 0.025935, -0.078967, 0.071629]], atol=2e-6)
    x = [0.255055, 0.648238, 0.435912, 0.334742, 0.658006]
    y = [0.348229, 0.306662, 0.546312, 0.904564, 0.881783]
    np.testing.assert_allclose(points, [[*x, *y]], atol=2e-6)


@pytest.mark.parametrize(("network", "weights", "side"), [(pnet, PNET, 31), (rnet, RNET, 24), (onet, ONET, 48)])
def test_a_batch_is_as_one_by_one(network: Callable[[Weights], bytes], weights: Weights, side: int) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (5, side, side, 3), np.uint8)
    together = answers(network, weights, pictures)
    for place in range(5):
        for whole, one in zip(together, answers(network, weights, pictures[[place]]), strict=True):
            np.testing.assert_allclose(whole[place], one[0], atol=1e-5)
