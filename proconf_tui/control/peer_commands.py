"""The commands of the peers: methods and properties of the sdk's `LocalPeer` and `RemotePeer`."""

from __future__ import annotations

from proconf_tui.control.command import (
    Command,
    Json,
    LocalPeerCommand,
    RemotePeerCommand,
    RoleName,
)
from proconf_tui.control.results import TrackInfo
from proconf_tui.protocol.ids import CHAT_LABEL, Label, PeerId, Role
from proconf_tui.room.permissions import Permissions as PermissionsOfPeer

# --- oneself: how things are ----------------------------------------------------------------------


class OwnPeerId(LocalPeerCommand, frozen=True):
    """One's own id."""

    method = "local_peer.peer_id"
    result = PeerId


class OwnName(LocalPeerCommand, frozen=True):
    """One's own name."""

    method = "local_peer.name"
    result = str


class OwnRole(LocalPeerCommand, frozen=True):
    """One's own role."""

    method = "local_peer.role"
    result = Role


class OwnPermissions(LocalPeerCommand, frozen=True):
    """What one's role or token allows; the room's controls may forbid some of it."""

    method = "local_peer.permissions"
    result = PermissionsOfPeer


class OwnMetadata(LocalPeerCommand, frozen=True):
    """One's own metadata."""

    method = "local_peer.metadata"
    result = Json


class OwnLabels(LocalPeerCommand, frozen=True):
    """The streams one publishes, as the room knows it."""

    method = "local_peer.labels"
    result = list[Label]


class IsMuted(LocalPeerCommand, frozen=True):
    """Whether one is muted."""

    method = "is_muted"
    result = bool


# --- oneself: streams -----------------------------------------------------------------------------


class EnableAudio(LocalPeerCommand, frozen=True):
    """Publish the open microphone, or open ``device`` first, named as for ``--mic``.

    One is heard by it, unless one mutes before it is done.
    """

    method = "enable_audio"
    device: str | None = None


class DisableAudio(LocalPeerCommand, frozen=True):
    """Stop publishing sound."""

    method = "disable_audio"


class EnableVideo(LocalPeerCommand, frozen=True):
    """Publish the open camera, or open ``device`` first, named as for ``--camera``."""

    method = "enable_video"
    device: str | None = None


class DisableVideo(LocalPeerCommand, frozen=True):
    """Stop publishing pictures."""

    method = "disable_video"


class Produce(LocalPeerCommand, frozen=True):
    """Open ``source`` and publish it under ``label``, in place of what is published there.

    Named as for ``--mic`` (``audio``) or ``--camera`` (``video`` and ``screen``).
    """

    method = "produce"
    label: Label
    source: str


class StopProducing(LocalPeerCommand, frozen=True):
    """Stop publishing under ``label``."""

    method = "stop_producing"
    label: Label


class Mute(LocalPeerCommand, frozen=True):
    """Be silent from this moment on, whatever was asked for before; the stream stays.

    It waits for no command before it, and is answered once the room was told.
    """

    method = "mute"
    is_immediate = True


class Unmute(LocalPeerCommand, frozen=True):
    """Be heard again, unless one mutes meanwhile; like ``mute`` it waits for no command."""

    method = "unmute"
    is_immediate = True


class Pause(LocalPeerCommand, frozen=True):
    """Show nobody the pictures under ``label`` for now; the stream stays. ``audio`` is ``mute``."""

    method = "pause"
    label: Label

    @property
    def meaning(self) -> Command:
        return Mute() if self.label == "audio" else self


class Resume(LocalPeerCommand, frozen=True):
    """Undo ``pause``; ``audio`` is ``unmute``."""

    method = "resume"
    label: Label

    @property
    def meaning(self) -> Command:
        return Unmute() if self.label == "audio" else self


# --- oneself: what one says and shows -------------------------------------------------------------


class SendData(LocalPeerCommand, frozen=True):
    """Send to everybody (``"*"``), to one peer or to several; chat is ``label`` ``chat``.

    At most 1 KiB, or 4,000 characters of chat.
    """

    method = "send_data"
    payload: str
    to: str | list[PeerId] = "*"
    label: str = "data"

    @property
    def is_patient(self) -> bool:
        return self.label == CHAT_LABEL


class React(LocalPeerCommand, frozen=True):
    """Show everybody an emoji; they get ``receive-data`` with the label ``reaction``."""

    method = "react"
    emoji: str


class UpdateOwnMetadata(LocalPeerCommand, frozen=True):
    """Replace one's own metadata, at most 4 KiB of JSON."""

    method = "local_peer.update_metadata"
    data: Json


class UpdateOwnRole(LocalPeerCommand, frozen=True):
    """Change one's own role; moderators only."""

    method = "local_peer.update_role"
    role: RoleName


class RaiseHand(LocalPeerCommand, frozen=True):
    """Ask for the floor."""

    method = "raise_hand"


class LowerHand(LocalPeerCommand, frozen=True):
    """Ask for the floor no longer."""

    method = "lower_hand"


# --- the others -----------------------------------------------------------------------------------


class Name(RemotePeerCommand, frozen=True):
    """Their name."""

    method = "remote_peer.name"
    result = str


class GetRole(RemotePeerCommand, frozen=True):
    """Their role."""

    method = "remote_peer.role"
    result = Role


class Permissions(RemotePeerCommand, frozen=True):
    """What their role or token allows."""

    method = "remote_peer.permissions"
    result = PermissionsOfPeer


class PeerMetadata(RemotePeerCommand, frozen=True):
    """Their metadata."""

    method = "remote_peer.metadata"
    result = Json


class Labels(RemotePeerCommand, frozen=True):
    """The streams they publish."""

    method = "remote_peer.labels"
    result = list[Label]


class IsConnected(RemotePeerCommand, frozen=True):
    """False while their seat is kept for them."""

    method = "remote_peer.is_connected"
    result = bool


class Volume(RemotePeerCommand, frozen=True):
    """How loud they are played here: 0 is silent, 1 as they are sent, 4 the most."""

    method = "remote_peer.volume"
    result = float


class GetTrack(RemotePeerCommand, frozen=True):
    """The stream they publish under ``label``; ``PEER_NOT_FOUND`` if there is none."""

    method = "remote_peer.get_track"
    result = TrackInfo
    label: Label


class UpdateRole(RemotePeerCommand, frozen=True):
    """Give them a role and its rights; moderators only."""

    method = "remote_peer.update_role"
    role: RoleName


class UpdatePermissions(RemotePeerCommand, frozen=True):
    """Change the given permissions, by their snake_case names; moderators only."""

    method = "remote_peer.update_permissions"
    permissions: Json | None = None


class SetVolume(RemotePeerCommand, frozen=True):
    """Play them louder or softer here: 0 is silent, 1 as they are sent, 4 the most."""

    method = "remote_peer.set_volume"
    gain: float
