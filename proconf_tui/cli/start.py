"""``proconf-tui start``: a server of one's own, and the meeting on it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from proconf_tui.cli import options
from proconf_tui.cli.groups import TakingPart, grouped, settings_under

if TYPE_CHECKING:
    from proconf_tui.cli.server_process import ServerProcess
    from proconf_tui.config.settings import Settings
    from proconf_tui.tui.options import TuiOptions

_OpenToAll = Annotated[bool, typer.Option("--open", help="Nobody has to wait to be admitted.")]
_Lan = Annotated[
    bool,
    typer.Option(
        "--lan",
        help="Let people on other machines of your network come, with TLS; the invite names "
        "this machine and its certificate.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """The meeting that is started, by whom, and on which server."""

    room: options.Room = None
    name: options.Name = None
    open_to_all: _OpenToAll = False
    passcode: options.Passcode = None
    max_peers: options.MaxPeers = None
    server: options.Server = None
    port: options.Port = None
    lan: _Lan = False
    tls_cert: options.TlsCert = None
    tls_key: options.TlsKey = None
    allowed_host: options.AllowedHost = None


@grouped
def start(what: NewMeeting, how: TakingPart) -> int:
    """Start a meeting and be its moderator."""
    from proconf_tui.cli import meeting

    chosen, settings = _chosen(what, how)
    show = meeting.presentation(is_headless=how.headless, is_json=how.json)
    if settings.server is not None:
        return show(meeting.at(chosen, settings.server))
    with _own_server(settings, what) as own:
        # The screen is drawn while the server starts.
        status = show(replace(chosen, await_server=own.url, server_problem=own.problem))
        if status == 0 and not how.headless:
            _leave_running(own, chosen.room)
        return status


def _chosen(what: NewMeeting, how: TakingPart) -> tuple[TuiOptions, Settings]:
    """Return what was chosen for the meeting, and for the server that it is on."""
    from proconf_tui.cli import meeting, names
    from proconf_tui.cli.values import checked_passcode, checked_seats

    passcode, max_peers = checked_passcode(what.passcode), checked_seats(what.max_peers)
    settings = settings_under(what, how)
    if settings.server is not None:
        _refuse_beside(settings.server, what)
    chosen = meeting.options_of(
        settings,
        mode="start",
        room=names.checked_room(what.room) if what.room is not None else names.room_name(),
        passcode=passcode,
        locked=not what.open_to_all,
        max_peers=max_peers,
        skip_prejoin=how.yes,
    )
    return chosen, settings


def _refuse_beside(server: str, what: NewMeeting) -> None:
    from proconf_tui.errors import ConfigError

    given = {
        "--lan": what.lan,
        "--tls-cert": what.tls_cert,
        "--tls-key": what.tls_key,
        "--allowed-host": what.allowed_host,
    }
    for option, value in given.items():
        if value:
            raise ConfigError(
                f"{option} is for a server of your own, and the server {server} is named; "
                "leave out one of them."
            )


def _own_server(settings: Settings, what: NewMeeting) -> ServerProcess:
    from proconf_tui.cli.server_process import ServerProcess
    from proconf_tui.config.settings import DEFAULT_PORT

    names = tuple(what.allowed_host or ())
    chosen = _tls_options(settings, names, is_lan=what.lan)
    chosen += [part for name in names for part in ("--allowed-host", name)]
    if what.port is not None or settings.port != DEFAULT_PORT:
        return ServerProcess(settings.port, options=chosen)
    return ServerProcess(DEFAULT_PORT, 0, options=chosen)


def _tls_options(settings: Settings, names: tuple[str, ...], *, is_lan: bool) -> list[str]:
    """Return how the server is told, once it is sure that it can do so."""
    files = {"--tls-cert": settings.tls_cert, "--tls-key": settings.tls_key}
    chosen = [part for name, path in files.items() if path for part in (name, str(path))]
    if is_lan:
        chosen.append("--lan")
    if chosen:
        from proconf_tui.server.config import ServerConfig
        from proconf_tui.server.own_address import every_address
        from proconf_tui.server.tls import check

        tls = ServerConfig(
            allowed_hosts=names,
            tls_cert=settings.tls_cert,
            tls_key=settings.tls_key,
            is_lan=is_lan,
        )
        check(replace(tls, host=every_address()) if is_lan else tls)
    return chosen


def _leave_running(server: ServerProcess, room: str | None) -> None:
    """Keep the server for the others if the meeting goes on without its starter."""
    from proconf_tui.cli.occupancy import is_somebody_in

    if server.pid is not None and is_somebody_in(server.url(), room):
        server.keep()
        print(
            f"The meeting goes on; its server (process {server.pid}) ends when all have left.",
            file=sys.stderr,
        )
