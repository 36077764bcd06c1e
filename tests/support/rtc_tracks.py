"""What clients of tests publish by aiortc, in real time: a tone and a grey picture."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import Final

import numpy as np
from aiortc import MediaStreamTrack
from av import AudioFrame, VideoFrame

RATE_HZ: Final = 48000
FRAME_SAMPLES: Final = 960
FRAMES_PER_S: Final = 10
WIDTH_PX, HEIGHT_PX = 160, 120


class Tone(MediaStreamTrack):
    """A sine in real time."""

    kind = "audio"

    def __init__(self, frequency_hz: float) -> None:
        super().__init__()
        self._frequency_hz = frequency_hz
        self._sample = 0
        self._began_at: float | None = None

    async def recv(self) -> AudioFrame:
        if self._began_at is None:
            self._began_at = time.monotonic()
        due_at = self._began_at + self._sample / RATE_HZ
        await asyncio.sleep(max(0.0, due_at - time.monotonic()))
        at = (self._sample + np.arange(FRAME_SAMPLES)) / RATE_HZ
        wave = (8000 * np.sin(2 * np.pi * self._frequency_hz * at)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._sample
        frame.time_base = Fraction(1, RATE_HZ)
        self._sample += FRAME_SAMPLES
        return frame


class Grey(MediaStreamTrack):
    """A grey picture with a white square that moves, in real time."""

    kind = "video"

    def __init__(self, luma: int) -> None:
        super().__init__()
        self._luma = luma
        self._count = 0
        self._began_at: float | None = None

    async def recv(self) -> VideoFrame:
        if self._began_at is None:
            self._began_at = time.monotonic()
        due_at = self._began_at + self._count / FRAMES_PER_S
        await asyncio.sleep(max(0.0, due_at - time.monotonic()))
        picture = np.full((HEIGHT_PX * 3 // 2, WIDTH_PX), 128, np.uint8)
        picture[:HEIGHT_PX] = self._luma
        left = self._count * 4 % (WIDTH_PX - 20)
        picture[50:70, left : left + 20] = 235
        frame = VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = self._count * 90000 // FRAMES_PER_S
        frame.time_base = Fraction(1, 90000)
        self._count += 1
        return frame
