"""The whole finder: on drawn faces, at borders, on tiny and huge pictures, from several threads."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.faces.mtcnn import MTCNN

GREY = 128


@pytest.fixture(scope="module")
def finder() -> MTCNN:
    return MTCNN()


def placed(faces: dict[tuple[int, int], Picture], height: int, width: int) -> Picture:
    """Pictures on a grey ground, each at its (x, y), which may lie beyond the ground's edge."""
    ground = np.full((height + 400, width + 400, 3), GREY, np.uint8)
    for (x, y), face in faces.items():
        ground[200 + y : 200 + y + face.shape[0], 200 + x : 200 + x + face.shape[1]] = face
    return ground[200 : 200 + height, 200 : 200 + width]


def anchors_of(face: FoundFace) -> np.ndarray:
    assert face.anchors is not None
    return face.anchors


def test_drawn_faces_are_found_where_they_are(finder: MTCNN) -> None:
    errors = []
    for index in range(20):
        picture, landmarks = synthetic_face(0, index, 128)
        truth = IBUG68.anchors_of(landmarks, np.ones(68, np.bool_))
        assert truth is not None
        for face in finder(picture)[:1]:
            assert 0.7 < (face.score or 0) <= 1
            errors.append(np.linalg.norm(anchors_of(face) - truth, axis=1).mean() / np.linalg.norm(truth[0] - truth[1]))
    assert len(errors) >= 18
    assert np.median(errors) < 0.12


def test_several_faces_are_each_found_once_and_the_best_is_first(finder: MTCNN) -> None:
    faces = [synthetic_face(0, index, 96)[0] for index in range(4)]
    places = {(10, 5): faces[0], (130, 20): faces[1], (20, 130): faces[2], (140, 140): faces[3]}

    found = finder(placed(places, 240, 240))

    scores = [face.score or 0 for face in found]
    assert scores == sorted(scores, reverse=True)
    for x, y in places:
        assert sum(x < point[0] < x + 96 and y < point[1] < y + 96 for point in (anchors_of(f)[2] for f in found)) == 1


def test_a_face_moves_with_the_picture(finder: MTCNN) -> None:
    face, _ = synthetic_face(0, 1, 96)
    (one,) = finder(placed({(20, 20): face}, 200, 200))[:1]
    (other,) = finder(placed({(60, 40): face}, 200, 200))[:1]
    np.testing.assert_allclose(anchors_of(other) - anchors_of(one), np.tile((40, 20), (5, 1)), atol=4)


def test_a_face_at_the_border_is_found_and_its_box_may_reach_beyond(finder: MTCNN) -> None:
    face, landmarks = synthetic_face(0, 1, 128)
    left = round(float(landmarks[:, 0].min())) + 8  # the jaw's first 8 pixels are cut off
    found = finder(placed({(-left, 20): face}, 180, 180))
    assert found
    assert found[0].box[0] < 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (11, 11), (19, 300)])
def test_a_picture_smaller_than_the_smallest_face_has_none(finder: MTCNN, shape: tuple[int, int]) -> None:
    assert finder(np.full((*shape, 3), 200, np.uint8)) == ()


@pytest.mark.parametrize("shape", [(20, 20), (21, 23), (25, 400)])
def test_a_picture_of_about_that_size_works(finder: MTCNN, shape: tuple[int, int]) -> None:
    finder(np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8))


def test_large_pictures_are_searched_at_a_bounded_size(finder: MTCNN) -> None:
    """A face of a quarter of a 36-megapixel picture, most of which is one colour."""
    face, _ = synthetic_face(0, 1, 128)
    picture = np.full((6000, 6000, 3), GREY, np.uint8)
    picture[1000:4072, 2000:5072] = face.repeat(24, axis=0).repeat(24, axis=1)
    (found, *_) = finder(picture)
    assert (anchors_of(found) > (2000, 1000)).all()
    assert (anchors_of(found) < (5072, 4072)).all()


def test_min_face_leaves_smaller_faces_out(finder: MTCNN) -> None:
    picture = placed({(20, 20): synthetic_face(0, 1, 96)[0]}, 200, 200)
    assert finder(picture)
    assert not MTCNN(min_face=150)(picture)


def test_threads_share_a_finder(finder: MTCNN) -> None:
    pictures = [synthetic_face(0, index, 96 + index)[0] for index in range(12)]
    alone = [finder(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(finder, pictures))
    assert [[face.box for face in faces] for faces in together] == [[face.box for face in faces] for faces in alone]


def test_the_picture_is_left_as_it_is_and_may_be_a_view(finder: MTCNN) -> None:
    picture = synthetic_face(0, 1, 128)[0][:, ::-1]
    picture.setflags(write=False)
    before = picture.copy()
    assert [face.box for face in finder(picture)] == [face.box for face in finder(before)]
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_face": 11}, "the smallest face must have at least 12 pixels, not 11"),
        ({"min_face": float("nan")}, "at least 12 pixels, not nan"),
        ({"min_face": float("inf")}, "at least 12 pixels, not inf"),
        ({"thresholds": (0.6, 0.7)}, "three numbers from 0 to 1"),
        ({"thresholds": (0.6, 0.7, 1.1)}, "three numbers from 0 to 1"),
        ({"threads": 0}, "threads are a whole number from 1 to 1024, not 0"),
        ({"providers": ("NoSuchProvider",)}, "has no 'NoSuchProvider'; it has .*cpu"),
        ({"providers": "gpu"}, "has no 'gpu'; it has .*cpu"),
        ({"min_face": "a"}, "at least 12 pixels, not 'a'"),
        ({"min_face": True}, "at least 12 pixels, not True"),
        ({"thresholds": None}, "three numbers from 0 to 1, one a network, not None"),
        ({"thresholds": "abc"}, "three numbers from 0 to 1"),
    ],
)
def test_settings_that_cannot_be(settings: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        MTCNN(**settings)


@pytest.mark.parametrize("providers", ["cpu", ["cpu"], ("CPUExecutionProvider",), None])
def test_providers_have_the_names_that_a_detector_takes(providers: Any) -> None:
    assert MTCNN(providers=providers)(np.zeros((50, 50, 3), np.uint8)) == ()


@pytest.mark.parametrize("picture", [None, "face.jpg", [[[0, 0, 0]]]])
def test_what_is_no_array_is_refused(finder: MTCNN, picture: Any) -> None:
    with pytest.raises(InputError, match=r"a picture must be RGB uint8 \(H, W, 3\), not (NoneType|str|list)"):
        finder(picture)


@pytest.mark.parametrize(
    "picture", [np.zeros((50, 50), np.uint8), np.zeros((50, 50, 4), np.uint8), np.zeros((50, 50, 3))]
)
def test_other_arrays_are_refused(finder: MTCNN, picture: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"a picture must be RGB uint8 \(H, W, 3\), not"):
        finder(picture)


def test_neither_the_packages_own_code_nor_its_libraries_are_imported() -> None:
    code = (
        "import sys; from laplace_landmarks.faces.mtcnn import MTCNN; MTCNN(); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'mtcnn', 'tensorflow', 'joblib', 'onnx'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_real_faces_are_found(finder: MTCNN, shared_data: Path) -> None:
    assert len(finder(read_picture(shared_data / "group-photos" / "2008_002470.jpg"))) == 6
    assert finder(read_picture(shared_data / "group-photos" / "dogs.jpg")) == ()
