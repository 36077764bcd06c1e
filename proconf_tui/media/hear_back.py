"""“Say something, hear it back”: what the others would hear of one's own voice, tried alone.

It knows no room: whoever calls it keeps the microphone from being heard there meanwhile.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from proconf_tui.media.levels import SILENCE_DBFS, rms_dbfs
from proconf_tui.media.microphone import MicrophoneTrack
from proconf_tui.media.pcm import FRAME_S, FloatSamples, Int16Samples, to_mono_float

_HEARD_DBFS: Final = -50.0
# A microphone may deliver nothing, and a loudspeaker may take nothing.
_GRACE_S: Final = 2.0
_POLL_S: Final = 0.05
# How long after a loudspeaker a microphone delivers what it hears of it.
_AIR_S: Final = 0.1


class SoundPlayer(Protocol):
    """What is needed of a `Mixer`."""

    output_latency_s: float

    @property
    def is_playing(self) -> bool: ...
    def play(self, samples: FloatSamples) -> None: ...


@dataclass(frozen=True, slots=True)
class HeardBack:
    """How loud the loudest 20 ms were, and whether that is more than a quiet room."""

    peak_dbfs: float
    is_heard: bool


async def hear_back(microphone: MicrophoneTrack, mixer: SoundPlayer, seconds: float) -> HeardBack:
    """Record ``microphone`` for ``seconds``, play that through ``mixer``, return when it ended.

    It is heard as processed, muted or not; the caller withholds it, so that a meeting does not
    hear it, and may stop that when this has returned: the loudspeaker is silent again then. A
    device that does not work ends it two seconds late. Cancelling ends the recording and the
    playing.
    """
    frames = await _record(microphone, round(seconds / FRAME_S))
    await _play(mixer, frames)
    peak_dbfs = max(map(rms_dbfs, frames), default=SILENCE_DBFS)
    return HeardBack(peak_dbfs, is_heard=peak_dbfs > _HEARD_DBFS)


async def _record(microphone: MicrophoneTrack, count: int) -> list[Int16Samples]:
    frames: list[Int16Samples] = []
    loop = asyncio.get_running_loop()
    is_full = asyncio.Event()

    def on_device_thread(frame: Int16Samples) -> None:
        if len(frames) < count:
            frames.append(frame)
        else:
            # A device may deliver once more after this loop has closed.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(is_full.set)

    with microphone.heard_by(on_device_thread), suppress(TimeoutError):
        async with asyncio.timeout(count * FRAME_S + _GRACE_S):
            await is_full.wait()
    return frames


async def _play(mixer: SoundPlayer, frames: list[Int16Samples]) -> None:
    if not frames:
        return
    mixer.play(to_mono_float(np.concatenate(frames), 1))
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(len(frames) * FRAME_S + _GRACE_S):
                while mixer.is_playing:  # noqa: ASYNC110 - the audio thread signals nothing
                    await asyncio.sleep(_POLL_S)
    finally:
        mixer.play(np.zeros(0, np.float32))
        # What the mixer has given away is still to be heard.
        await asyncio.sleep(mixer.output_latency_s + _AIR_S)
