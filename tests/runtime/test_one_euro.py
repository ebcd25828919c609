"""The one-euro filter against steps worked by hand."""

from math import pi

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.runtime.one_euro import OneEuro

POINT = np.zeros((1, 2))
ANY = np.ones(1)
CUTOFF = 1 / (2 * pi)  # Hz: a time constant of one second


def test_without_rise_it_is_a_low_pass_worked_by_hand() -> None:
    smooth = OneEuro(cutoff=CUTOFF, rise=0.0)
    smooth(0.0, POINT, ANY, 1.0)

    # after 1 s of a time constant of 1 s the new value's part is 1 / (1 + 1), after 3 s more 3 / (1 + 3)
    np.testing.assert_allclose(smooth(1.0, POINT + 8, ANY, 1.0), POINT + 4)
    np.testing.assert_allclose(smooth(4.0, POINT + 8, ANY, 1.0), POINT + 7)


def test_speed_raises_the_cutoff_by_hand() -> None:
    smooth = OneEuro(cutoff=CUTOFF, rise=CUTOFF, speed_cutoff=CUTOFF)
    smooth(0.0, POINT, ANY, side=2.0)

    # speed along x: 8 px in 1 s of a face of 2 px is 4, of which the low-pass lets through a half; so the cutoff is
    # 1 + 2 times CUTOFF, and the part 1 / (1 + 1 / 3). Along y nothing moves.
    np.testing.assert_allclose(smooth(1.0, POINT + np.array((8, 0)), ANY, side=2.0), [[6.0, 0.0]])


def test_two_frames_of_one_time_are_no_division_by_nothing() -> None:
    smooth = OneEuro()
    smooth(1.0, POINT, ANY, 100.0)

    assert np.isfinite(smooth(1.0, POINT + 1, ANY, 100.0)).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-500, 500), st.floats(0.1, 10))
def test_it_does_not_matter_where_the_face_is_or_how_large(seed: int, shift: float, scale: float) -> None:
    frames = np.cumsum(np.random.default_rng(seed).normal(0, 2, (6, 5, 2)), axis=0)
    here, there = OneEuro(), OneEuro()

    for number, frame in enumerate(frames):
        place = here(number / 25, frame, np.ones(5), 150.0)
        moved = there(number / 25, scale * frame + shift, np.ones(5), scale * 150.0)
        np.testing.assert_allclose(moved, scale * place + shift, atol=1e-6 * scale)


def test_what_stands_still_stands_still() -> None:
    smooth = OneEuro()
    for number in range(5):
        np.testing.assert_array_equal(smooth(number / 25, POINT + 3, ANY, 10.0), POINT + 3)
