"""Where crops lie, worked by hand, and which labels are refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.picture_bytes import encoded, exif, jpeg_with
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.placing import check_inside, crops_by_points, placed_by, with_a_place
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule, turn
from laplace_landmarks.faces.five_points import FIVE_POINTS

RULE = CropRule(size=16, factor=2.0, box_factor=1.5)
ALL = np.ones(3, np.bool_)


def sample(points: list, visible: list[bool] | np.ndarray = ALL, box: tuple | None = None) -> Sample:
    return Sample("a", Path("a.png"), np.array(points, np.float32), np.array(visible), box)


def test_anchors_come_before_boxes(small: Markup):
    assert placed_by(sample([[20, 20], [40, 20], [30, 50]], box=(0, 0, 9, 9)), small, RULE) == Crop(30, 35, 60, 16)


def test_without_all_anchors_the_box_counts(small: Markup):
    points, visible = [[20, 20], [40, 20], [0, 0]], [True, True, False]
    assert placed_by(sample(points, visible, (0, 0, 20, 10)), small, RULE) == Crop(10, 5, 30, 16)
    assert placed_by(sample(points, visible), small, RULE) == Crop(30, 20, 30, 16), "around what is visible"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (sample([[5, 5]] * 3), r"a\.png: .*one point"),
        (sample([[5, 5]] * 3, [True, False, False]), r"a\.png: .*one point"),
        (sample([[0, 0]] * 3, [False] * 3), r"a\.png: no visible landmark and no box"),
    ],
)
def test_landmarks_that_place_nothing(small: Markup, wrong: Sample, words: str):
    with pytest.raises(InputError, match=words):
        placed_by(wrong, small, RULE)


@pytest.fixture
def a_png(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put_picture: Callable[..., Path]) -> None:
    """The samples' picture, 60 wide and 50 high."""
    put_picture("a.png", None)
    monkeypatch.chdir(tmp_path)


# Middle (30, 20); distances from it 10, 10, 30: the median is 10, so 40 pixels outside are too far.
@pytest.mark.usefixtures("a_png")
@pytest.mark.parametrize(
    ("points", "fine"),
    [
        ([[20, 20], [40, 20], [30, 50]], True),
        ([[20, 20], [40, 20], [30, -40]], True),
        ([[20, 20], [40, 20], [30, -41]], False),
        ([[20, 20], [40, 20], [30, 89]], True),
        ([[20, 20], [40, 20], [30, 90]], False),
        ([[20, 20], [40, 20], [1e9, 1e9]], False),
        ([[80, 20], [90, 20], [85, 30]], False),
    ],
    ids=["inside", "a little above", "far above", "a little below", "far below", "very far", "all outside"],
)
def test_landmarks_outside_a_picture_60_wide_and_50_high(small: Markup, points: list, fine: bool):
    if fine:
        check_inside(sample(points), small, height=50, width=60)
    else:
        with pytest.raises(InputError, match=r"a\.png: landmark '.*' at \(.*\) is far outside the 60 x 50 pixels"):
            check_inside(sample(points), small, height=50, width=60)


@pytest.mark.usefixtures("a_png")
def test_the_worst_landmark_is_named(small: Markup):
    with pytest.raises(InputError, match=r"landmark 'mouth' at \(9000\.0, 20\.0\)"):
        check_inside(sample([[20, 20], [21, 20], [9000, 20]]), small, 50, 60)
    check_inside(sample([[0, 0]] * 3, [False] * 3), small, 50, 60)
    with pytest.raises(InputError, match=r"landmark 'mouth' at \(9000\.0, 20\.0\)"):
        check_inside(sample([[0, 0], [20, 20], [9000, 20]], [False, True, True]), small, 50, 60)


@pytest.mark.parametrize(("orientation", "y", "hint"), [(1, 99, False), (3, 99, False), (6, 50, True), (6, 70, False)])
def test_landmarks_of_a_picture_before_it_is_turned(
    tmp_path: Path, photo: np.ndarray, small: Markup, orientation: int, y: float, hint: bool
):
    """90 x 60 pixels are stored; turned by 90 degrees they are 60 x 90."""
    (tmp_path / "a.jpg").write_bytes(jpeg_with(exif(orientation), encoded(".jpg", photo)))
    height, width = (90, 60) if orientation == 6 else (60, 90)
    points = [[80, y], [75, y], [70, y]]
    with pytest.raises(InputError, match=r"is far outside .*; correct it, or leave the picture out") as error:
        check_inside(replace(sample(points), picture=tmp_path / "a.jpg"), small, height, width)
    before = "but inside of it before its EXIF orientation turns it; labels are of the turned picture"
    assert (before in str(error.value)) == hint


