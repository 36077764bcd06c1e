"""A voice's way through a server that repairs and a client that repairs, in simulated time.

Each packet passes two lossy ways, to the server and on to the client; whoever misses one asks for
it, by a way that loses as much. The server asks at once and every 40 ms; it answers from a cache,
no sooner than the engine does after it has answered.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from proconf_tui.engine.forwarding.resends import HOLD_S
from proconf_tui.media.gaps import Gaps
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.rtp.missing import NACK_INTERVAL_S, MissingPackets
from tests.support.voice_run import Arrival, sent_at_s

_CLIENT_TICK_S = 0.01
_JITTER_S = 0.002
_RUN_OUT_S = 1.0


class RepairedWay:
    """From a sender over a server to a client; ``loss`` is that of each way, each direction."""

    def __init__(self, packets: Sequence[AudioPacket], *, loss: float, rtt_s: float, seed: int):
        self.arrivals: list[Arrival] = []
        self._sent = {packet.sequence: packet for packet in packets}
        self._loss, self._way_s = loss, rtt_s / 2
        self._random = np.random.default_rng(seed)
        self._turns = itertools.count()
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self._server, self._client = _ServerGaps(), Gaps()
        self._resent_at: dict[int, float] = {}
        for packet in packets:
            self._at(sent_at_s(packet), self._sending(packet))
        self._at(0.0, self._server_asks)
        self._at(0.0, self._client_asks)

    def run(self) -> list[Arrival]:
        """Return what comes to the client, in order, until a second after the last is sent."""
        end = max(map(sent_at_s, self._sent.values())) + _RUN_OUT_S
        while self._due[0][0] < end:
            now, _, happen = heapq.heappop(self._due)
            happen(now)
        return self.arrivals

    def _at(self, now: float, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._due, (now, next(self._turns), happen))

    def _pass(self, now: float, happen: Callable[[float], None]) -> None:
        if self._random.random() >= self._loss:
            self._at(now + self._way_s + _JITTER_S * self._random.exponential(), happen)

    def _sending(self, packet: AudioPacket) -> Callable[[float], None]:
        return lambda now: self._pass(now, lambda then: self._come_to_server(packet, then))

    def _come_to_server(self, packet: AudioPacket, now: float) -> None:
        if self._server.note(packet.sequence, now):
            self._pass(now, self._coming(packet))

    def _coming(self, packet: AudioPacket) -> Callable[[float], None]:
        return lambda now: self._come_to_client(packet, now)

    def _come_to_client(self, packet: AudioPacket, now: float) -> None:
        self._client.note(packet.sequence, now)
        self.arrivals.append(Arrival(now, packet))

    def _server_asks(self, now: float) -> None:
        if due := self._server.missing.take_due(now)[0]:
            self._pass(now, lambda then: self._send_again(due, then))
        self._at(now + NACK_INTERVAL_S, self._server_asks)

    def _send_again(self, sequences: Iterable[int], now: float) -> None:
        for sequence in sequences:
            self._sending(self._sent[sequence])(now)

    def _client_asks(self, now: float) -> None:
        if due := self._client.take_due(now):
            self._pass(now, lambda then: self._answer(due, then))
        self._at(now + _CLIENT_TICK_S, self._client_asks)

    def _answer(self, sequences: Iterable[int], now: float) -> None:
        for sequence in sequences:
            is_held = now - self._resent_at.get(sequence, -1.0) < HOLD_S
            if sequence in self._server.cache and not is_held:
                self._resent_at[sequence] = now
                self._pass(now, self._coming(self._sent[sequence]))


class _ServerGaps:
    def __init__(self) -> None:
        self.missing = MissingPackets()
        self.cache: set[int] = set()
        self._newest: int | None = None

    def note(self, sequence: int, now: float) -> bool:
        """Take note of a packet; tell whether it is new."""
        ahead = 1 if self._newest is None else (sequence - self._newest) & 0xFFFF
        if 0 < ahead < 0x8000:
            self.missing.note_gap((sequence - ahead + 1) & 0xFFFF, ahead - 1, now)
            self._newest = sequence
        self.missing.has_come(sequence)
        is_new = sequence not in self.cache
        self.cache.add(sequence)
        return is_new
