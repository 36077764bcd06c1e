"""``proconf-tui rooms``: make, see and end rooms on a server whose API key is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.cli.servers import FoundRoom

app = typer.Typer(help="Make, see and end the rooms of a server.", rich_markup_mode=None)

RoomName = Annotated[str, typer.Argument(metavar="NAME", help="The room's name.")]

_NewName = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Its name; one is made up without.")
]
_Locked = Annotated[
    bool, typer.Option("--locked", help="People wait until a moderator admits them.")
]
_Expires = Annotated[
    str | None, typer.Option(metavar="TIME", help="End it after a time like 90m, 2h or 1d.")
]
_Metadata = Annotated[
    str | None, typer.Option(metavar="JSON", help="A JSON object that everybody in it sees.")
]


@app.command("create")
def create_room(
    name: _NewName = None,
    *,
    locked: _Locked = False,
    passcode: options.Passcode = None,
    max_peers: options.MaxPeers = None,
    expires: _Expires = None,
    metadata: _Metadata = None,
    server: options.Server = None,
    config: options.Config = None,
    json: options.AsJson = False,
) -> None:
    """Make a room; without --server on the newest server of this machine."""
    import asyncio

    from proconf_tui.cli.durations import seconds_of
    from proconf_tui.cli.names import checked_room
    from proconf_tui.cli.servers import FoundRoom, managed_servers
    from proconf_tui.cli.values import checked_passcode, checked_seats, json_object
    from proconf_tui.protocol.limits import ROOM_METADATA_BYTES

    room_id = checked_room(name) if name is not None else None
    about = json_object(metadata, "--metadata", ROOM_METADATA_BYTES) if metadata else None
    expires_s = seconds_of(expires, "--expires") if expires is not None else None
    passcode, max_peers = checked_passcode(passcode), checked_seats(max_peers)
    chosen = managed_servers(options.load(config, server=server))[0]
    making = chosen.service.create_room(
        room_id,
        room_locked=locked,
        metadata=about,
        max_peers=max_peers,
        expires_s=expires_s,
        passcode=passcode,
    )
    _print_made(FoundRoom(chosen, asyncio.run(making)), is_json=json)


@app.command("list")
def list_rooms(
    server: options.Server = None, config: options.Config = None, json: options.AsJson = False
) -> None:
    """List the rooms of a server; without --server those on this machine."""
    import asyncio

    from proconf_tui.cli import rooms_text, servers
    from proconf_tui.cli.tables import json_text

    asked = servers.managed_servers(options.load(config, server=server))
    found = asyncio.run(servers.list_rooms(asked))
    if json:
        print(json_text([rooms_text.as_json(room) for room in found]))
    elif found:
        print(rooms_text.as_table(found))
    else:
        print(f"There are no rooms on {', '.join(each.url for each in asked)}.")


@app.command("show")
def show_room(
    name: RoomName,
    server: options.Server = None,
    config: options.Config = None,
    json: options.AsJson = False,
) -> None:
    """Show one room and who is in it."""
    from proconf_tui.cli import rooms_text
    from proconf_tui.cli.tables import json_text

    room = _found(name, server, config)
    print(json_text(rooms_text.as_json(room)) if json else rooms_text.as_page(room))


@app.command("end")
def end_room(
    name: RoomName,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    server: options.Server = None,
    config: options.Config = None,
    json: options.AsJson = False,
) -> None:
    """End a room for everybody in it."""
    import asyncio

    from proconf_tui.cli.tables import json_text

    room = _found(name, server, config)
    room_id, url = room.info["roomId"], room.server.url
    if not yes:
        _ask_before_ending(room)
    asyncio.run(room.server.service.end_room(room_id))
    if json:
        print(json_text({"roomId": room_id, "server": url, "isEnded": True}))
    else:
        print(f"The room {room_id} on {url} has ended.")


def _ask_before_ending(room: FoundRoom) -> None:
    import sys

    from proconf_tui.errors import ConfigError

    if not sys.stdin.isatty():
        raise ConfigError("Without a terminal nobody can be asked; add --yes to end the room.")
    count = len(room.info["peers"])
    people = f"{count} in" if count else "nobody is in"
    question = f"End the room {room.info['roomId']} on {room.server.url} ({people})? [y/N] "
    # Standard output is for what the command answers.
    print(question, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


def _found(name: str, server: str | None, config: options.Config) -> FoundRoom:
    import asyncio

    from proconf_tui.cli.names import checked_room
    from proconf_tui.cli.servers import find_room, managed_servers

    servers = managed_servers(options.load(config, server=server))
    return asyncio.run(find_room(servers, checked_room(name)))


def _print_made(room: FoundRoom, *, is_json: bool) -> None:
    from proconf_tui.cli import rooms_text
    from proconf_tui.cli.tables import json_text

    if is_json:
        print(json_text(rooms_text.as_json(room)))
        return
    room_id, url = room.info["roomId"], room.server.url
    create = f"proconf-tui token create --room {room_id}"
    print(
        f"Made the room {room_id} on {url}.{rooms_text.conditions(room)} To let people in:\n"
        f"  {create} --role host --link    a link for its moderator\n"
        f"  {create} --invite              a link for many guests\n"
        f"  {create}                       a token for one guest\n"
        f"Who has a token joins with: proconf-tui join --server {url} --token TOKEN"
    )
