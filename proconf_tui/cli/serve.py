"""``proconf-tui serve``: a server for many meetings, until it is told to stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.server.main import Ready

_EVERY: Final = {"0.0.0.0": "every IPv4 address", "::": "every IPv6 address"}
_THIS_MACHINE: Final = "127.0.0.1"

_Host = Annotated[
    str | None,
    typer.Option(
        metavar="H",
        help=f"The address to listen on, {_THIS_MACHINE} unless you choose; "
        "0.0.0.0 is every IPv4 address, :: every one of both.",
    ),
]
_Lan = Annotated[
    bool,
    typer.Option(
        "--lan",
        help="Listen on every address, with TLS: by a certificate of its own, which invites name, "
        "unless --tls-cert does.",
    ),
]
_Port = Annotated[
    int | None,
    typer.Option(
        metavar="P",
        help="For TCP and UDP, 7880 unless your settings name another; 0 takes one that is free.",
    ),
]
_Guests = Annotated[
    bool, typer.Option("--guests", help="Let people without an invite ask to come in.")
]
_PublicAddress = Annotated[
    list[str] | None,
    typer.Option(
        metavar="IP",
        help="The address to which clients send media, if not this machine's own; up to 8 times. "
        "It does not change where the server listens.",
    ),
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
    *,
    host: _Host = None,
    port: _Port = None,
    lan: _Lan = False,
    tls_cert: options.TlsCert = None,
    tls_key: options.TlsKey = None,
    guests: _Guests = False,
    public_address: _PublicAddress = None,
    allowed_host: options.AllowedHost = None,
    store: _Store = None,
    history_kept: _HistoryKept = "0",
    config: options.Config = None,
) -> None:
    """Run a server."""
    from proconf_tui.cli.durations import seconds_of
    from proconf_tui.config.settings import store_of
    from proconf_tui.server.config import ServerConfig
    from proconf_tui.server.main import serve_forever

    settings = options.load(config, port=port, store=store, tls_cert=tls_cert, tls_key=tls_key)
    history_kept_s = seconds_of(history_kept, "--history-kept", least_s=0)

    serve_forever(
        ServerConfig(
            host=_host(host, is_lan=lan),
            port=settings.port,
            tls_cert=settings.tls_cert,
            tls_key=settings.tls_key,
            is_lan=lan,
            can_guests_join=guests,
            public_addresses=tuple(public_address or ()),
            allowed_hosts=tuple(allowed_host or ()),
            store=store_of(settings),
            history_kept_s=history_kept_s,
        ),
        _announce,
    )


def _host(chosen: str | None, *, is_lan: bool) -> str:
    from proconf_tui.errors import ConfigError
    from proconf_tui.server.own_address import every_address

    if is_lan and chosen is not None:
        raise ConfigError("--lan listens on every address; leave out --host.")
    return every_address() if is_lan else chosen or _THIS_MACHINE


def _announce(ready: Ready) -> None:
    hosts = _joined([_EVERY.get(host, host) for host in ready.hosts])
    # On this machine the pin is known without being said.
    print(f"Serving at {ready.url.partition('#')[0]}; Ctrl-C stops.")
    print(
        f"Listening on {hosts}; media at UDP port {ready.port} of {_joined(ready.media_hosts)}.",
        flush=True,
    )
    if ready.url_for_others is not None:
        print(f"Links for other machines name it {ready.url_for_others}", flush=True)


def _joined(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
