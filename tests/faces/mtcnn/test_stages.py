"""Regression and squares by hand, and the three networks on their published weights."""

import numpy as np
import pytest

from laplace_landmarks.faces.mtcnn import networks, stages
from laplace_landmarks.faces.mtcnn.pyramid import Level, octaves, scales
from laplace_landmarks.faces.mtcnn.stages import decide, moved, propose, refine, square
from laplace_landmarks.faces.mtcnn.weights import published_weights
from laplace_landmarks.session import start_session


def test_offsets_are_fractions_of_the_sides() -> None:
    offsets = np.array([[0.1, -0.5, -0.2, 0.25]], np.float32)
    np.testing.assert_allclose(moved(np.array([[100, 200, 150, 220.0]]), offsets), [[105, 190, 140, 225]], rtol=1e-6)


def test_a_square_keeps_the_centre_and_the_longer_side() -> None:
    assert square(np.array([[0, 0, 10, 4], [5, 0, 6, 3.0]])).tolist() == [[0, -3, 10, 7], [4, 0, 7, 3]]


def one_window(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A network that sees a face where a window's upper left pixel is white, a tenth to the left of the window."""
    windows = pictures[:, : pictures.shape[1] - 11 : 2, : pictures.shape[2] - 11 : 2, 0] == 255
    offsets = np.broadcast_to(np.array([-0.1, 0, -0.1, 0], np.float32)[None, :, None, None], (1, 4, *windows.shape[1:]))
    return windows[:, None].astype(np.float32), offsets


def test_a_window_in_the_level_becomes_a_box_in_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.zeros((60, 40, 3), np.uint8)
    pixels[16, 6] = pixels[44, 24] = 255
    for at_once in (2**18, 400):  # 400: strips of five rows of windows
        monkeypatch.setattr(stages, "PIXELS_AT_ONCE", at_once)
        found = stages._windows(one_window, Level(pixels, across=3, down=2), 0.5)
        np.testing.assert_allclose(found.boxes, [[14.4, 32, 50.4, 56], [68.4, 88, 104.4, 112]], rtol=1e-6)


def test_only_the_best_of_very_many_windows_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MOST", 3)

    def scores(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        faces = np.linspace(0.9, 0.5, 21, dtype=np.float32).reshape(1, 1, 1, 21)[..., ::10]
        return faces, np.zeros((1, 4, 1, 3), np.float32)

    assert len(stages._windows(scores, Level(np.zeros((12, 52, 3), np.uint8), 1, 1), 0.4).scores) <= 3


@pytest.fixture(scope="module")
def pnet() -> stages.Network:
    session = start_session(networks.pnet(published_weights()[0]))
    return lambda pictures: session.run(None, {networks.INPUT: pictures})  # pyright: ignore[reportReturnType]


@pytest.mark.parametrize("height", [57, 58])
def test_strips_of_a_level_see_what_the_whole_level_does(
    pnet: stages.Network, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, 64, 3), np.uint8)
    whole = stages._windows(pnet, Level(pixels, 1, 1), 0.05)
    monkeypatch.setattr(stages, "PIXELS_AT_ONCE", 64 * 2 * 7)
    strips = stages._windows(pnet, Level(pixels, 1, 1), 0.05)
    assert len(whole.scores) > 5
    np.testing.assert_allclose(strips.boxes, whole.boxes, atol=1e-3)


def test_no_squares_give_no_faces() -> None:
    levels, none = octaves(np.zeros((60, 60, 3), np.uint8), 20), np.empty((0, 4))

    def nothing(outputs: int) -> stages.Network:
        return lambda crops: [np.zeros((len(crops), size), np.float32) for size in (1, 4, 10)[:outputs]]

    assert refine(nothing(2), levels, none, 0.7).boxes.shape == (0, 4)
    found, points = decide(nothing(3), levels, none, 0.7)
    assert (found.boxes.shape, points.shape) == ((0, 4), (0, 5, 2))


def test_nothing_is_proposed_where_all_is_grey(pnet: stages.Network) -> None:
    assert len(propose(pnet, octaves(np.full((60, 80, 3), 127, np.uint8), 20), scales(60, 20), 0.6).scores) == 0


def test_points_are_fractions_of_the_square() -> None:
    points = np.array([[0.1, 0.9, 0.5, 0.2, 0.8, 0.3, 0.3, 0.5, 0.75, 0.75]], np.float32)
    answer = [np.ones((1, 1), np.float32), np.zeros((1, 4), np.float32), points]
    levels = octaves(np.zeros((60, 60, 3), np.uint8), 20)
    _, found = decide(lambda crops: answer, levels, np.array([[10, 20, 50, 60.0]]), 0.7)
    np.testing.assert_allclose(found, [[(14, 32), (46, 32), (30, 40), (18, 50), (42, 50)]], rtol=1e-6)
