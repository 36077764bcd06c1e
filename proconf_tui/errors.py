"""Every error raised on purpose, with a stable code and one sentence that says what to do.

::

    ProconfError
    ├── MeetingNotStarted      the moderator has not started the meeting
    ├── RoomNotFound           the server has no such room
    ├── AmbiguousMeeting       several meetings run and none was named
    ├── Denied                 a moderator refused entry, or the identity is blocked
    ├── Kicked                 a moderator removed this participant
    ├── RoomFull               the room's limit of participants is reached
    ├── PermissionDenied       the role or the room's controls forbid it
    ├── PeerNotFound           nobody here has that id
    ├── InvalidToken           the access token is missing, wrong or expired
    ├── InvalidMessage         bytes from outside that are not a message of ours
    ├── LimitExceeded          a stated limit was passed
    ├── ServerUnreachable      nothing answers at the server's address
    ├── ConnectionLost         the connection broke and did not come back
    ├── DeviceUnavailable      a microphone, loudspeaker or camera cannot be used
    └── ConfigError            a setting or an argument makes no sense

It knows no exit codes and no wire format: ``code`` is what crosses the wire, and
:func:`from_code` is the way back.
"""

from __future__ import annotations

from typing import ClassVar


class ProconfError(Exception):
    """Base of the tree; ``str(error)`` is the sentence a person reads."""

    code: ClassVar[str] = "ERROR"
    default_message: ClassVar[str] = "Something went wrong; try again."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.default_message)

    @property
    def message(self) -> str:
        """The sentence a person reads."""
        return str(self)


class MeetingNotStarted(ProconfError):
    code = "NOT_STARTED"
    default_message = "This meeting has not started; try again later or wait with --wait."


class RoomNotFound(ProconfError):
    code = "ROOM_NOT_FOUND"
    default_message = "There is no such room on this server; check the name or the invite link."


class AmbiguousMeeting(ProconfError):
    """Several meetings run; ``choices`` names them, or the servers of those with one name."""

    code = "AMBIGUOUS"
    default_message = "Several meetings are running; name the one to join."

    def __init__(self, message: str | None = None, choices: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.choices = choices


class Denied(ProconfError):
    code = "DENIED"
    default_message = "A moderator did not let you in."


class Kicked(ProconfError):
    code = "KICKED"
    default_message = "A moderator removed you from the meeting."


class Blocked(Denied):
    code = "BLOCKED"
    default_message = "A moderator has blocked you from this meeting."


class BadPasscode(Denied):
    code = "BAD_PASSCODE"
    default_message = "The passcode is wrong; ask the moderator for it and use --passcode."


class RoomFull(ProconfError):
    code = "FULL"
    default_message = "The meeting is full; try again when somebody has left."


class PermissionDenied(ProconfError):
    code = "PERMISSION_DENIED"
    default_message = "Your role or the room's controls do not allow that; ask a moderator."


class PeerNotFound(ProconfError):
    code = "PEER_NOT_FOUND"
    default_message = "That participant is not here (any more)."


class InvalidToken(ProconfError):
    code = "BAD_TOKEN"
    default_message = "The access token is not valid here; ask for a new invite."


class InvalidMessage(ProconfError):
    """Not a message of ours; ``request_id`` is the id to answer, if one could be read."""

    code = "INVALID_MESSAGE"
    default_message = "The message could not be understood."

    def __init__(self, message: str | None = None, request_id: int | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id


class LimitExceeded(ProconfError):
    code = "LIMIT_EXCEEDED"
    default_message = "That is more than the server accepts; slow down or send less."


class ServerUnreachable(ProconfError):
    code = "UNREACHABLE"
    default_message = (
        "No server answers there; check the address or start one with: proconf-tui start"
    )


class ConnectionLost(ProconfError):
    code = "LOST"
    default_message = "The connection to the meeting was lost; join again."


class DeviceUnavailable(ProconfError):
    code = "DEVICE_UNAVAILABLE"
    default_message = "The device cannot be used; choose another one."


class ConfigError(ProconfError):
    code = "CONFIG"
    default_message = "A setting makes no sense; see proconf-tui --help."


def _leaves(cls: type[ProconfError]) -> dict[str, type[ProconfError]]:
    found: dict[str, type[ProconfError]] = {}
    for child in cls.__subclasses__():
        found |= _leaves(child)
    # A code that a subclass only inherits goes on naming the class it was made for.
    return found | {cls.code: cls}


def from_code(code: str, message: str | None = None, choices: tuple[str, ...] = ()) -> ProconfError:
    """Return the error that ``code`` names, or a plain `ProconfError` for one nobody knows."""
    if code == AmbiguousMeeting.code:
        return AmbiguousMeeting(message, choices)
    return _leaves(ProconfError).get(code, ProconfError)(message)


def choices_of(error: ProconfError) -> tuple[str, ...]:
    """Return what could be asked for instead, for the errors that know."""
    return error.choices if isinstance(error, AmbiguousMeeting) else ()
