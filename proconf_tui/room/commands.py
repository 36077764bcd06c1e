"""What somebody wants of a room, in the imperative.

``actor`` is the participant who asks; None is the server itself (its HTTP API, its timers),
which may do everything. `proconf_tui.room.decide` answers each with events or refuses.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from proconf_tui.protocol.ids import Identity, Label, PeerId, Role, RoomId, Source
from proconf_tui.room.events import LeaveReason
from proconf_tui.room.model import CloseReason, Json
from proconf_tui.room.permissions import Controls, Permissions


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    actor: PeerId | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom(_Command):
    room_id: RoomId
    controls: Controls = dataclasses.field(default_factory=Controls)
    metadata: Json = dataclasses.field(default_factory=dict)
    passcode_hash: str | None = None
    max_peers: int | None = None
    expires_at: float | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Enter(_Command):
    """Come in with a token's rights: admitted, put in the lobby, or refused.

    ``actor`` is the id the server has just made for this peer. With ``will_wait`` one who is
    early waits in the lobby for the start instead of being refused.
    """

    identity: Identity
    name: str
    role: Role
    permissions: Permissions
    metadata: Json = dataclasses.field(default_factory=dict)
    max_peers: int | None = None
    will_wait: bool = False
    token_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Leave(_Command):
    """``actor`` goes, from the room or from the lobby."""

    reason: LeaveReason = "LEFT"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect(_Command):
    """The connection of ``actor`` broke; its seat is kept."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reconnect(_Command):
    """``actor`` takes its kept seat again."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Admit(_Command):
    peer_id: PeerId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AdmitAll(_Command):
    """Admit everybody who waits, longest waiting first, as far as there is room."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Deny(_Command):
    peer_id: PeerId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kick(_Command):
    """Remove a participant; ``block`` also keeps that identity out."""

    peer_id: PeerId
    block: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unblock(_Command):
    identity: Identity


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CloseRoom(_Command):
    reason: CloseReason = "CLOSED"
    only_if_empty: bool = False
    """Do nothing where somebody is in or waits."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UpdateControls(_Command):
    """Change the named controls; None leaves one as it is."""

    room_locked: bool | None = None
    allow_produce: bool | None = None
    allow_produce_sources: Mapping[Source, bool] | None = None
    allow_consume: bool | None = None
    allow_send_data: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CloseStreams(_Command):
    """Close the named streams of those peers, or of everybody but ``actor``."""

    labels: frozenset[Label]
    peer_ids: tuple[PeerId, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MuteEveryone(_Command):
    """Close the named streams of everybody who is no moderator; maybe forbid their sources too."""

    labels: frozenset[Label] = frozenset({"audio"})
    allow_unmute: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Produce(_Command):
    label: Label


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StopProducing(_Command):
    label: Label


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PauseStream(_Command):
    label: Label


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ResumeStream(_Command):
    label: Label


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRole(_Command):
    peer_id: PeerId
    role: Role


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePermissions(_Command):
    """Change the named permissions (``canProduce``, as on the wire); the others stay."""

    peer_id: PeerId
    changes: Json


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRoomMetadata(_Command):
    metadata: Json


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePeerMetadata(_Command):
    metadata: Json


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RaiseHand(_Command):
    pass


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LowerHand(_Command):
    """Lower one's own hand, or as a moderator somebody else's."""

    peer_id: PeerId | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendChat(_Command):
    text: str
    to: PeerId | None = None
    key: str = ""


Command = (
    CreateRoom
    | Enter
    | Leave
    | Disconnect
    | Reconnect
    | Admit
    | AdmitAll
    | Deny
    | Kick
    | Unblock
    | CloseRoom
    | UpdateControls
    | CloseStreams
    | MuteEveryone
    | Produce
    | StopProducing
    | PauseStream
    | ResumeStream
    | UpdateRole
    | UpdatePermissions
    | UpdateRoomMetadata
    | UpdatePeerMetadata
    | RaiseHand
    | LowerHand
    | SendChat
)
