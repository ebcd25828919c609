"""SLEAP's files, drawn after its own writer: packages, lists of pictures, videos, and both pixel conventions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from laplace_landmarks.data.formats.sleap import read_sleap
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

h5py = pytest.importorskip("h5py", reason="needs the extra `formats`")

FRAMES = [("frame_id", "u8"), ("video", "u4"), ("frame_idx", "u8"), ("instance_id_start", "u8"),
          ("instance_id_end", "u8")]  # fmt: skip
INSTANCES = [("instance_id", "i8"), ("instance_type", "u1"), ("frame_id", "u8"), ("skeleton", "u4"), ("track", "i4"),
             ("from_predicted", "i8"), ("score", "f4"), ("point_id_start", "u8"), ("point_id_end", "u8")]  # fmt: skip
POINTS = [("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?")]
EDGE = {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [1]}]}
PAIR = {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [2]}]}
# nodes are numbered over the whole file; the skeleton has them in an order of its own: tail, left, right
SKELETON = {
    "nodes": [{"name": "left"}, {"name": "right"}, {"name": "tail"}],
    "skeletons": [
        {
            "graph": {"name": "fly"},
            "nodes": [{"id": 2}, {"id": 0}, {"id": 1}],
            "links": [
                {"source": 2, "target": 0, "type": EDGE},
                {"source": 2, "target": 1, "type": {"py/id": 1}},
                {"source": 0, "target": 1, "type": PAIR},
                {"source": 1, "target": 0, "type": {"py/id": 2}},
            ],
        }
    ],
}
PACKAGE = {"backend": {"type": "HDF5Video", "filename": ".", "dataset": "video0/video"}}


def picture(value: int) -> np.ndarray:
    return np.full((20, 30, 3), value, np.uint8)


@pytest.fixture
def slp(tmp_path: Path) -> Callable[..., Path]:
    """Writes a package: frames 4 and 9; in 4 two labeled instances and a predicted one, in 9 one without a node."""

    def write(video: Any = PACKAGE, version: float = 1.3, skeleton: Any = SKELETON, **changes: Any) -> Path:
        file = tmp_path / "flies.pkg.slp"
        nan = np.nan
        tables: dict[str, Any] = {
            "frames": np.array([(0, 0, 4, 0, 3), (1, 0, 9, 3, 4)], FRAMES),
            "instances": np.array(
                [(0, 0, 0, 0, -1, -1, 0, 0, 3), (1, 0, 0, 0, -1, -1, 0, 3, 6), (2, 1, 0, 0, -1, -1, 1, 0, 3),
                 (3, 0, 1, 0, -1, -1, 0, 6, 9)], INSTANCES),
            "points": np.array(
                [(1, 2, 1, 1), (3, 4, 1, 1), (5, 6, 1, 1), (7, 8, 1, 1), (nan, nan, 1, 0), (9, 9, 0, 1),
                 *[(nan, nan, 0, 0)] * 3], POINTS),
            "videos_json": np.array([json.dumps(video).encode()], object),
        }  # fmt: skip
        with h5py.File(file, "w") as content:
            for name, value in {**tables, **changes}.items():
                if value is not None:
                    content.create_dataset(
                        name, data=value, dtype=h5py.string_dtype() if value.dtype == object else None
                    )
            metadata = content.create_group("metadata")
            metadata.attrs["format_id"], metadata.attrs["json"] = version, json.dumps(skeleton)
            encoded = [np.frombuffer(cv2.imencode(".png", picture(value))[1].tobytes(), np.int8) for value in (40, 90)]
            padded = np.zeros((2, max(map(len, encoded))), np.int8)
            for row, some in zip(padded, encoded, strict=True):
                row[: len(some)] = some
            content["video0/video"], content["video0/frame_numbers"] = padded, np.array([4, 9])
        return file

    return write


def test_a_package_by_hand(slp: Callable[..., Path], tmp_path: Path):
    told: list[str] = []
    file = slp()
    labeled = read_sleap(file, note=told.append)
    assert labeled.markup == Markup("fly", ("tail", "left", "right"), mirror=((1, 2),), edges=((0, 1), (0, 2)))
    first, second = labeled.samples
    assert (first.name, second.name) == ("video0/000004", "video0/000004#2")
    assert first.landmarks.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert second.visible.tolist() == [True, False, False], "not a number, or hidden"
    assert first.picture == tmp_path / "flies.pkg/video0-000004.png"
    np.testing.assert_array_equal(read_picture(first.picture), picture(40))
    assert told == [f"{file}: 1 predicted instances and 1 without a node were left out"]


def test_before_1_1_pixels_began_at_their_corner(slp: Callable[..., Path]):
    assert read_sleap(slp(version=1.0)).samples[0].landmarks[0].tolist() == [0.5, 1.5]


def test_a_list_of_pictures(slp: Callable[..., Path], put_picture: Callable[..., Path]):
    files = [f"C:\\films\\{number}.png" for number in range(10)]
    put_picture("4.png", None)
    labeled = read_labeled(slp({"backend": {"type": "ImageVideo", "filename": files[0], "filenames": files}}), None)
    assert labeled.samples[0].picture.name == "4.png"


def test_frames_of_a_film(slp: Callable[..., Path], tmp_path: Path):
    film = cv2.VideoWriter(str(tmp_path / "film.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for value in range(0, 200, 20):
        film.write(np.full((48, 64, 3), value, np.uint8))
    film.release()
    labeled = read_sleap(slp({"backend": {"type": "MediaVideo", "filename": "/elsewhere/film.avi"}}))
    assert abs(float(read_picture(labeled.samples[0].picture).mean()) - 80) < 3, "the fifth frame"


def test_a_film_that_is_elsewhere(slp: Callable[..., Path]):
    with pytest.raises(InputError, match=r"there is no video .*put it beside the labels"):
        read_sleap(slp({"backend": {"filename": "/elsewhere/film.mp4"}}))


def test_a_frame_that_stands_there_twice_is_told(slp: Callable[..., Path]):
    told: list[str] = []
    file = slp(frames=np.array([(0, 0, 4, 0, 3), (1, 0, 9, 3, 4), (0, 0, 9, 0, 3)], FRAMES))
    assert read_sleap(file, note=told.append).samples[0].name == "video0/000004"
    assert told[0] == f"{file}: 1 frames have a second row, the first is frame_id 0; the first was taken"


POINT = np.array([(1, 2, 1, 1)] * 9, POINTS)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": None}, "no table 'frames'; is this a SLEAP file?"),
        ({"skeleton": {"nodes": [], "skeletons": []}}, "no skeleton in it"),
        ({"skeleton": []}, "not a whole SLEAP file"),
        ({"skeleton": SKELETON | {"nodes": [{"name": "a"}] * 3}}, "two landmarks are named 'a'"),
        ({"points": POINT[:2]}, "instance 0: 2 points, but the skeleton has 3 nodes"),
        ({"frames": np.array([(7, 0, 4, 0, 3)], FRAMES)}, "instance 0: its frame or video is not in the file"),
        ({"frames": np.array([(0, 5, 4, 0, 3)], FRAMES)}, "instance 0: its frame or video is not in the file"),
        ({"frames": np.array([(0, 0, 5, 0, 3)], FRAMES)}, "frame 5 of video0 is labeled, but its picture is not in"),
        ({"instances": np.array([(0, 1, 0, 0, -1, -1, 0, 0, 3)], INSTANCES)}, "no labeled object in it"),
        ({"instances": np.array([(0, 0, 0, 4, -1, -1, 0, 0, 3)], INSTANCES)}, "instance 0: skeleton 4 is none"),
        ({"video": {"backend": {}}}, "videos_json, row 0: no filename"),
        ({"video": [1]}, "videos_json, row 0: must be an object that tells where the frames are, not '[1]'"),
        ({"video": "x"}, "videos_json, row 0: must be an object"),
        ({"video": {"backend": None}}, "videos_json, row 0: must be an object"),
        ({"video": {"backend": {"filename": 5}}}, "videos_json, row 0: no filename"),
        ({"video": {"backend": {"filename": ".", "dataset": 7}}}, "videos_json, row 0: dataset must be the name"),
        ({"video": {"backend": {"filenames": ["4.png"]}}}, "instance 0: frame 4 of video 0 is not in the video's list"),
        ({"video": {"backend": {"filenames": [None] * 9}}}, "instance 0: frame 4 of video 0 is not in the video's"),
        ({"skeleton": "x"}, "not a whole SLEAP file"),
        ({"skeleton": {"nodes": [], "skeletons": [{"nodes": [], "graph": "x"}]}}, "not a whole SLEAP file"),
    ],
)
def test_what_is_wrong_is_named(slp: Callable[..., Path], changes: dict[str, Any], words: str):
    file = slp(**changes)
    with pytest.raises(InputError) as error:
        read_sleap(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_files_that_are_none(slp: Callable[..., Path], tmp_path: Path):
    file = slp()
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(InputError, match="not a whole SLEAP file"):
        read_sleap(file)
    with pytest.raises(InputError, match="No such file"):
        read_sleap(tmp_path / "none.slp")
