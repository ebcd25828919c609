"""Things in front of the face: never larger than allowed, soft at the edge, everywhere."""

import numpy as np
import pytest

from laplace_landmarks.data.augmentation.occluder import occluded

GREEN = np.zeros((80, 80, 3), np.uint8)
GREEN[..., 1] = 255


@pytest.mark.parametrize("part", [0.02, 0.1, 0.4])
def test_it_hides_at_most_so_much_and_nothing_beyond_its_edge(part: float) -> None:
    hidden, places = [], np.zeros((80, 80), bool)
    for seed in range(60):
        picture = occluded(GREEN, part, np.random.default_rng(seed))
        changed = (np.abs(picture.astype(int) - GREEN) > 128).any(axis=2)  # mostly something else
        hidden.append(changed.mean())
        places |= changed
        assert (np.abs(picture.astype(int) - GREEN) > 1).any(axis=2).mean() < 2 * part + 0.03
    assert max(hidden) <= part * 1.1
    assert np.mean(hidden) > 0.15 * part
    assert places.mean() > min(0.75, 8 * part)


def test_it_is_a_function_of_its_draws() -> None:
    one, same, other = (occluded(GREEN, 0.3, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert (GREEN[..., 1] == 255).all()
