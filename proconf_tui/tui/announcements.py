"""What happened, in words: events of the sdk → lines of the events pane, or None for what is shown
elsewhere. A handler table; names are looked up by whoever calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from proconf_tui.control import events
from proconf_tui.control.screen import ControlsInfo, DeviceLost
from proconf_tui.control.sound import DeviceReturned
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.words import listed, one_line

Tone = Literal["plain", "good", "warning", "bad"]
NameOf = Callable[[PeerId], str]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One line of the events pane; ``is_urgent`` ones are also shown as a notice."""

    text: str
    tone: Tone = "plain"
    is_urgent: bool = False


_STREAMS: Final = {"audio": "microphone", "video": "camera", "screen": "screen"}
_DEVICES: Final = {"microphone": "microphone", "camera": "camera", "speaker": "loudspeaker"}
_ROLES: Final = {"host": "the host", "coHost": "a moderator"}
_LEFT: Final[dict[str, tuple[str, Tone]]] = {
    "LEFT": ("left", "plain"),
    "KICKED": ("was removed by a moderator", "warning"),
    "LOST": ("lost the connection", "warning"),
    "CLOSED": ("left", "plain"),
}
_STOPPED_BY: Final = {
    "MODERATOR": "by a moderator",
    "CONTROLS": "by the room's controls",
    "PERMISSIONS": "with the change of role",
}
_NOTIFICATIONS: Final[dict[str, Tone]] = {
    events.MEDIA_UNREACHABLE: "bad",
    events.MEDIA_REACHED: "good",
}

_NO_SOURCES: Final = {"mic": False, "cam": False, "screen": False}


def announce(event: events.Event, name: NameOf, my_id: PeerId | None) -> Announcement | None:
    """Return the line that tells of ``event``, or None if none does."""
    handler = _HANDLERS.get(type(event))
    return handler(event, name, my_id) if handler else None


def _joined(event: events.NewPeerJoined, name: NameOf, my_id: PeerId | None) -> Announcement:
    return Announcement(f"{name(event.peer_id)} joined", "good")


def _left(event: events.PeerLeft, name: NameOf, my_id: PeerId | None) -> Announcement:
    verb, tone = _LEFT[event.reason]
    return Announcement(f"{name(event.peer_id)} {verb}", tone)


def _reconnecting(*_: object) -> Announcement:
    return Announcement("The connection broke; reconnecting…", "warning", is_urgent=True)


def _reconnected(*_: object) -> Announcement:
    return Announcement("Connected again", "good", is_urgent=True)


def _role(event: events.RoomRoleUpdated, name: NameOf, my_id: PeerId | None) -> Announcement:
    role = _ROLES.get(event.new_role, f"a {event.new_role}")
    if event.peer_id == my_id:
        return Announcement(f"You are now {role}", "good", is_urgent=True)
    return Announcement(f"{name(event.peer_id)} is now {role}")


def _hand(event: events.HandRaised, name: NameOf, my_id: PeerId | None) -> Announcement | None:
    if event.peer_id == my_id:
        return None
    return Announcement(f"{name(event.peer_id)} raised a hand", "warning")


def _quality(
    event: events.ConnectionQuality, name: NameOf, my_id: PeerId | None
) -> Announcement | None:
    if event.quality != "lost" or event.peer_id == my_id:
        return None
    return Announcement(f"{name(event.peer_id)} is reconnecting", "warning")


def _stream_added(
    event: events.StreamAdded, name: NameOf, my_id: PeerId | None
) -> Announcement | None:
    if event.label != "screen":
        return None
    if event.peer_id == my_id:
        return Announcement("You share a screen", "good")
    return Announcement(f"{name(event.peer_id)} shares a screen", "good", is_urgent=True)


def _stream_closed(
    event: events.StreamClosed, name: NameOf, my_id: PeerId | None
) -> Announcement | None:
    by = _STOPPED_BY.get(event.reason)
    if by is None:
        return _unshared(event, name, my_id)
    is_mine = event.peer_id == my_id
    whose = "Your" if is_mine else f"{name(event.peer_id)}’s"
    return Announcement(f"{whose} {_STREAMS[event.label]} was stopped {by}", "warning", is_mine)


def _unshared(
    event: events.StreamClosed, name: NameOf, my_id: PeerId | None
) -> Announcement | None:
    # Of who left it is told that they did.
    if event.label != "screen" or event.reason != "STOPPED":
        return None
    who = "You" if event.peer_id == my_id else name(event.peer_id)
    return Announcement(f"{who} stopped sharing a screen")


def announce_reaction(who: str | None, emoji: str) -> Announcement:
    """Return the line that tells of an emoji; ``who`` is None for oneself."""
    return Announcement(f"You react {emoji}" if who is None else f"{who} reacts {emoji}")


def announce_return(who: str) -> Announcement:
    """Return the line that tells that somebody's connection is back."""
    return Announcement(f"{who} is back", "good")


def announce_controls(before: ControlsInfo, now: ControlsInfo) -> Announcement | None:
    """Return the line that tells what is different ``now``, or None if nothing is."""
    allowed, allowed_now = _allowed(before), _allowed(now)
    parts = []
    if now.room_locked != before.room_locked:
        parts.append("the room is locked" if now.room_locked else "the room is open")
    forbidden = [what for what in allowed if allowed[what] and not allowed_now[what]]
    if forbidden:
        parts.append(f"only moderators may {listed(forbidden)}")
    returned = [what for what in allowed if allowed_now[what] and not allowed[what]]
    if returned:
        parts.append(f"everybody may {listed(returned)} again")
    if not parts:
        return None
    line = "; ".join(parts)
    return Announcement(line[0].upper() + line[1:], "warning" if forbidden else "plain")


def _allowed(controls: ControlsInfo) -> dict[str, bool]:
    """Return what everybody may do, not moderators only."""
    sources = controls.allow_produce_sources if controls.allow_produce else _NO_SOURCES
    return {
        "use the microphone": sources.get("mic", True),
        "use the camera": sources.get("cam", True),
        "share a screen": sources.get("screen", True),
        "see and hear others": controls.allow_consume,
        "write in the chat": controls.allow_send_data,
    }


def _notification(event: events.RoomNotification, *_: object) -> Announcement:
    tone = _NOTIFICATIONS.get(event.code, "warning")
    return Announcement(one_line(event.message), tone, is_urgent=True)


def _device_lost(event: DeviceLost, *_: object) -> Announcement:
    return Announcement(one_line(event.message), "bad", is_urgent=True)


def _device_returned(event: DeviceReturned, *_: object) -> Announcement:
    device = _DEVICES[event.kind]
    return Announcement(
        f"The {device} works again: {one_line(event.name, 48)}", "good", is_urgent=True
    )


_HANDLERS: Final[dict[type[events.Event], Callable[[Any, NameOf, PeerId | None], Any]]] = {
    events.NewPeerJoined: _joined,
    events.PeerLeft: _left,
    events.RoomReconnecting: _reconnecting,
    events.RoomReconnected: _reconnected,
    events.RoomRoleUpdated: _role,
    events.HandRaised: _hand,
    events.ConnectionQuality: _quality,
    events.StreamAdded: _stream_added,
    events.StreamClosed: _stream_closed,
    events.RoomNotification: _notification,
    DeviceLost: _device_lost,
    DeviceReturned: _device_returned,
}
