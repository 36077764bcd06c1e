"""Steps made audible: decoded, repaired, concealed, stretched, and joined without a click.

It knows no packets' order and no clock. One thread at a time.
"""

from __future__ import annotations

import math

import numpy as np

from proconf_tui.errors import InvalidMessage
from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.voice import stretch
from proconf_tui.media.voice.decoding import open_decoder
from proconf_tui.media.voice.pacing import Pace
from proconf_tui.media.voice.playhead import LONGEST_BRIDGE_SAMPLES, Action, Step
from proconf_tui.media.voice.stream import Counters

_JOINT_SAMPLES = 240
_INAUDIBLE = 1e-3
_NOTHING: FloatSamples = np.zeros(0, np.float32)
_RISE: FloatSamples = np.linspace(0.0, 1.0, _JOINT_SAMPLES, dtype=np.float32)


class Renderer:
    """The sound of one voice's steps, (n,) float32 in -1..1."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._decoder = open_decoder()
        self._loudness = 0.0
        self._pending = _NOTHING
        self.stretched = 0
        """How many samples the last step became longer (shorter: below zero)."""
        self._handlers = {
            Action.PLAY: self._play,
            Action.REPAIR: self._repair,
            Action.CONCEAL: self._conceal,
            Action.BRIDGE: self._bridge,
            Action.WAIT: self._wait,
        }

    def render(self, step: Step) -> FloatSamples:
        """Return the sound of any step but a rest; none if it comes with that of the next."""
        self.stretched = 0
        self._counters.concealed += step.replaced
        ending = _NOTHING if step.follows else self._ending()
        block = self._handlers[step.action](step)
        count = min(len(block), len(ending))
        block[:count] += ending[:count]
        block = self._after_pending(block)
        return block if step.pace is Pace.KEEP else self._stretched(block, step.pace)

    def end(self) -> FloatSamples:
        """Fall silent: return the last samples, none if all has faded; what comes next fades in."""
        return self._after_pending(self._ending())

    def silence(self) -> None:
        """Fall silent at once; what comes next fades in."""
        self._loudness = 0.0
        self._pending = _NOTHING

    def warm_up(self, payload: bytes, count: int) -> FloatSamples:
        """Return the last ``count`` samples of the packet before the next step, faded in."""
        self.silence()
        try:
            block = self._decoder.decode(payload)
        except InvalidMessage:
            return np.zeros(count, np.float32)
        return self._faded_in(block[len(block) - min(count, len(block)) :])

    def _stretched(self, block: FloatSamples, pace: Pace) -> FloatSamples:
        if pace is Pace.TRIM and not stretch.is_silent(block):
            return block
        if pace is Pace.LENGTHEN:
            stretched = stretch.lengthen(block)
        elif len(block) < stretch.STRETCHABLE_SAMPLES:
            # A period does not fit into a short packet: it waits for the next one.
            self._pending = block
            return _NOTHING
        else:
            stretched = stretch.shorten(block)
        self.stretched = len(stretched) - len(block)
        return stretched

    def _ending(self) -> FloatSamples:
        """Return how what was heard fades away."""
        loudness, self._loudness = self._loudness, 0.0
        if loudness <= _INAUDIBLE:
            return _NOTHING
        return self._decoder.conceal(_JOINT_SAMPLES) * (_RISE[::-1] * np.float32(loudness))

    def _after_pending(self, block: FloatSamples) -> FloatSamples:
        if not len(self._pending):
            return block
        pending, self._pending = self._pending, _NOTHING
        return np.concatenate([pending, block])

    def _play(self, step: Step) -> FloatSamples:
        try:
            block = self._decoder.decode(step.payload)
        except InvalidMessage:
            self._counters.concealed += 1
            block = self._decoder.conceal(step.samples)
        return self._faded_in(block)

    def _repair(self, step: Step) -> FloatSamples:
        try:
            block = self._decoder.repair(step.payload, step.samples)
        except InvalidMessage:
            return self._conceal(step)
        self._counters.repaired += 1
        return self._faded_in(block)

    def _conceal(self, step: Step) -> FloatSamples:
        self._counters.concealed += 1
        block = self._decoder.conceal(step.samples)
        return block * np.float32(self._loudness) if self._loudness < 1.0 else block

    def _bridge(self, step: Step) -> FloatSamples:
        before = self._loudness
        self._loudness = max(0.0, before - step.samples / LONGEST_BRIDGE_SAMPLES)
        fade = np.linspace(before, self._loudness, step.samples, dtype=np.float32)
        return self._decoder.conceal(step.samples) * fade

    def _wait(self, step: Step) -> FloatSamples:
        return np.zeros(step.samples, np.float32)

    def _faded_in(self, block: FloatSamples) -> FloatSamples:
        before = self._loudness
        if before >= 1.0:
            return block
        count = min(len(block), math.ceil((1.0 - before) * _JOINT_SAMPLES))
        self._loudness = min(1.0, before + count / _JOINT_SAMPLES)
        block[:count] *= np.linspace(before, self._loudness, count, dtype=np.float32)
        return block
