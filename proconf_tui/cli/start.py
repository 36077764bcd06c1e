"""``proconf-tui start``: a server of one's own, and the meeting on it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.cli.server_process import ServerProcess
    from proconf_tui.config.settings import Settings

_OpenToAll = Annotated[bool, typer.Option("--open", help="Nobody has to wait to be admitted.")]


def start(
    *,
    room: options.Room = None,
    name: options.Name = None,
    open_to_all: _OpenToAll = False,
    passcode: options.Passcode = None,
    max_peers: options.MaxPeers = None,
    server: options.Server = None,
    port: options.Port = None,
    camera: options.Camera = None,
    mic: options.Mic = None,
    speaker: options.Speaker = None,
    pixels: options.Pixels = None,
    video_fit: options.VideoFit = None,
    video_budget: options.VideoBudget = None,
    theme: options.Theme = None,
    config: options.Config = None,
    log_file: options.LogFile = None,
    yes: options.Yes = False,
    headless: options.Headless = False,
    json: options.Json = False,
) -> int:
    """Start a meeting and be its moderator."""
    from proconf_tui.cli import meeting, names
    from proconf_tui.cli.values import checked_passcode, checked_seats

    passcode, max_peers = checked_passcode(passcode), checked_seats(max_peers)
    settings = options.load(
        config,
        name=name,
        camera=camera,
        mic=mic,
        speaker=speaker,
        pixels=pixels,
        video_fit=video_fit,
        video_budget=video_budget,
        theme=theme,
        log_file=log_file,
        server=server,
        port=port,
    )
    show = meeting.presentation(is_headless=headless, is_json=json)
    chosen = meeting.options_of(
        settings,
        mode="start",
        room=names.checked_room(room) if room is not None else names.room_name(),
        passcode=passcode,
        locked=not open_to_all,
        max_peers=max_peers,
        skip_prejoin=yes,
    )
    if settings.server is not None:
        return show(meeting.at(chosen, settings.server))
    with _own_server(settings, is_port_chosen=port is not None) as own:
        # The screen is drawn while the server starts.
        status = show(replace(chosen, await_server=own.url, server_problem=own.problem))
        if status == 0 and not headless:
            _leave_running(own, chosen.room)
        return status


def _own_server(settings: Settings, *, is_port_chosen: bool) -> ServerProcess:
    from proconf_tui.cli.server_process import ServerProcess
    from proconf_tui.config.settings import DEFAULT_PORT

    if is_port_chosen or settings.port != DEFAULT_PORT:
        return ServerProcess(settings.port)
    return ServerProcess(DEFAULT_PORT, 0)


def _leave_running(server: ServerProcess, room: str | None) -> None:
    """Keep the server for the others if the meeting goes on without its starter."""
    from proconf_tui.cli.occupancy import is_somebody_in

    if server.pid is not None and is_somebody_in(server.url(), room):
        server.keep()
        print(
            f"The meeting goes on; its server (process {server.pid}) ends when all have left.",
            file=sys.stderr,
        )
