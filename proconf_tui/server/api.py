"""The bodies of the HTTP API: what is asked and what is answered, as JSON objects."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from proconf_tui.errors import (
    BadPasscode,
    Blocked,
    ConfigError,
    Denied,
    InvalidMessage,
    InvalidToken,
    LimitExceeded,
    MeetingNotStarted,
    PeerNotFound,
    PermissionDenied,
    ProconfError,
    RoomFull,
    RoomNotFound,
    ServerUnreachable,
)
from proconf_tui.protocol.claims import MaxPeers
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import Json
from proconf_tui.room.model import RoomState

T = TypeVar("T")

BODY_BYTES: Final = 64 * 1024

_STATUS: Final[dict[type[ProconfError], int]] = {
    InvalidMessage: 400,
    ConfigError: 400,
    InvalidToken: 401,
    BadPasscode: 403,
    Blocked: 403,
    Denied: 403,
    PermissionDenied: 403,
    RoomNotFound: 404,
    PeerNotFound: 404,
    MeetingNotStarted: 409,
    RoomFull: 409,
    LimitExceeded: 429,
    ServerUnreachable: 503,
}


class _Body(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Base of what is asked."""


class CreateRoom(_Body, frozen=True, rename="camel", forbid_unknown_fields=True):
    room_id: RoomId | None = None
    room_locked: bool = False
    passcode: str | None = None
    metadata: Json = {}
    max_peers: MaxPeers | None = None
    expires_s: float | None = None


class AskForToken(_Body, frozen=True, rename="camel", forbid_unknown_fields=True):
    passcode: str | None = None
    name: str | None = None
    will_wait: bool = False
    invite: str | None = None
    """The token of an invite link; whoever has one needs no passcode."""
    device: str | None = None
    """Any text that stays the same on the guest's machine, so that a block lasts."""


class GuestToken(msgspec.Struct, frozen=True, rename="camel"):
    token: str
    room_id: RoomId


class RoomInfo(msgspec.Struct, frozen=True, rename="camel"):
    room_id: RoomId
    is_started: bool
    is_locked: bool
    has_passcode: bool
    peers: list[PeerInfo]
    waiting: int
    created_at: float
    metadata: Json
    max_peers: int | None
    expires_at: float | None


class PeerInfo(msgspec.Struct, frozen=True, rename="camel"):
    peer_id: PeerId
    identity: str
    name: str
    role: str


class Failure(msgspec.Struct, frozen=True):
    code: str
    message: str


def room_info(state: RoomState) -> RoomInfo:
    """Return what the HTTP API tells of a room."""
    return RoomInfo(
        room_id=state.room_id,
        is_started=state.is_started,
        is_locked=state.controls.room_locked,
        has_passcode=state.passcode_hash is not None,
        peers=[
            PeerInfo(member.peer_id, member.identity, member.name, member.role)
            for member in state.participants.values()
        ],
        waiting=len(state.lobby),
        created_at=state.created_at,
        metadata=state.metadata,
        max_peers=state.max_peers,
        expires_at=state.expires_at,
    )


def decoded(body: bytes, kind: type[T]) -> T:
    """Return a request's body; an empty one stands for no choices at all.

    Raises:
        InvalidMessage: it is not such an object.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise InvalidMessage(f"The body of the request is wrong: {error}.") from error


def status_of(error: ProconfError) -> int:
    """Return the HTTP status that goes with an error."""
    return _STATUS.get(type(error), 500)
