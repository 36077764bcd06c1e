"""Drains remote tracks, always: an unread aiortc track grows without bound.

Each receiver owns one task that lives until the track ends or `aclose` is called. It knows no
peers and no screen.
"""

from __future__ import annotations

import abc
import asyncio
from collections.abc import Callable
from contextlib import suppress

import av
from aiortc import MediaStreamTrack, RTCRtpReceiver
from aiortc.mediastreams import MediaStreamError

from proconf_tui.media.aiortc_receiving import tap_audio
from proconf_tui.media.voice.packets import AudioPacket


class _Receiver(abc.ABC):
    def __init__(self, track: MediaStreamTrack) -> None:
        self._track = track
        self._task = asyncio.create_task(self._drain(), name=f"drain-{track.kind}")

    async def aclose(self) -> None:
        """Stop draining; again does nothing."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _drain(self) -> None:
        with suppress(MediaStreamError):
            while True:
                self._take(await self._track.recv())

    @abc.abstractmethod
    def _take(self, frame: object) -> None: ...


class AudioReceiver(_Receiver):
    """The packets of one remote voice, told to ``on_packet`` as they come. Needs a running loop.

    To be made at the ``track`` event, before media flows. Nothing is decoded here, and
    ``on_packet`` must not raise.
    """

    def __init__(self, receiver: RTCRtpReceiver, on_packet: Callable[[AudioPacket], None]) -> None:
        super().__init__(receiver.track)
        tap_audio(receiver, on_packet)

    def _take(self, frame: object) -> None:
        """Leave what was decoded before the tap was there."""


class VideoReceiver(_Receiver):
    """The newest picture of one remote track. Needs a running loop.

    ``on_frame`` is called in the loop after each frame; what it raises goes to the loop's
    exception handler and stops nothing.
    """

    def __init__(self, track: MediaStreamTrack) -> None:
        super().__init__(track)
        self.frame: av.VideoFrame | None = None
        self.frame_count = 0
        self.on_frame: Callable[[av.VideoFrame], None] | None = None

    def _take(self, frame: object) -> None:
        if isinstance(frame, av.VideoFrame):
            self.frame = frame
            self.frame_count += 1
            if self.on_frame is not None:
                asyncio.get_running_loop().call_soon(self.on_frame, frame)
