"""The live view over its own web server, with a video in the camera's place."""

import http.client
import json
import re
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import sleep

import cv2
import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.live import view as live_view
from laplace_landmarks.runtime.live.view import LiveView
from laplace_landmarks.runtime.video import Frame
from laplace_landmarks.runtime.video_writer import VideoWriter


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("live") / "talk.avi"
    with VideoWriter(path, 20) as writer:
        for number in range(6):
            writer.write(np.random.default_rng(number).integers(0, 255, (48, 64, 3), np.uint8), number / 20)
    return path


@pytest.fixture(scope="module")
def detector(tiny_model: Callable[..., Path]) -> LandmarkDetector:
    return LandmarkDetector(tiny_model(), finder=lambda picture: [FoundFace((10, 10, 40, 40), 0.9)])


@pytest.fixture
def view(detector: LandmarkDetector, video: Path) -> Iterator[LiveView]:
    view = LiveView(detector, video, port=0)
    running = Thread(target=view.run, args=(lambda address: None,))
    running.start()
    yield view
    view.stop()
    running.join(10)
    assert not running.is_alive()


def request(view: LiveView, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
    host = view.address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, content, {"Content-Type": "application/json", **headers})
    return connection.getresponse()


def figures(answer: http.client.HTTPResponse) -> dict:
    line = answer.readline()
    assert answer.readline() == b"\n"
    return json.loads(line.removeprefix(b"data: "))


def test_the_page_needs_nothing_from_elsewhere(view: LiveView) -> None:
    answer = request(view, "GET", "/")
    page = answer.read().decode()

    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/html"
    assert not re.search(r"https?://|//[a-z]", page.replace("// ", ""))
    assert {"/pictures", "/figures", "/switches"} <= set(re.findall(r'"(/[a-z]+)"', page))


def test_pictures_come_one_after_the_other_for_two_viewers(view: LiveView) -> None:
    for stream in (request(view, "GET", "/pictures"), request(view, "GET", "/pictures")):
        assert stream.headers.get_content_type() == "multipart/x-mixed-replace"
        for _ in range(3):
            assert stream.readline() == b"--picture\r\n"
            assert stream.readline() == b"Content-Type: image/jpeg\r\n"
            length = int(stream.readline().removeprefix(b"Content-Length: "))
            assert stream.readline() == b"\r\n"
            picture = cv2.imdecode(np.frombuffer(stream.read(length), np.uint8), cv2.IMREAD_COLOR)
            assert picture is not None
            assert picture.shape == (48, 64, 3)
            assert stream.readline() == b"\r\n"
        stream.close()


def test_figures_tell_the_switches_that_a_viewer_turned(view: LiveView) -> None:
    stream = request(view, "GET", "/figures")
    assert figures(stream)["smoothing"] == "off"

    assert request(view, "POST", "/switches", {"smoothing": "one-euro", "radius": False}).status == 204
    for _ in range(20):
        seen = figures(stream)
        if seen["smoothing"] == "one-euro":
            break
    assert (seen["smoothing"], seen["radius"]) == ("one-euro", False)


