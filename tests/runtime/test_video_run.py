"""A whole video through a detector: the files it leaves, whether it runs through, breaks off or is stopped."""

import csv
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures.full_disk import full_after
from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.progress import Progress
from laplace_landmarks.runtime.tracking import Tracking
from laplace_landmarks.runtime.video import Frame, Video
from laplace_landmarks.runtime.video_run import run_video
from laplace_landmarks.runtime.video_writer import VideoWriter

COUNT, RATE = 10, 20.0
DOTS = np.array([(40, 40), (64, 40), (52, 64)])


def frame(number: int) -> np.ndarray:
    picture = np.full((96, 160, 3), 16, np.uint8)
    for place, (x, y) in enumerate(DOTS + np.array((3 * number, 0))):
        picture[y - 4 : y + 5, x - 4 : x + 5, place] = 230
    return picture


@pytest.fixture
def video(tmp_path: Path) -> Path:
    with VideoWriter(tmp_path / "talk.avi", RATE) as writer:
        for number in range(COUNT):
            writer.write(frame(number), number / RATE)
    return tmp_path / "talk.avi"


@pytest.fixture
def detector(tiny_model: Callable[..., Path]) -> LandmarkDetector:
    model = tiny_model(size=32, crop=CropRule(size=32, factor=2.2, box_factor=2.2))
    return LandmarkDetector(model, finder=lambda picture: [FoundFace((40, 40, 64, 64), 0.8)] if picture.any() else [])


def test_rows_and_a_drawn_copy_are_left(video: Path, detector: LandmarkDetector, tmp_path: Path) -> None:
    run = run_video(detector, video, tmp_path / "out" / "talk", forms=("jsonl", "csv"))

    assert (run.frames, run.faces, run.ids, run.trouble) == (COUNT, COUNT, {0}, None)
    assert str(run).startswith("10 frames, ")
    assert str(run).endswith("; 1 track, 10 faces in all")
    lines = [json.loads(line) for line in (tmp_path / "out" / "talk.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == list(range(COUNT))
    assert lines[4]["seconds"] == pytest.approx(4 / RATE)
    np.testing.assert_allclose(lines[4]["landmarks"][:3], DOTS + np.array((12, 0)), atol=2)
    rows = list(csv.DictReader((tmp_path / "out" / "talk.csv").read_text().splitlines()))
    assert [row["x0"] for row in rows] == [str(line["landmarks"][0][0]) for line in lines]
    drawn = Video(tmp_path / "out" / "talk-drawn.mp4")
    assert (drawn.width, drawn.height, drawn.rate, drawn.count) == (160, 96, RATE, COUNT)


def test_a_video_without_a_face_is_fine(detector: LandmarkDetector, tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "night.avi", RATE) as writer:
        for number in range(5):
            writer.write(np.zeros((48, 64, 3), np.uint8), number / RATE)

    run = run_video(detector, tmp_path / "night.avi", tmp_path / "night", forms=("jsonl",), drawn=None)

    assert (run.frames, run.faces, run.trouble) == (5, 0, None)
    assert (tmp_path / "night.jsonl").read_text() == ""
    assert not (tmp_path / "night-drawn.mp4").exists()


def test_a_video_that_breaks_off_says_so(video: Path, detector: LandmarkDetector, tmp_path: Path) -> None:
    content = video.read_bytes()
    video.write_bytes(content[: len(content) * 3 // 4])

    run = run_video(detector, video, tmp_path / "talk")

    assert 0 < run.frames < COUNT
    assert run.trouble == f"{video}: {run.frames} of {COUNT} frames could be read: damaged, cut short or trimmed"
    assert Video(tmp_path / "talk-drawn.mp4").count == run.frames


def test_stopped_by_hand_it_leaves_what_it_has(video: Path, detector: LandmarkDetector, tmp_path: Path) -> None:
    told: list[int] = []

    class Impatient(Progress):
        def at(self, number: int) -> None:
            told.append(self.total)
            if number == 4:
                signal.raise_signal(signal.SIGINT)

    left = rf"{tmp_path}/talk\.jsonl and {tmp_path}/talk-drawn\.mp4"
    with pytest.raises(Stopped, match=rf"talk\.avi: stopped after 4 of 10 frames; whole up to there: {left}$"):
        run_video(detector, video, tmp_path / "talk", progress=lambda count: Impatient(count, "frames"))

    assert told == [COUNT] * 4
    assert len((tmp_path / "talk.jsonl").read_text().splitlines()) == 4
    assert len(list(Video(tmp_path / "talk-drawn.mp4"))) == 4


def test_a_camera_is_stopped_by_hand_and_that_is_no_failure(
    video: Path, detector: LandmarkDetector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, frames = cv2.VideoCapture, Video.__iter__
    monkeypatch.setattr(cv2, "VideoCapture", lambda name, *more: real(str(video) if name == 0 else name, *more))

    def until_stopped(camera: Video) -> Iterator[Frame]:
        for frame in frames(camera):
            if frame.number == 2:
                signal.raise_signal(signal.SIGTERM)
            yield frame

    monkeypatch.setattr(Video, "__iter__", until_stopped)
    run = run_video(detector, "camera:0", tmp_path / "camera", tracking=Tracking(smoothing="kalman"))

    assert run.frames == 3
    assert len((tmp_path / "camera.jsonl").read_text().splitlines()) == 3
    monkeypatch.undo()
    assert list(Video(tmp_path / "camera-drawn.mp4"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"drawn": None}, r"talk\.jsonl: cannot be written \(File too large\)"),
        ({"forms": ()}, r"talk-drawn\.mp4: the video could not be written whole; is the disk full\?"),
    ],
)
def test_a_full_disk_is_told(video: Path, detector: LandmarkDetector, tmp_path: Path, changes: dict, says: str) -> None:
    with pytest.raises(InputError, match=says), full_after(1500):
        run_video(detector, video, tmp_path / "talk", **changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"forms": ("xml",)}, "a video's faces are written as jsonl or csv, not xml"),
        ({"drawn": ".gif"}, "cannot write this kind of video"),
    ],
)
def test_what_cannot_be_written_is_named(
    video: Path, detector: LandmarkDetector, tmp_path: Path, changes: dict, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        run_video(detector, video, tmp_path / "talk", **changes)


def test_a_folder_that_cannot_be_made_is_named(video: Path, detector: LandmarkDetector, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        run_video(detector, video, video / "talk")
