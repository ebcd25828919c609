"""Files of measured crop errors: written, read, refused, drawn from."""

import json
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laplace_landmarks.data.augmentation import crop_errors
from laplace_landmarks.data.augmentation.crop_errors import (
    CropErrors,
    crop_errors_named,
    read_crop_errors,
    write_crop_errors,
)
from laplace_landmarks.errors import InputError

SOUND = {
    "format": "laplace-landmarks crop errors", "version": 1, "detector": "d", "data": "faces", "errors": [[0, 0.1, -1]],
}  # fmt: skip


@given(st.lists(st.tuples(*[st.floats(-9, 9)] * 3), min_size=1, max_size=5), st.text(max_size=9))
def test_what_is_written_is_read(rows: list[tuple[float, float, float]], data: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "errors.json"
        write_crop_errors(path, CropErrors("mtcnn", data, np.array(rows)))
        found = read_crop_errors(path)
    assert (found.detector, found.data) == ("mtcnn", data)
    assert np.allclose(found.errors, rows, rtol=0, atol=0.51e-5)


def test_a_file_is_small_and_for_people(tmp_path: Path) -> None:
    write_crop_errors(tmp_path / "e.json", CropErrors("d", "faces", np.array([[0.25, -0.0, 1 / 3]])))
    lines = (tmp_path / "e.json").read_text().splitlines()
    assert lines[5:] == [' "errors": [', "[0.25, 0.0, 0.33333]", "]}"]
    assert json.loads("\n".join(lines))["format"] == SOUND["format"]


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "augmentation.md").read_text()
    (tmp_path / "e.json").write_text(page.split("```json\n")[1].split("```")[0])
    assert read_crop_errors(tmp_path / "e.json").errors.tolist() == [[0.01, -0.02, 0.05], [0, 0.01, -0.03]]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": "coco"}, "not a file of crop errors, which opens with"),
        ({"version": 2}, "crop errors of version 2, and this program reads 1"),
        ({"errors": []}, '"errors" must be a list of rows .*, at least one'),
        ({"errors": 7}, '"errors" must be a list of rows'),
        ({"errors": [[0, 0, 0], [0, 0]]}, r'row 1 of "errors" must be three finite numbers, not \[0, 0\]'),
        ({"errors": [[0, 0, "a"]]}, 'row 0 of "errors" must be three finite numbers'),
        ({"errors": [[0, 0, float("nan")]]}, 'row 0 of "errors" must be three finite numbers'),
        ({"errors": [None]}, 'row 0 of "errors" must be three finite numbers'),
        ({"errors": [[0, [0], 0]]}, 'row 0 of "errors" must be three finite numbers'),
        ({"detector": None}, '"detector" must be a text'),
        ({"data": 7}, '"data" must be a text'),
    ],
)  # fmt: skip
def test_files_that_are_refused(tmp_path: Path, changes: dict, told: str) -> None:
    path = tmp_path / "e.json"
    path.write_text(json.dumps(SOUND | changes))
    with pytest.raises(InputError, match=told) as refused:
        read_crop_errors(path)
    assert str(refused.value).startswith(str(path))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", r"line 1: not valid JSON"),
        (b"[1]", "not a file of crop errors"),
        (b"\xff\xfe\x00", "not a text file; crop errors are JSON"),
        (None, "cannot be read .No such file"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "e.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_crop_errors(path)


@pytest.mark.parametrize("errors", [np.zeros((0, 3)), np.zeros((2, 2)), np.full((1, 3), np.inf), np.zeros(3)])
def test_errors_of_another_shape(errors: np.ndarray) -> None:
    with pytest.raises(InputError, match="three finite numbers"):
        CropErrors("d", "faces", errors)


def test_crops_that_miss_the_face_are_failures_and_not_drawn() -> None:
    rows = [[0, 0, 0], [0.5, -0.5, log(2)], [0.51, 0, 0], [0, -0.51, 0], [0, 0, 0.7], [0, 0, -0.7]]
    assert CropErrors("d", "faces", np.array(rows)).drawn().tolist() == rows[:2]


def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert crop_errors_named("") is None
    path = tmp_path / "e.json"
    path.write_text(json.dumps(SOUND | {"errors": [[0, 0, 0.25]]}))
    found = crop_errors_named(str(path))
    assert found is not None
    assert found.errors.tolist() == [[0, 0, 0.25]]
    path.write_text(json.dumps(SOUND | {"errors": [[0.9, 0, 0], [0, 0, 3]]}))
    with pytest.raises(InputError, match="no crop of all 2 shows its face"):
        crop_errors_named(str(path))

    monkeypatch.setattr(crop_errors, "__file__", str(tmp_path / "crop_errors.py"))
    with pytest.raises(InputError, match="no measured errors of mtcnn come with this version; name a file"):
        crop_errors_named("mtcnn")
    (tmp_path / "mtcnn.json").write_text(json.dumps(SOUND | {"errors": [[0, 0, 0.125]]}))
    found = crop_errors_named("mtcnn")
    assert found is not None
    assert found.errors.tolist() == [[0, 0, 0.125]]
