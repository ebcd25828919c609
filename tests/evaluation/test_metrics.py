"""Errors worked by hand, and what must not change them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.conventions import Box
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.metrics import (
    NORMALISERS,
    auc_terms,
    ced,
    in_words,
    lengths_of,
    nmse,
    normaliser,
    normaliser_of,
)

FOUR = Markup("four", ("a", "b", "c", "d"), normaliser=((0,), (1,)), pupils=((0, 1), (2, 3)))
CORNERS = [[0, 0], [30, 40], [30, 0], [0, 40]]


def sample_of(points: Sequence[Sequence[float]], hidden: tuple[int, ...] = (), box: Box | None = None) -> Sample:
    visible = np.ones(len(points), np.bool_)
    visible[list(hidden)] = False
    return Sample("one", Path("one.jpg"), np.array(points, np.float32) * visible[:, None], visible, box)


def test_nmse_is_the_mean_distance_over_the_normaliser() -> None:
    truth = np.zeros((2, 2, 2))
    found = np.array([[[3, 4], [6, 8]], [[0, 1], [100, 100]]])
    visible = np.array([[True, True], [True, False]])

    errors = nmse(found, truth, visible, np.array([75, 4]))

    np.testing.assert_allclose(errors, [0.1, 0.25])  # (5 + 10) / 2 / 75; 1 / 4


def test_nmse_of_nothing_visible_is_refused() -> None:
    with pytest.raises(InputError, match="face 1 has no visible landmark"):
        nmse(np.zeros((2, 1, 2)), np.zeros((2, 1, 2)), np.array([[True], [False]]), 1)


coordinates = st.floats(-100, 100, width=32)
points = st.lists(st.tuples(coordinates, coordinates), min_size=4, max_size=4).map(lambda p: np.array(p, np.float64))


@given(points, points, st.floats(-3, 3), st.floats(0.1, 10), st.tuples(coordinates, coordinates))
def test_nmse_does_not_change_when_the_picture_is_turned_scaled_and_moved(
    found: np.ndarray, truth: np.ndarray, angle: float, scale: float, shift: tuple[float, float]
) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    visible = np.array([[True, True, False, True]])

    before = nmse(found[None], truth[None], visible, 10.0)
    after = nmse((found @ turn + shift)[None], (truth @ turn + shift)[None], visible, 10.0 * scale)

    np.testing.assert_allclose(after, before, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("inter_ocular", 50.0),  # (0, 0) to (30, 40)
        ("inter_pupil", 0.0),  # both centres are (15, 20)
        ("sqrt_box", np.sqrt(1200)),
        ("box_diagonal", 50.0),
        ("given", 6.0),  # 9 × 4
    ],
)
def test_normalisers_of_a_rectangle(name: str, length: float) -> None:
    rectangle = sample_of(CORNERS, box=(1, 1, 10, 5))
    if length == 0:
        with pytest.raises(
            InputError, match=r"^one\.jpg: the inter_pupil normaliser of 'one' is 0; correct its labels$"
        ):
            normaliser(name, FOUR, rectangle)
    else:
        assert normaliser(name, FOUR, rectangle) == pytest.approx(length)


def test_normalisers_in_words() -> None:
    body = Markup("beetle", ("head", "tail", "left eye", "right eye"), normaliser=((2, 3), (1,)))
    assert in_words("inter_ocular", body) == "distance of the middle of left eye, right eye and tail"
    assert in_words("inter_ocular", IBUG68) == "inter-ocular"
    assert in_words("box_diagonal", body) == "box-diagonal"
    with pytest.raises(InputError, match="the distance of head and tail of 'one' is 0; correct its labels"):
        normaliser("inter_ocular", replace(body, normaliser=((0,), (1,))), sample_of([[0, 0]] * 4))


def test_hidden_landmarks_leave_their_normalisers_out() -> None:
    without_b = sample_of(CORNERS, hidden=(1,))

    found = {name: normaliser(name, FOUR, without_b) for name in NORMALISERS}

    assert found == {
        "inter_ocular": None, "inter_pupil": None, "given": None,
        "sqrt_box": pytest.approx(np.sqrt(1200)), "box_diagonal": pytest.approx(50),
    }  # fmt: skip


def test_a_single_landmark_has_no_box_and_a_line_of_them_none_with_an_area() -> None:
    assert normaliser("sqrt_box", FOUR, sample_of(CORNERS, hidden=(1, 2, 3))) is None
    assert normaliser("box_diagonal", FOUR, sample_of(CORNERS, hidden=(0, 1, 2, 3))) is None
    on_a_line = sample_of(CORNERS, hidden=(1, 2))  # (0, 0) and (0, 40): the labels are right
    assert normaliser("sqrt_box", FOUR, on_a_line) is None
    assert normaliser("box_diagonal", FOUR, on_a_line) == 40
    assert normaliser("box_diagonal", FOUR, sample_of([[1, 1]] * 4)) is None


def test_a_set_is_divided_by_the_first_that_any_of_its_labels_define() -> None:
    whole, without_b, on_a_line = (sample_of(CORNERS, hidden=hidden) for hidden in ((), (1,), (1, 2)))

    assert normaliser_of(LabeledSet(FOUR, (on_a_line, without_b, whole))) == "inter_ocular"
    assert normaliser_of(LabeledSet(FOUR, (on_a_line, without_b))) == "sqrt_box"
    assert normaliser_of(LabeledSet(FOUR, (on_a_line,))) is None
    assert lengths_of("inter_ocular", LabeledSet(FOUR, (on_a_line, without_b, whole))).tolist() == [0, 0, 50]
    assert lengths_of("given", LabeledSet(FOUR, (sample_of(CORNERS, (0, 1, 2, 3), (0, 0, 9, 4)),))).tolist() == [0]


def test_a_markup_without_groups_has_no_normaliser_of_its_own() -> None:
    bare = Markup("bare", ("a", "b", "c", "d"))

    assert normaliser("inter_ocular", bare, sample_of(CORNERS)) is None
    assert normaliser("inter_pupil", bare, sample_of(CORNERS)) is None


@pytest.mark.parametrize("box", [(0, 0, 0, 9), (9, 9, 0, 0)])
def test_a_given_box_without_area_is_refused(box: Box) -> None:
    with pytest.raises(InputError, match="given normaliser of 'one' is 0"):
        normaliser("given", FOUR, sample_of(CORNERS, box=box))


def test_68_points_have_their_outer_eye_corners_and_pupils() -> None:
    landmarks = np.zeros((68, 2), np.float32)
    landmarks[36], landmarks[45] = (10, 0), (110, 0)  # outer corners, 100 apart
    landmarks[37:42, 0], landmarks[42:45, 0], landmarks[46:48, 0] = 22, 98, 98

    face = Sample("one", Path("one.jpg"), landmarks, np.ones(68, np.bool_))

    assert normaliser("inter_ocular", IBUG68, face) == pytest.approx(100)
    assert normaliser("inter_pupil", IBUG68, face) == pytest.approx(80)  # (5·22 + 10) / 6 = 20; (5·98 + 110) / 6 = 100


def test_auc_by_hand() -> None:
    errors = [0.02, 0.05, 0.08, np.inf]

    # the curve is 1/4 from 0.02, 2/4 from 0.05, 3/4 from 0.08 on: 0.03·1/4 + 0.03·2/4 of 0.08
    assert auc_terms(errors, 0.08).mean() == pytest.approx(0.0225 / 0.08)


def test_ced_counts_those_that_were_not_found() -> None:
    errors, fractions = ced([0.05, np.inf, 0.02, 0.08])

    np.testing.assert_array_equal(errors, [0.02, 0.05, 0.08])
    np.testing.assert_array_equal(fractions, [0.25, 0.5, 0.75])


@given(st.lists(st.floats(0, 1) | st.just(np.inf), min_size=1, max_size=30), st.floats(0.01, 0.5))
def test_auc_is_the_area_under_the_steps_of_ced(errors: list[float], limit: float) -> None:
    found, fractions = ced(errors)
    inside = found < limit
    edges = np.append(found[inside], limit)

    area = (np.diff(edges) * fractions[inside]).sum() / limit

    assert auc_terms(errors, limit).mean() == pytest.approx(area, abs=1e-9)
    assert 0 <= auc_terms(errors, limit).mean() <= np.mean(np.array(errors) <= limit) + 1e-9


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_a_smaller_error_never_gives_a_smaller_auc(errors: list[float]) -> None:
    better = [errors[0] / 2, *errors[1:]]

    assert auc_terms(better, 0.08).mean() >= auc_terms(errors, 0.08).mean()
