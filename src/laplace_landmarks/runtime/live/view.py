"""The live view itself: pictures in, faces followed, drawn and shown, until the source ends or somebody stops it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import cv2

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.drawing import Style, draw_faces
from laplace_landmarks.runtime.live.server import Server
from laplace_landmarks.runtime.live.state import Shown, Switches
from laplace_landmarks.runtime.tracking import Tracker, Tracking
from laplace_landmarks.runtime.video import Frame, Video

PORT = 8765
QUALITY = 85  # of JPEG
LONGEST = 0.2  # seconds without a new picture, however late it is
LONGEST_GAP = 10.0  # seconds that a frame is waited for, whatever its time stamp says
LOUD = Style(label=True)
QUIET = Style(label=True, uncertainty="none")


class LiveView:
    """Serves a page at `address` from the moment it is made; run() fills it with pictures.

    source: camera:0, or a video file, which is shown at its own speed, again and again. host: 127.0.0.1 is this
    machine alone; 0.0.0.0 lets everybody on the network see the camera. port: 0 takes any that is free.
    """

    def __init__(
        self,
        detector: LandmarkDetector,
        source: str | Path,
        tracking: Tracking | None = None,
        host: str = "127.0.0.1",
        port: int = PORT,
    ) -> None:
        self._detector, self._source, self._tracking = detector, source, tracking or Tracking()
        self._video = Video(source)
        self._shown = Shown(Switches(smoothing=self._tracking.smoothing))
        self._server = Server(self._shown, host, port)
        self._stopped = Event()

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        return self._server.address

    def run(self, ready: Callable[[str], None] = print) -> None:
        """Shows picture after picture until stop(), an interrupt, or the camera's end; `ready` is told the address."""
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        why = "stopped"
        try:
            ready(self.address)
            while not self._stopped.is_set():
                self._play(self._video)
                if self._video.live and not self._stopped.is_set():
                    why = self._video.trouble or "the camera has ended"
                    raise InputError(why)
                if not self._stopped.is_set():
                    self._video = Video(self._source)
        finally:
            self._shown.end(why)
            self._server.shutdown()
            self._server.server_close()

    def stop(self) -> None:
        """Ends run() after the picture at hand; from any thread."""
        self._stopped.set()

    def _play(self, video: Video) -> None:
        tracker, switches = Tracker(self._detector, self._tracking), Switches(smoothing=self._tracking.smoothing)
        started = shown = monotonic()
        seconds = 0.0
        for frame in video:
            if self._stopped.is_set():
                return
            seconds = frame.seconds
            late = monotonic() - started - frame.seconds
            if not video.live and late < -LONGEST_GAP:
                started += late + LONGEST_GAP
                late = -LONGEST_GAP
            if not video.live and late < 0:
                self._stopped.wait(-late)
            elif not video.live and late > 1 / video.rate and monotonic() - shown < LONGEST:
                continue  # as with a camera, what comes too late is not looked at
            wanted = self._shown.switches
            if wanted.smoothing != switches.smoothing:
                tracker.smooth(wanted.smoothing)
            switches = wanted
            self._show(frame, tracker, switches)
            shown = monotonic()
        if not video.live:  # the last frame has its time, too
            self._stopped.wait(max(0.0, started + seconds + 1 / video.rate - monotonic()))

    def _show(self, frame: Frame, tracker: Tracker, switches: Switches) -> None:
        before = monotonic()
        faces = tracker(frame.picture, frame.seconds)
        spent = monotonic() - before
        style = LOUD if switches.radius else QUIET
        drawn = draw_faces(frame.picture, faces, self._detector.info.markup, style=style)
        flags = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
        jpeg = cv2.imencode(".jpg", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR), flags)[1].tobytes()
        self._shown.show(jpeg, faces, monotonic(), spent)
