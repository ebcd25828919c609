"""Videos in: frames, their times, their way up, and every way in which a file can be broken."""

import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.video import Video, is_camera, track_video
from laplace_landmarks.runtime.video_writer import VideoWriter

RATE, COUNT, SIZE = 25.0, 12, (48, 64)


def picture_of(number: int) -> np.ndarray:
    """A grey picture, brighter with each frame, red on top."""
    picture = np.full((*SIZE, 3), 20 + 15 * number, np.uint8)
    picture[: SIZE[0] // 4] = (255, 0, 0)
    return picture


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    def made(name: str) -> Path:
        path = tmp_path_factory.mktemp("video") / name
        with VideoWriter(path, RATE) as writer:
            for number in range(COUNT):
                writer.write(picture_of(number), number / RATE)
        return path

    return made


def boxes_of(content: bytes, start: int, end: int) -> dict[bytes, tuple[int, int]]:
    """The boxes of an MP4 file between two places: name → start and end."""
    found = {}
    while start < end:
        (length,) = struct.unpack_from(">I", content, start)
        found[content[start + 4 : start + 8]] = (start, start + length)
        start += length
    return found


def with_durations(content: bytes, durations: list[int]) -> bytes:
    """The MP4 file with its table of frame durations exchanged (units of its own clock)."""
    parents, (start, end) = [], (-8, len(content))
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts"):
        start, end = boxes_of(content, start + 8, end)[name]
        parents.append(start)
    table = b"".join(struct.pack(">II", 1, duration) for duration in durations)
    box = struct.pack(">I4sII", 16 + len(table), b"stts", 0, len(durations)) + table
    changed = bytearray(content[:start] + box + content[end:])
    for parent in parents[:-1]:
        (length,) = struct.unpack_from(">I", changed, parent)
        struct.pack_into(">I", changed, parent, length + len(box) - (end - start))
    return bytes(changed)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi", ".webm"])
def test_what_is_written_is_read(make: Callable[[str], Path], suffix: str) -> None:
    video = Video(make("a" + suffix))

    frames = list(video)

    assert (video.width, video.height, video.count, video.trouble) == (64, 48, COUNT, None)
    assert video.rate == pytest.approx(RATE)
    assert [frame.number for frame in frames] == list(range(COUNT))
    np.testing.assert_allclose([frame.seconds for frame in frames], np.arange(COUNT) / RATE, atol=1.1e-3)
    for frame in frames:
        assert frame.picture.shape == (48, 64, 3)
        assert frame.picture[30:].mean() == pytest.approx(20 + 15 * frame.number, abs=5)
        red, green, blue = frame.picture[:8].reshape(-1, 3).mean(axis=0)
        assert red > 190
        assert max(green, blue) < 60


def test_uneven_times_are_the_files_own(make: Callable[[str], Path], tmp_path: Path) -> None:
    content = make("a.mp4").read_bytes()
    start = content.rindex(b"mdhd")
    (clock,) = struct.unpack_from(">I", content, start + 16)
    half = round(clock / RATE) // 2
    path = tmp_path / "uneven.mp4"
    path.write_bytes(with_durations(content, [half * times for times in (1, 3, 1, 2, 1, 1, 5, 1, 1, 1, 1, 1)]))

    seconds = [frame.seconds for frame in Video(path)]

    np.testing.assert_allclose(np.array(seconds) * RATE * 2, [0, 1, 4, 5, 7, 8, 9, 14, 15, 16, 17, 18], atol=0.1)


def test_a_video_filmed_upright_is_shown_upright(make: Callable[[str], Path], tmp_path: Path) -> None:
    """A telephone stores frames lying on their side, and a matrix that says so."""
    content = make("a.mp4").read_bytes()
    matrix = content.index(b"tkhd") + 4 + 40
    turned = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 48 << 16, 0, 1 << 30)  # by 90° clockwise
    path = tmp_path / "turned.mp4"
    path.write_bytes(content[:matrix] + turned + content[matrix + 36 :])

    video = Video(path)
    first = next(iter(video))

    assert (video.width, video.height) == (48, 64)
    assert first.picture.shape == (64, 48, 3)
    assert first.picture[:, -8:, 0].mean() > 190  # the red top is at the right now
    assert first.picture[:, :20, 0].mean() < 60


