"""Rooms for people and for programs; pure but for the local time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from proconf_tui.cli.human import forbidden_tasks
from proconf_tui.cli.servers import FoundRoom
from proconf_tui.cli.tables import table
from proconf_tui.protocol.text import clean
from proconf_tui.sdk.answers import Controls, PeerInfo, RoomInfo
from proconf_tui.tui.words import listed

_MINUTES: Final = "%Y-%m-%d %H:%M"
_TITLES: Final = ("room", "state", "in", "waiting", "since", "expires", "server")


def as_json(room: FoundRoom) -> dict[str, Any]:
    """Return what the server tells of the room, and where that is."""
    return {**room.info, "server": room.server.url}


def as_table(rooms: Sequence[FoundRoom]) -> str:
    """Return one line for each room."""
    return table(_TITLES, [_row(room) for room in rooms])


def as_page(room: FoundRoom) -> str:
    """Return everything about one room: its line, its metadata, its controls, and its people."""
    parts = [as_table([room])]
    if room.info["metadata"]:
        parts.append(f"metadata: {clean(msgspec.json.encode(room.info['metadata']).decode())}")
    if tasks := _tasks_of_moderators(room.info["controls"]):
        parts.append(f"Only moderators may {listed(tasks, 'or')}.")
    people = [_person(peer) for peer in room.info["peers"]]
    parts.append(table(("name", "role", "peer", "hand"), people) if people else "Nobody is in.")
    if waiting := [(one["name"], one["peerId"]) for one in room.info["lobby"]]:
        parts.append(table(("waiting", "peer"), waiting))
    if blocked := room.info["blocked"]:
        parts.append(f"blocked: {clean(', '.join(blocked))}")
    return "\n\n".join(parts)


def conditions(room: FoundRoom) -> str:
    """Return a sentence, after a space, on how one gets in and how long it lasts; or nothing."""
    info = room.info
    said = ["people wait to be admitted"] * info["isLocked"]
    said += ["it asks for a passcode"] * info["hasPasscode"]
    said += [f"it ends at {_end(info)}"] * (info["expiresAt"] is not None)
    line = listed(said) if said else ""
    return f" {line[0].upper()}{line[1:]}." if line else ""


def _person(peer: PeerInfo) -> tuple[str, ...]:
    hand = "raised" if peer["handRaisedAt"] is not None else ""
    return (peer["name"], peer["role"], peer["peerId"], hand)


def _tasks_of_moderators(controls: Controls) -> list[str]:
    return forbidden_tasks(
        controls["allowProduceSources"],
        allow_produce=controls["allowProduce"],
        allow_consume=controls["allowConsume"],
        allow_send_data=controls["allowSendData"],
    )


def _row(room: FoundRoom) -> tuple[str, ...]:
    info = room.info
    return (
        info["roomId"],
        _state(info),
        _of_most(len(info["peers"]), info["maxPeers"]),
        str(info["waiting"]),
        _instant(info["createdAt"]),
        _end(info),
        room.server.url,
    )


def _state(info: RoomInfo) -> str:
    words = ["started" if info["isStarted"] else "not started"]
    words += ["locked"] * info["isLocked"] + ["passcode"] * info["hasPasscode"]
    return ", ".join(words)


def _of_most(count: int, most: int | None) -> str:
    return str(count) if most is None else f"{count} of {most}"


def _end(info: RoomInfo) -> str:
    """Return when it ends, to the second for a room that lasts less than an hour."""
    expires_at = info["expiresAt"]
    is_short = expires_at is not None and expires_at - info["createdAt"] < 3600
    return _instant(expires_at, "%Y-%m-%d %H:%M:%S" if is_short else _MINUTES)


def _instant(seconds: float | None, form: str = _MINUTES) -> str:
    if seconds is None:
        return "-"
    try:
        return f"{datetime.fromtimestamp(seconds):{form}}"
    except (ValueError, OverflowError, OSError):
        # Any server may say any number.
        return "?"
