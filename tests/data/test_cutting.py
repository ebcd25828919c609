"""Many pictures in, crops out, each decoded once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data import cutting
from laplace_landmarks.data.cutting import Job, WholePicture, cut_all
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop

CROP = Crop(30, 25, 40, 16)


def refuse(job: int, error: InputError) -> None:
    raise error


@pytest.fixture
def decoded(monkeypatch) -> list[str]:
    """The names of the files that are decoded from now on."""
    names: list[str] = []
    decode = cutting.decode_picture

    def counting(data: bytes, where: Path) -> np.ndarray:
        names.append(where.name)
        return decode(data, where)

    monkeypatch.setattr(cutting, "decode_picture", counting)
    return names


def test_the_whole_picture_and_more():
    # 60 wide, 50 high: centre (29.5, 24.5), side 60 x 1.5
    assert WholePicture(1.5, 16).crop(50, 60) == Crop(29.5, 24.5, 90, 16)
    assert WholePicture(1.0, 16).crop(50, 60).box() == (-0.5, -5.5, 59.5, 54.5)


@pytest.mark.parametrize("cached", [False, True])
def test_crops_in_order(tmp_path: Path, put_picture: Callable[..., Path], cached: bool):
    files = [put_picture(f"{number}.png", None, seed=number) for number in range(5)]
    steps: list[tuple[int, int]] = []
    jobs = [Job(file, CROP) for file in files]
    cuts = cut_all(jobs, 16, tmp_path / "cache" if cached else None, refuse, lambda *step: steps.append(step))
    np.testing.assert_array_equal(cuts.pictures, [CROP.cut(read_picture(file)) for file in files])
    assert (cuts.kept, cuts.sizes.tolist()) == ([0, 1, 2, 3, 4], [[50, 60]] * 5)
    assert steps == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_decoded_once_and_again_when_anything_changes(
    tmp_path: Path, put_picture: Callable[..., Path], decoded: list[str], monkeypatch
):
    file = put_picture("a.png", None)

    def cut(picture: Path = file, place: Crop | WholePicture = CROP) -> np.ndarray:
        return cut_all([Job(picture, place)], place.size, tmp_path / "cache", refuse).pictures

    first = cut()
    np.testing.assert_array_equal(cut(), first)
    copy = tmp_path / "copy.png"
    copy.write_bytes(file.read_bytes())
    cut(copy)  # the same bytes under another name
    assert decoded == ["a.png"]
    for place in (Crop(31, 25, 40, 16), Crop(30, 25, 40, 32), WholePicture(1.0, 16), WholePicture(1.25, 16)):
        cut(place=place)
        cut(place=place)
    assert decoded == ["a.png"] * 5
    write_picture(file, np.zeros((50, 60, 3), np.uint8))
    assert cut().max() == 0
    assert decoded == ["a.png"] * 6
    monkeypatch.setattr(cutting, "PIXELS_VERSION", cutting.PIXELS_VERSION + 1)
    cut()
    assert decoded == ["a.png"] * 7


def test_a_full_cache_is_not_written_again(tmp_path: Path, put_picture: Callable[..., Path]):
    file = put_picture("a.png", None)
    for _ in range(2):
        cut_all([Job(file, CROP)] * 3, 16, tmp_path / "cache", refuse)
    assert len(list((tmp_path / "cache").rglob("*.shard"))) == 1


def test_a_damaged_crop_is_cut_anew(tmp_path: Path, put_picture: Callable[..., Path], decoded: list[str]):
    jobs = [Job(put_picture("a.png", None), CROP)]
    before = cut_all(jobs, 16, tmp_path / "cache", refuse).pictures
    (shard,) = (tmp_path / "cache").rglob("*.shard")
    shard.write_bytes(shard.read_bytes()[:-1] + b"\0")
    for _ in range(2):
        np.testing.assert_array_equal(cut_all(jobs, 16, tmp_path / "cache", refuse).pictures, before)
    assert decoded == ["a.png", "a.png"]


def test_broken_pictures_are_told_and_left_out(tmp_path: Path, put_picture: Callable[..., Path]):
    files = [put_picture(f"{number}.png", None, seed=number) for number in range(4)]
    files[1].write_bytes(b"")
    files[2].unlink()
    told: list[int] = []
    cuts = cut_all([Job(file, CROP) for file in files], 16, None, lambda job, error: told.append(job))
    assert (told, cuts.kept, len(cuts.pictures), len(cuts.sizes)) == ([1, 2], [0, 3], 2, 2)


def test_what_was_cut_before_an_error_is_kept(tmp_path: Path, put_picture: Callable[..., Path], decoded: list[str]):
    good, bad = put_picture("a.png", None), tmp_path / "none.png"
    with pytest.raises(InputError, match=r"none\.png"):
        cut_all([Job(good, CROP), Job(bad, CROP)], 16, tmp_path / "cache", refuse)
    cut_all([Job(good, CROP)], 16, tmp_path / "cache", refuse)
    assert decoded == ["a.png"]


def test_no_jobs(tmp_path: Path):
    cuts = cut_all([], 16, tmp_path, refuse)
    assert (cuts.pictures.shape, cuts.kept, cuts.sizes.shape) == ((0, 16, 16, 3), [], (0, 2))
