"""What every decoded message passes before anybody looks at it.

A message is walked by the names of its fields: ids must match their pattern, text from others is
cleaned, and what is neither shown nor logged (SDP, tokens, keys) is left alone. The room's events
and snapshots use the same names and pass the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import msgspec

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.limits import JSON_DEPTH, JSON_INTEGER
from proconf_tui.protocol.text import (
    clean,
    clean_name,
    is_valid_identity,
    is_valid_peer_id,
    is_valid_room_id,
)

T = TypeVar("T")
_Rule = Callable[[str], str]


def _multiline(text: str) -> str:
    return clean(text, is_multiline=True)


def _as_it_is(text: str) -> str:
    return text


def _only(is_valid: Callable[[str], bool], what: str) -> _Rule:
    def rule(text: str) -> str:
        if not is_valid(text):
            raise InvalidMessage(f"That is no {what}: {clean(text[:80], max_cells=24)!r}.")
        return text

    return rule


_OUTERMOST: Final = 1
"""Where metadata begin, however deep they lie: whoever may send them must not spoil a snapshot."""

_peer_id = _only(is_valid_peer_id, "participant's id")
_identity = _only(is_valid_identity, "identity")

_RULES: Final[dict[str, _Rule]] = {
    "peer_id": _peer_id,
    "peer_ids": _peer_id,
    "from_peer_id": _peer_id,
    "to": _peer_id,
    "by": _peer_id,
    "active_speakers": _peer_id,
    "dominant_speaker": _peer_id,
    "room_id": _only(is_valid_room_id, "room's name"),
    "identity": _identity,
    "blocked": _identity,
    "name": clean_name,
    "from_name": clean_name,
    "text": _multiline,
    "payload": _multiline,
    "metadata": _multiline,
    "sdp": _as_it_is,
    "token": _as_it_is,
    "resume_key": _as_it_is,
    "key": _as_it_is,
    "passcode_hash": _as_it_is,
}


def clean_message(message: T) -> T:
    """Return the struct ``message`` with every text in it clean and every id checked.

    Raises:
        InvalidMessage: for an id that is none, an integer beyond 53 bits, or JSON nested too deep.
    """
    return cast(T, _walk(message, clean, 0))


def clean_json(value: Any) -> Any:
    """Return a JSON value with every text in it clean, keys too; line breaks stay.

    Raises:
        InvalidMessage: for an integer beyond 53 bits or a value nested too deep.
    """
    return _walk(value, _multiline, _OUTERMOST)


def _walk(value: Any, rule: _Rule, depth: int) -> Any:
    if isinstance(value, str):
        return rule(value)
    if isinstance(value, int):
        return _integer(value)
    if depth > JSON_DEPTH:
        raise InvalidMessage(f"JSON may be nested {JSON_DEPTH} deep; this is deeper.")
    if isinstance(value, dict):
        return {_key(key): _walk(item, rule, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return type(value)(_walk(item, rule, depth + 1) for item in value)
    if isinstance(value, msgspec.Struct):
        return _struct(value, depth + 1)
    return value


def _struct(value: msgspec.Struct, depth: int) -> msgspec.Struct:
    fields = {
        name: _walk(
            getattr(value, name),
            _RULES.get(name, clean),
            _OUTERMOST if name == "metadata" else depth,
        )
        for name in value.__struct_fields__
    }
    return msgspec.structs.replace(value, **fields)


def _key(key: Any) -> Any:
    return clean(key) if isinstance(key, str) else key


def _integer(value: int) -> int:
    if abs(value) > JSON_INTEGER:
        raise InvalidMessage("Whole numbers may have at most 53 bits.")
    return value
