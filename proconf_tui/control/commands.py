"""Every command of the control link, by name: the sdk's methods and properties, and the agent's.

``{"id": 1, "method": "admit_peer", "params": {"peer_id": "…"}}`` is answered by
``{"id": 1, "result": …}`` or ``{"id": 1, "error": {"code": "…", "message": "…"}}``. Parameters are
named as in the sdk; results are camelCase, as events are. A property is a command without
parameters that answers its value. This is the only list of them: what carries them out looks the
sdk's method up by its name, and a test holds the two to each other.
"""

from __future__ import annotations

from proconf_tui.control.agent_commands import AttachScreen as AttachScreen
from proconf_tui.control.agent_commands import Fit as Fit
from proconf_tui.control.agent_commands import JoinMeeting as JoinMeeting
from proconf_tui.control.agent_commands import JoinRoom as JoinRoom
from proconf_tui.control.agent_commands import ListDevices as ListDevices
from proconf_tui.control.agent_commands import OpenDevices as OpenDevices
from proconf_tui.control.agent_commands import Seat as Seat
from proconf_tui.control.agent_commands import SetProcessing as SetProcessing
from proconf_tui.control.agent_commands import ShowTiles as ShowTiles
from proconf_tui.control.agent_commands import Shutdown as Shutdown
from proconf_tui.control.agent_commands import StartMeeting as StartMeeting
from proconf_tui.control.agent_commands import StopSoundTest as StopSoundTest
from proconf_tui.control.agent_commands import TileRequest as TileRequest
from proconf_tui.control.agent_commands import TrySound as TrySound
from proconf_tui.control.command import AgentCommand as AgentCommand
from proconf_tui.control.command import Command as Command
from proconf_tui.control.command import Json as Json
from proconf_tui.control.command import LocalPeerCommand as LocalPeerCommand
from proconf_tui.control.command import ManagerCommand as ManagerCommand
from proconf_tui.control.command import RemotePeerCommand as RemotePeerCommand
from proconf_tui.control.command import RoomCommand as RoomCommand
from proconf_tui.control.command import Target as Target
from proconf_tui.control.peer_commands import DisableAudio as DisableAudio
from proconf_tui.control.peer_commands import DisableVideo as DisableVideo
from proconf_tui.control.peer_commands import EnableAudio as EnableAudio
from proconf_tui.control.peer_commands import EnableVideo as EnableVideo
from proconf_tui.control.peer_commands import GetRole as GetRole
from proconf_tui.control.peer_commands import GetTrack as GetTrack
from proconf_tui.control.peer_commands import IsConnected as IsConnected
from proconf_tui.control.peer_commands import IsMuted as IsMuted
from proconf_tui.control.peer_commands import Labels as Labels
from proconf_tui.control.peer_commands import LowerHand as LowerHand
from proconf_tui.control.peer_commands import Mute as Mute
from proconf_tui.control.peer_commands import Name as Name
from proconf_tui.control.peer_commands import OwnLabels as OwnLabels
from proconf_tui.control.peer_commands import OwnMetadata as OwnMetadata
from proconf_tui.control.peer_commands import OwnName as OwnName
from proconf_tui.control.peer_commands import OwnPeerId as OwnPeerId
from proconf_tui.control.peer_commands import OwnPermissions as OwnPermissions
from proconf_tui.control.peer_commands import OwnRole as OwnRole
from proconf_tui.control.peer_commands import Pause as Pause
from proconf_tui.control.peer_commands import PeerMetadata as PeerMetadata
from proconf_tui.control.peer_commands import Permissions as Permissions
from proconf_tui.control.peer_commands import Produce as Produce
from proconf_tui.control.peer_commands import RaiseHand as RaiseHand
from proconf_tui.control.peer_commands import React as React
from proconf_tui.control.peer_commands import Resume as Resume
from proconf_tui.control.peer_commands import SendData as SendData
from proconf_tui.control.peer_commands import SetVolume as SetVolume
from proconf_tui.control.peer_commands import StopProducing as StopProducing
from proconf_tui.control.peer_commands import Unmute as Unmute
from proconf_tui.control.peer_commands import UpdateOwnMetadata as UpdateOwnMetadata
from proconf_tui.control.peer_commands import UpdateOwnRole as UpdateOwnRole
from proconf_tui.control.peer_commands import UpdatePermissions as UpdatePermissions
from proconf_tui.control.peer_commands import UpdateRole as UpdateRole
from proconf_tui.control.peer_commands import Volume as Volume
from proconf_tui.control.room_commands import ActiveSpeakers as ActiveSpeakers
from proconf_tui.control.room_commands import AdmitAll as AdmitAll
from proconf_tui.control.room_commands import AdmitPeer as AdmitPeer
from proconf_tui.control.room_commands import Blocked as Blocked
from proconf_tui.control.room_commands import Chat as Chat
from proconf_tui.control.room_commands import Close as Close
from proconf_tui.control.room_commands import CloseStreamOfLabel as CloseStreamOfLabel
from proconf_tui.control.room_commands import Config as Config
from proconf_tui.control.room_commands import DenyPeer as DenyPeer
from proconf_tui.control.room_commands import DominantSpeaker as DominantSpeaker
from proconf_tui.control.room_commands import GetLobbyPeerMetadata as GetLobbyPeerMetadata
from proconf_tui.control.room_commands import GetMetadata as GetMetadata
from proconf_tui.control.room_commands import GetRemotePeerById as GetRemotePeerById
from proconf_tui.control.room_commands import GetSeat as GetSeat
from proconf_tui.control.room_commands import InviteUrl as InviteUrl
from proconf_tui.control.room_commands import IsModerator as IsModerator
from proconf_tui.control.room_commands import KickPeer as KickPeer
from proconf_tui.control.room_commands import LobbyPeerIds as LobbyPeerIds
from proconf_tui.control.room_commands import LobbyPeerSet as LobbyPeerSet
from proconf_tui.control.room_commands import LocalPeer as LocalPeer
from proconf_tui.control.room_commands import LowerHandOf as LowerHandOf
from proconf_tui.control.room_commands import Metadata as Metadata
from proconf_tui.control.room_commands import MuteEveryone as MuteEveryone
from proconf_tui.control.room_commands import PeerIds as PeerIds
from proconf_tui.control.room_commands import RemotePeerExists as RemotePeerExists
from proconf_tui.control.room_commands import RemotePeers as RemotePeers
from proconf_tui.control.room_commands import RoomId as RoomId
from proconf_tui.control.room_commands import ServerStatistics as ServerStatistics
from proconf_tui.control.room_commands import State as State
from proconf_tui.control.room_commands import StateView as StateView
from proconf_tui.control.room_commands import Statistics as Statistics
from proconf_tui.control.room_commands import UnblockPeer as UnblockPeer
from proconf_tui.control.room_commands import UpdateMetadata as UpdateMetadata
from proconf_tui.control.room_commands import UpdateRoomControls as UpdateRoomControls
from proconf_tui.control.room_commands import Watch as Watch

_BASES = (AgentCommand, ManagerCommand, RoomCommand, LocalPeerCommand, RemotePeerCommand)

COMMANDS: dict[str, type[Command]] = {
    kind.method: kind for base in _BASES for kind in base.__subclasses__()
}
"""Every command by its name on the link."""
