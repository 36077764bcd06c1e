"""One server with its load clients, measured in windows while everybody sends to everybody."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import psutil

from bench.lib.load_client import LoadClient, LoadSender

WARM_UP_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Window:
    """What one window saw; packets are media of all clients, ``cpu_s`` the whole process's.

    ``due`` are the packets that should have arrived for those that were sent.
    """

    lasted_s: float
    cpu_s: float
    sent: int
    due: int
    received: int
    late_s: tuple[float, ...]

    @property
    def us_per_packet(self) -> float:
        """Processor time per packet that arrived."""
        return 1e6 * self.cpu_s / max(1, self.received)

    @property
    def packets_per_s(self) -> float:
        """Packets that arrived."""
        return self.received / self.lasted_s

    @property
    def cpu_percent(self) -> float:
        """Of one core."""
        return 100.0 * self.cpu_s / self.lasted_s


class LoadedServer:
    """A server by its process id, and the clients that are in it; made while it is empty.

    ``mb_per_peer`` is by how much its process had grown, per client, at the end of a window.
    """

    def __init__(self, name: str, pid: int, clients: Sequence[LoadClient]) -> None:
        self.name = name
        self.clients = list(clients)
        self.windows: list[Window] = []
        self._process = psutil.Process(pid)
        self.sender = LoadSender(clients)
        self.mb_per_peer = 0.0
        self._empty_bytes = self._process.memory_info().rss

    async def measure(self, seconds: float) -> Window:
        """Send for so long after a short while to warm up; what was seen is kept, too."""
        loop = asyncio.get_running_loop()
        self.sender.start()
        await asyncio.sleep(WARM_UP_S)
        before, cpu_s, began_at = self._counts(), self._cpu_s(), loop.time()
        for client in self.clients:
            client.counter.late_s.clear()
        await asyncio.sleep(seconds)
        after, cpu_s, lasted_s = self._counts(), self._cpu_s() - cpu_s, loop.time() - began_at
        grown_bytes = self._process.memory_info().rss - self._empty_bytes
        self.mb_per_peer = grown_bytes / 1e6 / len(self.clients)
        await self.sender.stop()
        sent, received = (a - b for a, b in zip(after, before, strict=True))
        late_s = tuple(late for client in self.clients for late in client.counter.late_s)
        due = sent * (len(self.clients) - 1)
        window = Window(lasted_s, cpu_s, sent, due, received, late_s)
        self.windows.append(window)
        return window

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _counts(self) -> tuple[int, int]:
        for client in self.clients:
            client.poll()  # what has come belongs to what was sent before now
        counters = [client.counter for client in self.clients]
        received = sum(counter.received for counter in counters)
        return sum(counter.sent for counter in counters), received

    def sent_percent(self) -> float:
        """Return the share of what the clients should send that they sent."""
        media = self.clients[0].media
        due = len(self.clients) * media.packets_per_s * sum(w.lasted_s for w in self.windows)
        return 100.0 * sum(window.sent for window in self.windows) / due

    def us_per_packet(self) -> float:
        """Return the windows' median."""
        return statistics.median(window.us_per_packet for window in self.windows)

    def packets_per_s(self) -> float:
        """Return the windows' median."""
        return statistics.median(window.packets_per_s for window in self.windows)

    def cpu_percent(self) -> float:
        """Return the windows' median share of one core."""
        return statistics.median(window.cpu_percent for window in self.windows)

    def delivered_percent(self) -> float:
        """Return the share of what was due that arrived, all windows together."""
        due = sum(window.due for window in self.windows)
        return 100.0 * sum(window.received for window in self.windows) / max(1, due)

    def latency_ms(self, percentile: float) -> float:
        """Return how late stamped packets were, all windows together."""
        late_s = [late for window in self.windows for late in window.late_s]
        return float(np.percentile(late_s, percentile)) * 1000.0
