"""The page's small web server: one page, one stream of pictures, one of figures, and the switches.

Pictures of a camera are private: the server listens on this machine alone unless told otherwise, and answers only
requests that name it as the page does, so that no other web site can read along through the viewer's browser.
"""

import json
import sys
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.live.state import Shown

BORDER = "picture"
LARGEST_REQUEST = 1000  # bytes
LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Server(ThreadingHTTPServer):
    """Serves what is shown, each viewer in a thread of its own that does not outlive the program."""

    daemon_threads = True

    def __init__(self, shown: Shown, host: str, port: int) -> None:
        page = files("laplace_landmarks.runtime.live").joinpath("page.html").read_bytes()
        try:
            super().__init__((host, port), partial(_Viewer, shown, page, host))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"{host}:{port}: the page cannot be served there ({reason}); try another --port") from None

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing is said of a viewer who has gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Viewer(BaseHTTPRequestHandler):
    def __init__(self, shown: Shown, page: bytes, host: str, *given: object) -> None:
        self._shown, self._page, self._host = shown, page, host
        super().__init__(*given)  # pyright: ignore[reportArgumentType]

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        if self.path == "/":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", self._page)
        elif self.path == "/pictures":
            head = f"--{BORDER}\r\nContent-Type: image/jpeg\r\nContent-Length: "
            parts = (f"{head}{len(jpeg)}\r\n\r\n".encode() + jpeg + b"\r\n" for jpeg in self._shown.pictures())
            self._stream(f"multipart/x-mixed-replace; boundary={BORDER}", parts)
        elif self.path == "/figures":
            self._stream("text/event-stream", (f"data: {figures}\n\n".encode() for figures in self._shown.figures()))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"there is only /\n")

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        if self.path != "/switches" or self.headers.get_content_type() != "application/json":
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"JSON goes to /switches\n")
            return
        length = self.headers.get("Content-Length", "")
        try:
            if not length.isdigit() or int(length) > LARGEST_REQUEST:
                raise InputError(f"a request has a length of at most {LARGEST_REQUEST} bytes")
            self._shown.turn(json.loads(self.rfile.read(int(length))))
        except (InputError, ValueError, RecursionError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, "text/plain; charset=utf-8", f"{error}\n".encode())
            return
        self._answer(HTTPStatus.NO_CONTENT)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the command."""

    def _is_ours(self) -> bool:
        """Whether the browser was led here by the page's own name: another name may be another site's (rebinding)."""
        named = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if self._host not in LOCAL or named in LOCAL:
            return True
        self._answer(HTTPStatus.FORBIDDEN, "text/plain", b"not the name of this page\n")
        return False

    def _answer(self, status: HTTPStatus, kind: str = "", content: bytes = b"") -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, kind: str, parts: Iterable[bytes]) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            for part in parts:
                self.wfile.write(part)
        except (BrokenPipeError, ConnectionResetError):  # the viewer has gone
            self.close_connection = True
