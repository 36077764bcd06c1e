"""The track that carries one's own picture into aiortc.

Only the newest picture waits, for a reader slower than its source would see ever older ones. It
knows no source itself (see `camera_sources`), no peer connection and no screen.
"""

from __future__ import annotations

import asyncio
import fractions
import time
from typing import Final

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import VIDEO_CLOCK_RATE, MediaStreamError

from proconf_tui.media.camera_sources import WantedSource, camera_index, wanted_source
from proconf_tui.media.camera_stream import CameraStream
from proconf_tui.media.handoff import Handoff, HandoffClosed
from proconf_tui.media.opencv import Image
from proconf_tui.media.reporting import Reporting

_TIME_BASE: Final = fractions.Fraction(1, VIDEO_CLOCK_RATE)
_LEAST_FPS: Final = 1.0


def open_camera(
    spec: str, *, size: tuple[int, int] = (640, 360), fps: float = 15
) -> CameraTrack | None:
    """Open ``default``, ``none`` (None), ``test``, a camera's name or number, a file or a URL.

    Pictures keep their aspect within ``size`` (width, height). Blocks while the camera opens.
    Raises DeviceUnavailable.
    """
    if spec == "none":
        return None
    track = CameraTrack(wanted_source(spec, size), fps)
    track.start()
    return track


class CameraTrack(Reporting, MediaStreamTrack):
    """yuv420p pictures at the pace of their source, stamped by the clock.

    A source that breaks is opened again until the track is closed. The camera is released by
    `aclose`; `stop`, which aiortc calls when its sender ends, only ends the track. To move it to
    another connection, take it off the old sender with ``replaceTrack(None)`` first.
    """

    kind = "video"

    def __init__(self, wanted: WantedSource, max_fps: float = 15) -> None:
        super().__init__()
        self.max_fps = max_fps
        """No more pictures a second are delivered; may be set at any time, by any thread."""
        self.enabled = True
        """While False no picture is delivered: `recv` waits and `latest` returns None."""
        self._newest: Handoff[av.VideoFrame] = Handoff(1)
        self._latest: av.VideoFrame | None = None
        self._started_at = time.monotonic()
        self._stream = CameraStream(wanted, self._rate, self._publish, self._reports())

    @property
    def device_name(self) -> str:
        """The source in use, for people."""
        return self._stream.device_name

    @property
    def is_device(self) -> bool:
        """Whether a camera delivers the pictures, and no film, address or test pattern."""
        return self._stream.camera is not None

    def start(self) -> None:
        """Open the source and wait for its first picture; blocks.

        Raises DeviceUnavailable.
        """
        self._stream.start()

    def has_device_of(self, spec: str) -> bool:
        """Return whether ``spec`` means the very device in use; most can be open only once.

        Blocks. Raises DeviceUnavailable where it means none.
        """
        index = camera_index(spec)
        return index is not None and index == self._stream.camera

    def latest(self) -> av.VideoFrame | None:
        """Return the newest picture, for the self view, None without one. Any thread."""
        return self._latest if self.enabled else None

    async def recv(self) -> av.VideoFrame:
        """Wait for a picture that was not returned before.

        Raises MediaStreamError when the track has ended.
        """
        while True:
            try:
                frame = await self._newest.get()
            except HandoffClosed:
                raise MediaStreamError from None
            if self.enabled:
                return frame

    def stop(self) -> None:
        """End the track; the source stays open until `aclose`."""
        super().stop()
        self._newest.close()

    async def aclose(self) -> None:
        """End the track and release the source; again does nothing."""
        self.stop()
        await asyncio.to_thread(self._stream.close)

    def _rate(self) -> float:
        return max(self.max_fps, _LEAST_FPS)

    def _publish(self, picture: Image | None) -> None:
        if picture is None:
            self._latest = None
            return
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.time_base = _TIME_BASE
        frame.pts = int((time.monotonic() - self._started_at) * VIDEO_CLOCK_RATE)
        self._latest = frame
        if self.enabled:
            self._newest.put(frame)
