"""From options to a meeting: which way it is shown, and what must be right before it begins."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Literal

from proconf_tui.cli.names import display_name
from proconf_tui.config.local_servers import local_servers
from proconf_tui.config.settings import Settings
from proconf_tui.control.commands import SetProcessing
from proconf_tui.errors import ConfigError, ServerUnreachable
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.tui.options import TuiOptions

_ANSWERS_WITHIN_S: Final = 5.0

Show = Callable[[TuiOptions], int]
"""Takes part in a meeting and returns the exit status."""


def options_of(settings: Settings, mode: Literal["start", "join"], **chosen: Any) -> TuiOptions:
    """Return the meeting's options: what the settings say and what was ``chosen`` for it."""
    return TuiOptions(
        mode=mode,
        name=settings.name or display_name(),
        camera=settings.camera,
        mic=settings.mic,
        speaker=settings.speaker,
        processing=SetProcessing(
            echo_cancellation=settings.echo_cancellation,
            noise_suppression=settings.noise_suppression,
            high_pass=settings.high_pass,
            gain_control=settings.gain_control,
        ),
        pixels=settings.pixels,
        video_fit=settings.video_fit,
        video_budget_kb_per_s=None if settings.video_budget == "auto" else settings.video_budget,
        theme=settings.theme,
        keys=settings.keys,
        log_file=settings.log_file,
        **chosen,
    )


def at(options: TuiOptions, server_url: str) -> TuiOptions:
    """Return the options with the server's address in them."""
    return replace(options, server_url=server_url)


def presentation(*, is_headless: bool, is_json: bool) -> Show:
    """Return how the meeting is shown: on the screen, as lines for people or for a program.

    Raises:
        ConfigError: there is no terminal to show it on, or ``--json`` stands alone.
    """
    if is_headless:
        from proconf_tui.cli.headless import take_part

        return lambda options: take_part(options, is_json=is_json)
    if is_json:
        raise ConfigError("--json goes with --headless.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("The meeting screen needs a terminal; use --headless without one.")
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown"):
        raise ConfigError("This terminal cannot show a screen (TERM is dumb); use --headless.")
    return _on_screen


def check_server(url: str | None) -> None:
    """See that something answers at the server's address, before a screen is opened for it.

    Raises:
        ServerUnreachable: no server runs on this machine, or nothing answers at ``url``.
    """
    if url is None:
        if not local_servers():
            raise ServerUnreachable(
                "No meeting runs on this machine; start one with: proconf-tui start"
            )
        return
    server = ServerAddress.parse(url)
    try:
        socket.create_connection((server.host, server.port), _ANSWERS_WITHIN_S).close()
    except (OSError, UnicodeError) as error:
        raise ServerUnreachable(
            f"No server answers at {server.url}; check the address and the network."
        ) from error


def _on_screen(options: TuiOptions) -> int:
    from proconf_tui.tui.launch import launch

    result = launch(options)
    if result.message:
        print(result.message, file=sys.stderr)
    return result.exit_code
