"""Radii worked by hand, and calibrations there and back through a model file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.calibration import Calibration, Radii, regions_of
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.model_file import open_model, read_info, write_calibration

RADII = Radii(
    levels=(0.5, 0.9, 0.95),
    factors=(1.0, 2.0, 3.0),
    scales={"eyes": 0.5, "other": 2.0},
    exponents=(1.0, 2.0),
    least=(0.25, 1.5),
    regions=("eyes", "eyes", "other"),
)
DOTS = Calibration(
    replace(RADII, scales={"other": 2.0}, regions=("other",) * 4), "dots", "true-point crops", 60, 10, (0.5, 0.9, 0.95),
    "2026-01-31",
)  # fmt: skip
SPREAD = np.array([[1, 3], [0, 0], [4, 4]], np.float32)  # own: 2, 0 and 4; the face's: 2


def test_radii_by_hand() -> None:
    # 0.5 · 2 · 2², 0.5 · least 0.25 · 2², 2 · 4 · 2²
    np.testing.assert_allclose(RADII.at(SPREAD, 0.5), [4, 0.5, 32])
    np.testing.assert_allclose(RADII.at(SPREAD, 0.95), [12, 1.5, 96])
    # the face's mean spread is 0: the least, 1.5, stands in
    np.testing.assert_allclose(RADII.at(np.zeros((3, 2)), 0.5), [0.5 * 0.25 * 2.25, 0.5 * 0.25 * 2.25, 2 * 0.25 * 2.25])


def test_several_faces_at_once() -> None:
    both = RADII.at(np.stack([SPREAD, 2 * SPREAD]), 0.9)
    np.testing.assert_allclose(both, [RADII.at(SPREAD, 0.9), RADII.at(2 * SPREAD, 0.9)])


def test_between_levels_a_rayleigh_distribution_is_met_exactly() -> None:
    def quantile(p: float) -> float:
        return float(np.sqrt(-2 * np.log(1 - p)))

    rayleigh = replace(RADII, factors=tuple(quantile(p) for p in RADII.levels))
    for p in (0.5, 0.55, 0.68, 0.8, 0.9, 0.93, 0.95):
        assert rayleigh.factor(p) == pytest.approx(quantile(p))


@pytest.mark.parametrize("p", [0.0, 0.49, 0.951, 1.0, -1.0, float("nan")])
def test_levels_that_were_not_calibrated_are_refused(p: float) -> None:
    with pytest.raises(InputError, match=r"^p must be from 0\.5 to 0\.95, the levels that were calibrated, not "):
        RADII.factor(p)


@pytest.mark.parametrize("p", ["0.9", None, (0.5, 0.9), np.array([0.9]), 1j])
def test_p_is_one_number(p: Any) -> None:
    with pytest.raises(InputError, match=r"^p is one probability, a number from 0\.5 to 0\.95, not "):
        RADII.factor(p)
    assert RADII.factor(np.float32(0.5)) == RADII.factor(0.5)  # pyright: ignore[reportArgumentType]


@given(
    st.lists(st.floats(0, 40), min_size=6, max_size=6), st.lists(st.floats(0, 5), min_size=6, max_size=6),
    st.floats(0.5, 0.95), st.floats(0, 0.45),
)  # fmt: skip
def test_more_spread_or_more_safety_is_never_a_smaller_radius(
    spread: list[float], more: list[float], p: float, safer: float
) -> None:
    less, greater = np.reshape(spread, (3, 2)), np.reshape(spread, (3, 2)) + np.reshape(more, (3, 2))
    assert (RADII.at(greater, p) >= RADII.at(less, p) * (1 - 1e-9)).all()
    assert (RADII.at(less, min(p + safer, 0.95)) >= RADII.at(less, p) * (1 - 1e-9)).all()
    assert (RADII.at(less, p) > 0).all()


def test_the_first_region_of_a_landmark_counts() -> None:
    markup = Markup("four", tuple("abcd"), regions={"left": (0, 1), "middle": (1, 2)})
    assert regions_of(markup) == ("left", "left", "middle", "other")
    assert regions_of(IBUG68)[36:48] == ("right eye",) * 6 + ("left eye",) * 6


def test_a_radius_is_in_pixels_of_the_picture() -> None:
    landmarks = np.zeros((3, 2), np.float32)
    crop = Crop(0, 0, side=160, size=80)  # half a crop pixel for each of the picture's
    face = Face(landmarks, 2 * SPREAD, crop, (0, 0, 0, 0), radii=RADII)

    assert face.radius(0.5).dtype == np.float32
    np.testing.assert_allclose(face.radius(0.5), [8, 1, 64])
    vague = Face(landmarks, 40 * SPREAD, crop, (0, 0, 0, 0), radii=RADII)
    np.testing.assert_allclose(vague.radius(0.95)[2], 160 * np.sqrt(2), rtol=1e-6)  # the crop's diagonal


def test_a_face_of_a_model_that_is_not_calibrated_says_what_to_do(tiny_model: Callable[..., Path]) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    (face,) = LandmarkDetector(tiny_model())(picture, boxes=(10, 10, 50, 50))
    with pytest.raises(InputError, match=r"not calibrated.*run `laplace-landmarks calibrate MODEL DATA`"):
        face.radius(0.9)


def test_there_and_back_through_a_model_file(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    model, output = tiny_model(), tmp_path / "calibrated.onnx"

    write_calibration(model, DOTS, output)

    assert read_info(output) == replace(read_info(model), calibration=DOTS)
    picture = np.zeros((64, 64, 3), np.uint8)
    (face,), (before,) = (LandmarkDetector(path)(picture, boxes=(10, 10, 50, 50)) for path in (output, model))
    np.testing.assert_array_equal(face.landmarks, before.landmarks)
    size, own = face.crop.side / 16, 4.0  # a black crop's heatmap is flat: its spread is 4 of 16 pixels
    assert np.allclose(face.radius(0.5), min(size * 2 * own * own**2, face.crop.side * np.sqrt(2)), rtol=1e-4)


def test_a_second_calibration_takes_the_place_of_the_first(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(tiny_model().read_bytes())
    for faces in (1_000_000, 60):
        write_calibration(model, replace(DOTS, faces=faces), model)
    once = tmp_path / "once.onnx"
    write_calibration(tiny_model(), DOTS, once)
    assert model.read_bytes() == once.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_a_later_writer_added_is_kept(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    document = json.loads(read_info(tiny_model()).to_json()) | {"mood": "good"}
    model = tiny_model(metadata=json.dumps(document))
    write_calibration(model, DOTS, tmp_path / "out.onnx")
    assert b'"mood":"good"' in (tmp_path / "out.onnx").read_bytes()


def test_a_calibrated_file_cut_in_its_metadata_is_refused(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    write_calibration(tiny_model(), DOTS, tmp_path / "whole.onnx")
    whole, cut = (tmp_path / "whole.onnx").read_bytes(), tmp_path / "cut.onnx"
    graph_end = whole.rindex(b"laplace_landmarks\x12")
    for length in range(graph_end - 10, len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"cut\.onnx: "):
            open_model(cut)
