"""Where a call says that faces are: places that cannot be, that show nothing, or that are no pixels."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector

DrawDots = Callable[..., np.ndarray]
FACE = ((40, 30), (60, 30), (50, 50))


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({"anchors": FACE, "boxes": (0, 0, 9, 9)}, "by boxes= or by anchors=, not by both"),
        (
            {"anchors": FACE[:2]},
            "anchors of model tiny are 3 points (x, y) or all 4 landmarks a face, not an array (2, 2)",
        ),
        ({"anchors": [(1, 2, 3)]}, "anchors of model tiny are 3 points"),
        ({"anchors": "FACE"}, "anchors must be numbers"),
        ({"anchors": [FACE, (1, 2)]}, "anchors must be an array of one face, or a sequence of such arrays"),
        ({"anchors": [(np.nan, 0), (1, 1), (2, 2)]}, "anchors must be at least two finite points"),
        ({"anchors": [(5, 5)] * 3}, "lie all in one point"),
        ({"boxes": (0, 0, 9)}, "a box is four finite numbers"),
        ({"boxes": (9, 9, 0, 0)}, "a box is x0, y0, x1, y1 with x0 <= x1"),
        ({"boxes": [(0, 0, 9, np.inf)]}, "a box is four finite numbers"),
        ({"boxes": 7}, "boxes must be numbers"),
        ({"boxes": (0.25, 0.2, 0.75, 0.5)}, r"box (0.25, 0.2, 0.75, 0.5) is at most a pixel wide and high: are these "),
        ({"boxes": (0, 0, 1, 1)}, "are these fractions of the picture? Pixels are needed"),
        ({"anchors": np.array(FACE) / 100}, "box around the points (0.4, 0.3, 0.6, 0.5) is at most a pixel wide"),
        (
            {"boxes": (0, 0, 5000, 5000)},
            "is so much larger than the picture, 120 x 100 pixels, that nothing of an",
        ),
        ({"boxes": (-1e300, -1e300, 1e300, 1e300)}, "-1e+300 is no place in a picture: none reaches beyond 1,000,000"),
        ({"boxes": (0, 0, 9, 1e308)}, "1e+308 is no place in a picture"),
        ({"anchors": np.array(FACE) * 1e5}, "4e+06 is no place in a picture"),
        ({"anchors": np.array(FACE) * 1e300}, "is no place in a picture"),
    ],
)
def test_places_that_cannot_be_used_are_refused(
    dots_at: DrawDots, detector: LandmarkDetector, where: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError) as error:
        detector(dots_at(*FACE), **where)
    assert says in str(error.value)


@pytest.mark.parametrize("box", [(-50, -40, -1, -1), (500, 500, 600, 600), (0, 1e5, 10, 2e5)])
def test_a_box_beside_the_picture_is_refused(box: tuple, tiny_model: Callable[..., Path]) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    with pytest.raises(InputError, match=r"lies outside of the picture, 60 x 40 pixels"):
        LandmarkDetector(tiny_model())(picture, boxes=[(5, 5, 20, 20), box])


def test_points_are_refused_where_their_crop_shows_nothing_of_the_picture(
    dots_at: DrawDots, detector: LandmarkDetector
) -> None:
    picture, points = dots_at(*FACE), np.array(FACE)  # 120 x 100 pixels; the crop is 40 wide, centred on the points
    for away in ((-71, 0), (90, 0), (0, -61), (0, 80), (1e5, 0)):
        with pytest.raises(InputError, match=r"box around the points \(.*\) lies outside of the picture, 120 x 100"):
            detector(picture, anchors=points + away)
    for away in ((-69, 0), (89, 0), (0, -59), (0, 79)):  # the crop's edge is a pixel inside
        assert len(detector(picture, anchors=points + away)) == 1


def test_boxes_of_more_than_a_pixel_or_beyond_the_picture_are_looked_at(
    dots_at: DrawDots, detector: LandmarkDetector
) -> None:
    assert len(detector(dots_at(*FACE), boxes=[(0, 0, 1.5, 1), (-200, -200, 300, 300)])) == 2
    strip = np.zeros((12, 3000, 3), np.uint8)
    assert len(detector(strip, boxes=[(0, 0, 2999, 11)])) == 1  # less than a hundredth of its crop, and all there is
