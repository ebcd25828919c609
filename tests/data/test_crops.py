"""Crops and landmarks fit together; what cannot be used is refused when labeled, and skipped by name when not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.crops import labeled_crops, unlabeled_crops
from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.formats.pictures_with_pts import read_pts_folder
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule

RULE = CropRule(size=32, factor=2.0)


def test_landmarks_lie_where_their_pixels_are(tmp_path: Path, small: Markup):
    points = np.array([[20, 20], [40.0, 22], [31, 43]], np.float32)
    picture = np.zeros((60, 64, 3), np.uint8)
    for channel, (x, y) in enumerate(points.astype(int)):
        picture[y - 1 : y + 2, x - 1 : x + 2, channel] = 250
    write_picture(tmp_path / "a.png", picture)
    labeled = LabeledSet(small, (Sample("a", tmp_path / "a.png", points, np.ones(3, np.bool_)),))
    crops = labeled_crops(labeled, RULE, None)
    rows, columns = np.indices((32, 32))
    for channel, (x, y) in enumerate(crops.landmarks[0]):
        light = crops.pictures[0, ..., channel] / crops.pictures[0, ..., channel].sum(dtype=float)
        assert ((light * columns).sum(), (light * rows).sum()) == pytest.approx((x, y), abs=0.05)
    # hull 20 x 23 about (30, 31.5), so 46 picture pixels are 32 crop pixels, and (20, 20) comes to lie at
    wanted = ((20 - 30) * 32 / 46 + 15.5, (20 - 31.5) * 32 / 46 + 15.5)
    assert crops.landmarks[0, 0] == pytest.approx(wanted)
    assert crops.crops == (Crop(30, 31.5, 46, 32),)
    assert (crops.names, crops.landmarks.dtype, crops.pictures.dtype) == (("a",), np.float32, np.uint8)


def test_landmarks_without_label_are_nought(put_picture: Callable[..., Path], small: Markup):
    visible = np.array([True, False, True])
    points = np.array([[10, 10], [0, 0], [20, 30]], np.float32)
    crops = labeled_crops(LabeledSet(small, (Sample("a", put_picture("a.png"), points, visible),)), RULE)
    np.testing.assert_array_equal(crops.visible, [visible])
    np.testing.assert_array_equal(crops.landmarks[0, 1], 0)
    np.testing.assert_allclose(crops.crops[0].to_picture(crops.landmarks[0, [0, 2]]), points[[0, 2]], rtol=1e-5)


def test_a_rule_of_whole_pictures_asks_neither_landmarks_nor_boxes(put_picture: Callable[..., Path], small: Markup):
    rule = CropRule(size=30, box_factor=1.5, whole_picture=True)
    file = put_picture("a.png", None)  # 60 wide and 50 high
    points = np.array([[20, 20], [40, 20], [30, 40]], np.float32)
    nowhere = Sample("b", file, points, np.zeros(3, np.bool_))
    there = Sample("a", file, points, np.ones(3, np.bool_), box=(0, 0, 9, 9))
    crops = labeled_crops(LabeledSet(small, (there, nowhere)), rule)
    assert crops.crops == (Crop(29.5, 24.5, 90, 30),) * 2
    np.testing.assert_allclose(crops.landmarks[0], (points - (29.5, 24.5)) / 3 + 14.5, atol=1e-5)
    assert not crops.visible[1].any()


def test_the_cache_changes_nothing(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    for number in range(3):
        put_picture(f"faces/{number}.png", seed=number)
    labeled = read_pts_folder(tmp_path / "faces", small)
    plain, *cached = (labeled_crops(labeled, RULE, cache) for cache in (None, tmp_path / "cache", tmp_path / "cache"))
    for crops in cached:
        np.testing.assert_array_equal(crops.pictures, plain.pictures)
        np.testing.assert_array_equal(crops.landmarks, plain.landmarks)


def test_no_samples(small: Markup):
    crops = labeled_crops(LabeledSet(small, ()), RULE)
    assert (crops.pictures.shape, crops.landmarks.shape, crops.visible.shape) == ((0, 32, 32, 3), (0, 3, 2), (0, 3))


def test_labeled_pictures_must_be_good(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    put_picture("a.png")
    put_picture("far.png", np.array([[20, 20], [40, 20], [30, 3000]], np.float32))
    with pytest.raises(
        InputError, match=r"far\.png: landmark 'mouth' at \(30\.0, 3000\.0\) is far outside the 60 x 50"
    ):
        labeled_crops(read_pts_folder(tmp_path, small), RULE, tmp_path / "cache")
    with pytest.raises(InputError, match=r"far\.png"):  # from the cache as well
        labeled_crops(read_pts_folder(tmp_path, small), RULE, tmp_path / "cache")
    put_picture("far.png", np.full((3, 2), 7, np.float32))
    with pytest.raises(InputError, match=r"far\.png: .*one point"):
        labeled_crops(read_pts_folder(tmp_path, small), RULE)
    put_picture("far.png").write_text("no picture")
    with pytest.raises(InputError, match=r"far\.png: not a picture"):
        labeled_crops(read_pts_folder(tmp_path, small), RULE)


def test_unlabeled_whole_pictures(tmp_path: Path, put_picture: Callable[..., Path]):
    files = [put_picture("b.png", None, seed=1), put_picture("sub/a.png", None, seed=2)]
    crops = unlabeled_crops(files[::-1], RULE, grow=1.5)
    assert (crops.names, crops.skipped) == (("b.png", "sub/a.png"), ())
    np.testing.assert_array_equal(crops.pictures[0], Crop(29.5, 24.5, 90, 32).cut(read_picture(files[0])))


def test_unlabeled_crops_say_where_they_come_from(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    files = [put_picture(f"{number}.png", seed=number) for number in range(3)]
    files[1].write_bytes(b"broken")
    rows = [f"{number}.png,20,20,40,{20 + number},30,40" for number in (0, 1, 2, 2)]
    (tmp_path / "points.csv").write_text("\n".join(["image,x0,y0,x1,y1,x2,y2", *rows]))
    for points in (None, tmp_path / "points.csv"):
        crops = unlabeled_crops(files, RULE, points=points, markup=small, grow=1.2)
        assert crops.files == (files[0], *[files[2]] * (len(crops.pictures) - 1))
        for picture, file, crop in zip(crops.pictures, crops.files, crops.crops, strict=True):
            np.testing.assert_array_equal(crop.cut(read_picture(file)), picture)


def test_unlabeled_pictures_that_cannot_be_read_are_skipped(tmp_path: Path, put_picture: Callable[..., Path]):
    put_picture("good.png", None)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "notes.txt").write_text("no picture, and not called one")
    told: list[str] = []
    crops = unlabeled_crops(find_pictures(tmp_path), RULE, skipped=lambda file, reason: told.append(file.name))
    assert crops.names == ("good.png",)
    assert len(crops.pictures) == 1
    assert crops.skipped == (
        (tmp_path / "empty.jpg", "the file is empty; copy it again"),
        (tmp_path / "text.jpg", "not a picture that can be decoded, or a damaged one"),
    )
    assert told == ["empty.jpg", "text.jpg"]


def test_unlabeled_pictures_placed_by_points(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    files = [put_picture(f"{name}.png", None, seed=ord(name)) for name in "abc"]
    (tmp_path / "points.csv").write_text(
        "image,x0,y0,x1,y1,x2,y2\na.png,20,20,40,20,30,40\nb.png,0,0,10,0,5,10\na.png,1,1,5,1,3,5\n"
    )
    crops = unlabeled_crops(files, RULE, points=tmp_path / "points.csv", markup=small)
    assert crops.names == ("a.png", "a.png#2", "b.png")
    np.testing.assert_array_equal(crops.pictures[1], Crop(3, 3, 8, 32).cut(read_picture(files[0])))
    assert [file.name for file, _ in crops.skipped] == ["c.png"]


def test_a_limit_is_a_choice_by_name_alone(tmp_path: Path, put_picture: Callable[..., Path]):
    files = [put_picture(f"here/{number}.png", None, seed=number) for number in range(12)]
    five, four = (unlabeled_crops(order, RULE, limit=n) for order, n in ((files, 5), (files[::-1], 4)))
    assert len(five.names) == len(five.pictures) == 5
    assert set(four.names) < set(five.names)
    assert list(five.names) == sorted(five.names)
    assert unlabeled_crops(files, RULE, limit=5, seed=1).names != five.names
    assert len(unlabeled_crops(files, RULE, limit=99).names) == 12
    elsewhere = [put_picture(f"there/{number}.png", None, seed=0) for number in range(12)]
    assert unlabeled_crops(elsewhere, RULE, limit=5).names == five.names


def test_a_choice_among_names_that_are_not_utf8(tmp_path: Path, put_picture: Callable[..., Path]):
    files = [put_picture("a.png", None).rename(tmp_path / name) for name in ("caf\udce8.png", "caf\udce9.png")]
    assert len(unlabeled_crops(files, CropRule(size=8), limit=1).names) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"grow": 0}, "grow must be a number above 0"),
        ({"grow": float("nan")}, "grow must be a number above 0"),
        ({"limit": 0}, "limit at least 1"),
    ],
)
def test_settings_that_make_no_sense(put_picture: Callable[..., Path], settings: dict, words: str):
    with pytest.raises(InputError, match=words):
        unlabeled_crops([put_picture("a.png", None)], RULE, **settings)


def test_nothing_to_use(tmp_path: Path):
    with pytest.raises(InputError, match="no unlabeled pictures were given"):
        unlabeled_crops([], RULE)
    (tmp_path / "a.jpg").touch()
    with pytest.raises(InputError, match=r"none of 1 unlabeled pictures can be used; .*a\.jpg: the file is empty"):
        unlabeled_crops([tmp_path / "a.jpg"], RULE)


def test_real_labels_pass_the_check(shared_data: Path):
    labeled = read_labeled(shared_data / "300w", IBUG68)
    some = LabeledSet(IBUG68, labeled.samples[::20])
    assert labeled_crops(some, CropRule()).pictures.shape == (len(some), 80, 80, 3)


def test_unlabeled_pictures_of_two_drives_have_names(
    put_picture: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which no folder holds together."""

    def on_two_drives(_: object) -> str:
        raise ValueError("Paths don't have the same drive")

    pictures = [put_picture(f"{name}.png", seed=place) for place, name in enumerate("ab")]
    monkeypatch.setattr("os.path.commonpath", on_two_drives)
    assert unlabeled_crops(pictures, RULE, grow=1.5).names == tuple(map(str, pictures))
