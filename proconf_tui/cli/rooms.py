"""``proconf-tui rooms``: what runs on a server whose API key is at hand."""

from __future__ import annotations

import typer

from proconf_tui.cli import options

app = typer.Typer(help="See the rooms of a server.", rich_markup_mode=None)


@app.callback()
def _rooms() -> None:
    """See the rooms of a server."""


@app.command("list")
def list_rooms(server: options.Server = None, config: options.Config = None) -> None:
    """List the rooms of a server; without --server those on this machine."""
    import asyncio

    from proconf_tui.config.credentials import load_credentials
    from proconf_tui.config.local_servers import local_servers
    from proconf_tui.errors import ConfigError, ServerUnreachable
    from proconf_tui.protocol.text import clean
    from proconf_tui.sdk.service import RoomService

    settings = options.load(config, server=server)
    urls = [settings.server] if settings.server else [each.url for each in local_servers()]
    if not urls:
        raise ServerUnreachable("No server runs on this machine; name one with --server URL.")
    credentials = load_credentials()
    if credentials is None:
        raise ConfigError("There is no API key here; set PROCONF_API_KEY and PROCONF_API_SECRET.")
    for url in urls:
        service = RoomService(url, credentials.api_key, credentials.api_secret)
        for room in asyncio.run(service.list_rooms()):
            print(f"{url}  {clean(str(room.get('roomId', '')))}")
