"""Drawing lands where it is told to, below the pixel."""

import numpy as np
import pytest

from laplace_landmarks.data.synthetic.brush import canvas, curve, disc, fill, mix, shrink


def test_a_curve_goes_through_its_points_and_keeps_to_straight_lines():
    points = np.array([(0.0, 0.0), (3.0, 1.0), (6.0, 2.0), (9.0, 3.0)])
    line = curve(points)
    np.testing.assert_allclose(line[::5], points, atol=1e-12)
    np.testing.assert_allclose(line[:, 0], 3 * line[:, 1], atol=1e-12)


def test_a_filled_square_covers_the_pixels_it_should():
    fine = canvas(8)
    fine[:] = 0
    fill(fine, np.array([(2, 2), (5, 2), (5, 5), (2, 5)]) + np.array([(-0.2, -0.2)]), (200, 100, 50))
    picture = shrink(fine)
    assert picture[3, 3].tolist() == [200, 100, 50]
    assert picture[0].max() == 0
    assert picture[7].max() == 0


@pytest.mark.parametrize("centre", [(20.0, 20.0), (20.25, 19.5), (17.4, 22.9)])
def test_a_disc_has_its_centre_of_mass_where_it_was_put(centre: tuple[float, float]):
    fine = canvas(40)
    fine[:] = 0
    disc(fine, centre, 9, 6, 30, (255, 255, 255))
    weight = shrink(fine)[..., 0].astype(float)
    y, x = np.mgrid[:40, :40]
    found = ((weight * x).sum() / weight.sum(), (weight * y).sum() / weight.sum())
    assert found == pytest.approx(centre, abs=0.1)


def test_mix_takes_its_part_of_the_second_colour():
    assert mix((0, 100, 200), (100, 100, 100), 0.25).tolist() == [25, 100, 175]
