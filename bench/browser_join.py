"""How long a guest who joins in a browser waits for the first picture and the first voice.

``first_video_ms`` and ``first_audio_ms``: from the click on "Join", in an open room and with the
devices ready, until the first frame of another participant is presented and until their voice can
be heard; medians over fresh browser contexts, over loopback. The other participant is a headless
``start`` that sends a test picture and a tone. On the way there: ``welcome_ms`` (in the meeting),
``ice_ms`` and ``dtls_ms`` (the first of the two connections). The other direction,
``seen_in_terminal_ms`` and ``heard_in_terminal_ms``: until the guest's first picture is decoded and
their voice is in the mixer of a participant of the SDK.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.programs import PROGRAM, own_directories
from bench.lib.report import arguments, tell
from proconf_tui import ProconfManager, Room
from proconf_tui.cli.server_process import ServerProcess
from tests.support.browser import ALL_SHARED, Chromium, chromium, missing_requirement

ROOM = "bench"
GUEST = "Browser"
PROBE = Path(__file__).parent / "lib" / "browser_probe.js"
TALKER = ["--camera", "test", "--mic", "tone", "--speaker", "none", "--headless", "--json"]
AUDIBLE_DBFS = -60.0
GIVE_UP_S = 20.0
FIGURES = (
    "welcome_ms",
    "ice_ms",
    "dtls_ms",
    "first_audio_ms",
    "first_video_ms",
    "heard_in_terminal_ms",
    "seen_in_terminal_ms",
)

Times = dict[str, float]


@contextlib.contextmanager
def talker(url: str) -> Iterator[None]:
    """A participant in a process of its own, who has started the meeting; until the block ends."""
    words = [*PROGRAM, "start", "--room", ROOM, "--open", "--server", url, *TALKER]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if not any(b'"room-joined"' in line for line in process.stdout):
            raise RuntimeError("The other participant did not start.")
        yield
        process.stdin.close()
        process.stdout.read()


async def terminal_times(room: Room) -> tuple[float, float]:
    """Return when, in seconds since 1970, the guest was heard and seen for the first time."""
    heard = seen = 0.0
    async with asyncio.timeout(GIVE_UP_S):
        while not (heard and seen):
            for peer in room.remote_peers.values():
                voice, picture = peer.find_track("audio"), peer.find_track("video")
                is_guest = peer.name == GUEST
                if is_guest and not heard and voice and voice.level_dbfs > AUDIBLE_DBFS:
                    heard = time.time()
                if is_guest and not seen and picture and picture.frame is not None:
                    seen = time.time()
            await asyncio.sleep(0.002)
    return heard, seen


async def join_once(browser: Chromium, url: str, room: Room) -> Times:
    """Join with open devices, wait for all media both ways, leave."""
    async with browser.guest() as guest:
        await guest.page.add_init_script(path=PROBE)
        await guest.open(f"{url}/j/{ROOM}")
        await guest.box("Your name").fill(GUEST)
        await guest.sees(ALL_SHARED)
        looking = asyncio.create_task(terminal_times(room))
        await guest.button("Join").click()
        heard_at, seen_at = await looking
        await guest.until("'first_audio_ms' in times && 'first_video_ms' in times")
        times: Times = await guest.page.evaluate("times")
        clicked_at = times.pop("clicked_at_s")
        await guest.button("Leave").click()
        await guest.sees("You have left the meeting")
    times["heard_in_terminal_ms"] = (heard_at - clicked_at) * 1000.0
    times["seen_in_terminal_ms"] = (seen_at - clicked_at) * 1000.0
    return times


async def measured(url: str, count: int) -> list[Times]:
    """Join ``count`` times; one more before, uncounted, loads everything."""
    async with ProconfManager(url) as manager, chromium() as browser:
        room = await manager.join_meeting(ROOM, "bench", [])
        return [await join_once(browser, url, room) for _ in range(count + 1)][1:]


def main() -> None:
    """Measure and tell."""
    count = 8 if arguments(__doc__).quick else 25
    if problem := missing_requirement():
        raise SystemExit(problem)
    with own_directories(), ServerProcess(0) as server, talker(server.url()):
        joins = asyncio.run(measured(server.url(), count))
    figures = {name: statistics.median(join[name] for join in joins) for name in FIGURES}
    slowest = {name: max(join[name] for join in joins) for name in FIGURES}
    rows = [[name, figures[name], slowest[name]] for name in FIGURES]
    tell(f"Joining {count} times in a browser", [["figure", "median", "slowest"], *rows], figures)


if __name__ == "__main__":
    main()
