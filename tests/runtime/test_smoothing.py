"""A track's filter: chosen by name, fed with the face's own uncertainty, forgetful after a gap."""

from dataclasses import replace

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.smoothing import GAP, SMOOTHINGS, Smoother, deviation_at, deviation_of

POINTS = np.array([(10, 10), (30, 10), (30, 40), (10, 40)], np.float32)
RADII = Radii(
    levels=(0.5, 0.9), factors=(2.0, 4.0), scales={"all": 1.0}, exponents=(1.0, 0.0), least=(0.1, 0.1),
    regions=("all",) * 4,
)  # fmt: skip


def face(shift: float = 0.0, radii: Radii | None = RADII) -> Face:
    landmarks = POINTS + np.float32(shift)
    crop = Crop(20.0, 25.0, side=80.0, size=80)
    return Face(landmarks, np.full((4, 2), 3.0, np.float32), crop, tight_box(landmarks), radii=radii, score=0.9, id=7)


def test_half_of_round_gaussian_errors_lie_below_the_radius() -> None:
    errors = np.random.default_rng(0).normal(0, float(deviation_at(np.array([2.0]), 0.5)[0]), (100_000, 2))

    assert (np.linalg.norm(errors, axis=1) < 2.0).mean() == pytest.approx(0.5, abs=0.01)


def test_the_noise_is_the_radius_or_the_spread() -> None:
    # a spread of 3 crop pixels times the factor 2 is a radius of 6 at 0.5; sqrt(2 ln 2) = 1.1774
    np.testing.assert_allclose(deviation_of(face()), np.full(4, 6 / 1.17741), rtol=1e-5)
    np.testing.assert_allclose(deviation_of(face(radii=None)), np.full(4, 3.0))


def test_a_calibration_that_begins_above_a_half_serves_too() -> None:
    # 4 = sigma · sqrt(-2 ln 0.1) = 2.146 sigma, at the factor of 0.9
    late = replace(RADII, levels=(0.9, 0.95), factors=(4.0, 5.0))

    np.testing.assert_allclose(deviation_of(face(radii=late)), np.full(4, 12 / 2.14597), rtol=1e-5)


def test_off_gives_the_face_itself() -> None:
    found = face()

    assert Smoother("off")(0.0, found) is found


@pytest.mark.parametrize("name", [name for name in SMOOTHINGS if name != "off"])
def test_only_landmarks_and_box_change(name: str) -> None:
    smoother = Smoother(name)
    smoother(0.0, face())

    smooth = smoother(0.04, face(1.0))

    assert (smooth.landmarks - POINTS).min() > 0
    assert (smooth.landmarks - POINTS).max() < 1
    assert smooth.landmarks.dtype == np.float32
    assert not smooth.landmarks.flags.writeable
    assert smooth.box == tight_box(smooth.landmarks)
    assert (smooth.score, smooth.id, smooth.crop) == (0.9, 7, face().crop)


@pytest.mark.parametrize("name", [name for name in SMOOTHINGS if name != "off"])
def test_after_a_gap_it_begins_anew(name: str) -> None:
    smoother = Smoother(name)
    smoother(0.0, face())

    np.testing.assert_array_equal(smoother(GAP + 0.1, face(1.0)).landmarks, POINTS + 1)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="smoothing is one of off, kalman, one-euro, not 'savgol'"):
        Smoother("savgol")
