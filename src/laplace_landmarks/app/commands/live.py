"""`laplace-landmarks live`: a camera's picture with its landmarks, in a page of your browser."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.app.threads import use_threads
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.live.view import PORT, LiveView
from laplace_landmarks.runtime.released import DEFAULT
from laplace_landmarks.runtime.tracking import Tracking


def live(
    source: Annotated[str, tyro.conf.Positional] = "camera:0",
    model: str = DEFAULT,
    smoothing: Literal["off", "kalman", "one-euro"] = "kalman",
    host: str = "127.0.0.1",
    port: int = PORT,
    open: bool = True,
    threads: int = 1,
) -> None:
    """Show landmarks live, in a page of your browser; ctrl-C ends it.

    Args:
        source: A camera (camera:0 is the first), or a video file in its place.
        model: The model's name, or its file.
        smoothing: At the start; the page has a switch.
        host: Who may look: 127.0.0.1 is this machine alone, 0.0.0.0 everybody on your network.
        port: Of the page; 0 takes any that is free.
        open: Open the page in the browser.
        threads: Processor threads.
    """
    detector = LandmarkDetector(model, threads)
    use_threads(threads)
    view = LiveView(detector, source, Tracking(smoothing=smoothing), host, port)

    def ready(address: str) -> None:
        print(f"look at {address} (ctrl-C ends it)", flush=True)
        if open:
            import webbrowser

            webbrowser.open(address)

    with suppress(KeyboardInterrupt):
        view.run(ready)


def main(arguments: Sequence[str]) -> None:
    call(live, arguments, "live")
