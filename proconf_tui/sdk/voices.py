"""To whose voice the packets of a source go, whichever slot brings them.

The map of the slots comes by another way than sound, and may be late. What a source was told to be
holds for ever; of one that is not known yet a little is kept, so that no first syllable is lost.
It knows no connection; instants are monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.protocol.ids import Mid, PeerId
from proconf_tui.sdk.sources import SourceLog

MOST_WAITING: Final = 10
LONGEST_WAIT_S: Final = 0.2

_MOST_UNKNOWN: Final = 16
_MOST_KNOWN: Final = 1024


class _Arrival(NamedTuple):
    """A packet, by which slot and in which turn of its source there; None for a late one."""

    packet: AudioPacket
    mid: Mid
    turn: int | None
    came_at: float


class Voices:
    """The sources of one connection."""

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._names: dict[int, PeerId] = {}
        # Where a source comes now: another slot, or another turn, has other numbers.
        self._turns: dict[int, tuple[Mid, int]] = {}
        self._unknown: dict[int, deque[_Arrival]] = {}

    def name(self, source: int, peer_id: PeerId, now: float) -> None:
        """Learn whose voice ``source`` is; what has waited for that is played."""
        self._names.pop(source, None)
        self._names[source] = peer_id
        if len(self._names) > _MOST_KNOWN:
            self._forget(next(iter(self._names)))
        self._mixer.add(peer_id)
        for arrival in self._unknown.pop(source, ()):
            if now - arrival.came_at <= LONGEST_WAIT_S:
                self._play(arrival)

    def take(self, mid: Mid, log: SourceLog, packet: AudioPacket, now: float) -> None:
        """Take a packet with a source that slot ``mid`` has brought; ``log`` is that slot's."""
        turn = log.note(packet.timestamp, packet.source)
        arrival = _Arrival(packet, mid, turn, now)
        if packet.source in self._names:
            self._play(arrival)
            return
        if packet.source not in self._unknown and len(self._unknown) == _MOST_UNKNOWN:
            del self._unknown[next(iter(self._unknown))]
        self._unknown.setdefault(packet.source, deque(maxlen=MOST_WAITING)).append(arrival)

    def forget(self) -> None:
        """Know nothing any more: the connection is over."""
        self._names.clear()
        self._turns.clear()
        self._unknown.clear()

    def _forget(self, source: int) -> None:
        del self._names[source]
        self._turns.pop(source, None)

    def _play(self, arrival: _Arrival) -> None:
        source = arrival.packet.source
        # Who has left has no voice any more.
        voice = self._mixer.get(self._names[source])
        if voice is None:
            return
        mid, turn = self._turns.get(source, (None, None))
        if arrival.turn is not None and (mid, turn) != (arrival.mid, arrival.turn):
            mid = arrival.mid
            self._turns[source] = (arrival.mid, arrival.turn)
            voice.restart()
        if mid == arrival.mid:
            voice.push(arrival.packet, arrival.came_at)
