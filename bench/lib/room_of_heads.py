"""A room full of people who talk, behind the control link of an agent: a program of its own.

    python -m bench.lib.room_of_heads DIRECTORY OTHERS FPS

It plays the agent for one screen, which runs the command that is printed. The pictures are decoded
before, and are scaled and handed over by the agent's own `PictureFeed`, when they are asked for:
all that it takes is on this process's account, and none on the screen's. It ends with its stdin.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import av
import msgspec

from bench.lib.talking_head import decoded, film
from proconf_tui.agent.pictures import PictureFeed
from proconf_tui.control.commands import AttachScreen, ShowTiles
from proconf_tui.protocol.ids import Label, PeerId
from tests.support.fake_agent import FakeAgent, peer

FILMS: Final = 4
FRAMES: Final = 60
_PHASE_S: Final = 0.637
"""From person to person, so that their pictures come neither together nor are the same."""


class Heads:
    """Which picture of each person is the newest."""

    def __init__(self, directory: Path, people: list[PeerId | None], fps: int) -> None:
        seeds = range(min(FILMS, len(people)))
        films = [decoded(film(directory, seed, FRAMES, fps)) for seed in seeds]
        self._films = {one: films[n % len(films)] for n, one in enumerate(people)}
        self._phases_s = {one: n * _PHASE_S for n, one in enumerate(people)}
        self._fps = fps

    def frame_of(self, peer_id: PeerId | None, label: Label) -> av.VideoFrame | None:
        """Return what is to be seen now; films run to and fro, without a jump."""
        shown = self._films[peer_id]
        number = int((time.monotonic() + self._phases_s[peer_id]) * self._fps)
        place = number % (2 * len(shown) - 2)
        return shown[min(place, 2 * len(shown) - 2 - place)]

    def is_camera(self, peer_id: PeerId | None) -> bool:
        """Return whether they look as if they sat before this machine."""
        return peer_id is None


class HeadsAgent(FakeAgent):
    """Shows one screen these heads, by the agent's own means."""

    def __init__(self, directory: Path, heads: Heads) -> None:
        super().__init__(directory)
        self._heads = heads
        self._feed: PictureFeed | None = None
        self._feeding: asyncio.Task[None] | None = None
        self.answer(AttachScreen, self._attach_feed)
        self.answer(ShowTiles, self._show_heads)

    async def __aexit__(self, *error: object) -> None:
        if self._feed is not None and self._feeding is not None:
            self._feeding.cancel()
            await asyncio.gather(self._feeding, return_exceptions=True)
            self._feed.close()
        await super().__aexit__(*error)

    async def _attach_feed(self, command: AttachScreen) -> None:
        self._feed = PictureFeed(Path(command.pictures), self._heads)
        self._feeding = asyncio.create_task(self._feed.run())

    async def _show_heads(self, command: ShowTiles) -> None:
        assert self._feed is not None
        await self._feed.show(command.tiles)


async def run(directory: Path, others: int, fps: int) -> None:
    """Play the agent until stdin ends."""
    people = [peer(f"Person {number}") for number in range(1, others + 1)]
    heads = Heads(directory, [None, *(one.peer_id for one in people)], fps)
    with tempfile.TemporaryDirectory(prefix="proconf-bench-") as own:
        async with HeadsAgent(Path(own), heads) as agent:
            agent.snapshot = msgspec.structs.replace(agent.snapshot, peers=people)
            print(json.dumps(agent.command), flush=True)
            await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Run as the module's docstring says."""
    directory, others, fps = sys.argv[1:]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(Path(directory), int(others), int(fps)))


if __name__ == "__main__":
    main()
