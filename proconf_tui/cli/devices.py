"""``proconf-tui devices``: what there is to hear, speak and see with, as the options take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.control.screen import DeviceInfo, DeviceList


def devices(json: options.AsJson = False) -> None:
    """List microphones, loudspeakers and cameras."""
    import asyncio

    import msgspec

    from proconf_tui.agent.device_list import list_devices

    found = asyncio.run(list_devices())
    print(msgspec.json.encode(found).decode() if json else as_text(found))


def as_text(found: DeviceList) -> str:
    """Return the list for people."""
    parts = [
        _section(
            "Microphones (--mic)", found.microphones, ["default", "none", "tone", "a sound file"]
        ),
        _section("Loudspeakers (--speaker)", found.speakers, ["default", "none", "FILE.wav"]),
        _section(
            "Cameras (--camera)",
            found.cameras,
            ["default", "none", "test", "a video file", "a URL"],
        ),
    ]
    if found.audio_problem:
        parts.append(found.audio_problem)
    return "\n\n".join(parts)


def _section(title: str, listed: list[DeviceInfo], also: list[str]) -> str:
    specs = [device.spec for device in listed]
    lines = [f"  {_quoted(spec)}" for spec in specs] or ["  none found"]
    others = [other for other in also if other not in specs]
    return "\n".join([title, *lines, f"  also: {', '.join(others)}"])


def _quoted(spec: str) -> str:
    return f'"{spec}"' if " " in spec else spec
