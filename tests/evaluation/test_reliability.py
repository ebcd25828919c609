"""Coverage, reliability, rejection and rank correlation of a handful of errors, worked by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.reliability import (
    Bin,
    coverage,
    coverage_of_faces,
    error_rejection,
    held_share,
    pinball,
    rank_correlation,
    rejection_ratio,
    reliability,
    spearman,
    width_of,
)

ERRORS = np.array([[1.0, 2.0, 9.0], [4.0, 0.0, 2.0]])
RADII = np.array([[1.0, 1.0, 5.0], [5.0, 1.0, 1.0]])
VISIBLE = np.array([[True, True, False], [True, True, True]])
NUMBERS = arrays(np.float64, 20, elements=st.floats(0, 100, width=32))


def test_coverage_counts_what_is_visible() -> None:
    assert coverage(ERRORS, RADII) == pytest.approx(3 / 6)  # 1 ≤ 1, 4 ≤ 5 and 0 ≤ 1
    assert coverage(ERRORS, RADII, VISIBLE) == pytest.approx(3 / 5)
    np.testing.assert_allclose(coverage_of_faces(ERRORS, RADII, VISIBLE), [1 / 2, 2 / 3])
    np.testing.assert_allclose(coverage_of_faces(ERRORS, RADII, VISIBLE & [[False], [True]]), [2 / 3])


def test_a_share_lies_in_its_own_interval() -> None:
    """100 faces hold 18 of 19 landmarks, 100 hold 2 of 4: 2,000 of 2,300, not the mean of 18 / 19 and 1 / 2."""
    count = np.repeat([[19], [4]], 100, axis=0)
    held = np.repeat([[18], [2]], 100, axis=0)
    place = np.arange(19)
    visible, errors = place < count, np.where(place < held, 1.0, 3.0)

    share = held_share(errors, np.full(errors.shape, 2.0), visible)

    assert share.value == pytest.approx(2000 / 2300)
    assert share.value == pytest.approx(coverage(errors, np.full(errors.shape, 2.0), visible))
    assert share.low < 2000 / 2300 < share.high
    # 18 - 19 r = 1.478 and 2 - 4 r = -1.478 of the faces: 1.478 / (11.5 sqrt(200)) is the standard error of the ratio
    assert share.high - share.low == pytest.approx(2 * 1.96 * 0.00909, rel=0.1)
    together = held_share(errors, np.full(errors.shape, 2.0), visible, [Path(str(face % 2)) for face in range(200)])
    assert together.low == pytest.approx(together.high) == pytest.approx(share.value)  # either picture has half of each


def test_reliability_bins_by_radius() -> None:
    errors, radii = [1, 9, 1, 1, 9, 1], [3, 1, 2, 6, 4, 5]
    assert reliability(errors, radii, bins=2) == (Bin(3, 2.0, 2 / 3), Bin(3, 5.0, 2 / 3))
    assert [part.count for part in reliability(errors, radii, bins=50)] == [1] * 6


def test_pinball_by_hand() -> None:
    # 2 beyond at 0.5 each: 1; 3 too large at 0.5: 1.5
    assert pinball([4, 1], [2, 4], 0.5) == pytest.approx((1 + 1.5) / 2)
    assert pinball([4, 1], [2, 4], 0.9) == pytest.approx((1.8 + 0.3) / 2)


@given(NUMBERS, st.floats(0.05, 0.95), st.floats(0, 100))
def test_no_radius_beats_the_quantile(errors: np.ndarray, p: float, radius: float) -> None:
    best = np.quantile(errors, p, method="inverted_cdf")
    assert pinball(errors, np.full(20, best), p) <= pinball(errors, np.full(20, radius), p) + 1e-6


def test_rejection_by_hand() -> None:
    rejected, kept = error_rejection([1, 2, 6], [10, 30, 20])
    np.testing.assert_allclose(rejected, [0, 1 / 3, 2 / 3])
    np.testing.assert_allclose(kept, [3, 3.5, 1])  # all; without the 2; the 1 alone
    # gains (0 - 0.5 + 2) / 3 of a possible (0 + 1.5 + 2) / 3
    assert rejection_ratio([1, 2, 6], [10, 30, 20]) == pytest.approx(1.5 / 3.5)


def test_ties_are_rejected_in_no_order() -> None:
    for errors in ([0, 4, 8], [8, 4, 0], [4, 0, 8]):
        np.testing.assert_allclose(error_rejection(errors, [7, 7, 7])[1], [4, 4, 4])
    assert rejection_ratio([0, 4, 8], [7, 7, 7]) == 0
    assert rejection_ratio([4, 4, 4], [1, 2, 3]) == 0  # nothing to be gained


@given(NUMBERS)
def test_the_error_itself_is_the_perfect_ranking(errors: np.ndarray) -> None:
    ratio = rejection_ratio(errors, errors)
    assert ratio == 0 or ratio == pytest.approx(1)
    rejected, kept = error_rejection(errors, errors)
    assert (np.diff(kept) <= 1e-9).all()
    assert kept[0] == pytest.approx(errors.mean())
    assert rejected[-1] == pytest.approx(1 - 1 / len(errors))


def test_spearman_by_hand() -> None:
    assert spearman([1, 2, 3, 4], [1, 4, 9, 16]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [5, 4, 3, -2]) == pytest.approx(-1)
    # ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: products about the mean 2.25 + 0 + 0 + 2.25, squares 4.5 and 5
    assert spearman([0, 5, 5, 7], [1, 2, 3, 4]) == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert spearman([1, 1, 1], [1, 2, 3]) == 0


@given(NUMBERS, NUMBERS)
def test_spearman_knows_only_ranks(first: np.ndarray, second: np.ndarray) -> None:
    value = spearman(first, second)
    assert -1 - 1e-9 <= value <= 1 + 1e-9
    assert spearman(second, first) == pytest.approx(value)
    assert spearman(np.floor(first), second) == pytest.approx(spearman(8 * np.floor(first) + 3, second))
    assert spearman(first, -second) == pytest.approx(-value)


def test_rank_correlation_three_ways() -> None:
    # each landmark alone is ranked perfectly, yet the second has a greater uncertainty and a smaller error
    errors = np.array([[5.0, 1.0], [6.0, 2.0], [7.0, 3.0]])
    uncertainty = np.array([[1.0, 7.0], [2.0, 8.0], [3.0, 9.0]])
    found = rank_correlation(errors, uncertainty, np.ones((3, 2), np.bool_))
    assert found.faces == pytest.approx(1)
    assert found.within == pytest.approx(1)
    # ranks of errors 4 1 5 2 6 3, of uncertainty 1 4 2 5 3 6: 1 - 6 · 6 · 9 / (6 · 35)
    assert found.pooled == pytest.approx(1 - 6 * 54 / 210)
    alone = rank_correlation(errors, uncertainty, np.array([[True, False], [False, True], [False, False]]))
    assert alone.within is None
    assert alone.faces == alone.pooled == pytest.approx(-1)


@pytest.mark.parametrize(
    ("errors", "radii", "visible", "says"),
    [
        ([1, 2], [1], None, r"errors \(2,\), radii or uncertainty \(1,\) and visible \(2,\) differ"),
        ([1, 2], [1, 1], [True], r"visible \(1,\) differ"),
        ([], [], None, "no visible landmarks"),
        ([1, 2], [1, 1], [False, False], "no visible landmarks"),
        ([1, np.inf], [1, 1], None, "must be finite; leave out faces that were not found"),
        ([1, 2], [1, np.nan], None, "must be finite"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(errors, radii, visible, says: str) -> None:
    for function in (coverage, reliability, error_rejection, rejection_ratio):
        with pytest.raises(InputError, match=says):
            function(errors, radii, visible)


def test_a_low_peak_is_a_wide_heatmap() -> None:
    np.testing.assert_allclose(width_of([1, 0.25, 1 / 6400]), [1, 2, 80])  # one pixel, 2 x 2, all 80 x 80
    assert np.isfinite(width_of([0.0])).all()
