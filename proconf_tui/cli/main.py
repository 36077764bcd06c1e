"""The table of commands, and the one place where a mistake becomes a sentence and an exit status.

It imports no subsystem, so that ``--help`` is quick: each command's file does, when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from proconf_tui import __version__
from proconf_tui.cli import config, crash, devices, doctor, join, rooms, serve, start, token
from proconf_tui.errors import ProconfError

PROGRAM: Final = "proconf-tui"

app = typer.Typer(
    name=PROGRAM,
    # Plain help text loads in a third of the time of the decorated one.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(start.start)
app.command()(join.join)
app.command()(serve.serve)
app.add_typer(rooms.app, name="rooms")
app.add_typer(token.app, name="token")
app.command()(devices.devices)
app.command()(doctor.doctor)
app.add_typer(config.app, name="config")


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    """Meetings in the terminal: voice, video, chat and moderation, with the server inside."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command line and return the exit status; an error is one line on stderr."""
    arguments = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    crash.install()
    if arguments == ["--version"]:
        print(f"{PROGRAM} {__version__}")
        return 0
    try:
        status = typer.main.get_command(app).main(arguments, PROGRAM, standalone_mode=False)
    except typer.TyperException as error:
        return _complain(error.format_message() or "Say what to do; see --help.", error.exit_code)
    except typer.Abort:
        return _complain("Stopped.", 1)
    except ProconfError as error:
        return _fail(error)
    return status if isinstance(status, int) else 0


def _fail(error: ProconfError) -> int:
    from proconf_tui.tui import outcome

    result = outcome.of_error(error)
    return _complain(result.message or error.message, result.exit_code)


def _complain(message: str, status: int) -> int:
    from proconf_tui.protocol.text import clean

    print(f"{PROGRAM}: {clean(message)}", file=sys.stderr)
    return status
