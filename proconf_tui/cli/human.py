"""A meeting's events as lines for people; pure. Text of others is cleaned here once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from proconf_tui.control import events
from proconf_tui.control.events import Event
from proconf_tui.control.results import Place
from proconf_tui.control.screen import DeviceLost
from proconf_tui.control.sound import DeviceReturned, SoundHint
from proconf_tui.protocol.ids import CHAT_LABEL, REACTION_LABEL
from proconf_tui.protocol.text import clean
from proconf_tui.tui.words import listed

YOU: Final = "You"
_WORD_OF: Final = {"audio": "microphone", "video": "camera", "screen": "screen"}
_TASK_OF: Final = {"mic": "use the microphone", "cam": "use the camera", "screen": "share a screen"}

_Words = Callable[[Any, "Storyteller"], str | None]


class Storyteller:
    """Tells events one line each; it remembers people's names, which later events leave out."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def meet(self, place: Place) -> str | None:
        """Learn who is there already, and who one is; return the line that names them, if any."""
        self._names |= {peer.peer_id: peer.name for peer in place.remote_peers}
        self._names[place.peer_id] = YOU
        names = ", ".join(peer.name for peer in place.remote_peers)
        return clean(f"Also here: {names}.") if names else None

    def tell(self, event: Event) -> str | None:
        """Return the line for ``event``, or None for one that people need not be told of."""
        if isinstance(event, events.NewPeerJoined):
            self._names[event.peer_id] = event.name
        words = _WORDS.get(type(event))
        line = words(event, self) if words else None
        return clean(line) if line is not None else None

    def name(self, peer_id: str) -> str:
        """Return somebody's name, or their id where it is not known."""
        return self._names.get(peer_id, peer_id)


def forbidden_tasks(
    sources: Mapping[str, bool], *, allow_produce: bool, allow_consume: bool, allow_send_data: bool
) -> list[str]:
    """Return what the room's controls leave to moderators."""
    tasks = [] if allow_produce else ["be heard or seen"]
    tasks += [] if allow_consume else ["hear and see others"]
    tasks += [] if allow_send_data else ["chat"]
    if allow_produce:
        tasks += [task for source, task in _TASK_OF.items() if not sources.get(source, True)]
    return tasks


def _lobby(event: events.LobbyPeersUpdated, _: Storyteller) -> str:
    count = len(event.peer_ids)
    return "Nobody waits in the lobby." if count == 0 else f"{count} waiting to be let in."


def _controls(event: events.RoomControlsUpdated, _: Storyteller) -> str:
    lock = "locked" if event.room_locked else "open"
    forbidden = forbidden_tasks(
        event.allow_produce_sources,
        allow_produce=event.allow_produce,
        allow_consume=event.allow_consume,
        allow_send_data=event.allow_send_data,
    )
    rest = f"; only moderators may {listed(forbidden, 'or')}" if forbidden else ""
    return f"The room is {lock}{rest}."


def _closed(event: events.StreamClosed, teller: Storyteller) -> str | None:
    if teller.name(event.peer_id) != YOU or event.reason in ("STOPPED", "LEFT"):
        return None
    return f"A moderator has turned your {_WORD_OF[event.label]} off."


def _quality(event: events.ConnectionQuality, teller: Storyteller) -> str | None:
    words = {"lost": "has lost the connection", "good": "is connected"}.get(event.quality)
    return f"{teller.name(event.peer_id)} {words}." if words else None


def _data(event: events.ReceiveData, teller: Storyteller) -> str | None:
    if event.label == REACTION_LABEL:
        return f"{teller.name(event.from_)} reacts: {event.payload}"
    return f"{teller.name(event.from_)}: {event.payload}" if event.label == CHAT_LABEL else None


def _its_message(
    event: events.RoomAwaiting | events.RoomClosed | events.RoomJoinedFailed, _: Storyteller
) -> str:
    return event.message


_WORDS: Final[dict[type[Event], _Words]] = {
    events.RoomConnecting: lambda event, teller: "Connecting.",
    events.RoomAwaiting: _its_message,
    events.RoomJoined: lambda event, teller: "You are in the meeting.",
    events.RoomReconnecting: lambda event, teller: "The connection was lost; connecting again.",
    events.RoomReconnected: lambda event, teller: "Connected again.",
    events.RoomLeft: lambda event, teller: "You have left the meeting.",
    events.NewPeerJoined: lambda event, teller: f"{event.name} joined.",
    events.PeerLeft: lambda event, teller: f"{event.name} left.",
    events.LobbyPeersUpdated: _lobby,
    events.RoomControlsUpdated: _controls,
    events.RoomRoleUpdated: lambda event, teller: (
        f"{teller.name(event.peer_id)}: role is now {event.new_role}."
    ),
    events.HandRaised: lambda event, teller: f"{teller.name(event.peer_id)} raised a hand.",
    events.HandLowered: lambda event, teller: f"{teller.name(event.peer_id)} lowered the hand.",
    events.StreamClosed: _closed,
    events.ConnectionQuality: _quality,
    events.RoomNotification: lambda event, teller: event.message,
    events.ReceiveData: _data,
    DeviceLost: lambda event, teller: event.message,
    DeviceReturned: lambda event, teller: f"{event.name} works again.",
    SoundHint: lambda event, teller: event.message,
}
