"""``proconf-tui serve``: a server for many meetings, until it is told to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from proconf_tui.cli import options

_Host = Annotated[
    str,
    typer.Option(
        metavar="H",
        help="The address to listen on; 0.0.0.0 is every IPv4 address, :: every one of both.",
    ),
]
_Guests = Annotated[
    bool, typer.Option("--guests", help="Let people without an invite ask to come in.")
]
_PublicAddress = Annotated[
    list[str] | None,
    typer.Option(
        metavar="IP",
        help="An address clients reach, if not this machine's own; may be given up to 8 times.",
    ),
]
_AllowedHost = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="A name this server is called by.")
]
_Store = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="Where rooms are kept: sqlite:FILE (in the data directory unless you choose) "
        "or memory.",
    ),
]
_HistoryKept = Annotated[
    str, typer.Option(metavar="TIME", help="How long after its end a meeting's history is kept.")
]


def serve(
    host: _Host = "127.0.0.1",
    port: options.Port = None,
    guests: _Guests = False,
    public_address: _PublicAddress = None,
    allowed_host: _AllowedHost = None,
    store: _Store = None,
    history_kept: _HistoryKept = "0",
    config: options.Config = None,
) -> None:
    """Run a server."""
    from proconf_tui.cli.durations import seconds_of
    from proconf_tui.config.settings import store_of
    from proconf_tui.server.config import ServerConfig
    from proconf_tui.server.main import Ready, serve_forever

    settings = options.load(config, port=port, store=store)
    history_kept_s = seconds_of(history_kept, "--history-kept", least_s=0)

    def announce(ready: Ready) -> None:
        print(f"Serving at {ready.url}; Ctrl-C stops.", flush=True)

    serve_forever(
        ServerConfig(
            host=host,
            port=settings.port,
            can_guests_join=guests,
            public_addresses=tuple(public_address or ()),
            allowed_hosts=tuple(allowed_host or ()),
            store=store_of(settings),
            history_kept_s=history_kept_s,
        ),
        announce,
    )
