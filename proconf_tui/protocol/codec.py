"""Bytes ↔ messages: whatever comes in is a message of ours, clean and within its limits, or
`InvalidMessage`; nothing else leaves this file.

It frames JSON (RFC 8259) in WebSocket text messages and knows neither who is asking nor whether
they may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from proconf_tui.errors import InvalidMessage, LimitExceeded
from proconf_tui.protocol.boundary import clean_message
from proconf_tui.protocol.limits import (
    CHAT_CHARACTERS,
    DATA_PAYLOAD_BYTES,
    ID_CHARACTERS,
    JSON_INTEGER,
    MAX_PEERS,
    MESSAGE_BYTES,
    NAME_CHARACTERS,
    PEER_METADATA_BYTES,
    ROOM_METADATA_BYTES,
    SDP_BYTES,
    SERVER_MESSAGE_BYTES,
    STREAM_LABELS,
    TOKEN_BYTES,
    WATCHED_STREAMS,
    check_bytes,
    check_characters,
    check_count,
    check_json_size,
)
from proconf_tui.protocol.messages import NOTIFICATIONS, REQUESTS, Notification, Request
from proconf_tui.protocol.text import clean

T = TypeVar("T")
Fields = dict[str, msgspec.Raw]


class Reply(msgspec.Struct, frozen=True):
    """The answer to request ``id``; `decode_result` gives it the request's type."""

    id: int
    result: msgspec.Raw


class Failure(msgspec.Struct, frozen=True):
    """The refusal of request ``id``; ``code`` is one of `proconf_tui.errors`."""

    id: int
    code: str
    message: str


class _Error(msgspec.Struct, frozen=True):
    code: str
    message: str


def encode_request(request_id: int, request: Request) -> str:
    """Return the frame that asks."""
    return _encode({"id": request_id, "method": request.method, "params": request})


def encode_result(request_id: int, result: msgspec.Struct) -> str:
    """Return the frame that answers."""
    return _encode({"id": request_id, "result": result})


def encode_error(request_id: int, code: str, message: str) -> str:
    """Return the frame that refuses."""
    return _encode({"id": request_id, "error": _Error(code, message)})


def encode_notification(notification: Notification) -> str:
    """Return the frame that tells."""
    return _encode({"method": notification.method, "params": notification})


def decode_request(frame: str | bytes) -> tuple[int, Request]:
    """Return the id and the request in a client's frame.

    Raises:
        InvalidMessage: for anything else; ``request_id`` is set if the frame had one.
    """
    fields = _fields(frame, MESSAGE_BYTES)
    request_id = _request_id(fields)
    try:
        return request_id, _request(fields)
    except (InvalidMessage, LimitExceeded) as error:
        raise InvalidMessage(error.message, request_id) from error


def decode_server_message(frame: str | bytes) -> Reply | Failure | Notification:
    """Return what is in a server's frame.

    Raises:
        InvalidMessage: for anything that is none of the three.
    """
    fields = _fields(frame, SERVER_MESSAGE_BYTES)
    if "method" in fields:
        kind = _named(fields, NOTIFICATIONS, "notification")
        return clean_message(_convert(fields.get("params", _NO_PARAMS), kind, kind.method))
    request_id = _request_id(fields)
    if "error" in fields:
        error = clean_message(_convert(fields["error"], _Error, "error"))
        return Failure(request_id, error.code, error.message)
    if "result" in fields:
        return Reply(request_id, fields["result"])
    raise InvalidMessage("The message is neither a notification, a result nor an error.")


def decode_result(reply: Reply, request: type[Request]) -> msgspec.Struct:
    """Return what ``reply`` says, typed as the answer to ``request``.

    Raises:
        InvalidMessage: if it answers something else.
    """
    return clean_message(_convert(reply.result, request.result, request.method))


# --- frames -------------------------------------------------------------------------------------

_NO_PARAMS: Final = msgspec.Raw(b"{}")

# What msgspec raises at bytes from outside: its own errors, RecursionError for deep nesting,
# UnicodeDecodeError (a ValueError) for bad UTF-8 inside strings.
_UNDECODABLE = (msgspec.MsgspecError, RecursionError, ValueError)


def _encode(message: Mapping[str, Any]) -> str:
    return msgspec.json.encode(message).decode()


def _fields(frame: str | bytes, limit: int) -> Fields:
    if not isinstance(frame, str):
        raise InvalidMessage("Messages are JSON in text frames; this frame is binary.")
    try:
        check_bytes(frame, limit, "A message")
    except LimitExceeded as error:
        raise InvalidMessage(error.message) from error
    try:
        return msgspec.json.decode(frame, type=Fields)
    except _UNDECODABLE as error:
        raise InvalidMessage(f"A message is a JSON object; this is not: {_why(error)}.") from error


def _convert(raw: msgspec.Raw, kind: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except _UNDECODABLE as error:
        raise InvalidMessage(f"The {what} message is wrong: {_why(error)}.") from error


def _request_id(fields: Fields) -> int:
    if "id" not in fields:
        raise InvalidMessage("The message has no id.")
    request_id = _convert(fields["id"], int, "id")
    if not 0 <= request_id <= JSON_INTEGER:
        raise InvalidMessage("The id of a message is a whole number from 0 up to 53 bits.")
    return request_id


def _named(fields: Fields, kinds: Mapping[str, type[T]], what: str) -> type[T]:
    if "method" not in fields:
        raise InvalidMessage("The message has no method.")
    method = _convert(fields["method"], str, "method")
    if method not in kinds:
        raise InvalidMessage(f"There is no {what} named {clean(method[:80], max_cells=40)!r}.")
    return kinds[method]


def _why(error: Exception) -> str:
    # A validation error may quote the sender's text.
    return clean(str(error)[:400], max_cells=200)


# --- requests -----------------------------------------------------------------------------------


def _request(fields: Fields) -> Request:
    kind = _named(fields, REQUESTS, "request")
    request = _convert(fields.get("params", _NO_PARAMS), kind, kind.method)
    for name, check in _CHECKS.items():
        value = getattr(request, name, None)
        if value is not None:
            check(value)
    return clean_message(request)


def _at_most(
    check: Callable[[Any, int, str], None], limit: int, what: str
) -> Callable[[Any], None]:
    return lambda value: check(value, limit, what)


# By the names of fields, and before anything is cleaned, so that no message costs more than its
# limits say.
_CHECKS: Final[dict[str, Callable[[Any], None]]] = {
    "sdp": _at_most(check_bytes, SDP_BYTES, "A session description"),
    "token": _at_most(check_bytes, TOKEN_BYTES, "An access token"),
    "payload": _at_most(check_bytes, DATA_PAYLOAD_BYTES, "The payload of a data message"),
    "label": _at_most(check_characters, ID_CHARACTERS, "A label"),
    "name": _at_most(check_characters, NAME_CHARACTERS, "A name"),
    "key": _at_most(check_characters, ID_CHARACTERS, "The key of a chat line"),
    "text": _at_most(check_characters, CHAT_CHARACTERS, "A chat line"),
    "labels": _at_most(check_count, STREAM_LABELS, "Labels"),
    "streams": _at_most(check_count, WATCHED_STREAMS, "Watched pictures"),
    "to": _at_most(check_count, MAX_PEERS, "Receivers"),
    "peer_ids": _at_most(check_count, MAX_PEERS, "Participants"),
    # A room's limit is the larger one; which of the two holds is for the room to say.
    "metadata": _at_most(check_json_size, ROOM_METADATA_BYTES, "Metadata"),
    "permissions": _at_most(check_json_size, PEER_METADATA_BYTES, "A change of permissions"),
}
