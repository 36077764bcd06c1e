"""Sound and pictures that carry a mark at the same moment, once a second, and who finds them."""

from __future__ import annotations

import asyncio
import threading
import time
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack
from av import AudioFrame, VideoFrame

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.pcm import FloatSamples

MARK_S = 0.1
_RATE_HZ = 48_000
_FRAME_SAMPLES = 960
_BLOCK_SAMPLES = 480
_FRAMES_PER_S = 30
_SIZE = (160, 120)


def _is_marked(at_s: float) -> bool:
    return at_s >= 1.0 and at_s % 1.0 < MARK_S - 1e-6


class MarkedSound(MediaStreamTrack):
    """A soft tone in real time from ``began_at`` on, loud for a tenth of each second."""

    kind = "audio"

    def __init__(self, began_at: float) -> None:
        super().__init__()
        self._began_at = began_at
        self._sample = 0

    async def recv(self) -> AudioFrame:
        at_s = self._sample / _RATE_HZ
        await asyncio.sleep(max(0.0, self._began_at + at_s - time.monotonic()))
        loudness = 12_000 if _is_marked(at_s) else 300
        times_s = (self._sample + np.arange(_FRAME_SAMPLES)) / _RATE_HZ
        wave = (loudness * np.sin(2 * np.pi * 600 * times_s)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate = _RATE_HZ
        frame.pts, frame.time_base = self._sample, Fraction(1, _RATE_HZ)
        self._sample += _FRAME_SAMPLES
        return frame


class MarkedPictures(MediaStreamTrack):
    """A dark picture in real time from ``began_at`` on, bright for a tenth of each second."""

    kind = "video"

    def __init__(self, began_at: float) -> None:
        super().__init__()
        self._began_at = began_at
        self._count = 0

    async def recv(self) -> VideoFrame:
        at_s = self._count / _FRAMES_PER_S
        await asyncio.sleep(max(0.0, self._began_at + at_s - time.monotonic()))
        width, height = _SIZE
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        planes[:height] = 220 if _is_marked(at_s) else 40
        frame = VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = self._count * 90_000 // _FRAMES_PER_S, Fraction(1, 90_000)
        self._count += 1
        return frame


def is_bright(frame: VideoFrame) -> bool:
    """Return whether a picture carries the mark."""
    return float(frame.to_ndarray(format="yuv420p")[: frame.height].mean()) > 130


class Onsets:
    """The instants at which marks began. To be told of everything in its order."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self._marked_until = 0.0

    def note(self, now: float, *, is_marked: bool) -> None:
        """Take what is heard or shown at ``now``; a mark that goes on is one."""
        if is_marked:
            if now > self._marked_until:
                self.at.append(now)
            self._marked_until = now + 3 * MARK_S


class Loudspeaker:
    """Plays ``mixer`` on a thread of its own, to nobody; a context manager."""

    def __init__(self, mixer: Mixer) -> None:
        self.onsets = Onsets()
        self._mixer = mixer
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play)

    def __enter__(self) -> Loudspeaker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _play(self) -> None:
        due_at = time.monotonic()
        while not self._stopping.wait(max(0.0, due_at - time.monotonic())):
            now = time.monotonic()
            block: FloatSamples = self._mixer.mix(_BLOCK_SAMPLES, now)
            self.onsets.note(now, is_marked=float(np.abs(block).max()) > 0.15)
            due_at += _BLOCK_SAMPLES / _RATE_HZ
