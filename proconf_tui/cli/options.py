"""The options that several commands share, and the settings they add up to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from proconf_tui.config.settings import Settings

_DEVICES: Final = "Devices"

Name = Annotated[
    str | None, typer.Option("--name", metavar="DISPLAY", help="Your name as others see it.")
]
Camera = Annotated[
    str | None,
    typer.Option(metavar="SPEC", help="default, none, test, a name, an index, a file or a URL."),
]
Mic = Annotated[
    str | None, typer.Option(metavar="SPEC", help="default, none, tone, a name or a sound file.")
]
Speaker = Annotated[
    str | None,
    typer.Option(metavar="SPEC", help="default, none, a name, or FILE.wav to record into."),
]
Pixels = Annotated[
    str | None,
    typer.Option(
        metavar="MODE",
        help="How pictures are drawn: auto, half, quadrant, sextant (blocks of 2, 4 or 6 pixels), "
        "256, braille or ascii. With NO_COLOR auto is braille, and the others are grey.",
    ),
]
VideoFit = Annotated[
    str | None,
    typer.Option(metavar="FIT", help="letterbox shows whole pictures, crop fills the tiles."),
]
VideoBudget = Annotated[
    str | None,
    typer.Option(
        metavar="KB",
        help="How many kB/s pictures may write to the terminal; auto: 3000, over SSH 600.",
    ),
]
Theme = Annotated[str | None, typer.Option(metavar="NAME", help="The screen's colours.")]
Config = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Read the settings from this file instead.")
]
LogFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the log there.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Skip the screen before the meeting.")]
Headless = Annotated[
    bool, typer.Option("--headless", help="Take part without a screen, until Ctrl-C.")
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        help="With --headless: one JSON object a line, events out and commands in; "
        "it leaves at the end of its input.",
    ),
]
Room = Annotated[str | None, typer.Option("--room", metavar="NAME", help="The room's name.")]
Port = Annotated[
    int | None,
    typer.Option(
        metavar="P",
        help="For TCP and UDP: 7880 unless your settings name another, or any that is free while "
        "7880 is taken; 0 takes any that is free.",
    ),
]
Server = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="The meeting's server, http(s)://HOST:PORT, with #pin=… where an invite has it.",
    ),
]
TlsCert = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Speak TLS with this certificate in PEM, those of its issuers after it; "
        "goes with --tls-key. Links carry its first name.",
    ),
]
TlsKey = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The certificate's key in PEM, not encrypted.")
]
AllowedHost = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="A name the server is called by, besides those of its certificate; with TLS links "
        "carry the first.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
MaxPeers = Annotated[
    int | None, typer.Option(metavar="N", help="How many may be in the room at once.")
]
Passcode = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        envvar="PROCONF_PASSCODE",
        help="The meeting's passcode; who has an invite link is not asked for it. The "
        "variable keeps it out of the list of processes.",
    ),
]


def load(config: Path | None, **flags: object) -> Settings:
    """Return the settings in force under these flags; None is a flag not given.

    Raises:
        ConfigError: a flag, variable, file or value makes no sense.
    """
    from proconf_tui.config.settings import load_settings

    return load_settings(flags, path=config).settings
