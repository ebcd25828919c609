"""The .pts door: 1-based outside, 0-based inside, and each way a file can be wrong, with its line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from laplace_landmarks.data.formats.points_file import read_pts, write_pts
from laplace_landmarks.errors import InputError

GOOD = "version: 1\nn_points:  2\n{\n1.000 1.000\n110.525 125.940\n}\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip(),
        "\ufeff" + GOOD,
        GOOD.replace("1.000 1.000", "  1 \t 1e0 \n\n"),
        "n_points: 2\n{\n1 1\n110.525 125.940\n}",
    ],
    ids=["as distributed", "from Windows", "no last line end", "byte order mark", "loose spaces", "no version"],
)
def test_counts_from_zero(tmp_path: Path, text: str):
    (tmp_path / "a.pts").write_bytes(text.encode())
    landmarks = read_pts(tmp_path / "a.pts", 2)
    assert landmarks.dtype == np.float32
    np.testing.assert_allclose(landmarks, [[0, 0], [109.525, 124.94]], atol=1e-5)


def test_written_as_300w_is(tmp_path: Path):
    write_pts(tmp_path / "a.pts", np.array([[0, 0.5], [-3, 9]], np.float32))
    lines = (tmp_path / "a.pts").read_text().split("\n")
    assert lines == ["version: 1", "n_points: 2", "{", "1.000000 1.500000", "-2.000000 10.000000", "}", ""]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(-1e4, 1e4, width=32)))
def test_there_and_back(tmp_path: Path, landmarks: np.ndarray):
    write_pts(tmp_path / "a.pts", landmarks)
    np.testing.assert_allclose(read_pts(tmp_path / "a.pts", len(landmarks)), landmarks, rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        (GOOD.replace("2", "3", 1), "line 2: n_points says 3, but 2 points follow"),
        (GOOD.replace("110.525 125.940", "110.525 left"), "line 5: '110.525 left' is not a point"),
        (GOOD.replace("110.525 125.940", "110.525"), "line 5: '110.525' is not a point"),
        (GOOD.replace("110.525 125.940", "1 2 3"), "line 5: '1 2 3' is not a point"),
        (GOOD.replace("110.525", "nan"), "line 5: 'nan 125.940' is no place"),
        (GOOD.replace("110.525", "1e39"), "line 5: '1e39 125.940' is no place"),
        (GOOD.replace("110.525", "inf"), "line 5: 'inf 125.940' is no place"),
        (GOOD.replace("}", ""), "line 5: no closing }"),
        (GOOD.replace("{", ""), "between one { and one }"),
        (GOOD + GOOD, "between one { and one }"),
        (GOOD.replace("n_points", "points"), "no line 'n_points: N'"),
        (GOOD.replace(" 2", " two"), "no line 'n_points: N'"),
        ("a shopping list", "no line 'n_points: N'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, words: str):
    (tmp_path / "a.pts").write_text(text)
    with pytest.raises(InputError) as error:
        read_pts(tmp_path / "a.pts", 2)
    assert str(error.value).startswith(str(tmp_path / "a.pts"))
    assert words in str(error.value)


def test_another_number_of_landmarks_than_the_markups(tmp_path: Path):
    (tmp_path / "a.pts").write_text(GOOD)
    with pytest.raises(InputError, match="line 2: 2 points, but the markup has 68 landmarks"):
        read_pts(tmp_path / "a.pts", 68)
    assert len(read_pts(tmp_path / "a.pts", None)) == 2


def test_files_that_are_no_text(tmp_path: Path):
    (tmp_path / "a.pts").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match="not a text file"):
        read_pts(tmp_path / "a.pts", 2)
    with pytest.raises(InputError, match="cannot be read"):
        read_pts(tmp_path / "b.pts", 2)
