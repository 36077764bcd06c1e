"""Adds the remote voices up into what the loudspeaker plays.

Pull-driven: whoever plays asks for samples at its own pace. Only the loudest voices are decoded,
since nobody could tell more of them apart. It knows no devices, and its keys are whatever the
caller tells voices apart by.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable

import numpy as np

from proconf_tui.media.pcm import SAMPLE_RATE_HZ, FloatSamples
from proconf_tui.media.voice.loudest import HEARD_VOICES, LoudestVoices
from proconf_tui.media.voice.playout import Voice, VoiceStatistics

_KNEE = 0.7
_LONGEST_SOUND_SAMPLES = 30 * SAMPLE_RATE_HZ
_CHOICE_S = 0.02


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
        self._heard_voices = heard_voices
        self._loudest = LoudestVoices(heard_voices)
        self._heard: set[Hashable] = set()
        self._chosen_until = 0.0
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
        leaving = self._choose({key: voice for key, voice in voices.items() if voice.gain}, now)
        mixed = self._next_of_sound(count)
        for key, voice in voices.items():
            if key in self._heard or key in leaving:
                samples = voice.pull(count, now)
                if samples is not None:
                    mixed += samples * _gains(voice.gain, count, is_last=key in leaving)
            else:
                voice.skip(count, now)
        return soft_clip(mixed)

    def statistics(self, now: float) -> dict[Hashable, VoiceStatistics]:
        """Return how each voice is received."""
        return {key: voice.statistics(now) for key, voice in self._voices.items()}

    def _choose(self, voices: dict[Hashable, Voice], now: float) -> set[Hashable]:
        """Choose again who of ``voices`` is heard, if it is time; return who was until now."""
        if len(voices) <= self._heard_voices:
            self._heard = set(voices)
            return set()
        if now < self._chosen_until:
            return set()
        self._chosen_until = now + _CHOICE_S
        before = self._heard
        levels = {key: voice.level_dbfs(now) for key, voice in voices.items()}
        self._heard = self._loudest.choose(levels, now)
        return before - self._heard

    def _next_of_sound(self, count: int) -> FloatSamples:
        mixed: FloatSamples = np.zeros(count, np.float32)
        if len(self._sound):
            with self._lock:
                part, self._sound = self._sound[:count], self._sound[count:]
            mixed[: len(part)] = part
        return mixed


def _gains(gain: float, count: int, *, is_last: bool) -> FloatSamples | np.float32:
    if is_last:
        return np.linspace(gain, 0.0, count, dtype=np.float32)
    return np.float32(gain)