def test_a_video_is_run_through_once(make: Callable[[str], Path]) -> None:
    video = Video(make("a.avi"))
    assert len(list(video)) == COUNT
    with pytest.raises(InputError, match="has been run through; open it anew"):
        list(video)


def test_without_time_stamps_the_rate_counts(make: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = make("a.avi")

    class Timeless:
        def __init__(self, *given: object) -> None:
            self._real = real(*given)

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def get(self, what: int) -> float:
            return 0.0 if what in (cv2.CAP_PROP_POS_MSEC, cv2.CAP_PROP_FRAME_COUNT) else self._real.get(what)

    real = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", Timeless)
    video = Video(path)

    assert video.count is None
    np.testing.assert_allclose([frame.seconds for frame in video], np.arange(COUNT) / RATE)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.mp4", None, "cannot be read (No such file"),
        ("empty.mp4", b"", "the file is empty"),
        ("words.mp4", b"not a video" * 100, "not a video that can be decoded"),
        ("picture.avi", b"\x89PNG\r\n\x1a\n" + bytes(200), "no frame of the video can be decoded"),
        ("folder.mkv", "folder", "cannot be read (Is a directory)"),
    ],
)
def test_what_is_no_video_is_named(tmp_path: Path, name: str, content: bytes | str | None, says: str) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)

    with pytest.raises(InputError) as error:
        list(Video(path))

    assert str(error.value).startswith(f"{path}: {says}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", [".avi", ".mkv", ".mp4"])
def test_a_video_that_was_cut_gives_what_it_has_or_is_named(
    make: Callable[[str], Path], tmp_path: Path, suffix: str
) -> None:
    content = make("a" + suffix).read_bytes()
    path = tmp_path / ("cut" + suffix)
    path.write_bytes(content[: len(content) * 3 // 4])

    if suffix == ".mp4":  # its table of contents is at the end
        with pytest.raises(InputError, match="not a video that can be decoded, or a damaged one"):
            Video(path)
        return
    video = Video(path)
    frames = list(video)
    assert 0 < len(frames) < COUNT
    if video.count:
        assert video.trouble == f"{path}: {len(frames)} of {COUNT} frames could be read: damaged, cut short or trimmed"


@pytest.mark.parametrize("name", ["camera:", "camera:front", "camera:-1", "camera:1.5", "camera:99999"])
def test_a_camera_is_named_by_its_number(name: str) -> None:
    with pytest.raises(InputError, match="a camera is named by its number"):
        Video(name)


def test_a_camera_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"^camera:77: no such camera answers"):
        Video("camera:77")


def test_cameras_are_told_from_files() -> None:
    assert is_camera("camera:0")
    assert not is_camera("camera.mp4")
    assert not is_camera(Path("a/camera:0"))


def test_a_camera_has_a_clock_of_its_own(make: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path, clock = make("a.avi"), iter(100 + 0.5 * np.arange(COUNT))
    real = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", lambda number: real(str(path)))
    monkeypatch.setattr("laplace_landmarks.runtime.video.monotonic", lambda: float(next(clock)))

    video = Video("camera:0")
    frames = list(video)

    assert video.live
    assert video.count is None
    assert [frame.seconds for frame in frames] == [0.5 * number for number in range(COUNT)]
    assert video.trouble == f"camera:0 gives no more pictures, after {COUNT}"


def test_track_video_gives_frames_with_their_faces(make: Callable[[str], Path]) -> None:
    seen = list(track_video(make("a.avi"), lambda picture, *, anchors=None: ()))

    assert [(frame.number, faces) for frame, faces in seen] == [(number, ()) for number in range(COUNT)]
