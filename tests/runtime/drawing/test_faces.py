"""Faces: what is changed, in which colour, to which scale, and what is left alone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.faces_to_draw import LINE, SEEN, face_at
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.runtime.calibration import Radii
from laplace_landmarks.runtime.drawing import Style, draw_faces
from laplace_landmarks.runtime.drawing.style import PALETTE, WHITE

LOOSE = Markup("loose", ("left", "right"), regions={"one": (0,), "two": (1,)})
PLAIN = Style(uncertainty="none")
# radius = 2 · spread at 0.9, 1 · spread at 0.5, in a crop of one crop pixel a picture pixel
RADII = Radii((0.5, 0.9), (1.0, 2.0), {"other": 1.0}, (1.0, 0.0), (0.1, 0.1), ("other", "other"))


def near(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() < 40)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_landmarks_and_edges_stand_out(shade: int) -> None:
    picture = np.full((100, 300, 3), shade, np.uint8)

    drawn = draw_faces(picture, [face_at((50, 50), (250, 50))], LINE)

    assert near(drawn[50, 50], PALETTE[0])
    assert near(drawn[50, 250], PALETTE[0])
    assert np.abs(drawn[48:53, 150].astype(int) - shade).max() > 60  # the edge
    assert (picture == shade).all()  # the one given is not touched


def test_only_the_neighbourhood_of_a_face_changes() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (200, 300, 3)).astype(np.uint8)

    drawn = draw_faces(picture, [face_at((100, 80), (160, 120), spread=5)], LINE, style=Style(box=True))

    changed = (drawn != picture).any(axis=2)
    assert changed[80:121, 100:161].any()
    changed[70:131, 90:171] = False
    assert not changed.any()


@pytest.mark.parametrize("x", [50.0, 50.3, 50.5, 49.8])
@pytest.mark.parametrize("scale", [1, 4])
def test_a_dot_is_centred_on_its_landmark(x: float, scale: int) -> None:
    picture = np.zeros((100 * scale, 300 * scale, 3), np.uint8)
    face = face_at((x * scale, 40.2 * scale), (250 * scale, 90 * scale))

    drawn = draw_faces(picture, [face], LOOSE, style=replace(PLAIN, colours=(WHITE,)))

    part = drawn[: 70 * scale, : 100 * scale].astype(float).sum(axis=2)
    rows, columns = np.mgrid[: 70 * scale, : 100 * scale]
    assert (part * columns).sum() / part.sum() == pytest.approx(x * scale, abs=0.15)
    assert (part * rows).sum() / part.sum() == pytest.approx(40.2 * scale, abs=0.15)


def test_regions_have_their_colours() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)

    drawn = draw_faces(picture, [face_at((50, 50), (250, 50))], LOOSE)
    alike = draw_faces(picture, [face_at((50, 50), (250, 50))], LOOSE, style=Style(colours=((255, 0, 0),)))

    assert near(drawn[50, 50], PALETTE[0])
    assert near(drawn[50, 250], PALETTE[1])
    assert near(alike[50, 50], (255, 0, 0)) and near(alike[50, 250], (255, 0, 0))


def test_truth_has_another_colour_and_hidden_landmarks_are_not_drawn() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    points = np.array([(50, 50), (250, 50)], np.float32)

    whole = draw_faces(picture, [], LINE, truth=[(points, SEEN)])
    half = draw_faces(picture, [], LINE, truth=[(points, np.array([True, False]))])
    none = draw_faces(picture, [], LINE, truth=[(points, ~SEEN)])

    assert whole[50, 150].min() > 150  # a thin white line
    assert near(half[50, 50], WHITE)  # no line shows it, so a dot does
    assert not half[:, 100:].any()
    assert not none.any()


def test_truth_lies_beneath_and_is_thinner() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    points = np.array([(50, 50), (250, 50)], np.float32)

    beneath = draw_faces(picture, [face_at((50, 50), (250, 50))], LINE, truth=[(points, SEEN)], style=PLAIN)
    without = draw_faces(picture, [face_at((50, 50), (250, 50))], LINE, style=PLAIN)

    np.testing.assert_allclose(beneath[50].astype(int), without[50].astype(int), atol=15)


def extents(drawn: np.ndarray, x: int) -> tuple[int, int]:
    touched = np.flatnonzero(drawn[:, x].any(axis=1))
    return int(touched.min()), int(touched.max())


@pytest.mark.parametrize(
    ("style", "radii", "half"),
    [
        (Style(), None, 30),  # not calibrated: the spread
        (Style(), RADII, 60),
        (Style(p=0.5), RADII, 30),
        (Style(uncertainty="spread"), RADII, 30),
        (Style(uncertainty="radius"), RADII, 60),
    ],
)
def test_what_lies_around_a_landmark_is_to_scale(style: Style, radii: Radii | None, half: int) -> None:
    picture = np.zeros((300, 500, 3), np.uint8)

    drawn = draw_faces(picture, [face_at((100, 150), (400, 150), spread=30, radii=radii)], LINE, style=style)

    assert extents(drawn, 100) == pytest.approx((150 - half, 150 + half), abs=1)
    assert extents(drawn.transpose(1, 0, 2), 150)[0] == pytest.approx(100 - half, abs=1)


def test_a_spread_is_an_ellipse() -> None:
    picture = np.zeros((200, 500, 3), np.uint8)

    drawn = draw_faces(picture, [face_at((120, 100), (400, 100), spread=(60, 20))], LINE)

    assert extents(drawn, 120) == pytest.approx((80, 120), abs=1)
    assert extents(drawn.transpose(1, 0, 2), 100)[0] == pytest.approx(60, abs=1)


def test_circles_that_overlap_run_together() -> None:
    picture = np.zeros((100, 160, 3), np.uint8)
    style = Style(skeleton=False, dots=False)

    alone = draw_faces(picture, [face_at((60, 50), (60, 50), spread=30)], LINE, style=style)
    drawn = draw_faces(picture, [face_at((60, 50), (75, 50), spread=30)], LINE, style=style)

    np.testing.assert_allclose(drawn[50, 50:85].astype(int) - alone[50, 60], 0, atol=2)  # neither darker nor a ring


def test_nothing_switched_on_draws_nothing() -> None:
    picture = np.full((50, 50, 3), 99, np.uint8)
    style = Style(skeleton=False, dots=False, uncertainty="none")

    assert (draw_faces(picture, [face_at((10, 10), (40, 40), id=1, score=0.5)], LINE, style=style) == 99).all()


@pytest.mark.parametrize("more", [{"box": True}, {"label": True}, {"numbers": True}, {"legend": True}])
def test_every_switch_adds_something(more: dict[str, bool]) -> None:
    picture, face = np.zeros((300, 300, 3), np.uint8), face_at((100, 100), (200, 200), id=1, score=0.5)
    drawn = draw_faces(picture, [face], LINE)
    assert (draw_faces(picture, [face], LINE, style=replace(Style(), **more)) != drawn).any()


def test_heatmaps_lie_beneath_the_lines() -> None:
    heatmaps = np.zeros((2, 100, 100), np.float32)
    heatmaps[:, 19:22, 79:82] = 1
    face = face_at((10, 60), (90, 60), heatmaps=heatmaps)

    drawn = draw_faces(np.zeros((100, 100, 3), np.uint8), [face], LINE, style=replace(PLAIN, heatmaps=True))

    assert drawn[20, 80].min() > 100
    assert near(drawn[60, 10], PALETTE[0])


def test_faces_beyond_the_picture_are_no_trouble() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)

    assert not draw_faces(picture, [face_at((-500, -500), (-400, -400))], LINE).any()
    assert draw_faces(picture, [face_at((-50, 10), (70, 10))], LINE)[10].any()


def test_landmarks_that_are_no_numbers_are_left_out() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    everything = Style(box=True, label=True, numbers=True)
    lost = face_at((np.nan, 1), (50, 50), id=1)
    none = face_at((np.nan, 1), (np.inf, 50), id=1)

    assert draw_faces(picture, [lost], LINE, style=everything)[50, 50].any()
    assert not draw_faces(picture, [none], LINE, style=everything).any()


PLACE = st.one_of(st.floats(-100, 200), st.floats(-(2.0**100), 2.0**100, width=32))


@given(
    height=st.integers(1, 60),
    width=st.integers(1, 60),
    points=st.lists(st.tuples(PLACE, PLACE), min_size=2, max_size=2),
    spread=st.one_of(st.floats(0, 50), st.floats(0, 2.0**100, width=32)),
    uncertainty=st.sampled_from(["auto", "spread", "none", "radius"]),
    switches=st.lists(st.booleans(), min_size=6, max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_any_face_on_any_picture_can_be_drawn(
    height: int,
    width: int,
    points: list[tuple[float, float]],
    spread: float,
    uncertainty: Any,
    switches: list[bool],
) -> None:
    picture = np.full((height, width, 3), 77, np.uint8)
    skeleton, dots, numbers, box, label, legend = switches
    style = Style(skeleton, dots, numbers, uncertainty, box=box, label=label, legend=legend)
    face = face_at(*points, spread=spread, id=12, score=0.5, radii=RADII)

    drawn = draw_faces(picture, [face], LINE, [(face.landmarks, SEEN)], style)

    assert drawn.shape == picture.shape
    assert drawn.dtype == np.uint8
    assert (picture == 77).all()


@pytest.mark.parametrize("size", [1, 20, 150, 600])
def test_a_face_shows_at_any_size(size: int) -> None:
    """A ring of 68 points: its lines are seen, and most of the face is still to be seen beneath them."""
    turn = np.linspace(0, 2 * np.pi, 68)
    points = np.stack([np.cos(turn), np.sin(turn)], axis=1) * size / 2 + 0.6 * size
    face = replace(face_at(*points.tolist()), spread=np.zeros((68, 2), np.float32))
    side = max(1, round(1.2 * size))
    picture = np.full((side, side, 3), 128, np.uint8)

    drawn = draw_faces(picture, [face], IBUG68, style=PLAIN)

    changed = (np.abs(drawn.astype(np.int16) - picture) > 20).any(axis=2).mean()
    assert changed > 0
    assert changed < 0.35 or size == 1