def test_a_video_that_is_always_late_is_shown_all_the_same(
    detector: LandmarkDetector, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame takes 0.045 s to come, and is meant to be seen for 1 / 30 s: each is late, the first by 0.045 s."""
    clock = 0.0

    class Slow:
        live, rate = False, 30.0

        def __iter__(self) -> Iterator[Frame]:
            nonlocal clock
            for number in range(15):
                clock += 0.045
                yield Frame(number, number / 30, np.zeros((48, 64, 3), np.uint8))

    shown: list[int] = []
    view = LiveView(detector, video, port=0)
    monkeypatch.setattr(live_view, "monotonic", lambda: clock)
    monkeypatch.setattr(view, "_show", lambda frame, *_: shown.append(frame.number))
    view._play(Slow())  # pyright: ignore[reportArgumentType]
    view._server.server_close()
    assert shown == [4, 9, 14], "5 frames take 0.225 s, 4 less than 0.2 s"


class Stamped:
    """A video file whose frames have these times, in seconds."""

    live, rate, trouble = False, 10.0, ""

    def __init__(self, *times: float) -> None:
        self.times = times

    def __iter__(self) -> Iterator[Frame]:
        for number, seconds in enumerate(self.times):
            yield Frame(number, seconds, np.zeros((48, 64, 3), np.uint8))


def waited(
    detector: LandmarkDetector, video: Path, monkeypatch: pytest.MonkeyPatch, frames: Stamped | None = None
) -> list[float]:
    """How long a view waits for each frame, of the video itself or of others, where nothing else takes any time."""
    waits: list[float] = []
    view = LiveView(detector, video, port=0)
    monkeypatch.setattr(live_view, "monotonic", lambda: 7.0 + sum(waits))
    monkeypatch.setattr(view._stopped, "wait", waits.append)
    monkeypatch.setattr(view, "_show", lambda *_: None)
    view._play(frames or view._video)  # pyright: ignore[reportArgumentType]
    view._server.server_close()
    return waits


def test_the_last_picture_of_a_video_has_its_time_too(
    detector: LandmarkDetector, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A video of one frame would begin anew as fast as it can be opened."""
    assert waited(detector, video, monkeypatch) == pytest.approx([1 / 20] * 6, abs=1e-6)


def test_a_frame_is_not_waited_for_without_end(
    detector: LandmarkDetector, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose time stamp is wrong: those after it have their distance all the same."""
    waits = waited(detector, video, monkeypatch, Stamped(0, 0.5, 1e5, 1e5 + 0.25))
    assert waits == pytest.approx([0.5, live_view.LONGEST_GAP, 0.25, 0.1], abs=1e-6)


def test_a_view_that_waits_for_its_next_frame_can_be_stopped(detector: LandmarkDetector, video: Path) -> None:
    view = LiveView(detector, video, port=0)
    view._video = Stamped(0, 1e5)  # pyright: ignore[reportAttributeAccessIssue]
    thread = Thread(target=view.run, kwargs={"ready": lambda _: None})
    thread.start()
    stream = request(view, "GET", "/figures")
    figures(stream)  # of the first frame
    view.stop()
    thread.join(timeout=live_view.LONGEST_GAP / 2)
    assert not thread.is_alive()


def test_a_viewer_who_hangs_up_is_no_trouble(view: LiveView, capfd: pytest.CaptureFixture[str]) -> None:
    host, port = view.address.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets it
    assert request(view, "GET", "/").status == 200
    sleep(0.3)
    assert capfd.readouterr().err == ""


def test_viewers_are_told_the_end(detector: LandmarkDetector, video: Path) -> None:
    view = LiveView(detector, video, port=0)
    running = Thread(target=view.run, args=(lambda address: None,))
    running.start()
    stream = request(view, "GET", "/figures")
    figures(stream)
    view.stop()
    running.join(10)

    assert json.loads(stream.read().strip().split(b"data: ")[-1]) == {"ended": "stopped"}
    with pytest.raises(ConnectionRefusedError):
        request(view, "GET", "/")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/etc/passwd", None, {}, 404),
        ("GET", "/../page.html", None, {}, 404),
        ("POST", "/", {}, {}, 404),
        ("POST", "/switches", {"radius": True}, {"Content-Type": "text/plain"}, 404),  # another site may send such
        ("POST", "/switches", {"colour": "red"}, {}, 400),
        ("POST", "/switches", b"{", {}, 400),
        ("POST", "/switches", b"\xff\xfe", {}, 400),
        ("POST", "/switches", b" " * 2000, {}, 400),
        ("POST", "/switches", None, {"Content-Length": "-1"}, 400),
        ("GET", "/", None, {"Host": "elsewhere.example:8765"}, 403),
        ("POST", "/switches", {"radius": True}, {"Host": "elsewhere.example"}, 403),
        ("DELETE", "/", None, {}, 501),
    ],
)
def test_other_requests_are_refused(
    view: LiveView, method: str, path: str, body: object, headers: dict[str, str], status: int
) -> None:
    assert request(view, method, path, body, **headers).status == status


def test_a_port_that_is_taken_is_named(view: LiveView, detector: LandmarkDetector, video: Path) -> None:
    port = int(view.address.rstrip("/").rpartition(":")[2])

    with pytest.raises(
        InputError, match=rf"^127\.0\.0\.1:{port}: the page cannot be served there .*; try another --port"
    ):
        LiveView(detector, video, port=port)
    with pytest.raises(InputError, match="cannot be served there"):
        LiveView(detector, video, port=99999)


def test_a_camera_that_is_not_there_is_named(detector: LandmarkDetector) -> None:
    with pytest.raises(InputError, match="no such camera answers"):
        LiveView(detector, "camera:77", port=0)