def test_crops_from_a_file_of_points(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    files = [put_picture(f"images/{name}.png", None) for name in "abcd"]
    (tmp_path / "points.csv").write_text(
        "image,x0,y0,x1,y1,x2,y2\nb.png,20,20,40,20,30,50\na.png,1,1,3,1,2,3\nb.png,0,0,10,0,5,10\n"
        "gone.png,1,1,3,1,2,3\nd.png,1,1,1,1,1,1\n"
    )
    skipped: list[tuple[str, str]] = []
    crops = crops_by_points(files, tmp_path / "points.csv", small, RULE, lambda p, why: skipped.append((p.name, why)))
    assert crops == [[Crop(2, 2, 4, 16)], [Crop(30, 35, 60, 16), Crop(5, 5, 20, 16)], [], []]
    assert [name for name, _ in skipped] == ["c.png", "d.png"]
    assert "has no row in" in skipped[0][1]
    assert "one point" in skipped[1][1]


def test_points_may_be_the_anchors_alone(tmp_path: Path, put_picture: Callable[..., Path]):
    file = put_picture("a.png", None)
    columns = ",".join(f"x{place},y{place}" for place in range(5))
    (tmp_path / "five.csv").write_text(f"image,{columns}\na.png,10,20,40,20,25,45,15,60,35,60\n")
    ((crop,),) = crops_by_points([file], tmp_path / "five.csv", IBUG68, CropRule(), lambda *_: None)
    assert (crop.x, crop.y, crop.side) == (25, 40, pytest.approx(2.8 * 40))


def test_a_blank_anchor_places_nothing(tmp_path: Path, put_picture: Callable[..., Path]):
    files = [put_picture(name, None) for name in ("a.png", "b.png")]
    columns = ",".join(f"x{place},y{place}" for place in range(5))
    rows = "a.png,10,20,40,20,,,15,60,35,60\nb.png,10,20,40,20,25,45,15,60,35,60\n"
    (tmp_path / "five.csv").write_text(f"image,{columns}\n{rows}")
    skipped: list[tuple[str, str]] = []
    crops = crops_by_points(
        files, tmp_path / "five.csv", IBUG68, CropRule(), lambda p, why: skipped.append((p.name, why))
    )
    assert [len(faces) for faces in crops] == [0, 1]
    assert [name for name, _ in skipped] == ["a.png"]
    assert "points that place its crop is blank" in skipped[0][1]


@pytest.mark.usefixtures("a_png")
def test_a_lone_landmark_may_lie_a_little_outside(small: Markup):
    """A picture 60 wide ends at 59.5: 67 is 7.5 pixels outside, 68 is 8.5."""
    lone = [True, False, False]
    check_inside(sample([[67, 20], [0, 0], [0, 0]], lone), small, height=50, width=60)
    with pytest.raises(InputError, match="far outside"):
        check_inside(sample([[68, 20], [0, 0], [0, 0]], lone), small, height=50, width=60)


def test_points_of_another_count(tmp_path: Path, put_picture: Callable[..., Path]):
    file = put_picture("a.png", None)
    (tmp_path / "two.csv").write_text("image,x0,y0,x1,y1\na.png,1,2,3,4\n")
    with pytest.raises(InputError, match="2 points a row; give the 5 anchors or the 68 landmarks of ibug68"):
        crops_by_points([file], tmp_path / "two.csv", IBUG68, RULE, lambda *_: None)
    with pytest.raises(InputError, match="together with a markup"):
        crops_by_points([file], tmp_path / "two.csv", None, RULE, lambda *_: None)


def test_real_faces_fill_their_crops(shared_data: Path):
    labeled = read_labeled(shared_data / "300w", IBUG68)
    rule = CropRule()
    landmarks = np.stack([placed_by(s, IBUG68, rule).to_crop(s.landmarks) for s in labeled.samples])
    inside = ((landmarks > -0.5) & (landmarks < 79.5)).all(axis=-1)
    assert inside.mean() > 0.998
    between_eyes = np.linalg.norm(landmarks[:, 36] - landmarks[:, 45], axis=1)
    assert np.median(between_eyes) == pytest.approx(33, abs=1)


def test_upright_crops_are_turned_as_the_face_is():
    """Five points as they usually lie, turned by a quarter: the crop's middle turns with them."""
    places = (FIVE_POINTS - FIVE_POINTS.mean(axis=0)) @ turn(90).T + 50
    markup = Markup("five", tuple("abcde"), anchors=((0,), (1,), (2,), (3,), (4,)))
    plain, upright = (
        placed_by(sample(places.tolist(), np.ones(5, np.bool_)), markup, RULE, way) for way in (False, True)
    )
    assert (plain.angle, upright.angle) == (0, pytest.approx(90, abs=1e-3))
    assert upright.side == pytest.approx(plain.side, rel=1e-6)  # a square hull's does not change with a quarter


def test_what_is_no_face_is_not_turned(small: Markup):
    assert placed_by(sample([[20, 20], [40, 30], [30, 50]]), small, RULE, upright=True).angle == 0


def test_a_lone_landmark_places_no_crop_and_is_left_out(small: Markup):
    points, lone = [[20, 20], [40, 20], [0, 0]], [True, False, False]
    samples = {
        "two": sample(points, [True, True, False]),
        "lone": sample(points, lone),
        "none": sample(points, [False] * 3),
        "boxed": sample(points, lone, (0, 0, 20, 10)),
        "one point": sample([[5, 5]] * 3),  # wrong, not incomplete: refused where it is cut
    }
    labeled = LabeledSet(small, tuple(replace(each, name=name) for name, each in samples.items()))
    told: list[str] = []
    left = with_a_place(labeled, RULE, told.append)
    assert [each.name for each in left.samples] == ["two", "boxed", "one point"]
    assert told == [
        "left out: 2 of 5 objects, with fewer than two visible landmarks and no box, so that nothing tells how large "
        "they are: lone, none"
    ]
    assert with_a_place(labeled, replace(RULE, whole_picture=True), told.append) is labeled
    assert with_a_place(left, RULE, told.append) is left
    assert len(told) == 1


def test_a_lone_landmark_takes_no_object_of_its_name_along(small: Markup):
    samples = tuple(replace(sample([[20, 20], [40, 20], [0, 0]], seen), name="a") for seen in (ALL, ALL & [1, 0, 0]))
    assert with_a_place(LabeledSet(small, samples), RULE, lambda _: None).samples == samples[:1]
