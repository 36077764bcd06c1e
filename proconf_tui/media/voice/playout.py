"""One remote voice: packets in, samples out, with no more delay than its network calls for.

The event loop pushes, the loudspeaker's thread pulls; what is played when is decided in
``stream``, what it sounds like in ``rendering``. It knows no devices and no clock of its own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from proconf_tui.media.levels import rms_dbfs
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, SAMPLES_PER_MS, FloatSamples
from proconf_tui.media.voice.decoding import copy_detector
from proconf_tui.media.voice.loudness import Loudness
from proconf_tui.media.voice.numbering import Numbering
from proconf_tui.media.voice.pacing import Pace
from proconf_tui.media.voice.packets import AudioPacket, payload_samples
from proconf_tui.media.voice.playhead import Action, Step
from proconf_tui.media.voice.rendering import Renderer
from proconf_tui.media.voice.stream import Counters, Stream

_NOTHING: FloatSamples = np.zeros(0, np.float32)
# A device that stopped pulling plays nothing, however long ago it said what it would play.
_STALE_SAMPLES = 100 * SAMPLES_PER_MS


@dataclass(frozen=True, slots=True)
class VoiceStatistics:
    """How a voice is received. ``loss`` is the share, 0 to 1, of about the last five seconds
    that was lost; counts are since the start. ``packets`` are all that came, also those
    ``repeated``, which had come before.

    ``delay_ms`` is from when something is said until it is played, without the least that the
    network takes.
    """

    delay_ms: float
    target_ms: float
    jitter_ms: float
    loss: float
    packets: int
    repeated: int
    lost: int
    late: int
    repaired: int
    concealed: int
    is_decoded: bool


class Voice:
    """One remote voice. Every method may be called from any thread; ``now``: monotonic seconds."""

    def __init__(self) -> None:
        self.gain = 1.0
        """Linear; applied by the mixer."""
        self._lock = threading.Lock()
        self._counters = Counters()
        self._numbering = Numbering()
        self._carries_copy = copy_detector()
        self._stream = Stream(self._counters, self._carries_copy)
        self._renderer = Renderer(self._counters)
        self._loudness = Loudness()
        self._samples = _NOTHING
        self._is_decoded = False
        # Of what is skipped: the samples passed over too far, and the packet that they are from.
        self._skipped = 0
        self._last_payload = b""
        self._delay_ms = 0.0
        self._handed: tuple[int, int, float] | None = None

    def push(self, packet: AudioPacket, now: float) -> None:
        """Take a packet that has just arrived. What is older than a second is given up."""
        clock = now * SAMPLE_RATE_HZ
        with self._lock:
            self._counters.packets += 1
            self._loudness.tell(packet.level_dbfs, now)
            samples = payload_samples(packet.payload)
            place = self._numbering.place(packet, samples) if samples else None
            if place is None:
                return
            if place.begins_stream:
                self._stream = Stream(self._counters, self._carries_copy, self._stream)
            self._stream.push(place, samples, packet.payload, clock)

    def pull(self, count: int, now: float) -> FloatSamples | None:
        """Take the next ``count`` samples, (count,) float32; None while nothing plays."""
        clock = now * SAMPLE_RATE_HZ
        with self._lock:
            if not self._is_decoded:
                self._resume()
            self._note_progress(len(self._samples), count, clock)
            while (ahead := len(self._samples)) < count:
                if not self._render_next(clock + ahead, count - ahead, now):
                    return self._take_last(count)
            taken = self._samples[:count]
            self._samples = self._samples[count:]
            return taken

    def skip(self, count: int, now: float) -> None:
        """Let ``count`` samples pass by without decoding them."""
        clock = now * SAMPLE_RATE_HZ
        with self._lock:
            if self._is_decoded:
                self._is_decoded = False
                self._skipped, self._samples = len(self._samples), _NOTHING
                self._last_payload = b""
            self._note_progress(self._skipped, count, clock)
            while self._skipped < count:
                step = self._stream.next_step(clock + self._skipped, count - self._skipped)
                if step.action is Action.REST:
                    self._skipped = count
                self._skipped += self._passed_over(step, now)
            self._skipped -= count

    def restart(self) -> None:
        """Expect a new stream: the next packet has numbers and a clock of its own."""
        with self._lock:
            self._numbering = Numbering()

    def level_dbfs(self, now: float) -> float:
        """Return how loud the peer is just now, -127 to 0, before ``gain``.

        What the sender tells, unless what is decoded is something else.
        """
        return self._loudness.read_dbfs(now)

    def played_timestamp(self, now: float) -> int | None:
        """Return the RTP time, 32 bits, of what is handed over now.

        None while nothing plays, or nobody has pulled for 100 ms.
        """
        handed = self._handed
        if handed is None:
            return None
        timestamp, count, clock = handed
        passed = max(0, round(now * SAMPLE_RATE_HZ - clock))
        if passed > count + _STALE_SAMPLES:
            return None
        return (timestamp + min(passed, count)) & 0xFFFF_FFFF

    def statistics(self, now: float) -> VoiceStatistics:
        """Return how the voice is received."""
        with self._lock:
            stream, counters = self._stream, self._counters
            return VoiceStatistics(
                delay_ms=self._delay_ms,
                target_ms=(stream.spare + stream.frame) / SAMPLES_PER_MS,
                jitter_ms=stream.arrivals.jitter / SAMPLES_PER_MS,
                loss=stream.losses.rate,
                packets=counters.packets,
                repeated=counters.repeated,
                lost=counters.lost,
                late=counters.late,
                repaired=counters.repaired,
                concealed=counters.concealed,
                is_decoded=self._is_decoded,
            )

    def _note_progress(self, ahead: int, count: int, clock: float) -> None:
        stream = self._stream
        stream.block = count
        if stream.is_running:
            self._handed = (stream.position - ahead, count, clock)
            if not stream.is_bridging:
                self._delay_ms = (stream.lag(clock) + ahead + stream.frame) / SAMPLES_PER_MS
        else:
            self._handed = None

    def _render_next(self, clock: float, room: int, now: float) -> bool:
        """Append the sound of one step; False when the voice rests."""
        step = self._stream.next_step(clock, room)
        if step.action is Action.REST:
            self._append(self._renderer.end())
            return False
        block = self._renderer.render(step)
        if self._renderer.stretched:
            self._stream.note_stretch(self._renderer.stretched)
        self._loudness.hear(rms_dbfs(block), len(block), now)
        self._append(block)
        return True

    def _append(self, block: FloatSamples) -> None:
        held = self._samples
        self._samples = np.concatenate([held, block]) if len(held) else block

    def _take_last(self, count: int) -> FloatSamples | None:
        last, self._samples = self._samples[:count], self._samples[count:]
        return np.pad(last, (0, count - len(last))) if len(last) else None

    def _resume(self) -> None:
        """Go on decoding where the skipping has come to."""
        self._is_decoded = True
        self._renderer.silence()
        if self._last_payload:
            self._samples = self._renderer.warm_up(self._last_payload, self._skipped)
        else:
            self._samples = np.zeros(self._skipped, np.float32)
        self._skipped = 0

    def _passed_over(self, step: Step, now: float) -> int:
        """Return how many samples a step stands for that is not decoded."""
        if step.action is not Action.PLAY:
            return step.samples
        self._last_payload = step.payload
        self._loudness.pass_over(now)
        if step.pace is Pace.KEEP:
            return step.samples
        change = step.samples // 2 if step.pace is Pace.LENGTHEN else -(step.samples // 2)
        self._stream.note_stretch(change)
        return step.samples + change
