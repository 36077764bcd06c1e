"""Films of grey pictures, and a web server that shows pictures, stalls and goes away as told."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from proconf_tui.media import opencv

SHADES: Final = (30, 90, 150, 210)
SIZE: Final = (320, 240)
_BOUNDARY: Final = b"--picture\r\nContent-Type: image/jpeg\r\n\r\n"


def grey(shade: int, size: tuple[int, int] = SIZE) -> opencv.Image:
    """Return a (h, w, 3) picture of one shade."""
    return np.full((size[1], size[0], 3), shade, np.uint8)


def write_film(path: Path, shades: Iterable[int] = SHADES, *, fps: float = 20) -> Path:
    """Write a film of one picture for each shade, in Motion JPEG."""
    cv2 = opencv.load()
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, SIZE)
    assert writer.isOpened()
    for shade in shades:
        writer.write(grey(shade))
    writer.release()
    return path


def write_uneven_film(path: Path, starts_ms: dict[int, int]) -> Path:
    """Write a film whose pictures, by shade, begin at these times."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mpeg4", rate=Fraction(1000))
        stream.width, stream.height = SIZE
        for shade, start_ms in starts_ms.items():
            frame = av.VideoFrame.from_ndarray(grey(shade), format="bgr24")
            frame.pts, frame.time_base = start_ms, Fraction(1, 1000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def jpeg(shade: int) -> bytes:
    """Return one picture as a file."""
    done, encoded = opencv.load().imencode(".jpg", grey(shade))
    assert done
    return bytes(encoded.tobytes())


def part(shade: int) -> bytes:
    """Return one picture of a live stream."""
    return _BOUNDARY + jpeg(shade) + b"\r\n"


class PictureServer:
    """Serves ``/live``, ``/photo`` and, under any other path, the bytes of ``film``."""

    def __init__(self, film: bytes = b"") -> None:
        self.film = film
        self.shade = 100
        self.is_stalled = threading.Event()
        self.asked: list[str] = []
        self._is_gone = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.start()

    def url(self, path: str) -> str:
        """Return the address of something it serves."""
        return f"http://127.0.0.1:{self._port}{path}"

    def start(self) -> None:
        """Serve, at the same address as before."""
        self._is_gone.clear()
        self._server = server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        server.daemon_threads = True
        self._port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Break every connection and take no more."""
        self._is_gone.set()
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                served.asked.append(self.path)
                try:
                    served._answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def _answer(self, to: BaseHTTPRequestHandler) -> None:
        if to.path.startswith("/live"):
            _head(to, "multipart/x-mixed-replace; boundary=picture")
            while not self._is_gone.wait(0.05):
                if not self.is_stalled.is_set():
                    to.wfile.write(part(self.shade))
            return
        body = jpeg(self.shade) if to.path.startswith("/photo") else self.film
        _head(to, "application/octet-stream", len(body))
        to.wfile.write(body)


def _head(to: BaseHTTPRequestHandler, kind: str, length: int | None = None) -> None:
    to.send_response(200)
    to.send_header("Content-Type", kind)
    if length is not None:
        to.send_header("Content-Length", str(length))
    to.end_headers()
