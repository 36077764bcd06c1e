"""How long joining takes, how soon the screen is there, and how much memory a call needs.

``join_to_first_audio_ms`` and ``join_to_first_video_ms``: from the call of ``join_meeting`` in the
SDK until another participant's voice is in the mixer and their first picture is decoded, with
microphone and camera of one's own, over loopback; medians. ``first_paint_ms``: from the start of
the process until the pre-join screen is drawn. ``rss_…``: resident memory in a call of two.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.programs import (
    PROGRAM,
    TerminalProgram,
    is_server,
    own_directories,
    resident_mb,
)
from bench.lib.report import arguments, tell
from proconf_tui import ProconfManager, Room

ROOM = "bench"
TALKER = ["--camera", "test", "--mic", "tone", "--speaker", "none", "--yes"]
AUDIBLE_DBFS = -60.0
GIVE_UP_S = 20.0
SETTLE_S = 5.0


async def first_media_ms(room: Room, began_at: float) -> tuple[float, float]:
    """Return when the first voice and the first picture of somebody else were there."""
    heard = seen = 0.0
    while not (heard and seen):
        for peer in room.remote_peers.values():
            now = (time.perf_counter() - began_at) * 1000.0
            voice, picture = peer.find_track("audio"), peer.find_track("video")
            if not heard and voice is not None and voice.level_dbfs > AUDIBLE_DBFS:
                heard = now
            if not seen and picture is not None and picture.frame is not None:
                seen = now
        if time.perf_counter() - began_at > GIVE_UP_S:
            raise RuntimeError("No media arrived.")
        await asyncio.sleep(0.002)
    return heard, seen


async def join_once() -> tuple[float, float]:
    """Join with open devices, wait for media, leave."""
    async with ProconfManager() as manager:
        tracks = await manager.create_local_tracks(video="test", audio="tone:880")
        began_at = time.perf_counter()
        room = await manager.join_meeting(ROOM, "bench", tracks)
        times = await first_media_ms(room, began_at)
        await room.close()
        return times


async def join_times(count: int) -> list[tuple[float, float]]:
    """Join ``count`` times; one more before, uncounted, loads every library."""
    return [await join_once() for _ in range(count + 1)][1:]


def help_ms(count: int) -> float:
    """Return the median time of ``proconf-tui --help``."""
    times = []
    for _ in range(count):
        began_at = time.perf_counter()
        subprocess.run([*PROGRAM, "--help"], stdout=subprocess.DEVNULL, check=True)
        times.append((time.perf_counter() - began_at) * 1000.0)
    return statistics.median(times)


def first_paint_ms(count: int) -> float:
    """Return the median time until the pre-join screen of ``start`` is drawn."""
    times = []
    for _ in range(count):
        with TerminalProgram("start", "--room", "paint") as program:
            times.append(program.wait_for("Microphone"))
    return statistics.median(times)


def memory_in_a_call(host: TerminalProgram) -> tuple[float, float]:
    """Return the memory of a second participant (screen and agent) and of the server."""
    with TerminalProgram("join", ROOM, "--name", "second", *TALKER) as guest:
        guest.wait_for("▀")
        time.sleep(SETTLE_S)
        server = resident_mb(filter(is_server, host.processes()))
        return resident_mb(guest.processes()), server


def main() -> None:
    """Measure and tell."""
    count = 5 if arguments(__doc__).quick else 15
    with own_directories():
        help_time, paint = help_ms(count), first_paint_ms(count)
        with TerminalProgram("start", "--room", ROOM, "--open", *TALKER) as host:
            host.wait_for("Press i to invite")
            times = asyncio.run(join_times(count))
            client, server = memory_in_a_call(host)
    figures = {
        "join_to_first_audio_ms": statistics.median(heard for heard, _ in times),
        "join_to_first_video_ms": statistics.median(seen for _, seen in times),
        "first_paint_ms": paint,
        "help_ms": help_time,
        "rss_client_mb": client,
        "rss_server_mb": server,
    }
    tell(f"Joining {count} times", [["figure", "median"], *figures.items()], figures)


if __name__ == "__main__":
    main()
