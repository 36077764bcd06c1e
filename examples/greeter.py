"""A bot that greets who joins, notes who spoke for how long, and prints a table in the end.

    python examples/greeter.py                                      # the meeting on this machine
    python examples/greeter.py myRoom
    python examples/greeter.py 'http://HOST:PORT/j/myRoom#TOKEN'    # an invite link

Ctrl-C, or the end of the meeting, ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from typing import Any

from proconf_tui import Invite, ProconfManager, Room
from proconf_tui.errors import ProconfError


class Record:
    """Who spoke for how long; a new list of speakers ends the turns of the one before."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._seconds: dict[str, float] = defaultdict(float)
        self._speaking: list[str] = []
        self._since = time.monotonic()

    def speakers_changed(self, event: dict[str, Any]) -> None:
        now = time.monotonic()
        for name in self._speaking:
            self._seconds[name] += now - self._since
        self._since = now
        peers = [self._room.remote_peer_exists(peer_id) for peer_id in event["peerIds"]]
        self._speaking = [peer.name for peer in peers if peer is not None]
        if self._speaking:
            print(f"Speaking: {', '.join(self._speaking)}", flush=True)

    def table(self) -> str:
        self.speakers_changed({"peerIds": []})
        longest_first = sorted(self._seconds.items(), key=lambda entry: -entry[1])
        lines = [f"{name:<30}{seconds:>8.1f} s" for name, seconds in longest_first]
        return "\n".join(["Who spoke", *lines]) if lines else "Nobody spoke."


async def attend(place: str | None) -> None:
    invite = Invite.parse(place) if place else None
    server, token = (str(invite.server), invite.token) if invite else (None, None)
    async with ProconfManager(server, token=token) as manager:
        name = invite.room_id if invite else place
        room = await manager.join_meeting(name, "Greeter", has_media=False)
        record = Record(room)

        async def greet(peer: dict[str, Any]) -> None:
            await room.local_peer.send_data(f"Welcome, {peer['name']}!", label="chat")

        room.on("new-peer-joined", greet)
        room.on("active-speakers-change", record.speakers_changed)
        print(f"In {room.room_id}.", flush=True)
        try:
            async for _ in room.events():
                pass  # until the meeting is over
        finally:
            print(record.table(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Greet, and note who spoke for how long.")
    parser.add_argument("place", nargs="?", help="a room's name or an invite link")
    try:
        asyncio.run(attend(parser.parse_args().place))
    except KeyboardInterrupt:
        pass
    except ProconfError as error:
        sys.exit(str(error))
