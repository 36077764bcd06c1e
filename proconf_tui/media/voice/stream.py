"""One stream of packets, from arrival to the steps in which it is played; pure.

A stream ends where its sender begins anew with other numbers and another clock. Instants are in
samples at 48 kHz.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from proconf_tui.media.pcm import DEVICE_BLOCK_SAMPLES, FRAME_SAMPLES, SAMPLES_PER_MS
from proconf_tui.media.voice.arrivals import Arrivals
from proconf_tui.media.voice.losses import Losses
from proconf_tui.media.voice.numbering import Place
from proconf_tui.media.voice.pacing import Pacer
from proconf_tui.media.voice.packets import PacketQueue, QueuedPacket
from proconf_tui.media.voice.playhead import Action, Playhead, Step

# A block is asked for as a whole: what is to be played late in it must be there when it begins. So
# much of the wanted spare, and no more than 5 ms, goes into that where a talk spurt begins.
_MAX_WAIT_SHARE: Final = 0.5
_MAX_WAIT: Final = 5 * SAMPLES_PER_MS


@dataclass(slots=True)
class Counters:
    """What happened to the frames of a voice since the start."""

    packets: int = 0
    repeated: int = 0
    lost: int = 0
    late: int = 0
    repaired: int = 0
    concealed: int = 0


class Stream:
    """Takes packets in any order and says what is played next.

    ``carries_copy`` tells whether a payload carries a copy of the frame before it. ``former`` is
    the stream of the same sender that this one takes the place of: the network is the same.
    """

    def __init__(
        self,
        counters: Counters,
        carries_copy: Callable[[bytes], bool],
        former: Stream | None = None,
    ) -> None:
        self.frame = FRAME_SAMPLES
        self.block = DEVICE_BLOCK_SAMPLES
        """How many samples are asked for at once."""
        self.arrivals: Arrivals = former.arrivals if former else Arrivals()
        self.losses: Losses = former.losses if former else Losses()
        self.arrivals.begin_anew()
        self.losses.begin_anew()
        self._counters = counters
        self._queue = PacketQueue()
        self._playhead = Playhead(self._queue, carries_copy)
        self._pacer = Pacer()

    @property
    def position(self) -> int:
        """The timestamp, never wrapping, of the sample after the last step."""
        return self._queue.position

    @property
    def is_running(self) -> bool:
        """Whether it is between the beginning of a talk spurt and its end."""
        return self._playhead.is_running

    @property
    def is_bridging(self) -> bool:
        """Whether there is nothing to play just now."""
        return self._playhead.bridged > 0

    @property
    def spare(self) -> float:
        """How long a packet should lie before it is played."""
        return self.arrivals.spare(self.frame, has_loss=self.losses.is_lossy)

    def lag(self, clock: float) -> float:
        """Return how long after the fastest packet's arrival ``position`` would be played now."""
        return clock - self.arrivals.fastest - self._queue.position

    def push(self, place: Place, samples: int, payload: bytes, clock: float) -> None:
        """Take a packet of ``samples`` that arrived at ``clock``."""
        self.arrivals.has_gaps = self.losses.has_gaps
        self.arrivals.observe(place.timestamp, clock)
        is_in_time = not self._queue.has_passed(place.sequence)
        if not self.losses.observe(place.sequence, place.timestamp, samples, is_in_time=is_in_time):
            self._counters.repeated += 1
            return
        self.frame = samples
        packet = QueuedPacket(place.sequence, place.timestamp, samples, payload)
        if not self._queue.insert(packet):
            self._counters.late += 1

    def next_step(self, clock: float, room: int) -> Step:
        """Go on by one step that is played from the instant ``clock`` on.

        ``room`` is how many samples are asked for now; a step may be longer.
        """
        live = clock - self.arrivals.fastest
        wanted = self.spare
        follows = self._catch_up(live, wanted)
        wait = self._playhead.until_start(live, wanted)
        if wait is not None and 0.0 < wait < min(room, _bearable_wait(wanted)):
            return self._playhead.wait(wait)
        if wait is not None and wait <= 0.0:
            self._playhead.begin()
            self._pacer.begin(live - self._queue.position)
            follows = False
        return self._go_on(live, wanted, room)._replace(follows=follows)

    def _go_on(self, live: float, wanted: float, room: int) -> Step:
        lag = live - self._queue.position
        step = self._playhead.step(room)
        if step.action is not Action.PLAY:
            return step
        self._counters.lost += self._queue.take_lost()
        ahead = max(0.0, self.block - _bearable_wait(wanted))
        return step._replace(pace=self._pacer.decide(lag, wanted, step.samples, ahead))

    def note_stretch(self, samples: int) -> None:
        """Take note that the last step became longer by so many samples (shorter: below zero)."""
        self._pacer.note_stretch(samples)

    def _catch_up(self, live: float, wanted: float) -> bool:
        """Drop what is far too late; tell whether what comes next follows what was."""
        first = self._queue.first()
        if first is None or not self._pacer.is_hopeless(live - first.timestamp, wanted):
            return True
        if not self._playhead.drop_to(live - wanted, wanted):
            return True
        self._pacer.begin(live - self._queue.position)
        return False


def _bearable_wait(wanted: float) -> float:
    return min(wanted * _MAX_WAIT_SHARE, _MAX_WAIT)
