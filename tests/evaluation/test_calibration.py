"""Fits to errors whose law is known, and to a handful worked by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.calibration import (
    LEVELS,
    Measured,
    calibrate,
    cross_validate,
    fit_radii,
    measure,
    scales_and_factors,
)
from laplace_landmarks.evaluation.calibration_table import to_calibration_table
from laplace_landmarks.evaluation.reliability import coverage
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.outputs import Prediction

MARKUP = Markup("ten", tuple("abcdefghij"), regions={"near": (0, 1, 2, 3), "far": (4, 5, 6, 7)})  # i and j: other
SCALES = np.array([1.0] * 4 + [3.0] * 4 + [2.0] * 2)


def laplace_faces(count: int, seed: int, own: float = 1.0, face: float = 0.5) -> Measured:
    """Errors with Laplace x and y whose scale is SCALES · spread^own · (the face's spread)^face, a third unseen."""
    random = np.random.default_rng(seed)
    spread = np.exp(random.normal(0, 0.3, (count, 10, 2)) + random.normal(0.3, 0.4, (count, 1, 1)))
    mean = spread.mean(axis=-1)
    scale = SCALES * mean**own * mean.mean(axis=1, keepdims=True) ** face
    errors = np.linalg.norm(random.laplace(0, scale[..., None], (count, 10, 2)), axis=-1)
    visible = random.random((count, 10)) < 2 / 3
    return Measured(spread, np.where(visible, errors, 1e6), visible)  # what is not seen must not count


def test_a_known_law_is_found() -> None:
    radii = fit_radii(laplace_faces(2000, 0), MARKUP)

    assert radii.exponents == pytest.approx((1.0, 0.5), abs=0.06)
    assert tuple(radii.scales) == ("near", "far", "other")
    assert radii.scales["far"] / radii.scales["near"] == pytest.approx(3, rel=0.05)
    assert radii.scales["other"] / radii.scales["near"] == pytest.approx(2, rel=0.05)
    drawn = np.linalg.norm(np.random.default_rng(9).laplace(0, 1, (10**6, 2)), axis=-1)
    quantiles = np.quantile(drawn, LEVELS)
    found = [radii.factor(level) * radii.scales["near"] for level in LEVELS]
    np.testing.assert_allclose(found, quantiles, rtol=0.05)


def test_new_faces_are_held_as_promised() -> None:
    radii, new = fit_radii(laplace_faces(2000, 1), MARKUP), laplace_faces(2000, 2)
    for level in (*LEVELS, 0.6, 0.7, 0.8):
        for members in (slice(0, 4), slice(4, 8), slice(8, 10)):
            seen = new.visible[:, members]
            held = coverage(new.errors[:, members], radii.at(new.spread, level)[:, members], seen)
            # four binomial standard errors of new faces and of the fit, and what Weibull's law misses in between
            allowed = 4 * np.sqrt(2 * level * (1 - level) / seen.sum()) + (0 if level in LEVELS else 0.01)
            assert held == pytest.approx(level, abs=allowed)


def test_cross_validation_tells_the_coverage_of_new_faces() -> None:
    measured = laplace_faces(300, 3)
    apart = cross_validate(measured, MARKUP)
    calibration = calibrate(measured, MARKUP, apart, data="drawn", protocol="none")

    assert apart.shape == (3, 300, 10)
    for level, held in zip(LEVELS, calibration.coverage, strict=True):
        assert held == pytest.approx(level, abs=4 * np.sqrt(2 * level * (1 - level) / measured.visible.sum()))
    assert (calibration.faces, calibration.folds) == (300, 10)


def test_faces_of_one_picture_are_never_in_two_parts() -> None:
    """Sixty faces, six in each of ten pictures: another error of one changes no radius of those beside it."""
    pictures = tuple(Path(str(number % 10)) for number in range(60))
    measured = replace(laplace_faces(60, 5), pictures=pictures)
    errors = measured.errors.copy()
    errors[3] = 50 * errors[3]

    before, after = cross_validate(measured, MARKUP), cross_validate(replace(measured, errors=errors), MARKUP)

    changed = (before != after).any(axis=(0, 2))
    beside = np.arange(60) % 10 == 3
    assert not changed[beside].any()
    assert changed[~beside].all()
    assert calibrate(measured, MARKUP, before, data="drawn", protocol="none").folds == 10
    few = replace(measured, pictures=tuple(Path(str(number % 4)) for number in range(60)))
    with pytest.raises(InputError, match=r"^60 labeled faces in 4 pictures are too few .* give at least 5 pictures$"):
        cross_validate(few, MARKUP)


def test_a_picture_for_each_face_is_judged_as_before() -> None:
    measured = laplace_faces(33, 6)
    of_pictures = replace(measured, pictures=tuple(Path(str(number)) for number in range(33)))
    assert np.array_equal(cross_validate(measured, MARKUP), cross_validate(of_pictures, MARKUP))


def test_a_face_is_judged_without_its_own_errors() -> None:
    measured = laplace_faces(40, 4)
    errors = measured.errors.copy()
    errors[7] *= 1000
    changed = cross_validate(replace(measured, errors=errors), MARKUP)
    before = cross_validate(measured, MARKUP)

    np.testing.assert_array_equal(changed[:, 7], before[:, 7])
    assert (changed != before).any()


def test_scales_and_factors_by_hand() -> None:
    # with these levels five equal ratios have but one quantile: themselves
    ratios, regions = np.array([[2.0, 8.0, 8.0]] * 5), np.array([0, 1, 1])
    scales, factors = scales_and_factors(ratios, regions, np.ones((5, 3), np.bool_))
    np.testing.assert_allclose(scales, [2, 8])
    np.testing.assert_allclose(factors, [1, 1, 1])


@pytest.mark.parametrize(("own", "face"), [(-1.0, 0.0), (-1.0, 1.0), (1.0, -2.0), (-1.0, -1.0)])
def test_more_spread_is_never_a_smaller_radius(own: float, face: float) -> None:
    radii = fit_radii(laplace_faces(200, 5, own, face), MARKUP)
    assert min(radii.exponents) == 0


def test_a_spread_that_tells_nothing_gives_constant_radii() -> None:
    measured = replace(laplace_faces(200, 6), spread=np.full((200, 10, 2), 1.5))
    assert fit_radii(measured, MARKUP).exponents == (0, 0)
    for level, radii in zip(LEVELS, cross_validate(measured, MARKUP), strict=True):
        assert coverage(measured.errors, radii, measured.visible) == pytest.approx(level, abs=0.04)


@settings(max_examples=25)
@given(st.floats(1, 10), st.integers(0, 100))
def test_the_unit_does_not_matter(unit: float, seed: int) -> None:
    measured = laplace_faces(20, seed)
    measured = replace(measured, errors=np.maximum(measured.errors, 0.01))  # below, errors are not told apart
    larger = Measured(unit * measured.spread, unit * measured.errors, measured.visible)
    before, after = fit_radii(measured, MARKUP), fit_radii(larger, MARKUP)
    np.testing.assert_allclose(after.exponents, before.exponents, atol=0.002)
    np.testing.assert_allclose(
        after.at(larger.spread, 0.9), unit * before.at(measured.spread, 0.9), rtol=0.02
    )  # numbers have four digits


def test_perfect_predictions_are_no_accident_of_logarithms() -> None:
    zero = Measured(np.zeros((10, 10, 2)), np.zeros((10, 10)), np.ones((10, 10), np.bool_))
    radii = fit_radii(zero, MARKUP)
    assert (radii.at(zero.spread, 0.9) > 0).all()
    assert np.isfinite(radii.at(100 + zero.spread, 0.95)).all()


def test_measured_is_in_crop_pixels() -> None:
    pair = Markup("pair", ("a", "b"))
    truth, seen = np.array([[10, 10], [0, 0]], np.float32), np.array([True, False])
    sample = Sample("x", Path("x.jpg"), truth, seen)
    found = Prediction(
        "x.jpg",
        truth + np.array([[3, 4], [9, 9]], np.float32),
        spread=np.ones((2, 2), np.float32),
        crop=Crop(0, 0, 20, 80),
    )

    measured = measure(LabeledSet(pair, (sample,)), [found])

    np.testing.assert_allclose(measured.errors, [[20, 0]])  # 5 pixels, four crop pixels each
    np.testing.assert_allclose(measured.spread, np.full((1, 2, 2), 4))
    np.testing.assert_array_equal(measured.visible, [[True, False]])
    for lacking in ("crop", "spread"):
        with pytest.raises(InputError, match=r"x\.jpg: a calibration needs each prediction's crop and spread"):
            measure(LabeledSet(pair, (sample,)), [replace(found, **{lacking: None})])


def test_too_little_is_refused() -> None:
    with pytest.raises(InputError, match="4 labeled faces are too few to calibrate with; give at least 5"):
        cross_validate(laplace_faces(4, 0), MARKUP)
    measured = laplace_faces(20, 0)
    measured.visible[:, 4:8] = False
    with pytest.raises(InputError, match="no labeled face shows a landmark of region 'far'"):
        fit_radii(measured, MARKUP)


def test_the_tables_intervals_are_over_pictures() -> None:
    """Ten faces in a picture, all held, and ten in another, none held: a draw is of one of the two often enough."""
    fitted = laplace_faces(20, 7)
    calibration = calibrate(fitted, MARKUP, cross_validate(fitted, MARKUP), data="drawn", protocol="none")
    errors = np.repeat([0.0, 9.0], 10)[:, None] * np.ones((20, 10))
    pictures = tuple(Path(name) for name in "a" * 10 + "b" * 10)
    measured = Measured(np.ones((20, 10, 2)), errors, np.ones((20, 10), np.bool_), pictures)

    assert "0.0 to 100.0 % by 50 %" in to_calibration_table(calibration, measured, np.ones((3, 20, 10)), "tiny")
    alone = to_calibration_table(calibration, replace(measured, pictures=()), np.ones((3, 20, 10)), "tiny")
    assert "30.0 to 70.0 % by 50 %" in alone  # of 20 draws with chance 1/2, 6 to 14 are 95.9 %


def test_the_table_can_be_read() -> None:
    measured = laplace_faces(20, 7)
    apart = cross_validate(measured, MARKUP)
    table = to_calibration_table(
        calibrate(measured, MARKUP, apart, data="drawn", protocol="none"), measured, apart, "tiny"
    )

    lines = table.splitlines()
    assert lines[0] == "tiny on drawn · none"
    assert lines[2].split("  ")[0] == "landmarks"
    assert [line.split()[0] for line in lines[4:7]] == ["near", "far", "other"]
    everything = next(line for line in lines if line.startswith("all"))
    assert everything.split()[1] == str(measured.visible.sum())
    assert f"{100 * coverage(measured.errors, apart[0], measured.visible):.1f} %" in everything
    assert "20 faces, each judged by a fit without it (10 parts)" in table
    assert lines[-1] == "20 faces are few: take the radii as a first guess, and give 50 or more"


def test_a_landmark_without_any_label_is_named() -> None:
    measured = laplace_faces(40, 5)
    measured.visible[:, 2] = False
    apart = cross_validate(measured, MARKUP)
    calibration = calibrate(measured, MARKUP, apart, data="drawn", protocol="none")
    assert calibration.protocol == "none; no label of c, of whose radius nothing is known"
    assert "no label of c" in to_calibration_table(calibration, measured, apart, "m")
