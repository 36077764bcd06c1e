"""Cleans one's own voice between the microphone and the encoder, and changes how while it runs.

Echo is cancelled by WebRTC's canceller (see `webrtc_audio`), or avoided by ducking where that
library is missing; noise suppression, high-pass and gain control need the library. It knows no
device: a loudspeaker tells what it `played`, a microphone has its blocks `process`-ed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np

from proconf_tui.media.ducking import Ducker
from proconf_tui.media.far_end import FarEnd
from proconf_tui.media.pcm import (
    DEVICE_BLOCK_SAMPLES,
    FloatSamples,
    FrameAssembler,
    Int16Samples,
)
from proconf_tui.media.webrtc_audio import WebRtcAudioMissing, WebRtcVoice, is_available

EchoMethod: TypeAlias = Literal["canceller", "ducking", "none"]

# A new way of processing starts empty; meanwhile the one before goes on, then it fades over.
_FADE_AFTER_BLOCKS: Final = 2
_FADE_BLOCKS: Final = 2


@dataclass(frozen=True, slots=True)
class Processing:
    """What is to be done to one's own voice."""

    echo_cancellation: bool = True
    noise_suppression: bool = True
    high_pass: bool = True
    gain_control: bool = False


DEFAULT_PROCESSING: Final = Processing()
_NOTHING: Final = Processing(False, False, False, False)


class Stage(Protocol):
    """One way to process a block of the microphone, given what was played."""

    def process(self, near: Int16Samples, far: Int16Samples) -> Int16Samples: ...


class VoiceProcessor:
    """The processing of one client's voice, shared by its loudspeaker and its microphone.

    Two microphones, while one replaces the other, take turns.
    """

    def __init__(self, wanted: Processing = DEFAULT_PROCESSING) -> None:
        self._far = FarEnd()
        self._assembler = FrameAssembler(DEVICE_BLOCK_SAMPLES)
        self._lock = threading.Lock()
        self._wanted = wanted
        stage, self._done, self._echo_method = _make(wanted)
        self._stage = _Changeable(stage)

    @property
    def wanted(self) -> Processing:
        """What was asked for; without the library, not all of it is `done`."""
        return self._wanted

    @property
    def done(self) -> Processing:
        """What is done of what was asked for."""
        return self._done

    @property
    def is_complete(self) -> bool:
        """Whether all that can be asked for can be done: the library is here. May load it."""
        return is_available()

    @property
    def echo_method(self) -> EchoMethod:
        """How echo is kept away."""
        return self._echo_method

    def change(self, wanted: Processing) -> None:
        """Process differently from the next block on, without a gap. Any thread."""
        if wanted == self._wanted:
            return
        stage, done, method = _make(wanted)
        with self._lock:
            self._stage.change(stage)
            self._wanted, self._done, self._echo_method = wanted, done, method

    def played(self, block: FloatSamples) -> None:
        """Take (n,) samples as the loudspeaker was given them.

        PortAudio's output thread; never waits.
        """
        self._far.add(block)

    def process(self, block: Int16Samples) -> Int16Samples:
        """Return (n,) samples of the microphone, processed.

        In blocks of 480: what is incomplete comes out with the next call. PortAudio's input
        thread.
        """
        with self._lock:
            nears = self._assembler.push(block)
            done = [self._stage.process(near, self._far.take()) for near in nears]
        return np.concatenate(done) if done else block[:0]


class _Unchanged:
    def process(self, near: Int16Samples, _far: Int16Samples) -> Int16Samples:
        return near


class _Changeable:
    """A stage that is followed by another without a click. One thread at a time."""

    def __init__(self, stage: Stage) -> None:
        self._now = stage
        self._before: Stage | None = None
        self._blocks = 0

    def change(self, stage: Stage) -> None:
        """Go over to ``stage``, within the next 40 ms."""
        self._now, self._before, self._blocks = stage, self._now, 0

    def process(self, near: Int16Samples, far: Int16Samples) -> Int16Samples:
        """Return ``near``, processed by the stage, or by a mixture of two."""
        now = self._now.process(near, far)
        if self._before is None:
            return now
        before = self._before.process(near, far)
        done = self._blocks - _FADE_AFTER_BLOCKS
        share = np.clip((done + np.arange(len(near)) / len(near)) / _FADE_BLOCKS, 0.0, 1.0)
        self._blocks += 1
        if self._blocks == _FADE_AFTER_BLOCKS + _FADE_BLOCKS:
            self._before = None
        mixed: Int16Samples = (now * share + before * (1.0 - share)).astype(np.int16)
        return mixed


def _make(wanted: Processing) -> tuple[Stage, Processing, EchoMethod]:
    """Return what processes, what it does of what is wanted, and how it keeps echo away."""
    if wanted == _NOTHING:
        return _Unchanged(), wanted, "none"
    try:
        voice = WebRtcVoice(
            echo_cancellation=wanted.echo_cancellation,
            noise_suppression=wanted.noise_suppression,
            high_pass=wanted.high_pass,
            gain_control=wanted.gain_control,
        )
    except WebRtcAudioMissing:
        if not wanted.echo_cancellation:
            return _Unchanged(), _NOTHING, "none"
        return Ducker(), replace(_NOTHING, echo_cancellation=True), "ducking"
    return voice, wanted, "canceller" if wanted.echo_cancellation else "none"
