"""AFLWinfo_release.mat, drawn: the split, the mask, and boxes in their own order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.formats import aflw19
from laplace_landmarks.data.formats.aflw19 import read_aflw19
from laplace_landmarks.data.markup import AFLW19
from laplace_landmarks.data.sources import read_labeled, subset
from laplace_landmarks.errors import InputError

io = pytest.importorskip("scipy.io", reason="needs the extra `formats`")


def names(*paths: str) -> np.ndarray:
    cells = np.empty((len(paths), 1), object)
    cells[:, 0] = paths
    return cells


# four faces in three pictures; the order of the split is 3, 1, 4, 2, the first two train
GOOD: dict[str, Any] = {
    "data": np.arange(4 * 38).reshape(4, 38) + 0.5,
    "mask_new": np.ones((4, 19), np.uint8),
    "bbox": np.tile([10, 40, 20, 70], (4, 1)),
    "nameList": names("0/a.jpg", "2/b.jpg", "3/c.jpg", "0/a.jpg"),
    "ra": np.array([[3, 1, 4, 2]]),
}
GOOD["mask_new"][1, 4] = 0


@pytest.fixture
def mat(tmp_path: Path, put_picture: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes the file beside flickr/; 20,000 of the split becomes 2."""
    monkeypatch.setattr(aflw19, "TRAIN", 2)
    for name in ("0/a.jpg", "2/b.jpg", "3/c.jpg"):
        put_picture(f"flickr/{name}", None)

    def write(**changes: Any) -> Path:
        content = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
        io.savemat(tmp_path / "AFLWinfo_release.mat", content)
        return tmp_path / "AFLWinfo_release.mat"

    return write


def test_by_hand(mat: Callable[..., Path], tmp_path: Path):
    labeled = read_aflw19(mat())
    assert labeled.markup is AFLW19
    assert [(sample.name, sample.subset) for sample in labeled.samples] == [
        ("3/c", "train"), ("0/a", "train"), ("0/a#2", "frontal"), ("2/b", "turned"),
    ]  # fmt: skip
    second = labeled.samples[1]  # the file's first row: x are its numbers 0.5 to 18.5, y 19.5 to 37.5
    assert second.picture == tmp_path / "flickr/0/a.jpg"
    assert second.landmarks[0].tolist() == [0.5, 19.5]
    assert second.landmarks[18].tolist() == [18.5, 37.5]
    assert second.box == (10, 20, 40, 70), "left, right, top, bottom in the file"
    assert np.flatnonzero(~labeled.samples[3].visible).tolist() == [4]


def test_the_protocols_subsets(mat: Callable[..., Path]):
    labeled = read_labeled(mat(), None)
    assert [len(subset(labeled, name)) for name in ("train", "test", "frontal")] == [2, 2, 1]


def test_pictures_that_are_not_there_are_told(mat: Callable[..., Path], tmp_path: Path):
    (tmp_path / "flickr/0/a.jpg").unlink()
    told: list[str] = []
    labeled = read_aflw19(mat(), note=told.append)
    assert [sample.name for sample in labeled.samples] == ["3/c", "2/b"]
    assert len(told) == 1
    assert "2 of 4 faces were left out" in told[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mask_new": None}, "no array 'mask_new'; is this AFLWinfo_release.mat?"),
        ({"data": np.zeros((4, 42))}, "data is 4 x 42, but 4 x 38 is meant"),
        ({"bbox": np.zeros((3, 4))}, "bbox is 3 x 4, but 4 x 4 is meant"),
        ({"mask_new": names("a", "b", "c", "d").repeat(19, 1)}, "mask_new holds no numbers"),
        ({"ra": np.array([[0, 1, 2, 3]])}, "ra must hold each of the rows 1 to 4 once"),
        ({"ra": np.array([[1, 2, 2, 4]])}, "ra must hold each of the rows 1 to 4 once"),
        ({"nameList": np.zeros((4, 1))}, "row 3: nameList has no name there"),
        ({"mask_new": np.full((4, 19), 2)}, "row 3: mask_new holds 2; it is 1 where a landmark is visible, else 0"),
        ({"mask_new": np.full((4, 19), np.nan)}, "row 3: mask_new holds nan"),
        ({"bbox": np.tile([40, 10, 20, 70], (4, 1))}, "row 3: the box from"),
        ({"data": np.full((4, 38), np.nan)}, "row 3: a visible landmark is not a number"),
        ({"nameList": names(*["1/z.jpg"] * 4)}, "none of its 4 pictures is in"),
    ],
)
def test_what_is_wrong_is_named(mat: Callable[..., Path], changes: dict[str, Any], words: str):
    file = mat(**changes)
    with pytest.raises(InputError) as error:
        read_aflw19(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_files_that_are_none(mat: Callable[..., Path], tmp_path: Path):
    file = mat()
    file.write_bytes(file.read_bytes()[:900])
    with pytest.raises(InputError, match=r"not a whole \.mat file"):
        read_aflw19(file)
    with pytest.raises(InputError, match="there is no such file"):
        read_aflw19(tmp_path / "none.mat")


def test_without_scipy(mat: Callable[..., Path], monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("laplace_landmarks.data.formats.containers.import_module", missing)
    with pytest.raises(InputError, match=r"needs scipy: pip install 'laplace-landmarks\[formats\]'"):
        read_aflw19(mat())
