"""Intervals over a few trainings, by hand and by experiments whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.evaluation.bootstrap import mean_of
from laplace_landmarks.evaluation.paired import paired_difference
from laplace_landmarks.evaluation.seeds import SeedNoise, pooled_noise, seed_error, student, with_seeds


@pytest.mark.parametrize(
    ("freedom", "printed"),  # by any table of Student's distribution
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (9, 2.262), (19, 2.093), (120, 1.980)],
)
def test_students_distribution_as_tables_print_it(freedom: int, printed: float) -> None:
    assert student(freedom) == pytest.approx(printed, rel=0.0015)


def test_three_trainings_by_hand() -> None:
    """Of 1, 2 and 3 the standard deviation is 1, the mean's error sqrt(1 / 3), its interval 4.303 of them wide."""
    off = seed_error([[1.0] * 5, [2.0] * 5, [3.0] * 5])
    drawn = with_seeds(np.zeros(1000), off)

    assert 1.959964 * off == pytest.approx(4.303 / 3**0.5, rel=0.001)
    assert np.quantile(drawn, 0.975) == pytest.approx(4.303 / 3**0.5, rel=0.01)
    assert drawn.mean() == pytest.approx(0, abs=1e-9)


def test_the_interval_of_trainings_without_faces_noise_is_students() -> None:
    estimate = mean_of(np.array([[4.0], [6.0]]) + np.zeros((2, 30)), draws=50_000)

    assert (estimate.low, estimate.high) == pytest.approx((5 - 12.706, 5 + 12.706), rel=0.03)


@given(st.integers(2, 6), st.floats(-3, 3), st.floats(0.1, 9))
def test_what_is_drawn_moves_and_stretches_as_the_values_do(seeds: int, moved: float, times: float) -> None:
    values = np.random.default_rng(seeds).normal(5, 1, (seeds, 4))

    assert seed_error(times * (values + moved)) == pytest.approx(times * seed_error(values))


def test_one_training_says_nothing_of_others() -> None:
    assert seed_error([1.0, 2.0, 3.0]) == 0


def test_noise_of_several_methods_by_hand() -> None:
    """Means 9 and 11 of 10, shares -0.1 and 0.1; 18, 20 and 22 of 20, the same; a single one adds nothing."""
    noise = pooled_noise([[[9.0, 9.0], [11.0, 11.0]], [[18.0], [20.0], [22.0]], [[7.0]]])

    assert noise is not None
    assert (noise.share, noise.freedom) == (pytest.approx((0.04 / 3) ** 0.5), 3)
    assert pooled_noise([[[7.0]], [[8.0]]]) is None


def test_noise_gives_a_single_training_an_interval() -> None:
    """2 % told by as good as everything: factors of exp(0.0392) to each side, and of exp(0.0196) for four trainings."""
    noise = SeedNoise(0.02, 10_000)
    one, four = (mean_of(np.full((seeds, 20), 50.0), draws=50_000, noise=noise) for seeds in (1, 4))

    assert (one.low, one.high) == pytest.approx((48.078, 51.999), abs=0.01)
    assert (four.low, four.high) == pytest.approx((49.030, 50.990), abs=0.01)


def test_each_method_may_have_noise_of_its_own() -> None:
    """3 % of one and 4 % of the other are 5 % of their difference; told by as good as everything, 1.96 of it a side."""
    same = np.full((1, 20), 50.0)
    noise = SeedNoise(0.03, 10_000), SeedNoise(0.04, 10_000)
    change = paired_difference(same, same, relative=True, draws=50_000, noise=noise)

    assert (change.low, change.high) == pytest.approx(
        (100 * np.expm1(-0.05 * 1.96), 100 * np.expm1(0.05 * 1.96)), rel=0.01
    )


def test_with_noise_two_methods_have_luck_of_their_own() -> None:
    """Errors of 2 % each: of the difference sqrt(2) times that."""
    same = np.full((1, 20), 50.0)
    change = paired_difference(same, same, relative=True, draws=50_000, noise=SeedNoise(0.02, 10_000))

    assert (change.low, change.high) == pytest.approx((-1.96 * 2**0.5 * 2, 1.96 * 2**0.5 * 2), rel=0.03)


@pytest.mark.parametrize("trainings", [2, 3, 6])
@pytest.mark.parametrize("pooled", [0, 2, 5])
def test_intervals_hold_the_truth_as_often_as_they_say(trainings: int, pooled: int) -> None:
    """300 experiments on methods that are alike, of a hundred faces that differ: of 95 % about 285.

    pooled: by how many of the methods together seeds are judged; 0: the two that are compared are paired.
    """
    generator, held = np.random.default_rng(7), 0
    for _ in range(300):
        faces = generator.gamma(4, 1, 100)
        methods = faces * generator.normal(1, 0.03, (5, trainings, 1))
        first, second, *_ = methods
        noise = pooled_noise(methods[:pooled]) if pooled else None
        difference = paired_difference(first, second, relative=True, draws=400, noise=noise)
        held += difference.low <= 0 <= difference.high
    assert 273 <= held <= 297
