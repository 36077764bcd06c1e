"""``proconf-tui token``: what lets somebody into a room, signed with this user's API key.

A token or a link stands alone on standard output, for ``$(…)``. The key is made now where there is
none yet: the server takes the same one on its first start.
"""

from __future__ import annotations

from typing import Annotated

import typer

from proconf_tui.cli import options

app = typer.Typer(help="Make access tokens.", rich_markup_mode=None)

_Room = Annotated[str | None, typer.Option(metavar="NAME", help="The room it opens.")]
_Role = Annotated[
    str | None,
    typer.Option(
        metavar="ROLE",
        help="guest (unless you choose), host or moderator, coHost, speaker, listener or bot.",
    ),
]
_Identity = Annotated[
    str | None, typer.Option(metavar="ID", help="Who it is for; a block binds to it.")
]
_Name = Annotated[str | None, typer.Option(metavar="DISPLAY", help="Their name as others see it.")]
_Ttl = Annotated[
    str | None, typer.Option(metavar="TIME", help="How long it can be used: 10m, a link 12h.")
]
_Metadata = Annotated[str | None, typer.Option(metavar="JSON", help="A JSON object about them.")]
_Permission = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=BOOL",
        help="What differs from the role's rights: can_produce=false, "
        "can_produce_sources.cam=false …",
    ),
]
_Invite = Annotated[
    bool,
    typer.Option(
        "--invite",
        help="Print an invite link, which makes many guests; they are asked for no passcode.",
    ),
]
_Link = Annotated[
    bool,
    typer.Option(
        "--link",
        help="Print the token as a link, for browsers and for join: with --role host a "
        "moderator's. Whoever has it comes in as that one person.",
    ),
]
_Api = Annotated[bool, typer.Option("--api", help="Print a token for the HTTP API.")]


@app.callback()
def _token() -> None:
    """Make access tokens."""


@app.command("create")
def create_token(
    *,
    room: _Room = None,
    role: _Role = None,
    identity: _Identity = None,
    name: _Name = None,
    ttl: _Ttl = None,
    metadata: _Metadata = None,
    max_peers: options.MaxPeers = None,
    permission: _Permission = None,
    invite: _Invite = False,
    link: _Link = False,
    api: _Api = False,
    server: options.Server = None,
    config: options.Config = None,
    json: options.AsJson = False,
) -> None:
    """Print a token that lets somebody into a room."""
    from proconf_tui.cli import minting
    from proconf_tui.cli.tables import json_text
    from proconf_tui.config.credentials import load_or_create_credentials
    from proconf_tui.errors import ConfigError

    if api + invite + link > 1:
        raise ConfigError("Choose one of --api, --invite and --link.")
    settings = options.load(config, server=server)
    key = load_or_create_credentials()
    wanted = minting.Wanted(room, role, identity, name, ttl, metadata, max_peers, permission)
    if api:
        made = minting.api_token(key, wanted)
    elif invite:
        made = minting.invite(key, wanted, settings)
    elif link:
        made = minting.link(key, wanted, settings)
    else:
        made = minting.access_token(key, wanted)
    print(json_text(made.as_json()) if json else made.shown)
