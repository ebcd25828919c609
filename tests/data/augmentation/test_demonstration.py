"""The sheet: a row for each that is on, and some for all."""

import numpy as np
import pytest

from laplace_landmarks.data.augmentation.augmenter import Augmenter
from laplace_landmarks.data.augmentation.demonstration import MARGIN, SCALE, _labels, demonstration, single
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.sources import FACTS, Sources
from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.faces.boxes import Crop

SETTINGS = Augmentation(mirror=0.1, noise=9.0, probability=0.01)


def test_each_is_shown_alone_and_for_certain() -> None:
    assert single(SETTINGS) == [
        ("mirror", Augmentation(mirror=1.0, probability=1.0)),
        ("noise", Augmentation(noise=9.0, probability=1.0)),
    ]
    assert single(Augmentation(jitter="a.json", jitter_strength=2.0, blur=1.0))[0] == (
        "jitter", Augmentation(jitter="a.json", jitter_strength=2.0, probability=1.0),
    )  # fmt: skip


def test_a_sheet(small: Markup) -> None:
    size, ramp = 20, np.arange(20, dtype=np.uint8) * 10
    picture = np.broadcast_to(ramp[None, :, None], (size, size, 3))  # brighter to the right
    facts = np.array([(0, size, size, 1.0, 0.0, 0.0, 0)], FACTS)
    crops = Crops(picture[None], np.zeros((1, 3, 2), np.float32), np.zeros((1, 3), bool), ("a",), (Crop(9, 9, 20, 20),))

    sources = Sources(np.ascontiguousarray(picture).reshape(-1), facts)
    page = demonstration(crops, sources, Augmenter.of(SETTINGS, size, small), columns=4, together=2)

    side = size * SCALE
    assert page.shape[0] == 4 * side
    words, crops_shown = np.split(page, [page.shape[1] - 4 * side], axis=1)
    tiles = crops_shown.reshape(4, side, 4, side, 3).swapaxes(1, 2)[:, :, ::SCALE, ::SCALE]
    for row in tiles:
        assert np.array_equal(row[0], picture)
    for tile in tiles[0, 1:]:
        assert np.array_equal(tile, picture[:, ::-1])
    for tile in tiles[1, 1:]:
        assert not np.array_equal(tile, picture)
    for row in range(4):
        assert words[row * side : (row + 1) * side].max() > 200  # its name
    lit = np.flatnonzero(words.max(axis=(0, 2)))
    assert (lit[0] - MARGIN) in range(3)
    assert (words.shape[1] - MARGIN - 1 - lit[-1]) in range(5), "the column is as wide as its widest word"


def test_words_grow_with_the_crops() -> None:
    """A tenth of a row high, whatever its height; a long file name is written smaller."""
    settings = Augmentation(blur=1.0, jitter="a-file-with-a-name-that-is-longer-than-a-crop-is-wide.json")
    for side in (240, 480):
        column = _labels(["blur", "jitter"], 2 * side, settings)
        rows = np.flatnonzero(column[:side].max(axis=(1, 2)))
        capital = side / 10
        # two lines 1.8 capitals apart; from the top of b, a capital or so high, to the end of p, a third below its line
        assert rows[-1] - rows[0] == pytest.approx((1 + 1.8 + 0.33) * capital, abs=0.3 * capital)
        assert column.shape[1] <= side + 2 * MARGIN + 10
