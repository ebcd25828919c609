"""Draws are a function of who asks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.augmentation.draws import NAMES, ROW, Draws, Key

numbers = st.integers(0, 2**62)


@given(st.builds(Key, numbers, st.integers(0, 1), numbers, st.integers(0, 999)), st.permutations(NAMES))
def test_the_same_key_draws_the_same_in_any_order(key: Key, order: list[str]) -> None:
    one, other = Draws(key), Draws(key)
    many = {name: other.many(name).random(3) for name in order}
    for name in NAMES:
        assert np.array_equal(one.row(name), other.row(name))
        assert np.array_equal(one.many(name).random(3), many[name])
    assert len({tuple(one.row(name)) for name in NAMES} | {tuple(drawn) for drawn in many.values()}) == 2 * len(NAMES)


@pytest.mark.parametrize("field", Key._fields)
def test_every_part_of_the_key_counts(field: str) -> None:
    key = Key(1, 0, 5, 2)
    other = key._replace(**{field: getattr(key, field) + 1})
    assert not np.isclose(Draws(key).row("scale"), Draws(other).row("scale")).any()


def test_rows_are_uniform() -> None:
    drawn = np.array([Draws(Key(0, 0, step, 0)).row("blur") for step in range(500)])
    assert drawn.shape == (500, ROW)
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert np.abs(drawn.mean(axis=0) - 0.5).max() < 0.05  # a standard deviation is 0.013
