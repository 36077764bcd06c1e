"""Clients that load a server with real SRTP at little cost of their own, and what drives them.

Each has two connections as every client has: one publishes a voice (50 packets a second) and a
picture (20 a second of two packets), one receives. Signalling is the caller's: descriptions go in
and come out as text. One `LoadSender` keeps the time for all clients of a process.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from bench.lib.load_media import AUDIO_PERIOD_S, LoadMedia, Picture, Voice, stamp_of, synthetic
from bench.lib.load_reports import receiver_reports, sender_report
from bench.lib.load_sdp import publishing_offer, remote_end, subscribing_answer
from bench.lib.load_transport import Counter, LoadTransport
from proconf_tui.engine import rtcp

POLL_PERIOD_S: Final = 0.004
"""How often sockets are read: waking for each packet would cost server and clients alike."""
REPORT_PERIOD_S: Final = 1.0
CONSENT_PERIOD_S: Final = 5.0


class LoadClient:
    """One participant; made inside a running loop. ``counter`` is for both connections.

    ``level_dbov`` is the voice's level (-127..0), to be set at any time. ``is_measured``: it
    reads at once what it receives, and notes how late each stamped audio packet was.
    """

    def __init__(
        self,
        host: str,
        *,
        media: LoadMedia | None = None,
        level_dbov: int = -40,
        is_measured: bool = False,
        is_lite: bool = False,
    ) -> None:
        self.media = synthetic() if media is None else media
        self.counter = Counter()
        self.publishing = LoadTransport(host, self.counter, is_lite=is_lite)
        self.subscribing = LoadTransport(host, self.counter, is_lite=is_lite)
        self.voice = Voice(self.media, secrets.randbits(31) | 1, level_dbov)
        self.picture = Picture(self.media, secrets.randbits(31) | 1)
        self.publishing.on_rtcp = self._on_feedback
        self._slots: tuple[int, ...] = ()
        self._voices_type = -1
        if is_measured:
            self.subscribing.is_prompt = True
            self.subscribing.on_rtp = self._measure

    @property
    def level_dbov(self) -> int:
        """The level that the voice's packets tell."""
        return self.voice.level_dbov

    @level_dbov.setter
    def level_dbov(self, level_dbov: int) -> None:
        self.voice.level_dbov = level_dbov

    def publishing_offer(self) -> str:
        """Return the offer of the voice (mid 0) and the picture (mid 1)."""
        ssrcs = self.voice.stream.ssrc, self.picture.stream.ssrc
        return publishing_offer(self.publishing.local, *ssrcs)

    async def connect_publishing(self, answer: str) -> None:
        """Connect by the server's answer; see `LoadTransport.connect`."""
        await self.publishing.connect(remote_end(answer))

    def subscribing_answer(self, offer: str) -> str:
        """Return the answer to the server's offer, or re-offer, of everything it sends."""
        remote = remote_end(offer)
        self._slots = remote.ssrcs["audio"] + remote.ssrcs["video"]
        self._voices_type = remote.payload_types.get("audio", -1)
        return subscribing_answer(offer, self.subscribing.local)

    async def connect_subscribing(self, offer: str) -> None:
        """Connect by the server's first offer, once it has our answer; later calls do nothing."""
        if self.subscribing.remote is None:
            await self.subscribing.connect(remote_end(offer))

    def poll(self) -> None:
        """Read what has arrived on both connections."""
        self.publishing.poll()
        self.subscribing.poll()

    def send_audio(self, due_at: float) -> None:
        """Send the packet of the voice that is due."""
        self.publishing.send_rtp(self.voice.next_packet(due_at, time.perf_counter()))

    def send_video(self, due_at: float) -> None:
        """Send the packets of the picture that is due."""
        for packet in self.picture.next_packets(due_at):
            self.publishing.send_rtp(packet)

    def send_reports(self, due_at: float) -> None:
        """Send what real clients send: reports of what is sent and of what is received."""
        wall_s = time.time()
        for stream in (self.voice.stream, self.picture.stream):
            self.publishing.send_rtcp(sender_report(stream, due_at, wall_s))
        for report in receiver_reports(self._slots):
            self.subscribing.send_rtcp(report)

    def keep_consent(self, _due_at: float) -> None:
        """Check both connections again (RFC 7675)."""
        self.publishing.check()
        self.subscribing.check()

    def _on_feedback(self, packet: bytes) -> None:
        for report in rtcp.parse(packet):
            if isinstance(report, rtcp.KeyframeRequest):
                self.counter.keyframes_asked += 1
                self.picture.is_key_wanted = True
            elif isinstance(report, rtcp.Nack):
                self.counter.nacks += 1

    def _measure(self, packet: bytes) -> None:
        if packet[1] & 0x7F == self._voices_type:
            self.counter.late_s.append(time.perf_counter() - stamp_of(packet))

    async def aclose(self) -> None:
        """Close both connections."""
        await self.publishing.aclose()
        await self.subscribing.aclose()


class _Due(NamedTuple):
    at_s: float
    order: int
    period_s: float
    act: Callable[[float], None]


class LoadSender:
    """Sends and reads for all clients in one task; may be started and stopped again and again.

    Clients begin at moments of their own (seeded), as people do. Those added while it runs begin
    with the next start.
    """

    def __init__(self, clients: Sequence[LoadClient], *, seed: int = 7) -> None:
        self.clients = list(clients)
        self._chance = random.Random(seed)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.get_running_loop().create_task(self._run(self._schedule()))

    async def stop(self) -> None:
        """Send and read no more; idempotent.

        Raises:
            Exception: whatever ended the sending before.
        """
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended

    def _schedule(self) -> list[_Due]:
        heap: list[_Due] = []
        for client in self.clients:
            periods: dict[Callable[[float], None], float] = {
                client.send_audio: AUDIO_PERIOD_S,
                client.send_video: 1.0 / client.media.frames_per_s,
                client.send_reports: REPORT_PERIOD_S,
                client.keep_consent: CONSENT_PERIOD_S,
            }
            for act, period_s in periods.items():
                at_s = time.perf_counter() + self._chance.random() * period_s
                heap.append(_Due(at_s, len(heap), period_s, act))
        heap.append(_Due(time.perf_counter(), len(heap), POLL_PERIOD_S, self._poll))
        heapq.heapify(heap)
        return heap

    def _poll(self, _due_at: float) -> None:
        for client in self.clients:
            client.poll()

    async def _run(self, heap: list[_Due]) -> None:
        while True:
            now = time.perf_counter()
            while heap[0].at_s <= now:
                due = heap[0]
                due.act(due.at_s)
                heapq.heapreplace(heap, due._replace(at_s=due.at_s + due.period_s))
            await asyncio.sleep(heap[0].at_s - time.perf_counter())
