"""The bodies of the HTTP API: what is asked and what is answered, as JSON objects.

Their docstrings are the descriptions in the OpenAPI document.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

import msgspec

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.claims import MaxPeers
from proconf_tui.protocol.ids import Identity, Label, PeerId, RoomId, Source
from proconf_tui.protocol.limits import LONGEST_S
from proconf_tui.protocol.messages import Json
from proconf_tui.protocol.text import clean
from proconf_tui.room.model import RoomState, StreamState
from proconf_tui.room.permissions import Controls

T = TypeVar("T")

BODY_BYTES: Final = 64 * 1024

Passcode = Annotated[str, msgspec.Meta(min_length=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=LONGEST_S)]


class _Body(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Base of what is asked."""


# --- asked --------------------------------------------------------------------------------------


class CreateRoom(_Body, frozen=True):
    """A room to be made; without a roomId the server names it."""

    room_id: RoomId | None = None
    room_locked: bool = False
    passcode: Passcode | None = None
    metadata: Json = {}
    max_peers: MaxPeers | None = None
    expires_s: Seconds | None = None


class Kick(_Body, frozen=True):
    """Somebody to be removed from the room or its lobby; block keeps their identity out."""

    peer_id: PeerId
    block: bool = False


class Unblock(_Body, frozen=True):
    """An identity that may come again."""

    identity: Identity


class Mute(_Body, frozen=True):
    """Streams to be closed: of those peers, or without peerIds of all who are no moderators.

    With allowUnmute false they cannot be published again: for named peers by their permissions,
    else by the room's controls.
    """

    peer_ids: list[PeerId] | None = None
    labels: Annotated[tuple[Label, ...], msgspec.Meta(min_length=1)] = ("audio",)
    allow_unmute: bool = True


class UpdateControls(_Body, frozen=True):
    """The room's controls that are to change."""

    room_locked: bool | None = None
    allow_produce: bool | None = None
    allow_produce_sources: dict[Source, bool] | None = None
    allow_consume: bool | None = None
    allow_send_data: bool | None = None


class SendData(_Body, frozen=True):
    """Data from the server, at most 1 KiB, to those peers or to everybody; nobody keeps it."""

    payload: str
    to: list[PeerId] | None = None
    label: str = "data"


class WaitingPeer(_Body, frozen=True):
    """Who is meant of those who wait in the lobby."""

    peer_id: PeerId


class AskForToken(_Body, frozen=True):
    """A guest's wish to come in: with a passcode, or with the token of an invite link.

    device is any text that stays the same on the guest's machine, so that a block lasts.
    """

    passcode: str | None = None
    name: str | None = None
    will_wait: bool = False
    invite: str | None = None
    device: str | None = None


# --- answered -----------------------------------------------------------------------------------


class RoomMetadata(_Body, frozen=True):
    """The metadata of a room, at most 8 KiB; it is replaced as a whole."""

    metadata: Json


class ClosedStream(msgspec.Struct, frozen=True, rename="camel"):
    """A stream that is no longer forwarded."""

    peer_id: PeerId
    label: Label


class Muted(msgspec.Struct, frozen=True, rename="camel"):
    """The streams that were closed."""

    closed: list[ClosedStream]


class SentTo(msgspec.Struct, frozen=True, rename="camel"):
    """Who the data was sent to: without those who may not receive any or are not connected."""

    peer_ids: list[PeerId]


class GuestToken(msgspec.Struct, frozen=True, rename="camel"):
    """What opens one room for one guest."""

    token: str
    room_id: RoomId


class PeerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who is in; instants are seconds since 1970."""

    peer_id: PeerId
    identity: Identity
    name: str
    role: str
    is_connected: bool
    hand_raised_at: float | None
    streams: dict[Label, StreamState]


class LobbyPeer(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who waits to be let in."""

    peer_id: PeerId
    identity: Identity
    name: str


class RoomInfo(msgspec.Struct, frozen=True, rename="camel"):
    """A room that is open; instants are seconds since 1970, waiting counts the lobby."""

    room_id: RoomId
    is_started: bool
    is_locked: bool
    has_passcode: bool
    peers: list[PeerInfo]
    waiting: int
    lobby: list[LobbyPeer]
    created_at: float
    metadata: Json
    max_peers: int | None
    expires_at: float | None
    controls: Controls
    blocked: list[Identity]


class RoomList(msgspec.Struct, frozen=True):
    """The rooms that are open, in the order they were made."""

    rooms: list[RoomInfo]


class Failure(msgspec.Struct, frozen=True):
    """Every answer that is no success: a stable code, and one sentence for a person."""

    code: str
    message: str


def room_info(state: RoomState) -> RoomInfo:
    """Return what the HTTP API tells of a room."""
    return RoomInfo(
        room_id=state.room_id,
        is_started=state.is_started,
        is_locked=state.controls.room_locked,
        has_passcode=state.passcode_hash is not None,
        peers=_peers(state),
        waiting=len(state.lobby),
        lobby=[LobbyPeer(each.peer_id, each.identity, each.name) for each in state.lobby.values()],
        created_at=state.created_at,
        metadata=state.metadata,
        max_peers=state.max_peers,
        expires_at=state.expires_at,
        controls=state.controls,
        blocked=sorted(state.blocked),
    )


def _peers(state: RoomState) -> list[PeerInfo]:
    return [
        PeerInfo(
            member.peer_id,
            member.identity,
            member.name,
            member.role,
            member.is_connected,
            member.hand_raised_at,
            member.streams,
        )
        for member in state.participants.values()
    ]


def decoded(body: bytes, kind: type[T]) -> T:
    """Return a request's body; an empty one stands for no choices at all.

    Raises:
        InvalidMessage: it is not such an object.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        # The error may quote the sender's text.
        why = clean(str(error)[:400], max_cells=200)
        raise InvalidMessage(f"The body of the request is wrong: {why}.") from error
