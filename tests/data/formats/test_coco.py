"""COCO JSON: visibility, half pixels, names, and whatever a file that was joined or cut by hand may hold."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.formats.coco import read_coco, write_coco
from laplace_landmarks.data.markup import FIVE, IBUG68, Markup
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box

GOOD: dict[str, Any] = {
    "images": [{"id": 7, "file_name": "a.png", "width": 60, "height": 50}],
    "annotations": [
        {"id": 1, "image_id": 7, "category_id": 1, "keypoints": [1, 2, 2, 3.5, 4, 1, 0, 0, 0], "bbox": [0, 1, 10, 20]},
        {"id": 2, "image_id": 7, "category_id": 1, "keypoints": [9, 9, 2, 8, 8, 2, 7, 7, 2], "num_keypoints": 3},
    ],
    "categories": [{"id": 1, "name": "pet", "keypoints": ["eye", "ear", "nose"], "skeleton": [[1, 2], [3, 1]]}],
}


@pytest.fixture
def coco(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[[Any], Path]:
    """Writes a COCO file beside the picture a.png."""
    put_picture("a.png", None)

    def write(content: Any) -> Path:
        file = tmp_path / "labels.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    return write


def test_by_hand(coco: Callable[[Any], Path], tmp_path: Path):
    labeled = read_coco(coco(GOOD))
    assert labeled.markup == Markup("pet", ("eye", "ear", "nose"), edges=((0, 1), (2, 0)))
    first, second = labeled.samples
    assert (first.name, second.name, first.picture) == ("a", "a#2", tmp_path / "a.png")
    assert first.visible.tolist() == [True, True, False], "labeled though hidden (1) is visible to us, 0 is missing"
    assert first.landmarks.tolist() == [[1, 2], [3.5, 4], [0, 0]]
    assert first.box == (-0.5, 0.5, 9.5, 20.5), "a box from the edge of pixel 0 begins half a pixel before its centre"
    assert second.box is None


def test_places_that_stand_for_a_missing_landmark_are_told(coco: Callable[[Any], Path]):
    """Visible ones: those of visibility 0 are missing, wherever they are written."""
    content, told = deepcopy(GOOD), []
    for annotation in content["annotations"]:
        annotation["keypoints"][3:6] = [0, 0, 2]
    file = coco(content)
    labeled = read_labeled(file, None, note=told.append)
    assert [sample.visible[1] for sample in labeled.samples] == [True, True], "to leave them out would be a guess"
    (line,) = [line for line in told if "exactly" in line]
    assert line.startswith(f"{file}: 2 landmarks of 2 objects are exactly at (0, 0) and count as labeled; if that")


def test_a_markup_picks_by_name(coco: Callable[[Any], Path]):
    labeled = read_coco(coco(GOOD), Markup("two", ("nose", "eye")))
    assert labeled.samples[1].landmarks.tolist() == [[7, 7], [9, 9]]


def test_names_of_a_built_in_markup_tell_it(coco: Callable[[Any], Path]):
    content = deepcopy(GOOD)
    content["categories"][0] |= {"keypoints": list(FIVE.names), "skeleton": []}
    content["annotations"] = [{"id": 1, "image_id": 7, "keypoints": [1, 2, 2] * 5}]
    assert read_coco(coco(content)).markup is FIVE, "with its mirror pairs and anchors, which COCO cannot hold"


def test_names_that_say_nothing_are_taken_in_order(coco: Callable[[Any], Path], small: Markup):
    content = deepcopy(GOOD)
    content["categories"][0]["keypoints"] = ["kp_1", "kp_2", "kp_3"]
    assert read_coco(coco(content), small).samples[1].landmarks[0].tolist() == [9, 9]


def test_crowds_and_empty_ones_are_left_out_and_told(coco: Callable[[Any], Path]):
    content, told = deepcopy(GOOD), []
    content["annotations"][0]["iscrowd"] = 1
    content["annotations"].append({"id": 3, "image_id": 7, "keypoints": [5, 6, 0] * 3})  # v counts, not the numbers
    content["annotations"].append({"id": 4, "image_id": 7, "bbox": [0, 0, 1, 1]})
    labeled = read_coco(coco(content), note=told.append)
    assert [sample.name for sample in labeled.samples] == ["a"]
    assert len(told) == 1
    assert "3 annotations without landmarks" in told[0]


def test_hidden_landmarks_are_told(coco: Callable[[Any], Path]):
    told: list[str] = []
    file = coco(GOOD)
    read_coco(file, note=told.append)
    assert told == [f"{file}: 1 hidden landmarks (v = 1) count as visible, and are written as such"]


def test_the_places_pictures_may_lie(coco: Callable[[Any], Path], tmp_path: Path, put_picture: Callable[..., Path]):
    picture = put_picture("val2017/b.png", None)
    (tmp_path / "annotations").mkdir()
    content = deepcopy(GOOD)
    content["images"][0]["file_name"] = "b.png"
    file = coco(content).rename(tmp_path / "annotations/person_keypoints_val2017.json")
    assert read_coco(file).samples[0].picture == picture


def test_pictures_named_from_where_the_command_runs(
    coco: Callable[[Any], Path], tmp_path: Path, put_picture: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    """As `predict` names them, whose results may lie in any other folder."""
    picture = put_picture("here/photos/b.png", None)
    (tmp_path / "far/away").mkdir(parents=True)
    content = deepcopy(GOOD)
    content["images"][0]["file_name"] = "photos/b.png"
    file = coco(content).rename(tmp_path / "far/away/predictions.coco.json")
    monkeypatch.chdir(tmp_path / "here")
    assert read_coco(file).samples[0].picture.samefile(picture)


def change(*path: Any, to: Any = None) -> dict[str, Any]:
    """GOOD with the value at a path replaced, or without it."""
    content = deepcopy(GOOD)
    *way, last = path
    place: Any = content
    for step in way:
        place = place[step]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "line 1: not valid JSON"),
        (json.dumps(GOOD, indent=1)[:300], "not valid JSON"),
        ([1, 2], "not a list"),
        (change("images"), "no list 'images'"),
        (change("annotations", to={}), "no list 'annotations'"),
        (change("images", 0, "file_name"), "images[0]: an image needs an id and a file_name"),
        (change("images", 0, to=3), "images[0]: an image needs"),
        (change("images", to=[*GOOD["images"], *GOOD["images"]]), "images[1]: id 7 stands there twice"),
        (change("images", 0, "file_name", to="gone.png"), "annotations[0] (id 1): there is no picture"),
        (change("annotations", 1, "id", to=1), "annotations[1] (id 1): this id stands there twice"),
        (change("annotations", 0, "image_id", to=8), "annotations[0] (id 1): image_id 8 is none of the 1 images"),
        (change("annotations", 0, to="x"), "annotations[0]: must be an object"),
        (
            change("annotations", 0, "keypoints", to=[1, 2]),
            "annotations[0] (id 1): keypoints must be a list of x, y, v",
        ),
        (change("annotations", 0, "keypoints", to=[1, 2, 2] * 2), "2 landmarks"),
        (change("annotations", 0, "keypoints", 2, to=3), "v of landmark 0 is 3; it is 0, 1 or 2"),
        (change("annotations", 0, "keypoints", 3, to="one"), "x of landmark 1 is 'one', not a number"),
        (change("annotations", 0, "keypoints", 3, to=float("nan")), "x of landmark 1 is nan"),
        (change("annotations", 0, "keypoints", 3, to=10**400), "x of landmark 1 is a number of hundreds of digits"),
        (
            change("annotations", 1, "category_id", to=9),
            "annotations[1] (id 2): category_id 9 is none of the categories",
        ),
        ("[" * 100_000, "nested too deep"),
        (change("annotations", 0, "bbox", to=[1, 2, 3]), "bbox must be x, y, width, height"),
        (change("annotations", 0, "bbox", 2, to="wide"), "a number of bbox is 'wide'"),
        (change("annotations", to=[]), "no labeled object in it"),
        (change("annotations", 0, "keypoints", to=5), "(id 1): keypoints must be a list of x, y, v"),
        (change("annotations", 0, "keypoints", 0, to=1e39), "x of landmark 0 is 1e+39, which is no place"),
        (change("categories", 0, "keypoints", to=5), "keypoints of a category must be a list of names"),
        (change("categories", 0, "keypoints", 0, to="\ud800"), "keypoints of a category must be a list of names"),
        (change("categories", 0, "skeleton", to=5), "skeleton must be pairs of indices"),
        (change("categories", 0, "keypoints", 1, to="eye"), "two landmarks are named 'eye'"),
        (change("categories", 0, "keypoints", to=["a", "b"]), "3 landmarks, but the category names 2"),
        (change("categories", 0, "skeleton", 0, to=[1, 9]), "outside its 3 landmarks"),
        (change("categories", 0, "skeleton", 0, to=["eye", "ear"]), "skeleton must be pairs of indices"),
        (change("categories", to=[{**GOOD["categories"][0], "name": name} for name in "ab"]), "a and b have landmarks"),
    ],
)
def test_what_is_wrong_is_named(coco: Callable[[Any], Path], content: Any, words: str):
    file = coco(content)
    with pytest.raises(InputError) as error:
        read_coco(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_another_count_than_the_markups(coco: Callable[[Any], Path]):
    with pytest.raises(InputError, match="3 landmarks an object, but the markup ibug68 has 68; name another, or auto"):
        read_coco(coco(GOOD), IBUG68)
    with pytest.raises(InputError, match="1 landmarks of more are not in it, the first is 'tail'"):
        read_coco(coco(GOOD), Markup("more", ("eye", "tail")))


def test_some_names_in_common_are_not_taken_in_order(coco: Callable[[Any], Path]):
    """eye, ear, nose by place would be nose, eye, chin."""
    with pytest.raises(InputError, match="1 landmarks of other are not in it, the first is 'chin'"):
        read_coco(coco(GOOD), Markup("other", ("nose", "eye", "chin")))


def test_numbers_are_taken_in_order_whatever_they_count_from(coco: Callable[[Any], Path]):
    content = deepcopy(GOOD)
    content["categories"][0]["keypoints"] = ["0", "1", "2"]
    labeled = read_coco(coco(content), Markup("counted", ("1", "2", "3")))
    assert labeled.samples[1].landmarks.tolist() == [[9, 9], [8, 8], [7, 7]]


def test_files_that_cannot_be_read(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read_coco(tmp_path / "none.json")
    (tmp_path / "a.json").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InputError, match="not a text file"):
        read_coco(tmp_path / "a.json")


def test_there_and_back(coco: Callable[[Any], Path], tmp_path: Path):
    labeled = read_coco(coco(GOOD))
    write_coco(tmp_path / "again.json", labeled)
    again = read_coco(tmp_path / "again.json")
    assert again.markup == labeled.markup
    for before, after in zip(labeled.samples, again.samples, strict=True):
        np.testing.assert_array_equal(after.landmarks, before.landmarks)
        np.testing.assert_array_equal(after.visible, before.visible)
        assert (after.name, after.picture) == (before.name, before.picture)
    assert again.samples[0].box == labeled.samples[0].box
    assert again.samples[1].box == (7, 7, 9, 9), "the tight box of its landmarks, for COCO always has one"


@pytest.mark.parametrize(
    ("file", "objects", "landmarks", "name"),
    [
        ("300w/test_300w.json", 2, 68, "ibug68"),
        ("wflw/test_wflw.json", 4, 98, "wflw98"),
        ("aflw/test_aflw.json", 2, 19, "19 landmarks"),
        ("cofw/test_cofw.json", 2, 29, "29 landmarks"),
        ("lapa/test_lapa.json", 2, 106, "106 landmarks"),
        ("300vw/anno_300vw.json", 3, 68, "ibug68"),
        ("coco/test_coco.json", 12, 17, "person"),
        ("onehand10k/test_onehand10k.json", 4, 21, "hand"),
    ],
)
def test_real_files(shared_data: Path, file: str, objects: int, landmarks: int, name: str):
    labeled = read_coco(shared_data / "format-samples" / file)
    assert (len(labeled), len(labeled.markup), labeled.markup.name) == (objects, landmarks, name)
    assert len({sample.name for sample in labeled.samples}) == objects
    for sample in labeled.samples:
        assert np.isfinite(sample.landmarks).all()
        x0, y0, x1, _ = sample.box or tight_box(sample.landmarks)  # 300VW's file has no boxes
        # the lower edge of one of WFLW's is cut off at 768
        x, y = sample.landmarks[sample.visible].T
        assert ((x > x0 - 1) & (x < x1 + 1) & (y > y0 - 1)).mean() > 0.7, "the box is about the landmarks"
