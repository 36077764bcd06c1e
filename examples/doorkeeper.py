"""A moderator that lets in who stands on a list and sends everybody else away.

    export PROCONF_TOKEN=$(proconf-tui token create --room myRoom --role coHost --ttl 12h)
    python examples/doorkeeper.py myRoom guests.txt
    python examples/doorkeeper.py myRoom guests.txt --server http://HOST:PORT

The list has on each line the identity that a token was made for, with
``proconf-tui token create --room myRoom --identity ida@example.org``; lines that begin with # say
nothing. Ctrl-C, or the end of the meeting, ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path

from proconf_tui import ProconfManager, Room
from proconf_tui.errors import ConnectionLost, PeerNotFound, ProconfError, RoomFull


def read_list(path: Path) -> set[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line and not line.startswith("#")}


async def answer_the_door(room: Room, welcome: set[str], *, trusts_names: bool) -> None:
    """Decide about everybody who waits, as far as that can be done now."""
    waiting = room.state_view.lobby.values() if room.state_view else ()
    for guest in list(waiting):
        # ANYBODY CAN CALL THEMSELVES ANYTHING: a name is a wish, only an identity is vouched for.
        called = {guest.identity, guest.name} if trusts_names else {guest.identity}
        # Given up meanwhile; or there is no seat or no connection, and the next event tries again.
        with contextlib.suppress(PeerNotFound, RoomFull, ConnectionLost):
            if welcome & called:
                await room.admit_peer(guest.peer_id)
                print(f"{guest.name} is on the list and was let in.", flush=True)
            else:
                await room.deny_peer(guest.peer_id)
                print(f"{guest.name} is not on the list and was sent away.", flush=True)


async def keep_the_door(arguments: argparse.Namespace, token: str) -> None:
    welcome, trusts_names = read_list(arguments.guests), arguments.trust_names
    async with ProconfManager(arguments.server) as manager:
        room = await manager.join_room(arguments.room, token, has_media=False)
        events = room.events()
        await room.update_room_controls(room_locked=True)
        print(f"The door of {room.room_id} is locked and minded.", flush=True)
        await answer_the_door(room, welcome, trusts_names=trusts_names)
        async for _ in events:  # whatever has happened, somebody may wait now
            await answer_the_door(room, welcome, trusts_names=trusts_names)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Let in who stands on a list.")
    parser.add_argument("room", help="the room's name")
    parser.add_argument("guests", type=Path, help="a file with an identity on each line")
    parser.add_argument("--trust-names", action="store_true", help="let in by mere names, too")
    parser.add_argument("--server", help="http://HOST:PORT, if not on this machine")
    chosen = parser.parse_args()
    if not (token := os.environ.get("PROCONF_TOKEN")):
        parser.error("put a moderator's token into PROCONF_TOKEN")
    try:
        asyncio.run(keep_the_door(chosen, token))
    except KeyboardInterrupt:
        pass
    except (ProconfError, OSError) as error:
        sys.exit(str(error))
