"""What happens to pixels, and what must not: clipped colours, moved faces, changed originals."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.augmentation.draws import Draws, Key
from laplace_landmarks.data.augmentation.pixels import (
    blurred,
    coarser,
    compressed,
    noisy,
    recoloured,
    with_other_pixels,
    without_colours,
)
from laplace_landmarks.data.augmentation.settings import Augmentation

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
rows = st.lists(st.floats(0, 1, exclude_max=True), min_size=8, max_size=8).map(np.array)


def spot(size: int = 40) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size]
    bright = 30 + 200 * np.exp(-((columns - 22.3) ** 2 + (rows - 17.6) ** 2) / 18)
    return np.rint(bright)[..., None].repeat(3, axis=2).astype(np.uint8)


def centre(picture: np.ndarray) -> np.ndarray:
    weights = np.maximum(picture[..., 0].astype(np.float64) - 60, 0)
    rows, columns = np.mgrid[: len(picture), : len(picture)]
    return np.array([(weights * columns).sum(), (weights * rows).sum()]) / weights.sum()


@given(rows, st.floats(0, 1))
def test_no_tone_is_clipped(row: np.ndarray, strength: float) -> None:
    """Black stays black, the light's strongest colour keeps white, and brighter stays brighter."""
    changed = recoloured(RAMP, strength, row).reshape(-1, 3).astype(int)
    assert changed[0].tolist() == [0, 0, 0]
    assert changed[-1].max() == 255
    assert changed[-1].min() >= 150
    assert (np.diff(changed, axis=0) >= 0).all()
    assert (changed[:-12] < changed[-1]).all()  # the brightest tones do not run together


def test_colour_by_hand() -> None:
    middle = np.full(8, 0.5)
    assert np.array_equal(recoloured(RAMP, 1.0, middle), RAMP)
    darker, brighter = (recoloured(RAMP, 1.0, np.r_[end, middle[1:]]) for end in (1.0, 0.0))
    assert darker[8, 0].tolist() == [64] * 3  # 255 · (128 / 255) ^ e^0.7
    assert brighter[8, 0].tolist() == [181] * 3
    pale = recoloured(np.array([[[200, 100, 0]]], np.uint8), 1.0, np.r_[middle[:2], 0.0, middle[3:]])[0, 0]
    luminance = 0.299 * 200 + 0.587 * 100
    assert pale.tolist() == [round(0.2 * value + 0.8 * luminance) for value in (200, 100, 0)]
    warm = recoloured(np.full((1, 1, 3), 200, np.uint8), 1.0, np.r_[middle[:3], 1.0, middle[4:]])[0, 0]
    assert warm.tolist() == [200, round(200 * np.exp(-0.25)), round(200 * np.exp(-0.5))]


def test_grey_is_luminance() -> None:
    assert without_colours(np.array([[[200, 100, 0]]], np.uint8)).tolist() == [[[119] * 3]]  # 118.5


def test_noise_is_as_strong_as_asked() -> None:
    grey = np.full((80, 80, 3), 128, np.uint8)
    away = noisy(grey, 10.0, np.random.default_rng(0)).astype(float) - 128
    assert away.std() == pytest.approx(10, rel=0.03)
    assert abs(away.mean()) < 0.3
    assert np.array_equal(noisy(grey, 0.0, np.random.default_rng(0)), grey)


def test_blur_is_as_wide_as_asked() -> None:
    line = np.zeros((41, 41, 3), np.uint8)
    line[:, 20] = 255
    weights = blurred(line, 2.0)[20, :, 0].astype(float)
    variance = (weights / weights.sum() * (np.arange(41) - 20) ** 2).sum()
    assert variance == pytest.approx(4, rel=0.1)  # whole grey levels lose the tails
    assert blurred(line, 0.1) is line


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: blurred(picture, 1.5),
        lambda picture: coarser(picture, 2.7),
        lambda picture: compressed(picture, 40, np.array([0.3, 0.8])),
        lambda picture: noisy(picture, 5, np.random.default_rng(0)),
    ],
)
def test_the_face_stays_where_it_is(change: Callable[[np.ndarray], np.ndarray]) -> None:
    picture = spot()
    changed = change(picture)
    assert changed.shape == picture.shape
    assert changed.dtype == np.uint8
    assert np.abs(centre(changed) - centre(picture)).max() < 0.2


def test_coarser_pixels_are_larger() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    assert np.array_equal(coarser(picture, 1.0), picture)
    assert coarser(picture, 4).std() < 0.4 * picture.std()
    assert coarser(picture, 1000).shape == (40, 40, 3)  # at least 4 × 4


def test_jpeg_keeps_red_red_and_loses_with_quality() -> None:
    red = np.zeros((40, 40, 3), np.uint8)
    red[...] = (220, 30, 20)
    assert np.abs(compressed(red, 90, np.zeros(2)).astype(int) - red).max() <= 4
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    lost = [np.abs(compressed(noise, q, np.array([0.9, 0])).astype(int) - noise).mean() for q in (95, 50, 10)]
    assert lost == sorted(lost)


EVERY = Augmentation(colour=1, grey=0.5, occluders=0.3, blur=2, low_resolution=2, noise=20, jpeg=80, probability=1)


def test_nothing_is_written_to_the_original() -> None:
    picture = spot()
    picture.flags.writeable = False
    changed = with_other_pixels(picture, EVERY, Draws(Key(0, 0, 0, 0)))
    assert not np.array_equal(changed, picture)
    assert with_other_pixels(picture, Augmentation(), Draws(Key(0, 0, 0, 0))) is picture


@pytest.mark.parametrize(
    ("settings", "share"),
    [
        (Augmentation(noise=50, probability=0.3), 0.3),
        (Augmentation(occluders=0.5, probability=0.7), 0.7),
        (Augmentation(noise=50, probability=0), 0),
        (Augmentation(grey=0.4), 0.4),
        (Augmentation(colour=0.5, probability=0), 1),  # meets every crop
    ],
)
def test_each_meets_its_share_of_the_crops(settings: Augmentation, share: float) -> None:
    picture = spot()
    picture[..., 2] //= 2
    changed = [with_other_pixels(picture, settings, Draws(Key(0, 0, step, 0))) is not picture for step in range(400)]
    assert np.mean(changed) == pytest.approx(share, abs=0.08)


def test_one_that_is_switched_on_leaves_the_draws_of_the_others() -> None:
    """Noise on a grey crop is the same with and without a blur before it."""
    grey = np.full((40, 40, 3), 128, np.uint8)
    alone, after = (Augmentation(noise=20, probability=1, blur=blur) for blur in (0, 2))
    draws = Key(3, 1, 4, 1)
    assert np.array_equal(with_other_pixels(grey, alone, Draws(draws)), with_other_pixels(grey, after, Draws(draws)))
