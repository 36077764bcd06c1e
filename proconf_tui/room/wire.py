"""A room's events and snapshots as JSON, for the wire and for the event log.

Decoding takes nothing on trust: what is no event or snapshot is `InvalidMessage`, and the text in
it is clean, whatever the other side is.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.boundary import clean_message
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState

T = TypeVar("T")

_EVENTS: Final[msgspec.json.Decoder[Event]] = msgspec.json.Decoder(Event)
_STATES: Final = msgspec.json.Decoder(RoomState)


def encode_event(event: Event) -> msgspec.Raw:
    """Return the event as one JSON object, tagged with its ``type``."""
    return msgspec.Raw(msgspec.json.encode(event))


def decode_event(raw: msgspec.Raw | bytes | str) -> Event:
    """Return the event in ``raw``.

    Raises:
        InvalidMessage: if there is none.
    """
    return _decode(_EVENTS, raw, "an event")


def encode_state(state: RoomState) -> msgspec.Raw:
    """Return the snapshot as one JSON object."""
    return msgspec.Raw(msgspec.json.encode(state))


def decode_state(raw: msgspec.Raw | bytes | str) -> RoomState:
    """Return the snapshot in ``raw``.

    Raises:
        InvalidMessage: if there is none.
    """
    return _decode(_STATES, raw, "a snapshot")


def _decode(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw | bytes | str, what: str) -> T:
    try:
        decoded = decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise InvalidMessage(f"That is not {what} of a room.") from error
    return clean_message(decoded)
