"""Videos out: at a constant rate each frame shows the picture of its time."""

from pathlib import Path

import numpy as np
import pytest

from fixtures.full_disk import full_after
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.video import Video
from laplace_landmarks.runtime.video_writer import CODECS, LONGEST, VideoWriter


def grey(level: int, size: tuple[int, int] = (32, 48)) -> np.ndarray:
    return np.full((*size, 3), level, np.uint8)


def shown(path: Path) -> list[int]:
    """Each frame's grey level, in steps of 50."""
    return [round(float(frame.picture.mean()) / 50) for frame in Video(path)]


def test_pictures_at_uneven_times_are_held_or_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    with VideoWriter(path, rate=10) as writer:
        for level, seconds in ((0, 0.0), (50, 0.1), (100, 0.5), (150, 0.52), (200, 0.6)):
            writer.write(grey(level), seconds)

    # frames at 0, 0.1 ... 0.6 s: the second picture is held, the third gives way to the fourth in its frame
    assert shown(path) == [0, 1, 1, 1, 1, 3, 4]


def test_a_time_stamp_far_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    with VideoWriter(path, rate=10) as writer:
        for level, seconds in ((0, 0.0), (50, 1e9), (100, 1e9 + 0.1)):
            writer.write(grey(level), seconds)

    assert shown(path) == [0, 1, 2]
    assert LONGEST > 1


def test_an_odd_side_loses_its_last_pixel(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.avi", rate=10) as writer:
        writer.write(grey(100, (33, 49)), 0.0)

    video = Video(tmp_path / "a.avi")
    assert (video.width, video.height) == (48, 32)


@pytest.mark.parametrize(("size", "written"), [((9000, 200), (8190, 182)), ((16, 1), (16, 2)), ((8190, 8), (8190, 8))])
def test_a_picture_that_no_codec_takes_is_written_as_large_as_one_takes(
    size: tuple[int, int], written: tuple[int, int], tmp_path: Path
) -> None:
    with VideoWriter(tmp_path / "a.mp4", rate=10) as writer:
        writer.write(grey(100, size), 0.0)

    video = Video(tmp_path / "a.mp4")
    assert (video.height, video.width) == written


def test_a_name_with_a_colon_is_a_file_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("run:1.avi", "file:a.mp4", "http:b.mp4"):
        with VideoWriter(name, rate=10) as writer:
            writer.write(grey(100), 0.0)
        assert shown(Path(name)) == [2]


def test_a_writer_that_fails_leaves_a_video_that_plays(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with pytest.raises(KeyboardInterrupt), VideoWriter(path, rate=10) as writer:
        for number in range(3):
            writer.write(grey(50 * number), number / 10)
        raise KeyboardInterrupt

    assert shown(path) == [0, 1, 2]


@pytest.mark.parametrize("suffix", sorted(CODECS))
@pytest.mark.parametrize("room", [30_000, 70_000, 100_000])
def test_a_video_that_the_disk_does_not_hold_is_told(suffix: str, room: int, tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (30, 96, 128, 3), np.uint8)
    writer = VideoWriter(tmp_path / f"a{suffix}", rate=25)
    with full_after(room):
        for number, picture in enumerate(pictures):
            writer.write(picture, number / 25)
        with pytest.raises(InputError, match="could not be written whole; is the disk full"):
            writer.close()


@pytest.mark.parametrize("suffix", sorted(CODECS))
@pytest.mark.parametrize("rate", [0.3, 7.3, 24000 / 1001, 30.0, 59.94, 480.0])
@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_whole_one_is_none_of_those(suffix: str, rate: float, count: int, tmp_path: Path) -> None:
    with VideoWriter(tmp_path / f"a{suffix}", rate) as writer:
        for number in range(count):
            writer.write(grey(number), number / rate)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.gif", r"cannot write this kind of video; let the name end in one of \.mp4"),
        ("nowhere/a.mp4", "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_named(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(InputError, match=says), VideoWriter(tmp_path / name, rate=10) as writer:
        writer.write(grey(0), 0.0)
