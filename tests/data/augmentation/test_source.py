"""One resampling: sharp where the picture is, smooth where it is too fine, and landmarks stay on their pixels."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.augmentation.draws import Draws, Key
from laplace_landmarks.data.augmentation.geometry import View, drawn_view, reach, through
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.source import FINE, look, take_source
from laplace_landmarks.faces.boxes import Crop

SIZE = 48
PLAIN = View(np.eye(3), False)


def dot(height: int, width: int, x: float, y: float, radius: float) -> np.ndarray:
    """A bright Gaussian dot on black."""
    rows, columns = np.mgrid[:height, :width]
    bright = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius**2))
    return np.rint(bright)[..., None].repeat(3, axis=2).astype(np.uint8)


def centre(picture: np.ndarray) -> np.ndarray:
    weights = picture[..., 0].astype(np.float64)
    rows, columns = np.mgrid[: len(picture), : len(picture)]
    return np.array([(weights * columns).sum(), (weights * rows).sum()]) / weights.sum()


augmentations = st.builds(
    Augmentation,
    mirror=st.sampled_from([0.0, 1.0]),
    rotation=st.floats(0, 90),
    scale=st.floats(0, 0.3),
    shift=st.floats(0, 0.1),
    perspective=st.floats(0, 0.2),
)


@given(
    augmentation=augmentations,
    step=st.integers(0, 10**6),
    side=st.floats(30, 420),
    place=st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
    corner=st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)),
    angle=st.just(0.0) | st.floats(-180, 180),
)
@settings(deadline=None, max_examples=60)
def test_a_dot_at_a_landmark_is_found_at_the_augmented_landmark(
    augmentation: Augmentation, step: int, side: float, place: tuple, corner: tuple, angle: float
) -> None:
    """Also where the picture is coarser than the crop, or so fine that the source is reduced, or the crop turned."""
    length = int(side * 1.7)
    crop = Crop(length / 2 + corner[0] * 20, length / 2 + corner[1] * 20, side, SIZE, angle)
    landmark = np.array([crop.x, crop.y]) + np.array(place) * side
    picture = dot(length, length + 3, *landmark, radius=max(1.5, 1.2 * side / SIZE))
    view = drawn_view(augmentation, None, SIZE, Draws(Key(0, 0, step, 0)))

    shown = look(take_source(picture, crop, reach(augmentation, None)), view, SIZE)

    expected = through(view.matrix, crop.to_crop(landmark)[None])[0]
    radius = 6 * max(1.2, 1.5 * SIZE / side) * 1.6
    if ((expected > radius) & (expected < SIZE - radius)).all():  # the whole dot is in view
        assert np.abs(centre(shown) - expected).max() < 0.3


@given(side=st.floats(20, 900), x=st.floats(-30, 330), y=st.floats(-30, 330), angle=st.just(0.0) | st.floats(-180, 180))
@settings(deadline=None, max_examples=40)
def test_without_a_change_it_is_the_crop(side: float, x: float, y: float, angle: float) -> None:
    """At the picture's edges too, where both go on with the edge's pixels."""
    coarse = np.random.default_rng(0).integers(0, 256, (12, 13, 3), np.uint8)
    picture = cv2.resize(coarse, (330, 300), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    crop = Crop(x, y, side, SIZE, angle)

    shown = look(take_source(picture, crop, 1.0), PLAIN, SIZE)

    away = np.abs(shown.astype(int) - crop.cut(picture))
    assert away.mean() < 3  # grey levels, of noise over all 256
    if side <= SIZE and not angle:
        assert away.max() <= 1


def test_a_part_shows_what_the_whole_picture_would() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (300, 320, 3), np.uint8)
    crop, augmentation = Crop(160, 150, 90, SIZE), Augmentation(rotation=40, shift=0.1, perspective=0.1)
    part = take_source(picture, crop, reach(augmentation, None))
    whole = take_source(picture, crop, 9)
    assert part.picture.size < 0.6 * whole.picture.size
    for step in range(20):
        view = drawn_view(augmentation, None, SIZE, Draws(Key(0, 0, step, 0)))
        assert np.abs(look(part, view, SIZE).astype(int) - look(whole, view, SIZE)).max() <= 1


@pytest.mark.parametrize(("side", "block"), [(SIZE, 1), (SIZE * 3.4, 1), (SIZE * 3.6, 2), (SIZE * 9, 5)])
def test_a_source_is_at_most_so_fine(side: float, block: int) -> None:
    length = int(side * 1.2)
    picture = np.zeros((length, length, 3), np.uint8)
    picture[: length // 2] = 200
    crop = Crop((length - 1) / 2, (length - 1) / 2, side, SIZE)

    source = take_source(picture, crop, 1.0)

    assert source.scale == pytest.approx(side / SIZE / block)
    assert source.scale <= FINE
    rows = look(source, PLAIN, SIZE)[:, SIZE // 2, 0]
    assert rows[: SIZE // 2 - 1].tolist() == [200] * (SIZE // 2 - 1)  # the edge stays in the middle
    assert rows[SIZE // 2 + 1 :].tolist() == [0] * (SIZE // 2 - 1)


@pytest.mark.parametrize("turned", [0, 20])
@pytest.mark.parametrize("finer", [2.0, 3.3, 6.0])
def test_detail_too_fine_for_a_crop_is_averaged(finer: float, turned: float) -> None:
    """A fine chessboard is grey from afar; single samples of it would be black or white."""
    rows, columns = np.mgrid[:400, :400]
    picture = (255 * ((rows + columns) % 2)).astype(np.uint8)[..., None].repeat(3, axis=2)
    source = take_source(picture, Crop(200, 200, SIZE * finer, SIZE), 1.5)
    view = drawn_view(Augmentation(rotation=turned), None, SIZE, Draws(Key(0, 0, 1, 0)))
    shown = look(source, view, SIZE).astype(int)
    assert abs(shown.mean() - 127.5) < 2
    assert np.abs(shown - 127.5).mean() < 25


def test_beyond_the_picture_its_edge_goes_on() -> None:
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:, 20:] = (250, 100, 50)
    source = take_source(picture, Crop(39.5, 20, 40, SIZE), 1.0)
    assert look(source, PLAIN, SIZE)[:, SIZE // 2 :].reshape(-1, 3).tolist() == [[250, 100, 50]] * (SIZE * SIZE // 2)


def test_a_crop_wholly_outside_is_the_nearest_edge() -> None:
    picture = np.full((20, 20, 3), 7, np.uint8)
    assert (look(take_source(picture, Crop(500, -300, 40, SIZE), 1.5), PLAIN, SIZE) == 7).all()
