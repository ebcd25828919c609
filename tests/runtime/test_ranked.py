"""Pictures to predictions to a list."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.faces.boxes import Crop
from laplace_landmarks.runtime.outputs import Prediction
from laplace_landmarks.runtime.ranked import rank_pictures, to_csv, to_list, to_table

NAMES = ("a.png", "b.png", "c.png", "twin of b.png")


@pytest.fixture
def faces(tmp_path: Path) -> dict[str, Prediction]:
    """Three pictures of noise and a copy of the second, of ignorance 10, 30, 20 and 30 %."""
    found = {}
    for name, seed, radius in zip(NAMES, (0, 1, 2, 1), (1, 3, 2, 3), strict=True):
        random = np.random.default_rng(seed)
        write_picture(tmp_path / name, random.integers(0, 255, (32, 32, 3), np.uint8))
        landmarks = np.array([(0, 0), (10, 10)], np.float32) + random.normal(0, 0.1)
        spread, radii = np.ones((2, 2), np.float32), np.full(2, radius, np.float32)
        path = str(tmp_path / name)
        found[path] = Prediction(path, landmarks, spread=spread, crop=Crop(16, 16, 32, 80), radius=radii)
    return found


def test_the_twin_is_last(faces: dict[str, Prediction]) -> None:
    objects = dict.fromkeys(faces, 1)
    ranked = rank_pictures(faces, objects, (), 9, pytest.fail)
    assert [Path(entry.face.picture).name for entry in ranked] == ["b.png", "c.png", "a.png", "twin of b.png"]
    assert [entry.ignorance for entry in ranked] == pytest.approx([30, 20, 10, 30], rel=1e-4)
    assert ranked[0].newness == 1 and ranked[3].newness == 0
    backwards = rank_pictures(dict(reversed(faces.items())), objects, (), 9, pytest.fail)
    assert to_csv(backwards) == to_csv(ranked)


def test_labeled_and_lost_pictures_have_no_rank(faces: dict[str, Prediction]) -> None:
    a, b, c, twin = faces
    Path(c).write_bytes(b"no longer a picture")
    told: list[str] = []
    ranked = rank_pictures(faces, dict.fromkeys(faces, 2), {b}, 9, told.append)
    assert [entry.face.picture for entry in ranked] == [a, twin]
    assert ranked[0].objects == 2
    assert len(told) == 1 and told[0].startswith(c)
    assert rank_pictures({}, {}, (), 9, pytest.fail) == []


def test_how_it_is_written(faces: dict[str, Prediction]) -> None:
    (first, *_) = rank_pictures(faces, dict.fromkeys(faces, 1), (), 1, pytest.fail)
    path = first.face.picture
    assert to_list([first]) == f"{path}\n"
    assert to_csv([first]) == f"rank,picture,ignorance,newness,objects,by_lot\n1,{path},30.000,1.000,1,0\n"
    assert to_table([first]) == f"rank  ignorance  newness  picture\n   1    30.00 %     1.00  {path}\n"


def test_a_place_by_lot_says_so(faces: dict[str, Prediction]) -> None:
    ranked = rank_pictures(faces, dict.fromkeys(faces, 1), (), 4, pytest.fail, lot=0.5, seed=1)
    assert [entry.by_lot for entry in ranked] == [False, True, False, True]
    assert {entry.face.picture for entry in ranked} == faces.keys()
    backwards = dict(reversed(faces.items()))
    assert to_csv(rank_pictures(backwards, dict.fromkeys(faces, 1), (), 4, pytest.fail, lot=0.5, seed=1)) == to_csv(
        ranked
    )
    assert [row.rpartition(",")[2] for row in to_csv(ranked).splitlines()[1:]] == ["0", "1", "0", "1"]
    assert [line[:6] for line in to_table(ranked).splitlines()[1:]] == ["   1  ", "   2* ", "   3  ", "   4* "]
