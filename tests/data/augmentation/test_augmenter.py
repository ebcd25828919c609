"""A crop of a step is a function of its key, whoever draws it and in whatever company."""

import numpy as np
import pytest

from laplace_landmarks.data.augmentation.augmenter import Augmenter
from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.sources import FACTS, Sources
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError

EVERY = Augmentation(mirror=0.5, rotation=30, scale=0.2, shift=0.1, perspective=0.1, colour=1, grey=0.3, occluders=0.2,
                     blur=1, low_resolution=1, noise=10, jpeg=60)  # fmt: skip
COUNT, SIZE = 5, 32


@pytest.fixture
def sources() -> Sources:
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, 64, 64, 3), np.uint8)
    facts = np.array([(place * 64 * 64 * 3, 64, 64, 1.5, 8.0, 8.0, 0) for place in range(COUNT)], FACTS)
    return Sources(pixels.reshape(-1), facts)


def test_a_batch_in_parts_is_the_batch(sources: Sources, small: Markup) -> None:
    augmenter = Augmenter.of(EVERY, SIZE, small)
    chosen, key = np.array([4, 0, 1, 1, 3, 2]), Key(7, 0, 123, 0)
    landmarks = np.random.default_rng(1).uniform(5, 27, (6, 3, 2)).astype(np.float32)
    visible = np.ones((6, 3), np.bool_)

    whole = augmenter.labeled(sources, chosen, key, landmarks, visible)
    for start in (0, 2, 4):
        part = slice(start, start + 2)
        first = key._replace(place=start)
        own = augmenter.labeled(sources, chosen[part], first, landmarks[part], visible[part])
        for ours, theirs in zip(own, whole, strict=True):
            assert np.array_equal(ours, theirs[part])
        assert np.array_equal(augmenter.crops(sources, chosen[part], first)[0], whole[0][part])
    assert not np.array_equal(whole[0][2], whole[0][3])  # the same picture twice in a batch
    assert (landmarks >= 5).all()


def test_streams_and_steps_differ(sources: Sources, small: Markup) -> None:
    augmenter, chosen = Augmenter.of(EVERY, SIZE, small), np.arange(COUNT)
    seen = [
        augmenter.crops(sources, chosen, Key(*key))[0].tobytes() for key in ((0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0))
    ]
    assert len(set(seen)) == 3


def test_landmarks_follow_the_mirror(sources: Sources, small: Markup) -> None:
    landmarks = np.array([[[10, 10], [20, 11], [15, 0]]], np.float32)  # right eye, left eye, mouth
    visible = np.array([[True, False, True]])
    landmarks[~visible] = 0
    augmenter = Augmenter.of(Augmentation(mirror=1.0), SIZE, small)
    pictures, moved, still = augmenter.labeled(sources, np.array([2]), Key(0, 0, 0, 0), landmarks, visible)
    plain, _ = Augmenter.of(Augmentation(), SIZE, small).crops(sources, np.array([2]), Key(0, 0, 0, 0))
    assert np.abs(pictures[0].astype(int) - plain[0, :, ::-1]).max() <= 1
    assert still.tolist() == [[False, True, True]]
    assert moved[0].tolist() == [[0, 0], [21, 10], [16, 0]]


@pytest.mark.parametrize("name", ["left eye", "eye_right", "leftear", "LeftEye", "eyeLeft", "RIGHT"])
def test_sides_without_pairs_are_not_mirrored(name: str) -> None:
    """A left eye would be taught where the right one is."""
    markup = Markup("pet", ("nose", name))
    with pytest.raises(InputError, match=rf"augmentation\.mirror: the markup pet names left and right \('{name}'\)"):
        Augmenter.of(Augmentation(mirror=0.5), SIZE, markup)
    Augmenter.of(Augmentation(rotation=5), SIZE, markup)


@pytest.mark.parametrize("name", ["tail", "upright", "bright spot", "cleft"])
def test_an_object_without_sides_is_mirrored(name: str) -> None:
    assert Augmenter.of(Augmentation(mirror=0.5), SIZE, Markup("pet", ("nose", name))).mirror_order.tolist() == [0, 1]
