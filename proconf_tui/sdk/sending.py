"""A track whose source can change, for a sender that must not notice.

aiortc ends a sender for good when its track ends, stops the track when its connection closes,
and starts its RTP clock anew with every track. So what a sender gets is one of these: it never
ends by its source, stops nobody's device, and its clock goes on across sources and silences.
Pictures go in the size that others look at them in, and not at all while nobody does.
"""

from __future__ import annotations

import asyncio
import fractions
import time
from typing import Any, Final, TypeAlias

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import VideoFrame
from av.frame import Frame
from av.packet import Packet

from proconf_tui.media.picture_sizer import PictureSizer
from proconf_tui.sdk.tracks import Kind

# A string: the class cannot be subscripted at run time.
_Media: TypeAlias = "Frame | Packet[Any]"

_CLOCK_HZ: Final[dict[Kind, int]] = {"audio": 48_000, "video": 90_000}


class SwitchTrack(MediaStreamTrack):
    """What ``source`` delivers, pictures by way of ``sizer``; nothing while there is none."""

    def __init__(self, kind: Kind, sizer: PictureSizer | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.sizer = sizer
        self._source: MediaStreamTrack | None = None
        self._receiving: asyncio.Future[_Media] | None = None
        self._has_source = asyncio.Event()
        self._started_at = time.monotonic()
        self._clock_hz = _CLOCK_HZ[kind]
        self._shift: int | None = None

    @property
    def source(self) -> MediaStreamTrack | None:
        """Where frames come from now."""
        return self._source

    @source.setter
    def source(self, source: MediaStreamTrack | None) -> None:
        if source is self._source:
            return
        self._source = source
        self._shift = None
        if self._receiving is not None:
            # The old source may be one that never delivers again.
            self._receiving.cancel()
        if source is None:
            self._has_source.clear()
        else:
            self._has_source.set()

    async def recv(self) -> _Media:
        """Return the source's next frame, stamped on this track's own clock.

        Raises:
            MediaStreamError: this track was stopped.
        """
        while self.readyState == "live":
            source = self._source
            frame = await self._sized(await self._next())
            if frame is not None and source is self._source:
                self._stamp(frame)
                return frame
        raise MediaStreamError

    def stop(self) -> None:
        """End this track; the source goes on."""
        super().stop()
        if self._receiving is not None:
            self._receiving.cancel()
        self._has_source.set()

    async def _next(self) -> _Media | None:
        """Return a frame of the source, or None when the source changed or ended instead."""
        source = self._source
        if source is None:
            await self._has_source.wait()
            return None
        self._receiving = receiving = asyncio.ensure_future(source.recv())
        try:
            await asyncio.wait((receiving,))
        finally:
            receiving.cancel()
            self._receiving = None
        return self._taken(receiving, source)

    def _taken(self, receiving: asyncio.Future[_Media], source: MediaStreamTrack) -> _Media | None:
        if receiving.cancelled():
            return None
        if isinstance(receiving.exception(), MediaStreamError):
            if source is self._source:
                self.source = None
            return None
        frame = receiving.result()
        return frame if source is self._source else None

    async def _sized(self, frame: _Media | None) -> _Media | None:
        """Return the frame as it is to be sent; None if nobody wants it."""
        if self.sizer is None or frame is None:
            return frame
        if isinstance(frame, VideoFrame):
            return await self.sizer.take(frame, self._source)
        return frame if self.sizer.is_wanted else None

    def _stamp(self, frame: _Media) -> None:
        pts = frame.pts or 0
        if frame.time_base:
            pts = int(pts * frame.time_base * self._clock_hz)
        if self._shift is None:
            self._shift = int((time.monotonic() - self._started_at) * self._clock_hz) - pts
        frame.pts = pts + self._shift
        frame.time_base = fractions.Fraction(1, self._clock_hz)
