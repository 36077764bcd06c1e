"""The track that carries one's own voice into aiortc.

It knows no device itself (see `audio_sources`) and no peer connection. Muting makes it silent
and never stops it: a stopped track is gone for ever.
"""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from proconf_tui.media.audio_sources import AudioSource, Deliver, make_source
from proconf_tui.media.capture_clock import CaptureClock
from proconf_tui.media.device_stream import Reports
from proconf_tui.media.handoff import Handoff, HandoffClosed
from proconf_tui.media.levels import LevelMeter, rms_dbfs
from proconf_tui.media.pcm import (
    SAMPLE_RATE_HZ,
    FrameAssembler,
    Int16Samples,
    faded_in,
    faded_out,
)
from proconf_tui.media.processing import VoiceProcessor
from proconf_tui.media.reporting import Reporting

# 100 ms; what is older is dropped.
_QUEUED_FRAMES = 5
_TIME_BASE = fractions.Fraction(1, SAMPLE_RATE_HZ)


class _Heard(NamedTuple):
    first_sample: int
    samples: Int16Samples
    is_secret: bool
    """Whether one was not to be heard when it was said."""


def open_microphone(spec: str, processor: VoiceProcessor | None = None) -> MicrophoneTrack | None:
    """Open ``default``, ``none`` (None), ``tone``, ``tone:HZ``, a device's name or a sound file.

    What a device hears goes through ``processor``. Blocks while the device opens.
    Raises DeviceUnavailable.
    """
    if spec == "none":
        return None
    track = MicrophoneTrack(lambda deliver, reports: make_source(spec, deliver, reports, processor))
    track.start()
    return track


class MicrophoneTrack(Reporting, MediaStreamTrack):
    """48 kHz mono s16 in frames of 20 ms, paced by the device.

    The device is released by `aclose`; `stop`, which aiortc calls when its sender ends, only
    ends the track. To move it to another connection, take it off the old sender with
    ``replaceTrack(None)`` first.
    """

    kind = "audio"

    def __init__(self, make: Callable[[Deliver, Reports], AudioSource]) -> None:
        super().__init__()
        self.muted = False
        """Silence is sent while True; the level is still measured."""
        self._frames: Handoff[_Heard] = Handoff(_QUEUED_FRAMES)
        self._clock = CaptureClock()
        self._assembler = FrameAssembler()
        self._meter = LevelMeter()
        self._was_silent = True
        self._withheld = 0
        # Replaced, never changed in place: the device's thread iterates over it.
        self._listeners: tuple[Deliver, ...] = ()
        self._source = make(self._deliver, self._reports())

    @property
    def device_name(self) -> str:
        """The device in use, for people."""
        return self._source.device_name

    @property
    def level_dbfs(self) -> float:
        """How loud it is at the microphone, muted or not, -127 to 0."""
        return self._meter.read(time.monotonic())

    def start(self) -> None:
        """Open the device; blocks.

        Raises DeviceUnavailable.
        """
        self._source.start()

    @contextmanager
    def heard_by(self, listener: Deliver) -> Iterator[None]:
        """Give ``listener`` every (960,) int16 frame, muted or not, until the block ends.

        It is called on a device's thread.
        """
        self._listeners = (*self._listeners, listener)
        try:
            yield
        finally:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

    @contextmanager
    def withheld(self) -> Iterator[None]:
        """Send nothing that is heard until the block ends, whether muted or not."""
        self._withheld += 1
        try:
            yield
        finally:
            self._withheld -= 1

    async def recv(self) -> av.AudioFrame:
        """Return the next 20 ms.

        Raises MediaStreamError when the track has ended.
        """
        try:
            heard = await self._frames.get()
        except HandoffClosed:
            raise MediaStreamError from None
        sent = self._as_sent(heard)
        frame = av.AudioFrame.from_ndarray(sent[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.time_base = _TIME_BASE
        frame.pts = heard.first_sample
        return frame

    @property
    def _is_silent(self) -> bool:
        return self.muted or self._withheld > 0

    def _as_sent(self, heard: _Heard) -> Int16Samples:
        """Return silence while muted or withheld; a sudden end or beginning of it would click."""
        samples = heard.samples
        was_silent, self._was_silent = self._was_silent, heard.is_secret or self._is_silent
        if self._was_silent:
            return np.zeros_like(samples) if was_silent else faded_out(samples)
        return faded_in(samples) if was_silent else samples

    def stop(self) -> None:
        """End the track; the device stays open until `aclose`."""
        super().stop()
        self._frames.close()

    async def aclose(self) -> None:
        """End the track and release the device; again does nothing."""
        self.stop()
        await asyncio.to_thread(self._source.close)

    def _deliver(self, block: Int16Samples) -> None:
        for frame in self._assembler.push(block):
            now = time.monotonic()
            self._meter.feed(rms_dbfs(frame), now)
            self._frames.put(_Heard(self._clock.stamp(len(frame), now), frame, self._is_silent))
            for listener in self._listeners:
                listener(frame)
