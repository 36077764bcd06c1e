"""Every command of the control link: a method of the sdk or of the agent, with its parameters.

``{"id": 1, "method": "admit_peer", "params": {"peer_id": "…"}}`` is answered by
``{"id": 1, "result": …}`` or ``{"id": 1, "error": {"code": "…", "message": "…"}}``. ``target``
says whose method it is; where two objects have a method of the same name, the link's name has
the object's in front (``local_peer.update_metadata``).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from proconf_tui.protocol.ids import Label, PeerId, Role

Json = dict[str, Any]
Target = Literal["agent", "manager", "room", "local_peer", "remote_peer"]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the commands; a remote peer's carry ``peer_id`` beside the method's parameters."""

    method: ClassVar[str]
    target: ClassVar[Target]


# --- the agent: devices, tiles, its own life ------------------------------------------------------


class AttachScreen(Command, frozen=True):
    """A screen listens: send snapshots and levels, write pictures to the buffer ``pictures``."""

    method = "attach_screen"
    target = "agent"
    pictures: str


class ListDevices(Command, frozen=True):
    method = "list_devices"
    target = "agent"


class OpenDevices(Command, frozen=True):
    """Open (or change to) these devices; in a meeting their tracks replace what is sent.

    Specs as on the command line; None leaves a device as it is, ``none`` closes it. A device that
    fails is reported in the result's ``problems`` and never stops the others.
    """

    method = "open_devices"
    target = "agent"
    microphone: str | None = None
    camera: str | None = None
    speaker: str | None = None


class TileRequest(msgspec.Struct, frozen=True):
    """One tile on the screen; ``peer_id`` None is the self view. Sizes in the grid's pixels."""

    slot: int
    peer_id: PeerId | None
    label: Label
    width_px: int
    height_px: int


class ShowTiles(Command, frozen=True):
    """All the tiles shown now; each one's newest picture goes into its slot of the buffer."""

    method = "show_tiles"
    target = "agent"
    tiles: list[TileRequest]


class Shutdown(Command, frozen=True):
    """Leave if in a meeting, close devices, end."""

    method = "shutdown"
    target = "agent"


# --- the manager ----------------------------------------------------------------------------------


class Seat(msgspec.Struct, frozen=True):
    """A kept seat to take again (`proconf_tui.control.screen.SeatKept`)."""

    peer_id: PeerId
    resume_key: str


class StartMeeting(Command, frozen=True):
    """``url``: the server, or None: the local one. Result: ``{room_id, peer_id, invite_url}``."""

    method = "start_meeting"
    target = "manager"
    room_name: str | None = None
    participant_name: str | None = None
    url: str | None = None
    locked: bool = True
    passcode: str | None = None
    max_peers: int | None = None
    metadata: Json | None = None
    with_audio: bool = True
    with_video: bool = True
    seat: Seat | None = None


class JoinMeeting(Command, frozen=True):
    """Join by room name, by token, or both; the answer comes once admitted or refused."""

    method = "join_meeting"
    target = "manager"
    room_name: str | None = None
    participant_name: str | None = None
    url: str | None = None
    token: str | None = None
    wait: bool = False
    passcode: str | None = None
    metadata: Json | None = None
    with_audio: bool = True
    with_video: bool = True
    seat: Seat | None = None


# --- the room -------------------------------------------------------------------------------------


class GetMetadata(Command, frozen=True):
    method = "get_metadata"
    target = "room"


class UpdateMetadata(Command, frozen=True):
    method = "update_metadata"
    target = "room"
    data: Json


class GetLobbyPeerMetadata(Command, frozen=True):
    method = "get_lobby_peer_metadata"
    target = "room"
    peer_id: PeerId


class UpdateRoomControls(Command, frozen=True):
    method = "update_room_controls"
    target = "room"
    room_locked: bool | None = None
    allow_produce: bool | None = None
    allow_produce_sources: dict[str, bool] | None = None
    allow_consume: bool | None = None
    allow_send_data: bool | None = None


class CloseStreamOfLabel(Command, frozen=True):
    method = "close_stream_of_label"
    target = "room"
    labels: list[Label]
    peer_ids: list[PeerId] | None = None


class MuteEveryone(Command, frozen=True):
    method = "mute_everyone"
    target = "room"
    allow_unmute: bool = True


class AdmitPeer(Command, frozen=True):
    method = "admit_peer"
    target = "room"
    peer_id: PeerId


class DenyPeer(Command, frozen=True):
    method = "deny_peer"
    target = "room"
    peer_id: PeerId


class AdmitAll(Command, frozen=True):
    method = "admit_all"
    target = "room"


class KickPeer(Command, frozen=True):
    method = "kick_peer"
    target = "room"
    peer_id: PeerId
    block: bool = False


class Close(Command, frozen=True):
    method = "close"
    target = "room"
    reason: Literal["LEFT", "CLOSED"] = "LEFT"


# --- peers ----------------------------------------------------------------------------------------


class EnableAudio(Command, frozen=True):
    method = "enable_audio"
    target = "local_peer"


class DisableAudio(Command, frozen=True):
    method = "disable_audio"
    target = "local_peer"


class EnableVideo(Command, frozen=True):
    method = "enable_video"
    target = "local_peer"


class DisableVideo(Command, frozen=True):
    method = "disable_video"
    target = "local_peer"


class Mute(Command, frozen=True):
    method = "mute"
    target = "local_peer"


class Unmute(Command, frozen=True):
    method = "unmute"
    target = "local_peer"


class StopProducing(Command, frozen=True):
    method = "stop_producing"
    target = "local_peer"
    label: Label


class SendData(Command, frozen=True):
    """Chat is ``label="chat"``; ``to`` is ``"*"`` or a list of peer ids."""

    method = "send_data"
    target = "local_peer"
    payload: str
    to: str | list[PeerId] = "*"
    label: str = "data"


class UpdateOwnMetadata(Command, frozen=True):
    method = "local_peer.update_metadata"
    target = "local_peer"
    data: Json


class RaiseHand(Command, frozen=True):
    method = "raise_hand"
    target = "local_peer"


class LowerHand(Command, frozen=True):
    method = "lower_hand"
    target = "local_peer"


class UpdateRole(Command, frozen=True):
    method = "remote_peer.update_role"
    target = "remote_peer"
    peer_id: PeerId
    role: Role


class UpdatePermissions(Command, frozen=True):
    """``permissions``: the ones to change, by their snake_case names."""

    method = "remote_peer.update_permissions"
    target = "remote_peer"
    peer_id: PeerId
    permissions: Json


class SetVolume(Command, frozen=True):
    method = "remote_peer.set_volume"
    target = "remote_peer"
    peer_id: PeerId
    gain: float


COMMANDS: dict[str, type[Command]] = {cls.method: cls for cls in Command.__subclasses__()}
"""Every command by its name on the link."""
