"""A meeting over simulated lines: senders, a bottleneck with a queue, and receivers' reports.

Seeded, and in simulated time: nothing here waits.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from proconf_tui.engine.forwarding.allotment import (
    Allotment,
    Picture,
    StreamName,
    allot,
    caps,
    floor_bps,
)
from proconf_tui.engine.forwarding.downlink import Downlink, Traffic
from proconf_tui.engine.forwarding.told_cap import ToldCap
from proconf_tui.engine.rtcp import ReportBlock
from proconf_tui.protocol.ids import PeerId

STEP_S = 0.01
AUDIO_BPS = 40_000
AUDIO_BYTES = 100
VIDEO_BYTES = 1000
SSRC_AUDIO = 1


def name(of: int) -> StreamName:
    return PeerId(f"peer{of}"), "video"


@dataclass
class Bottleneck:
    """A line of ``bps`` behind a queue that drops what does not fit, and radio that loses."""

    bps: float
    queue_s: float = 0.5
    trip_s: float = 0.04
    random_loss: float = 0.0
    backlog: float = 0.0
    drained_at: float = 0.0

    def carry(self, size: int, now: float, dice: random.Random) -> float | None:
        """Return when a packet of ``size`` bytes arrives; None when it never does."""
        self.backlog = max(0.0, self.backlog - (now - self.drained_at) * self.bps / 8)
        self.drained_at = now
        # Small packets find no room where large ones do not, as in queues that count packets.
        if self.backlog + VIDEO_BYTES > max(3000.0, self.queue_s * self.bps / 8):
            return None
        self.backlog += size
        if dice.random() < self.random_loss:
            return None
        return now + self.trip_s + self.backlog * 8 / self.bps


@dataclass
class Received:
    """One stream at its receiver."""

    sent: int = 0
    arriving: deque[tuple[float, int]] = field(default_factory=deque)
    highest: int = 0
    count: int = 0
    reported_highest: int = 0
    reported_count: int = 0
    rtt_s: float | None = None
    owed: float = 0.0


@dataclass(eq=False)
class Client:
    """A subscriber with its line, as the server sees it and as it is."""

    line: Bottleneck
    watched: Sequence[int]
    downlink: Downlink = field(default_factory=Downlink)
    streams: dict[int, Received] = field(default_factory=dict)
    sent_bytes: int = 0
    allotment: Allotment = field(default_factory=lambda: Allotment((), (), {}))
    available: list[int | None] = field(default_factory=list)
    sets: list[tuple[StreamName, ...]] = field(default_factory=list)
    audio_lost: int = 0
    delivered_bytes: int = 0

    def send(self, ssrc: int, size: int, now: float, dice: random.Random) -> None:
        stream = self.streams.setdefault(ssrc, Received())
        stream.sent += 1
        self.sent_bytes += size
        arrives_at = self.line.carry(size, now, dice)
        if arrives_at is not None:
            stream.arriving.append((arrives_at, stream.sent))
            self.delivered_bytes += size
        elif ssrc == SSRC_AUDIO:
            self.audio_lost += 1

    def send_report(self, ssrc: int, now: float, dice: random.Random) -> None:
        stream = self.streams[ssrc]
        arrives_at = self.line.carry(80, now, dice)
        if arrives_at is not None:
            stream.rtt_s = arrives_at - now + self.line.trip_s

    def report(self, ssrc: int, now: float) -> None:
        stream = self.streams[ssrc]
        while stream.arriving and stream.arriving[0][0] <= now:
            stream.highest = stream.arriving.popleft()[1]
            stream.count += 1
        expected = stream.highest - stream.reported_highest
        came = stream.count - stream.reported_count
        stream.reported_highest, stream.reported_count = stream.highest, stream.count
        lost = min(255, max(0, expected - came) * 256 // expected) if expected else 0
        block = ReportBlock(ssrc, lost, 0, stream.highest, 0, 0, 0)
        self.downlink.on_report(block, stream.rtt_s, now)
        stream.rtt_s = None

    @property
    def set_changes(self) -> int:
        return sum(a != b for a, b in pairwise(self.sets))


@dataclass(eq=False)
class Meeting:
    """Publishers of ``demands`` (bits per second each, by number) and clients that watch them."""

    demands: Mapping[int, int]
    clients: Sequence[Client]
    seed: int = 1
    now: float = 0.0
    told: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.rates = dict(self.demands)
        self.tellers = {number: ToldCap() for number in self.demands}
        self.told = {number: [] for number in self.demands}
        for client in self.clients:
            client.allotment = self._allot(client)

    def run(self, seconds: float, each: Callable[[float], None] | None = None) -> None:
        """Let time pass; ``each`` is called once a simulated second."""
        for _ in range(round(seconds)):
            for _ in range(round(1 / STEP_S)):
                self.now += STEP_S
                for client in self.clients:
                    self._send(client)
            for client in self.clients:
                self._report(client)
            self._tick()
            if each is not None:
                each(self.now)

    def _send(self, client: Client) -> None:
        flows = {SSRC_AUDIO: (AUDIO_BPS, AUDIO_BYTES)}
        for number in client.watched:
            if name(number) in client.allotment.sent:
                flows[100 + number] = (self.rates[number], VIDEO_BYTES)
        for ssrc, (bps, size) in flows.items():
            stream = client.streams.setdefault(ssrc, Received())
            stream.owed += bps / 8 * STEP_S * self.dice.uniform(0.5, 1.5)
            while stream.owed >= size:
                stream.owed -= size
                client.send(ssrc, size, self.now, self.dice)

    def _report(self, client: Client) -> None:
        for ssrc in client.streams:
            client.report(ssrc, self.now)
            client.send_report(ssrc, self.now, self.dice)

    def _tick(self) -> None:
        for client in self.clients:
            traffic = Traffic(client.sent_bytes, AUDIO_BPS, client.allotment.next_bps)
            client.downlink.update(traffic, self.now)
        for client in self.clients:
            client.allotment = self._allot(client)
            client.available.append(client.downlink.available_bps)
            client.sets.append(client.allotment.sent)
        bounds = caps(client.allotment.shares for client in self.clients)
        for number, teller in self.tellers.items():
            bps = teller.take_due(bounds.get(name(number)), self.rates[number], self.now)
            if bps is not None:
                self.told[number].append(bps)
                self.rates[number] = min(bps, self.demands[number])

    def _allot(self, client: Client) -> Allotment:
        pictures = [self._picture(client, number) for number in client.watched]
        held = set(client.allotment.held_back)
        return allot(client.downlink.available_bps, AUDIO_BPS, pictures, held)

    def _picture(self, client: Client, number: int) -> Picture:
        others = [
            other.allotment.shares.get(name(number))
            for other in self.clients
            if other is not client and number in other.watched
        ]
        bps = self.rates[number]
        return Picture(name(number), bps, floor_bps(bps, others))
