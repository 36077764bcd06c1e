"""How much of a core the server takes for meetings in which all talk and all send pictures.

The whole server at work, started as by a user: signalling, levels, rooms and forwarding in one
process. Its people are raw SRTP clients in a process of their own, each with a real websocket and
both connections: 50 packets of sound and 40 packets of pictures, of 1000 bytes, a second. A handful
are loud, others every few seconds; each watches 6 others, and everybody is watched by as many.

``packets_out_per_s`` is media that the server sent; ``cpu_percent`` its share of one core;
``delivered_percent`` how much of what all are to get has arrived. ``load_cpu_percent`` is the other
process's share of its core, and ``load_lost_percent`` what it was too slow to take: a load at its
limit says nothing about the server. ``waited_percent`` is how long the server had something to do
and no core to do it on, since others had them all: far above 0 the run says nothing either.

With PROCONF_BENCH_PROFILE=DIRECTORY the server is profiled meanwhile, and slower for it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil

from bench.lib.meeting_load import HEARD, WATCHED
from bench.lib.meeting_load_process import MeetingLoad, Snapshot
from bench.lib.programs import PROGRAM, own_directories, resident_mb
from bench.lib.report import arguments, tell

Figures = dict[str, Any]

SIZES: Final = (5, 10, 20, 50)
LARGE: Final = 100
LOAD_LIMIT_PERCENT: Final = 90.0
"""Of its core: a load that takes more may be what limits the meeting."""

SETTLE_S: Final = 1.0
AUDIO_PER_S: Final = 50
VIDEO_PER_S: Final = 40
"""Packets that each sends."""

TOLD: Final = (
    "n",
    "cpu_percent",
    "packets_out_per_s",
    "us_per_packet",
    "delivered_percent",
    "waited_percent",
    "load_cpu_percent",
    "mb_per_participant",
    "joined_s",
)

_PROFILE: Final = "PROCONF_BENCH_PROFILE"


class Times(NamedTuple):
    """Processor time that a process had, and that it waited for."""

    cpu_s: float
    waited_s: float


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server in a process of its own."""

    url: str
    process: psutil.Process

    def times(self) -> Times:
        """Return what it has used and missed until now; nothing missed where nothing tells it."""
        used = self.process.cpu_times()
        told = Path(f"/proc/{self.process.pid}/schedstat")
        waited_ns = int(told.read_text().split()[1]) if told.exists() else 0
        return Times(used.user + used.system, waited_ns / 1e9)

    @contextlib.contextmanager
    def profiling(self) -> Iterator[None]:
        """Profile a server that was started for it."""
        self.process.send_signal(signal.SIGUSR1)
        yield
        self.process.send_signal(signal.SIGUSR1)

    def memory_mb(self) -> float:
        """Return what it occupies now."""
        return resident_mb([self.process])


@contextlib.contextmanager
def running_server(profile: Path | None) -> Iterator[RunningServer]:
    """Run ``proconf-tui serve`` as long as the block; ``profile`` is where to write one."""
    profiled = [sys.executable, "-m", "bench.lib.meeting_load_profiled", str(profile)]
    process = subprocess.Popen(
        [*(profiled if profile else PROGRAM), "serve", "--port", "0"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        greeting = process.stdout.readline()
        if "http" not in greeting:
            raise RuntimeError("The server did not start.")
        url = next(word for word in greeting.split() if word.startswith("http")).rstrip(";")
        yield RunningServer(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.communicate()


def _profiled_to(count: int) -> Path | None:
    directory = os.environ.get(_PROFILE)
    return Path(directory, f"meeting-{count}.prof") if directory else None


def measured(count: int, seconds: float) -> Figures:
    """Return the figures of a meeting of ``count``."""
    profile = _profiled_to(count)
    # Of its own for each: a server keeps the rooms of those before it.
    with own_directories(), running_server(profile) as server:
        empty_mb = server.memory_mb()
        with MeetingLoad(server.url, count) as load:
            time.sleep(SETTLE_S)
            before, began = load.snapshot(), server.times()
            with server.profiling() if profile else contextlib.nullcontext():
                time.sleep(seconds)
            after, ended = load.snapshot(), server.times()
            grown_mb = server.memory_mb() - empty_mb
    served = _served(before, after, ended.cpu_s - began.cpu_s, count)
    return {
        "n": count,
        **served,
        "waited_percent": 100.0 * (ended.waited_s - began.waited_s) / (after.at_s - before.at_s),
        "mb_per_participant": grown_mb / count,
        "joined_s": load.ready.joined_s,
        "offers_per_participant": load.ready.offers / count,
        "joins_put_off": load.ready.waits,
    }


def _served(before: Snapshot, after: Snapshot, cpu_s: float, count: int) -> Figures:
    took_s = after.at_s - before.at_s
    received = after.received - before.received
    dropped = after.dropped - before.dropped
    out = received + dropped
    if not out:
        raise RuntimeError("Nobody got any media.")
    streams = min(HEARD, count - 1), min(WATCHED, count - 1)
    due = count * (AUDIO_PER_S * streams[0] + VIDEO_PER_S * streams[1]) * took_s
    sent = after.sent - before.sent
    return {
        "cpu_percent": 100.0 * cpu_s / took_s,
        "packets_out_per_s": out / took_s,
        "packets_in_per_s": sent / took_s,
        "us_per_packet": 1e6 * cpu_s / out,
        "heard": after.heard / count,
        "seen": after.seen / count,
        "delivered_percent": 100.0 * received / due,
        "lost_by_server_percent": 100.0 * (after.server_dropped - before.server_dropped) / sent,
        "load_cpu_percent": 100.0 * (after.cpu_s - before.cpu_s) / took_s,
        "load_sent_percent": 100.0 * sent / (count * (AUDIO_PER_S + VIDEO_PER_S) * took_s),
        "load_lost_percent": 100.0 * dropped / out,
        "levels_per_s": (after.levels - before.levels) / took_s / count,
        "slot_changes_per_s": (after.slot_changes - before.slot_changes) / took_s / count,
    }


def main() -> None:
    """Measure and tell."""
    is_quick = arguments(__doc__).quick
    sizes, seconds = (SIZES, 4.0) if is_quick else ((*SIZES, LARGE), 10.0)
    meetings = [measured(count, seconds) for count in sizes]
    rows = [TOLD, *([each[name] for name in TOLD] for each in meetings)]
    tell("Meetings in which all talk and send pictures", rows, {"meetings": meetings})
    for each in meetings:
        if each["load_cpu_percent"] > LOAD_LIMIT_PERCENT:
            print(f"At n = {each['n']} the load was at its own limit.", file=sys.stderr)


if __name__ == "__main__":
    main()
