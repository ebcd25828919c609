"""Shapes on a part of a picture: how much of each pixel they cover."""

import numpy as np
import pytest

from laplace_landmarks.runtime.canvas import Canvas


def test_a_disc_covers_its_area_about_its_centre() -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    canvas = Canvas.on(picture, (10, 5, 50, 30))
    mask = canvas.mask()

    canvas.ellipse(mask, (30.25, 17.5), (6, 3))
    canvas.paint(mask, (255, 0, 0), 1.0)

    red = picture[..., 0] / 255.0
    y, x = np.mgrid[:40, :60]
    assert red.sum() == pytest.approx(np.pi * 6 * 3, rel=0.1)
    assert (red * x).sum() / red.sum() == pytest.approx(30.25, abs=0.1)
    assert (red * y).sum() / red.sum() == pytest.approx(17.5, abs=0.1)
    assert not picture[..., 1:].any()


@pytest.mark.parametrize("width", [0.5, 1.0, 3.0])
def test_a_line_covers_its_length_times_its_width(width: float) -> None:
    picture = np.zeros((30, 130, 3), np.uint8)
    canvas = Canvas.on(picture, (0, 0, 130, 30))
    mask = canvas.mask()

    canvas.line(mask, (10, 15), (110, 15), width)
    canvas.paint(mask, (0, 255, 0), 1.0)

    assert (picture[:, 20:100, 1] / 255.0).sum() == pytest.approx(80 * width, rel=0.15)


def test_opacity_blends() -> None:
    picture = np.full((9, 9, 3), 100, np.uint8)
    canvas = Canvas.on(picture, (0, 0, 9, 9))
    canvas.paint(np.full_like(canvas.mask(), 255), (200, 100, 0), 0.25)

    np.testing.assert_array_equal(picture, np.broadcast_to([125, 100, 75], (9, 9, 3)))


def test_shapes_far_outside_are_no_trouble() -> None:
    picture = np.zeros((9, 9, 3), np.uint8)
    for box in ((1e9, 1e9, 2e9, 2e9), (-1e9, -1e9, 1e9, 1e9)):
        canvas = Canvas.on(picture, box)
        mask = canvas.mask()
        canvas.line(mask, (-1e9, 1e12), (1e9, 1e12), 1)
        canvas.ellipse(mask, (1e9, 1e9), (2, 2))
        canvas.paint(mask, (255, 255, 255), 1.0)

    assert not picture.any()
