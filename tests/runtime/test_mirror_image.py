"""Mirror images beside crops: what the two looks give together."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.mirror_image import mean_of_both

PAIRED = Markup("eyes and nose", ("right", "left", "nose"), mirror=((0, 1),))
CROP = np.zeros((1, 16, 16, 3), np.uint8)
CROP[0, 4, 3, 0] = 255  # red, at (3, 4)
CROP[0, 4, 9, 1] = 255  # green, at (9, 4)
CROP[0, 11, 6, 2] = 255  # blue, at (6, 11)


@pytest.fixture(scope="module")
def both(tiny_model: Callable[..., Path]) -> LandmarkDetector:
    return LandmarkDetector(tiny_model(markup=PAIRED, crop=CropRule(16)), mirrored=True)


def test_the_right_eye_is_where_the_left_one_was_seen_in_the_mirror_image(both: LandmarkDetector) -> None:
    """The tiny model finds colours. In the mirror image it finds its right eye, red, at 15 - 3, and its left, green, at
    15 - 9; turned back, the right eye is green's place, 9, so that both eyes lie halfway from red to green. The nose,
    which has no other, was seen in the same place twice."""
    ((right, left, nose),), _, _ = both.on_crops(CROP)

    np.testing.assert_allclose(right, (6, 4), atol=0.05)
    np.testing.assert_allclose(left, (6, 4), atol=0.05)
    np.testing.assert_allclose(nose, (6, 11), atol=0.05)


def test_the_mean_by_hand() -> None:
    """One crop of 4 pixels, two landmarks that are each other's mirror image."""
    pair = Markup("pair", ("right", "left"), mirror=((0, 1),))
    landmarks = np.array([[[0, 1], [2, 1]], [[1.5, 3], [2.5, 2]]], np.float32)  # in the crop, and in its mirror image
    spread = np.array([[[1, 1], [2, 2]], [[3, 4], [5, 6]]], np.float32)
    maps = np.zeros((2, 2, 4, 4), np.float32)
    maps[0, 0, 1, 0] = maps[0, 1, 1, 2] = maps[1, 0, 3, 1] = maps[1, 1, 2, 2] = 1

    mean, wide, heatmaps = mean_of_both([landmarks, spread, maps], pair, 4)

    # right: left of the mirror image, at 3 - 2.5; left: right of it, at 3 - 1.5
    np.testing.assert_array_equal(mean, [[[0.25, 1.5], [1.75, 2]]])
    np.testing.assert_array_equal(wide, [[[3, 3.5], [2.5, 3]]])
    assert heatmaps[0, 0, 1, 0] == heatmaps[0, 0, 2, 1] == 0.5  # at 3 - 2
    assert heatmaps[0, 1, 1, 2] == heatmaps[0, 1, 3, 2] == 0.5  # at 3 - 1
    assert heatmaps.sum() == 2


@given(arrays(np.uint8, (2, 16, 16, 3)))
def test_a_mirror_image_has_the_mirrored_landmarks(both: LandmarkDetector, crops: np.ndarray) -> None:
    """Exactly so for any picture, which no single look promises."""
    landmarks, spread, heatmaps = both.on_crops(crops, heatmaps=True)
    found, wide, maps = both.on_crops(crops[:, :, ::-1], heatmaps=True)

    swapped = [1, 0, 2]
    np.testing.assert_allclose(found[..., 0], 15 - landmarks[:, swapped, 0], atol=1e-4)
    np.testing.assert_allclose(found[..., 1], landmarks[:, swapped, 1], atol=1e-4)
    np.testing.assert_allclose(wide, spread[:, swapped], atol=1e-4)
    assert heatmaps is not None and maps is not None
    np.testing.assert_allclose(maps, heatmaps[:, swapped, :, ::-1], atol=1e-6)


def test_no_crop_has_no_landmarks(both: LandmarkDetector) -> None:
    landmarks, spread, heatmaps = both.on_crops(np.empty((0, 16, 16, 3), np.uint8), heatmaps=True)

    assert landmarks.shape == spread.shape == (0, 3, 2)
    assert heatmaps is not None and heatmaps.shape == (0, 3, 16, 16)


def test_only_the_last_look_has_a_mirror_image(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that places the next one costs what it did."""
    model = tiny_model(markup=PAIRED, crop=CropRule(16, box_factor=2.0))
    seen = []
    detector = LandmarkDetector(model, refine=2, mirrored=True)
    run = detector._network.run
    monkeypatch.setattr(detector._network, "run", lambda names, crops: seen.append(len(crops)) or run(names, crops))
    picture = np.zeros((100, 120, 3), np.uint8)

    detector(picture, boxes=[(20, 20, 60, 60), (40, 30, 80, 70), (50, 50, 90, 90)])

    assert seen == [3, 3, 6]


def test_a_markup_without_pairs_is_refused(tiny_model: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="markup dots has no mirror pairs"):
        LandmarkDetector(tiny_model(markup=Markup("dots", ("red", "green"))), mirrored=True)
