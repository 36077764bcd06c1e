"""The commands of the room: each a method or a property of the sdk's `Room`, under its name."""

from __future__ import annotations

from typing import Literal

from proconf_tui.control.command import Json, RoomCommand
from proconf_tui.control.results import KeptSeat, LocalPeerInfo, RemotePeerInfo
from proconf_tui.control.screen import RoomStateName
from proconf_tui.control.sound import MediaStatistics
from proconf_tui.protocol.ids import Identity, Label, PeerId
from proconf_tui.protocol.messages import ServerReport, WatchedStream
from proconf_tui.room.model import ChatLine, RoomState
from proconf_tui.room.permissions import Controls

# --- how things are -------------------------------------------------------------------------------


class RoomId(RoomCommand, frozen=True):
    """The room's name; empty until the meeting was found."""

    method = "room_id"
    result = str


class State(RoomCommand, frozen=True):
    """Where one stands, from ``connecting`` through ``connected`` to ``left`` or ``closed``."""

    method = "state"
    result = RoomStateName


class StateView(RoomCommand, frozen=True):
    """All that one may know of the room at once: who is in, who waits, controls, chat; or null.

    Instants are seconds since the epoch.
    """

    method = "state_view"
    result = RoomState | None


class GetSeat(RoomCommand, frozen=True):
    """What takes one's place again after a crash; null before the server gave one."""

    method = "seat"
    result = KeptSeat | None


class IsModerator(RoomCommand, frozen=True):
    """Whether one is a moderator."""

    method = "is_moderator"
    result = bool


class InviteUrl(RoomCommand, frozen=True):
    """The link that brings others here, with a token where one can be made; or null."""

    method = "invite_url"
    result = str | None


class Config(RoomCommand, frozen=True):
    """The room's controls."""

    method = "config"
    result = Controls


class Metadata(RoomCommand, frozen=True):
    """The room's metadata."""

    method = "metadata"
    result = Json


class GetMetadata(RoomCommand, frozen=True):
    """The room's metadata, as a method."""

    method = "get_metadata"
    result = Json


class Chat(RoomCommand, frozen=True):
    """The chat lines one may read, one's own among them, oldest first.

    ``saidAt`` is seconds since the epoch; ``to`` is null for what was said to everybody.
    """

    method = "chat"
    result = list[ChatLine]


class ActiveSpeakers(RoomCommand, frozen=True):
    """Who speaks, loudest first."""

    method = "active_speakers"
    result = list[PeerId]


class DominantSpeaker(RoomCommand, frozen=True):
    """Who has the floor, or null."""

    method = "dominant_speaker"
    result = PeerId | None


class Statistics(RoomCommand, frozen=True):
    """Say how every voice is received and one's own is sent."""

    method = "statistics"
    result = MediaStatistics


class ServerStatistics(RoomCommand, frozen=True):
    """Ask the server what it knows of the media: one's own line, the room, its own load.

    ``with_peers``, everybody's line, is for moderators. Rates are null until it is asked again,
    half a second later or more. No command waits for the answer.
    """

    method = "server_statistics"
    is_immediate = True
    result = ServerReport
    with_peers: bool = False


class Watch(RoomCommand, frozen=True):
    """Receive the pictures of these streams and no others; null is all, in their own size.

    Each is sent in about the size it is shown in, and not at all while nobody looks. What a screen
    shows is watched anyway; without one nothing is, until this says so.
    """

    method = "watch"
    streams: list[WatchedStream] | None


# --- people ---------------------------------------------------------------------------------------


class LocalPeer(RoomCommand, frozen=True):
    """Oneself, with everything that is known."""

    method = "local_peer"
    result = LocalPeerInfo


class RemotePeers(RoomCommand, frozen=True):
    """The others who are in, by id."""

    method = "remote_peers"
    result = dict[PeerId, RemotePeerInfo]


class PeerIds(RoomCommand, frozen=True):
    """The ids of the others who are in."""

    method = "peer_ids"
    result = list[PeerId]


class RemotePeerExists(RoomCommand, frozen=True):
    """Who has that id, or null."""

    method = "remote_peer_exists"
    result = RemotePeerInfo | None
    peer_id: PeerId


class GetRemotePeerById(RoomCommand, frozen=True):
    """Who has that id; ``PEER_NOT_FOUND`` if nobody does."""

    method = "get_remote_peer_by_id"
    result = RemotePeerInfo
    peer_id: PeerId


class LobbyPeerIds(RoomCommand, frozen=True):
    """Who waits in the lobby, longest waiting first; empty for who is no moderator."""

    method = "lobby_peer_ids"
    result = list[PeerId]


class LobbyPeerSet(RoomCommand, frozen=True):
    """Who waits in the lobby, as a sorted list; empty for who is no moderator."""

    method = "lobby_peer_set"
    result = list[PeerId]


class GetLobbyPeerMetadata(RoomCommand, frozen=True):
    """The ``{"peerId", "metadata"}`` of one who waits; moderators only."""

    method = "get_lobby_peer_metadata"
    result = Json
    peer_id: PeerId


class Blocked(RoomCommand, frozen=True):
    """The identities that may not come in; moderators only see them."""

    method = "blocked"
    result = list[Identity]


# --- order ----------------------------------------------------------------------------------------


class UpdateMetadata(RoomCommand, frozen=True):
    """Replace the room's metadata, at most 8 KiB of JSON; everybody gets ``metadata-updated``."""

    method = "update_metadata"
    data: Json


class UpdateRoomControls(RoomCommand, frozen=True):
    """Change the named controls; ``allow_…`` bind those who are no moderators.

    ``allow_produce_sources`` says yes or no for ``cam``, ``mic`` and ``screen``.
    """

    method = "update_room_controls"
    room_locked: bool | None = None
    allow_produce: bool | None = None
    allow_produce_sources: dict[str, bool] | None = None
    allow_consume: bool | None = None
    allow_send_data: bool | None = None


class CloseStreamOfLabel(RoomCommand, frozen=True):
    """Close those streams of these peers, or of all remote peers, in the server."""

    method = "close_stream_of_label"
    labels: Label | list[Label]
    peer_ids: list[PeerId] | None = None


class MuteEveryone(RoomCommand, frozen=True):
    """Close the sound of all who are no moderators; maybe forbid them the microphone too."""

    method = "mute_everyone"
    allow_unmute: bool = True


class AdmitPeer(RoomCommand, frozen=True):
    """Let one in who waits in the lobby."""

    method = "admit_peer"
    peer_id: PeerId


class DenyPeer(RoomCommand, frozen=True):
    """Send one away who waits in the lobby."""

    method = "deny_peer"
    peer_id: PeerId


class AdmitAll(RoomCommand, frozen=True):
    """Let in all who wait, as far as there is room."""

    method = "admit_all"


class KickPeer(RoomCommand, frozen=True):
    """Remove somebody; ``block`` keeps that identity out until it is unblocked."""

    method = "kick_peer"
    peer_id: PeerId
    block: bool = False


class UnblockPeer(RoomCommand, frozen=True):
    """Let a blocked identity come in again."""

    method = "unblock_peer"
    identity: Identity


class LowerHandOf(RoomCommand, frozen=True):
    """Lower somebody's hand."""

    method = "lower_hand_of"
    peer_id: PeerId


class Close(RoomCommand, frozen=True):
    """Leave (``LEFT``), the lobby too, or end the meeting for everybody (``CLOSED``)."""

    method = "close"
    reason: Literal["LEFT", "CLOSED"] = "LEFT"
