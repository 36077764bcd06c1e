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
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.meeting_load import HEARD, WATCHED
from bench.lib.meeting_load_process import MeetingLoad, Snapshot
from bench.lib.meeting_load_server import running_server
from bench.lib.programs import own_directories
from bench.lib.report import arguments, tell

Figures = dict[str, Any]

SIZES: Final = (5, 10, 20, 50)
LARGE: Final = 100
ENOUGH_PERCENT: Final = 99.0
LOAD_LIMIT_PERCENT: Final = 90.0
"""Of its core: a load that takes more may be what limits the meeting."""
WAITED_LIMIT_PERCENT: Final = 25.0

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


def _profiled_to(count: int) -> Path | None:
    directory = os.environ.get(_PROFILE)
    return Path(directory, f"meeting-{count}.prof") if directory else None


def measured(count: int, seconds: float) -> Figures:
    """Return the figures of a meeting of ``count``."""
    profile = _profiled_to(count)
    # Of its own for each: a server keeps the rooms of those before it.
    with own_directories(), running_server(profile) as server:
        empty_mb, empty_cpu_s = server.memory_mb(), server.times().cpu_s
        with MeetingLoad(server.url, count) as load:
            joining_cpu_s = server.times().cpu_s - empty_cpu_s
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
        "join_cpu_ms_per_participant": 1000.0 * joining_cpu_s / count,
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


def doubts(figures: Figures) -> Iterator[str]:
    """Yield why the figures of a meeting are not what they should be, if so."""
    count = figures["n"]
    if figures["delivered_percent"] < ENOUGH_PERCENT:
        yield f"Only {figures['delivered_percent']:.1f} % of what was due for {count} arrived."
    if figures["load_sent_percent"] < ENOUGH_PERCENT:
        yield f"The {count} sent only {figures['load_sent_percent']:.1f} % of their load."
    if figures["load_cpu_percent"] > LOAD_LIMIT_PERCENT:
        yield f"The load of {count} was at the limit of its own core."
    if figures["waited_percent"] > WAITED_LIMIT_PERCENT:
        yield f"The server of {count} had no core {figures['waited_percent']:.0f} % of the time."


def main() -> None:
    """Measure and tell."""
    is_quick = arguments(__doc__).quick
    sizes, seconds = (SIZES, 4.0) if is_quick else ((*SIZES, LARGE), 10.0)
    meetings = [measured(count, seconds) for count in sizes]
    for doubt in (doubt for each in meetings for doubt in doubts(each)):
        print(doubt)
    rows = [TOLD, *([each[name] for name in TOLD] for each in meetings)]
    tell("Meetings in which all talk and send pictures", rows, {"meetings": meetings})


if __name__ == "__main__":
    main()
