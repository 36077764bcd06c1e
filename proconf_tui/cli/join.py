"""``proconf-tui join``: into a meeting, by invite link, by room name, or the one there is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from proconf_tui.cli import options
from proconf_tui.cli.groups import TakingPart, grouped, settings_under

if TYPE_CHECKING:
    from proconf_tui.config.settings import Settings

_Where = Annotated[
    str | None, typer.Argument(metavar="INVITE-URL|ROOM", help="An invite link or a room's name.")
]
_Wait = Annotated[bool, typer.Option("--wait", help="Wait for the moderator to start the meeting.")]
_Token = Annotated[
    str | None,
    typer.Option(
        metavar="TOKEN",
        help="The access token you were given; PROCONF_TOKEN keeps it out of the list of "
        "processes.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The meeting that is joined, by whom, and what lets them in."""

    where: _Where = None
    room: options.Room = None
    name: options.Name = None
    server: options.Server = None
    wait: _Wait = False
    passcode: options.Passcode = None
    token: _Token = None


@grouped
def join(what: Wanted, how: TakingPart) -> int:
    """Join a meeting; without an argument the one on this machine."""
    from proconf_tui.cli import meeting

    settings = settings_under(what, how)
    destination = find_destination(what.where, what.room, settings)
    show = meeting.presentation(is_headless=how.headless, is_json=how.json)
    chosen = meeting.options_of(
        settings,
        mode="join",
        room=destination.room,
        server_url=destination.server_url,
        token=chosen_token(what.token, destination.token, os.environ),
        passcode=what.passcode,
        wait=what.wait,
        skip_prejoin=how.yes,
    )
    if destination.server_url is not None or not what.wait:
        meeting.check_server(destination.server_url)
    return show(chosen)


def chosen_token(given: str | None, invite: str | None, environ: Mapping[str, str]) -> str | None:
    """Return the token to join with: the option's or the invite's, else the environment's.

    Raises:
        ConfigError: there are both an option and an invite.
    """
    from proconf_tui.errors import ConfigError

    if given and invite:
        raise ConfigError("The invite link holds a token already; leave out --token.")
    return given or invite or environ.get("PROCONF_TOKEN") or None


class Destination(NamedTuple):
    """Where to go; None is for the server, the room or the guest's token that offers itself."""

    server_url: str | None
    room: str | None
    token: str | None


def find_destination(where: str | None, room: str | None, settings: Settings) -> Destination:
    """Return what the argument and the options name together.

    Raises:
        ConfigError: they name no place, or two different ones.
    """
    from proconf_tui.cli.names import checked_room
    from proconf_tui.errors import ConfigError
    from proconf_tui.sdk.address import Invite, ServerAddress

    if room is not None and where is not None:
        raise ConfigError("Name the room once: as the argument or with --room.")
    named = room or where
    if named is not None and "://" in named:
        invite = Invite.parse(named)
        if invite is None:
            return Destination(str(ServerAddress.parse(named)), None, None)
        return Destination(str(invite.server), checked_room(invite.room_id), invite.token)
    url = str(ServerAddress.parse(settings.server)) if settings.server else None
    return Destination(url, checked_room(named) if named is not None else None, None)
