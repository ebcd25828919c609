"""COFW's MATLAB 7.3 files, drawn: axes reversed, pixels from 1, pictures inside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.formats.cofw import read_cofw
from laplace_landmarks.data.markup import COFW29
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

h5py = pytest.importorskip("h5py", reason="needs the extra `formats`")

PHIS = np.concatenate([np.arange(1, 30), np.arange(101, 130), np.zeros(29)])[:, None] + np.array([[0.0, 0.5]])


def picture(number: int) -> np.ndarray:
    """(40, 30, 3), each pixel its own colour."""
    y, x = np.mgrid[:40, :30]
    return np.stack([y * 3, x * 3, np.full_like(x, number)], axis=-1).astype(np.uint8)


@pytest.fixture
def cofw(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of two faces as MATLAB does: a user block with its name, cells as references."""

    def write(ending: str = "Tr", pictures: tuple[np.ndarray, ...] = (picture(1), picture(2)), **changes: Any) -> Path:
        file = tmp_path / "COFW_train_color.mat"
        arrays: dict[str, Any] = {f"phis{ending}": PHIS, f"bboxes{ending}": np.tile([[11.0], [21], [30], [40]], (1, 2))}
        with h5py.File(file, "w", userblock_size=512) as content:
            for name, value in {**arrays, **changes}.items():
                if value is not None:
                    content[name] = value
            cells = content.create_dataset(f"Is{ending}", (1, len(pictures)), h5py.ref_dtype)
            for place, pixels in enumerate(pictures):
                cells[0, place] = content.create_dataset(f"#refs#/{place}", data=pixels.T).ref
        with file.open("r+b") as raw:
            raw.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512))
        return file

    return write


def test_by_hand(cofw: Callable[..., Path], tmp_path: Path):
    labeled = read_cofw(cofw())
    assert labeled.markup is COFW29
    first, second = labeled.samples
    assert (first.name, first.subset, first.picture) == ("000001", "train", tmp_path / "COFW_train_color/000001.png")
    assert first.landmarks[0].tolist() == [0, 100], "MATLAB's (1, 101)"
    assert second.landmarks[28].tolist() == [28.5, 128.5]
    assert first.visible.all()
    assert first.box == (9.5, 19.5, 39.5, 59.5), "30 x 40 pixels from (11, 21), counted from 1"
    np.testing.assert_array_equal(read_picture(second.picture), picture(2))


def test_told_apart_and_read_again(cofw: Callable[..., Path]):
    file = cofw("T", pictures=(picture(1)[..., 0], picture(2)[..., 0]))
    told: list[str] = []
    labeled = read_labeled(file, None, note=told.append)
    assert [sample.subset for sample in labeled.samples] == ["test", "test"]
    before = labeled.samples[0].picture.stat().st_mtime_ns
    assert read_labeled(file, None).samples[0].picture.stat().st_mtime_ns == before, "unpacked once"
    np.testing.assert_array_equal(read_picture(labeled.samples[0].picture)[..., 1], picture(1)[..., 0])
    assert "occluded landmarks count as visible" in told[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phisTr": None}, "no array phisTr or phisT"),
        ({"bboxesTr": None}, "no array 'bboxesTr'"),
        ({"phisTr": PHIS[:58]}, "phisTr has 58 rows a face, but 87 are meant"),
        ({"bboxesTr": np.ones((4, 3))}, "2 faces, but 3 boxes and 2 pictures"),
        ({"pictures": (picture(1),)}, "2 faces, but 2 boxes and 1 pictures"),
        ({"pictures": (picture(1), picture(2).astype(float))}, "face 2: its picture is not RGB or grey with 8 bits"),
        ({"phisTr": np.full((87, 2), np.nan)}, "face 1: a coordinate is not a number"),
        ({"bboxesTr": np.zeros((4, 2))}, "face 1: the box from"),
    ],
)
def test_what_is_wrong_is_named(cofw: Callable[..., Path], changes: dict[str, Any], words: str):
    file = cofw(**changes)
    with pytest.raises(InputError) as error:
        read_cofw(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


@pytest.mark.parametrize("wrong", ["null", "number", "group"])
def test_a_cell_that_refers_to_no_picture(cofw: Callable[..., Path], wrong: str):
    file = cofw()
    with h5py.File(file, "r+") as content:
        if wrong == "number":
            del content["IsTr"]
            content["IsTr"] = np.zeros((1, 2))
        else:
            content["IsTr"][0, 1] = content["#refs#"].ref if wrong == "group" else h5py.Reference()
    with pytest.raises(InputError, match=f"face {1 if wrong == 'number' else 2}: its cell refers to no picture"):
        read_cofw(file)


def test_files_that_are_none(cofw: Callable[..., Path], tmp_path: Path):
    file = cofw()
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(InputError, match="not a whole COFW file"):
        read_cofw(file)
    with pytest.raises(InputError, match=r"not a whole COFW file .*No such file"):
        read_cofw(tmp_path / "none.mat")


def test_real_faces_through_matlabs_form(cofw: Callable[..., Path], shared_data: Path):
    """The two real faces, as the set would store them: the converter that made their JSON took 1 off."""
    from laplace_landmarks.data.formats.coco import read_coco

    real = read_coco(shared_data / "format-samples/cofw/test_cofw.json")
    phis = np.stack([np.concatenate([s.landmarks.T.ravel() + 1, np.zeros(29)]) for s in real.samples], axis=1)
    pictures = tuple(read_picture(sample.picture) for sample in real.samples)
    for before, after in zip(real.samples, read_cofw(cofw(pictures=pictures, phisTr=phis)).samples, strict=True):
        np.testing.assert_allclose(after.landmarks, before.landmarks, atol=1e-3)
        np.testing.assert_array_equal(read_picture(after.picture), read_picture(before.picture))
