"""Rooms for people and for programs; pure but for the local time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from proconf_tui.cli.servers import FoundRoom
from proconf_tui.cli.tables import table
from proconf_tui.protocol.text import clean
from proconf_tui.sdk.answers import RoomInfo

_TITLES: Final = ("room", "state", "in", "waiting", "since", "expires", "server")


def as_json(room: FoundRoom) -> dict[str, Any]:
    """Return what the server tells of the room, and where that is."""
    return {**room.info, "server": room.server.url}


def as_table(rooms: Sequence[FoundRoom]) -> str:
    """Return one line for each room."""
    return table(_TITLES, [_row(room) for room in rooms])


def as_page(room: FoundRoom) -> str:
    """Return everything about one room: its line, its metadata, and who is in."""
    parts = [as_table([room])]
    if room.info["metadata"]:
        parts.append(f"metadata: {clean(msgspec.json.encode(room.info['metadata']).decode())}")
    people = [(peer["name"], peer["role"], peer["peerId"]) for peer in room.info["peers"]]
    parts.append(table(("name", "role", "peer"), people) if people else "Nobody is in.")
    return "\n\n".join(parts)


def _row(room: FoundRoom) -> tuple[str, ...]:
    info = room.info
    return (
        info["roomId"],
        _state(info),
        _of_most(len(info["peers"]), info["maxPeers"]),
        str(info["waiting"]),
        _instant(info["createdAt"]),
        _instant(info["expiresAt"]),
        room.server.url,
    )


def _state(info: RoomInfo) -> str:
    words = ["started" if info["isStarted"] else "not started"]
    words += ["locked"] * info["isLocked"] + ["passcode"] * info["hasPasscode"]
    return ", ".join(words)


def _of_most(count: int, most: int | None) -> str:
    return str(count) if most is None else f"{count} of {most}"


def _instant(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    try:
        return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        # Any server may say any number.
        return "?"
