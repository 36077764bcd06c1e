"""A moderator that lets in who stands on a list and sends everybody else away.

    token=$(proconf-tui token create --room myRoom --role coHost)
    python examples/doorkeeper.py myRoom guests.txt "$token"
    python examples/doorkeeper.py myRoom guests.txt "$token" --server http://HOST:PORT

The list has a name or an identity (the one a token was made for) on each line; lines that begin
with # say nothing. Ctrl-C, or the end of the meeting, ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from proconf_tui import ProconfManager, Room
from proconf_tui.errors import PeerNotFound, ProconfError


def read_list(path: Path) -> set[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line and not line.startswith("#")}


async def answer_the_door(room: Room, welcome: set[str]) -> None:
    """Decide about everybody who waits; who has given up meanwhile needs no decision."""
    waiting = room.state_view.lobby.values() if room.state_view else ()
    for guest in list(waiting):
        with contextlib.suppress(PeerNotFound):
            if welcome & {guest.name, guest.identity}:
                await room.admit_peer(guest.peer_id)
                print(f"{guest.name} is on the list and was let in.", flush=True)
            else:
                await room.deny_peer(guest.peer_id)
                print(f"{guest.name} is not on the list and was sent away.", flush=True)


async def keep_the_door(arguments: argparse.Namespace) -> None:
    welcome = read_list(arguments.guests)
    async with ProconfManager(arguments.server) as manager:
        room = await manager.join_room(arguments.room, arguments.token, has_media=False)
        events = room.events()
        await room.update_room_controls(room_locked=True)
        print(f"The door of {room.room_id} is locked and minded.", flush=True)
        await answer_the_door(room, welcome)
        async for _ in events:  # whatever has happened, somebody may wait now
            await answer_the_door(room, welcome)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Let in who stands on a list.")
    parser.add_argument("room", help="the room's name")
    parser.add_argument("guests", type=Path, help="a file with a name or an identity on each line")
    parser.add_argument("token", help="a moderator's access token")
    parser.add_argument("--server", help="http://HOST:PORT, if not on this machine")
    try:
        asyncio.run(keep_the_door(parser.parse_args()))
    except KeyboardInterrupt:
        pass
    except (ProconfError, OSError) as error:
        sys.exit(str(error))
