"""Placing, averaging and predicting, on shapes whose answer is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from laplace_landmarks.data.checking.shape_model import as_complex, fit_shape_model, hold_against, place
from laplace_landmarks.errors import InputError

SQUARE = np.array([1 + 1j, -1 + 1j, -1 - 1j, 1 - 1j, 2 + 0j, 0 + 0j])


def as_landmarks(shapes: NDArray[np.complex128]) -> NDArray[np.float32]:
    return np.stack([np.real(shapes), np.imag(shapes)], axis=-1).astype(np.float32)


def drawn(count: int, scatter: float = 0.02, seed: int = 0) -> np.ndarray:
    """(N, 6) the square turned, grown and shifted at will, its fifth point moving along one line."""
    random = np.random.default_rng(seed)
    shapes = np.tile(SQUARE, (count, 1))
    shapes[:, 4] += random.normal(0, 0.3, count)
    shapes = shapes + scatter * (random.normal(size=shapes.shape) + 1j * random.normal(size=shapes.shape))
    turned = np.exp(1j * random.uniform(0, 2 * np.pi, (count, 1))) * random.uniform(5, 50, (count, 1))
    return shapes * turned + random.uniform(-500, 500, (count, 1)) * (1 + 1j)


def test_placing_by_hand():
    """A square turned by 90 degrees, twice as large and moved by (10, 20) comes back."""
    seen = np.ones((1, 6), np.bool_)
    placed, scale = place((2j * SQUARE + 10 + 20j)[None], seen, SQUARE)
    np.testing.assert_allclose(placed[0], SQUARE, atol=1e-12)
    assert scale[0] == pytest.approx(0.5)


def test_placing_is_no_mirror():
    placed, _ = place(SQUARE.conj()[None] * 1j, np.ones((1, 6), np.bool_), SQUARE)
    assert np.abs(placed[0] - SQUARE).max() > 0.5


def test_a_robust_placing_leaves_one_wrong_landmark_alone():
    shape = SQUARE.copy()
    shape[0] += 3
    placed, _ = place(shape[None], np.ones((1, 6), np.bool_), SQUARE, robust=True)
    np.testing.assert_allclose(placed[0, 1:], SQUARE[1:], atol=0.02)
    assert abs(placed[0, 0] - SQUARE[0]) == pytest.approx(3, rel=0.02)


def test_what_varies_is_a_way_of_varying_and_no_deviation():
    shapes = drawn(200)
    seen = np.ones(shapes.shape, np.bool_)
    model = fit_shape_model(as_landmarks(shapes), seen)
    assert len(model.weights) >= 1
    fifth = np.abs(model.ways[0].reshape(-1, 2)).sum(axis=1)
    assert fifth.argmax() == 4, "the first way moves the fifth point most"
    assert hold_against(model, shapes, seen).deviations.max() < 8


def test_one_landmark_off_stands_out_and_no_other():
    shapes = drawn(200)
    seen = np.ones(shapes.shape, np.bool_)
    size = np.abs(shapes[7] - shapes[7].mean()).mean()
    shapes[7, 2] += size * (0.6 + 0.3j)
    fit = hold_against(fit_shape_model(as_landmarks(shapes), seen), shapes, seen)
    assert np.unravel_index(fit.deviations.argmax(), fit.deviations.shape) == (7, 2)
    assert fit.deviations[7, 2] > 10
    assert fit.pixels[7, 2] == pytest.approx(size * abs(0.6 + 0.3j), rel=0.2), "in pixels of its own picture"
    assert np.delete(fit.deviations[7], 2).max() < fit.deviations[7, 2] / 4


def test_missing_landmarks_do_not_count():
    shapes, random = drawn(200), np.random.default_rng(1)
    seen = random.uniform(size=shapes.shape) < 0.7
    shapes = np.where(seen, shapes, 1e6)
    fit = hold_against(fit_shape_model(as_landmarks(shapes), seen), shapes, seen)
    enough = seen.sum(axis=1) >= 4
    assert (fit.deviations[~seen] == 0).all()
    assert fit.deviations[enough].max() < 10
    assert np.isfinite(fit.deviations).all()


@pytest.mark.parametrize("missing", [(), (3,)])
def test_landmarks_that_nobody_has(missing: tuple[int, ...]):
    shapes = drawn(60)
    seen = np.ones(shapes.shape, np.bool_)
    seen[:, list(missing)] = False
    assert np.isfinite(fit_shape_model(as_landmarks(shapes), seen).exact).all()


def test_too_few_or_too_flat():
    with pytest.raises(InputError, match="a shape model needs 20 objects with three landmarks or more; there are 5"):
        fit_shape_model(as_landmarks(drawn(5)), np.ones((5, 6), np.bool_))
    with pytest.raises(InputError, match="lie all in one point"):
        fit_shape_model(np.zeros((50, 6, 2), np.float32), np.ones((50, 6), np.bool_))


def test_complex_by_hand():
    assert as_complex(np.array([[[1.0, 2.0]]])).tolist() == [[1 + 2j]]
