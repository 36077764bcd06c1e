"""Adds the remote voices up into what the loudspeaker plays.

Pull-driven: whoever plays asks for samples at its own pace. Only the loudest voices are decoded,
since nobody could tell more of them apart. It knows no devices, and its keys are whatever the
caller tells voices apart by.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable, Mapping

import numpy as np

from proconf_tui.errors import InvalidMessage
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, FloatSamples
from proconf_tui.media.voice.loudest import HEARD_VOICES, LoudestVoices
from proconf_tui.media.voice.playout import Voice, VoiceStatistics

_KNEE = 0.7
_LONGEST_SOUND_SAMPLES = 30 * SAMPLE_RATE_HZ
# What packets that somebody else made up might bring about; a bug of another kind must show.
_BROKEN = (InvalidMessage, ValueError, ArithmeticError, IndexError)
_log = logging.getLogger(__name__)


def soft_clip(samples: FloatSamples) -> FloatSamples:
    """Bend what exceeds 0.7 smoothly towards 1.0, in place, and return ``samples``."""
    magnitude = np.abs(samples)
    is_loud = magnitude > _KNEE
    if is_loud.any():
        room = 1.0 - _KNEE
        bent = _KNEE + room * np.tanh((magnitude[is_loud] - _KNEE) / room)
        samples[is_loud] = np.copysign(bent, samples[is_loud])
    return samples


class Mixer:
    """The voices of a meeting. Every method may be called from any thread, ``mix`` from one."""

    def __init__(self, heard_voices: int = HEARD_VOICES) -> None:
        self.output_latency_s = 0.0
        """How long after ``mix`` its samples are heard; whoever plays them knows."""
        self._lock = threading.Lock()
        # Replaced, never changed in place: the audio thread iterates over it without the lock.
        self._voices: dict[Hashable, Voice] = {}
        self._loudest = LoudestVoices(heard_voices)
        # Of those who were heard in the last block; a change of volume is a slope, not a step.
        self._gains: dict[Hashable, float] = {}
        self._broken: set[Hashable] = set()
        self._sound: FloatSamples = np.zeros(0, np.float32)

    def add(self, key: Hashable) -> Voice:
        """Return the voice of ``key``, made now unless it exists."""
        with self._lock:
            voice = self._voices.get(key)
            if voice is None:
                voice = Voice()
                self._voices = {**self._voices, key: voice}
            return voice

    def get(self, key: Hashable) -> Voice | None:
        """Return the voice of ``key``, None if there is none."""
        return self._voices.get(key)

    def remove(self, key: Hashable) -> None:
        """Stop playing ``key``; an unknown one is ignored."""
        with self._lock:
            self._voices = {k: v for k, v in self._voices.items() if k != key}

    def play(self, samples: FloatSamples) -> None:
        """Play (n,) float32, at most 30 s, over the voices and instead of what was played so."""
        with self._lock:
            self._sound = samples[:_LONGEST_SOUND_SAMPLES].astype(np.float32)

    @property
    def is_playing(self) -> bool:
        """Whether there is more to come of what ``play`` was given."""
        return len(self._sound) > 0

    def mix(self, count: int, now: float) -> FloatSamples:
        """Return the next ``count`` samples of everybody together, (count,) float32 in -1..1."""
        voices = self._voices
        before, self._gains = self._gains, self._choose(voices, now)
        mixed = self._next_of_sound(count)
        for key, voice in voices.items():
            gain = self._gains.get(key, 0.0)
            gain_before = before.get(key, gain)
            is_heard = gain > 0.0 or gain_before > 0.0
            samples = self._next_of_voice(key, voice, count, now, is_heard=is_heard)
            if samples is not None:
                mixed += samples * _ramp(gain_before, gain, count)
        return soft_clip(mixed)

    def statistics(self, now: float) -> dict[Hashable, VoiceStatistics]:
        """Return how each voice is received."""
        return {key: voice.statistics(now) for key, voice in self._voices.items()}

    def _choose(self, voices: Mapping[Hashable, Voice], now: float) -> dict[Hashable, float]:
        """Return the gains of those of ``voices`` that are heard now."""
        gains = {key: voice.gain for key, voice in voices.items() if voice.gain}
        levels = {key: voices[key].level_dbfs(now) for key in gains}
        return {key: gains[key] for key in self._loudest.choose(levels, now)}

    def _next_of_voice(
        self, key: Hashable, voice: Voice, count: int, now: float, *, is_heard: bool
    ) -> FloatSamples | None:
        """Let ``count`` samples of one voice pass; return them if it is heard and plays anything.

        Whatever is wrong with one voice, the others and the device's callback go on.
        """
        try:
            if is_heard:
                return voice.pull(count, now)
            voice.skip(count, now)
        except _BROKEN as error:
            self._tell_once(key, error)
        return None

    def _tell_once(self, key: Hashable, error: Exception) -> None:
        if key not in self._broken:
            self._broken = {known for known in self._broken if known in self._voices} | {key}
            _log.warning("The voice of %s cannot be played.", key, exc_info=error)

    def _next_of_sound(self, count: int) -> FloatSamples:
        mixed: FloatSamples = np.zeros(count, np.float32)
        if len(self._sound):
            with self._lock:
                part, self._sound = self._sound[:count], self._sound[count:]
            mixed[: len(part)] = part
        return mixed


def _ramp(before: float, after: float, count: int) -> FloatSamples | np.float32:
    if before == after:
        return np.float32(after)
    return np.linspace(before, after, count, dtype=np.float32)
