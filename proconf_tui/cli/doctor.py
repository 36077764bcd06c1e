"""``proconf-tui doctor``: what this machine has and lacks for a meeting, and what helps."""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.config.settings import PixelMode
    from proconf_tui.control.screen import DeviceInfo, DeviceList
    from proconf_tui.tui.video.capabilities import Capabilities


class Finding(NamedTuple):
    """One line; ``advice`` is what to do where it is not ok."""

    level: Literal["ok", "warn", "fail"]
    what: str
    advice: str = ""


def doctor(config: options.Config = None, json: options.AsJson = False) -> int:
    """Check this machine and say what is missing."""
    import asyncio

    from proconf_tui.agent.device_list import list_devices
    from proconf_tui.cli.tables import json_text

    settings = options.load(config)
    findings = [
        _python(),
        *_devices(asyncio.run(list_devices())),
        _sound_processing(),
        _terminal(settings.pixels),
        port(settings.port),
        *certificate(settings.tls_cert, settings.tls_key),
        _network(),
        *_directories(),
    ]
    if json:
        print(json_text([finding._asdict() for finding in findings]))
    else:
        for finding in findings:
            print(f"{finding.level:4}  {finding.what} {finding.advice}".rstrip())
    return 1 if any(finding.level == "fail" for finding in findings) else 0


def _python() -> Finding:
    return Finding("ok", f"Python {platform.python_version()}.")


def _devices(found: DeviceList) -> Iterator[Finding]:
    if found.audio_problem:
        yield Finding("warn", found.audio_problem)
    else:
        yield Finding("ok", "PortAudio is here.")
        yield _listed("microphone", found.microphones, "Plug one in, or use --mic none.")
        yield _listed("loudspeaker", found.speakers, "Plug one in, or use --speaker none.")
    yield _listed("camera", found.cameras, "Plug one in, or use --camera none.")


def _listed(kind: str, found: list[DeviceInfo], advice: str) -> Finding:
    if not found:
        return Finding("warn", f"No {kind} was found.", advice)
    count = f"{len(found)} {kind}" + ("s" if len(found) > 1 else "")
    return Finding("ok", f"{count}: {', '.join(device.name for device in found)}.")


def _sound_processing() -> Finding:
    from proconf_tui.media.webrtc_audio import is_available

    if is_available():
        return Finding("ok", "pywebrtc-audio is here: echo and noise are taken out.")
    return Finding(
        "warn",
        "pywebrtc-audio is missing: no noise suppression, and echo is only lowered.",
        "pip install pywebrtc-audio, where it has wheels.",
    )


def _terminal(pixels: PixelMode) -> Finding:
    from proconf_tui.tui.video.probe import Probe

    name = os.environ.get("TERM", "dumb")
    if not sys.stdout.isatty():
        return Finding("warn", "This is no terminal.", "Only --headless works here.")
    if name in ("dumb", "unknown"):
        return Finding("fail", f"TERM is {name}.", "Use --headless, or a terminal with a screen.")
    with Probe(os.environ, 0, 1) as probe:
        return pictures(pixels, probe.finish(), name)


def pictures(pixels: PixelMode, capabilities: Capabilities, term: str) -> Finding:
    """Return how pictures are drawn on a terminal that can do this; ``term`` is its TERM."""
    from proconf_tui.tui.video.capabilities import choose

    mode, since = choose(pixels, capabilities)
    shown = "24-bit colour" if capabilities.has_rgb else "256 colours"
    what = (
        f"The terminal ({capabilities.terminal or term}) shows "
        f"{shown if capabilities.has_256 else 'text'}; "
        f"pictures are drawn in {mode.label}, since {since}."
    )
    if not capabilities.has_unicode:
        return Finding("warn", what, "Set LANG to a locale with UTF-8.")
    if capabilities.is_colourless:
        return Finding("warn", what, "Unset NO_COLOR to see pictures in colour.")
    if not capabilities.has_rgb:
        advice = "If it has 24-bit colour, set COLORTERM=truecolor; ssh often loses it."
        return Finding("warn", what, advice)
    return Finding("ok", what)


def port(number: int) -> Finding:
    """Return whether a server could listen on this port, TCP and UDP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM and os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                return Finding(
                    "warn", f"Port {number} is in use.", "Another server may run; choose --port."
                )
    return Finding("ok", f"Port {number} is free.")


def certificate(cert: Path | None, key: Path | None) -> Iterator[Finding]:
    """Say whether a server can use the certificate of the settings, if they have one."""
    from datetime import UTC, datetime

    from proconf_tui.errors import ConfigError
    from proconf_tui.server.certificate_files import check_files

    try:
        check_files(cert, key, datetime.now(UTC))
    except ConfigError as error:
        yield Finding("fail", str(error))
    else:
        if cert is not None:
            yield Finding("ok", f"The certificate {cert} can be used.")


def _network() -> Finding:
    from proconf_tui.config.interfaces import addresses_for_others

    found = addresses_for_others()
    if not found:
        return Finding("warn", "There is no network.", "Without one --lan cannot be used.")
    return Finding("ok", f"With --lan other machines reach this one at {found[0].ip}.")


def _directories() -> Iterator[Finding]:
    from proconf_tui.config import paths
    from proconf_tui.errors import ConfigError

    places = (paths.config_dir, paths.data_dir, paths.log_dir, paths.runtime_dir)
    for kind, place in zip(("Settings", "Data", "Logs", "Runtime"), places, strict=True):
        try:
            yield directory(kind, place())
        except ConfigError as error:
            yield Finding("fail", f"{kind}: {error}")


def directory(kind: str, path: Path) -> Finding:
    """Return whether this program can write there."""
    if os.access(path, os.W_OK | os.X_OK):
        return Finding("ok", f"{kind}: {path}.")
    return Finding("fail", f"{kind}: {path} cannot be written to.", "Check its permissions.")
