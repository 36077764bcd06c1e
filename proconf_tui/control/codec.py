"""Lines of the control link ↔ events, commands and answers; anything bad is `InvalidMessage`.

One JSON object a line, UTF-8, ended by a newline. It knows the shapes of `events`, `screen` and
`commands`, and nothing of who reads, who writes, or what a command does.
"""

from __future__ import annotations

from typing import Any, TypeVar, Union

import msgspec

from proconf_tui.control.commands import COMMANDS, Command
from proconf_tui.control.events import SDK_EVENTS, Event, Json
from proconf_tui.control.screen import SCREEN_EVENTS
from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.text import clean

_T = TypeVar("_T")

MAX_COMMAND_BYTES = 128 * 1024
"""Longer command lines are refused unread; the largest real one is far smaller."""

_SHOWN_CELLS = 48

MAX_AGENT_LINE_BYTES = 4 * 1024 * 1024
"""What a reader of the agent's lines must be ready for: a snapshot with its chat."""


class InvalidCommand(InvalidMessage):
    """A line that is no command; ``id`` is the one to answer to, if it could be read."""

    code = "INVALID_COMMAND"

    def __init__(self, message: str | None = None, id_: int | None = None) -> None:
        super().__init__(message)
        self.id = id_


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command succeeded; ``result`` is plain JSON data (`read_result` gives it a type)."""

    id: int
    result: Any


class Failure(msgspec.Struct, frozen=True):
    """A command failed; ``id`` is None where the line's own could not be read.

    ``choices`` are what one could have asked for instead, where that is known.
    """

    id: int | None
    code: str
    message: str
    choices: tuple[str, ...] = ()


class _ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    code: str
    message: str
    choices: tuple[str, ...] = ()


class _ErrorLine(msgspec.Struct, frozen=True):
    id: int | None
    error: _ErrorBody


class _CommandLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: int
    method: str
    params: Json = {}


class _IdOnly(msgspec.Struct, frozen=True):
    id: int


_Anything = Union[(*SDK_EVENTS.values(), *SCREEN_EVENTS.values())]  # type: ignore[valid-type]

_encoder = msgspec.json.Encoder()
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(_Anything)
_result_decoder = msgspec.json.Decoder(Result)
_error_decoder = msgspec.json.Decoder(_ErrorLine)
_keys_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_command_decoder = msgspec.json.Decoder(_CommandLine)
_id_decoder = msgspec.json.Decoder(_IdOnly)


def encode_event(event: Event) -> bytes:
    """Return the event's line."""
    return _line(event)


def encode_result(id_: int, result: object) -> bytes:
    """Return the line that answers command ``id_``; ``result`` is JSON data or a msgspec struct."""
    return _line(Result(id_, result))


def encode_error(id_: int | None, code: str, message: str, choices: tuple[str, ...] = ()) -> bytes:
    """Return the line that says why command ``id_`` failed, and what could be asked instead."""
    return _line(_ErrorLine(id_, _ErrorBody(code, message, choices)))


def encode_command(id_: int, command: Command) -> bytes:
    """Return the command's line."""
    return _line(_CommandLine(id_, command.method, msgspec.to_builtins(command)))


def decode_command_line(line: bytes) -> tuple[int, Command]:
    """Return the command on ``line`` and the id its answer must carry.

    Raises:
        InvalidCommand: the line is too long, no JSON, or no command of ours.
    """
    if len(line) > MAX_COMMAND_BYTES:
        raise InvalidCommand(f"A command is at most {MAX_COMMAND_BYTES} bytes long.")
    try:
        parsed = _command_decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidCommand(f"This is no command: {error}.", _readable_id(line)) from error
    kind = COMMANDS.get(parsed.method)
    if kind is None:
        name = clean(parsed.method, max_cells=_SHOWN_CELLS)
        raise InvalidCommand(f"There is no command {name!r}.", parsed.id)
    try:
        return parsed.id, msgspec.convert(parsed.params, kind)
    except msgspec.ValidationError as error:
        raise InvalidCommand(f"{parsed.method}: {error}.", parsed.id) from error


def decode_agent_line(line: bytes) -> Event | Result | Failure:
    """Return what an agent printed: an event, or the answer to a command.

    Raises:
        InvalidMessage: the line is none of these.
    """
    try:
        keys = _keys_decoder.decode(line)
        if "event" in keys:
            return _event_decoder.decode(line)
        if "error" in keys:
            failed = _error_decoder.decode(line)
            why = failed.error
            return Failure(failed.id, why.code, why.message, why.choices)
        return _result_decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidMessage(f"This is no line of an agent: {error}.") from error


def read_result(result: Result, kind: type[_T]) -> _T:
    """Return ``result.result`` as ``kind``.

    Raises:
        InvalidMessage: it is something else.
    """
    try:
        return msgspec.convert(result.result, kind)
    except msgspec.ValidationError as error:
        raise InvalidMessage(f"This is no {kind.__name__}: {error}.") from error


def _line(message: object) -> bytes:
    return _encoder.encode(message) + b"\n"


def _readable_id(line: bytes) -> int | None:
    try:
        return _id_decoder.decode(line).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
