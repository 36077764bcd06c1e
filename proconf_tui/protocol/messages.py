"""The messages of the signalling websocket: its requests and their results, one struct each.

Three shapes, all JSON objects in text frames::

    request       {"id": 7, "method": "kick", "params": {"peerId": "…"}}      client → server
    response      {"id": 7, "result": {…}}  or  {"id": 7, "error": {"code": "…", "message": "…"}}
    notification  {"method": "room-events", "params": {…}}                     server → client

The first request on a connection is ``join``. Those about media stand in `media_requests` and
`stats_requests`, the notifications in `notifications`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from proconf_tui.protocol.ids import Identity, Label, PeerId, Role, RoomId, Source

# The other parts of the protocol can be named from here too.
from proconf_tui.protocol.media_requests import AnswerSubscription as AnswerSubscription
from proconf_tui.protocol.media_requests import PauseStream as PauseStream
from proconf_tui.protocol.media_requests import Produce as Produce
from proconf_tui.protocol.media_requests import Publish as Publish
from proconf_tui.protocol.media_requests import PublishResult as PublishResult
from proconf_tui.protocol.media_requests import ResetSubscription as ResetSubscription
from proconf_tui.protocol.media_requests import ResumeStream as ResumeStream
from proconf_tui.protocol.media_requests import StopProducing as StopProducing
from proconf_tui.protocol.media_requests import Watch as Watch
from proconf_tui.protocol.media_requests import WatchedStream as WatchedStream
from proconf_tui.protocol.notifications import NOTIFICATIONS as NOTIFICATIONS
from proconf_tui.protocol.notifications import Awaiting as Awaiting
from proconf_tui.protocol.notifications import Closed as Closed
from proconf_tui.protocol.notifications import Data as Data
from proconf_tui.protocol.notifications import Levels as Levels
from proconf_tui.protocol.notifications import MediaLost as MediaLost
from proconf_tui.protocol.notifications import Notice as Notice
from proconf_tui.protocol.notifications import Notification as Notification
from proconf_tui.protocol.notifications import PeerQuality as PeerQuality
from proconf_tui.protocol.notifications import Resumed as Resumed
from proconf_tui.protocol.notifications import RoomEvents as RoomEvents
from proconf_tui.protocol.notifications import SizePx as SizePx
from proconf_tui.protocol.notifications import SlotFeed as SlotFeed
from proconf_tui.protocol.notifications import Slots as Slots
from proconf_tui.protocol.notifications import SubscriptionOffer as SubscriptionOffer
from proconf_tui.protocol.notifications import Wanted as Wanted
from proconf_tui.protocol.notifications import Welcome as Welcome
from proconf_tui.protocol.request import Empty as Empty
from proconf_tui.protocol.request import Json as Json
from proconf_tui.protocol.request import Request as Request
from proconf_tui.protocol.stats_requests import PeerReport as PeerReport
from proconf_tui.protocol.stats_requests import RoomReport as RoomReport
from proconf_tui.protocol.stats_requests import ServerLoad as ServerLoad
from proconf_tui.protocol.stats_requests import ServerReport as ServerReport
from proconf_tui.protocol.stats_requests import Stats as Stats
from proconf_tui.protocol.stats_requests import StreamReport as StreamReport

PROTOCOL_VERSION = 1

# --- coming and going ---------------------------------------------------------------------------


class Resume(msgspec.Struct, frozen=True, rename="camel"):
    """The claim to a kept seat: what the server gave in `Joined`, and the last version seen."""

    peer_id: PeerId
    resume_key: str
    version: int = 0


class Joined(msgspec.Struct, frozen=True, rename="camel"):
    """Accepted; whether in or waiting follows as `Welcome` or `Awaiting`."""

    room_id: RoomId
    peer_id: PeerId
    resume_key: str
    heartbeat_s: Annotated[float, msgspec.Meta(gt=0)]


class Join(Request, frozen=True):
    """The first message: who I am (the token) and how I want to come in."""

    method = "join"
    result = Joined
    token: str
    version: int = PROTOCOL_VERSION
    name: str | None = None
    metadata: Json | None = None
    will_wait: bool = False
    has_media: bool = True
    """False: no connections are set up; a bot that only chats and moderates."""
    resume: Resume | None = None


class Leave(Request, frozen=True):
    """Leave the room, or its lobby, for good; the seat is given up at once."""

    method = "leave"


class EndRoom(Request, frozen=True):
    """End the meeting for everybody; moderators only."""

    method = "end-room"


class Ping(Request, frozen=True):
    """The client's heartbeat; the answer shows the server and the round trip are alive."""

    method = "ping"


class TokenGranted(msgspec.Struct, frozen=True):
    """A token to come in with from now on; its ``jti`` is that of the one before."""

    token: str


class RefreshToken(Request, frozen=True):
    """Ask for one that says the same as ``token``, the one joined with, and is good for longer."""

    method = "refresh-token"
    result = TokenGranted

    token: str


# --- moderation ---------------------------------------------------------------------------------


class Admit(Request, frozen=True):
    """Let one in who waits in the lobby."""

    method = "admit"
    peer_id: PeerId


class AdmitAll(Request, frozen=True):
    """Let in all who wait, longest waiting first, as far as there is room."""

    method = "admit-all"


class Deny(Request, frozen=True):
    """Send one away who waits in the lobby; they are told ``DENIED``."""

    method = "deny"
    peer_id: PeerId


class Kick(Request, frozen=True):
    """Remove one who is in, whose token is refused from then on, or deny one who waits.

    With ``block`` everybody of that identity is removed and stays out until it is unblocked.
    """

    method = "kick"
    peer_id: PeerId
    block: bool = False


class Unblock(Request, frozen=True):
    """Let an identity come again; one that is not blocked is ignored."""

    method = "unblock"
    identity: Identity


class UpdateControls(Request, frozen=True):
    """Change the named controls; null leaves one as it is. What they forbid is closed at once."""

    method = "update-controls"
    room_locked: bool | None = None
    allow_produce: bool | None = None
    allow_produce_sources: dict[Source, bool] | None = None
    allow_consume: bool | None = None
    allow_send_data: bool | None = None


class CloseStreams(Request, frozen=True):
    """Close those streams of these peers, or of everybody but oneself."""

    method = "close-streams"
    labels: list[Label]
    peer_ids: list[PeerId] | None = None


class MuteEveryone(Request, frozen=True):
    """Close the sound of all who are no moderators; maybe forbid them the microphone too."""

    method = "mute-everyone"
    allow_unmute: bool = True


class UpdateRole(Request, frozen=True):
    """Give somebody, perhaps oneself, a role and the rights that come with it."""

    method = "update-role"
    peer_id: PeerId
    role: Role


class UpdatePermissions(Request, frozen=True):
    """``permissions``: the changed ones only, by their camelCase names."""

    method = "update-permissions"
    peer_id: PeerId
    permissions: Json


# --- data ---------------------------------------------------------------------------------------


class UpdateRoomMetadata(Request, frozen=True):
    """Replace the room's metadata as a whole."""

    method = "update-room-metadata"
    metadata: Json


class UpdatePeerMetadata(Request, frozen=True):
    """Replace one's own metadata as a whole."""

    method = "update-peer-metadata"
    metadata: Json


class RaiseHand(Request, frozen=True):
    """Ask for the floor; a hand that is up keeps its place."""

    method = "raise-hand"


class LowerHand(Request, frozen=True):
    """Lower one's own hand, or as a moderator that of ``peer_id``."""

    method = "lower-hand"
    peer_id: PeerId | None = None


class SendChat(Request, frozen=True):
    """Say a line; one that is sent again with its ``key`` is not said twice."""

    method = "send-chat"

    text: str
    to: PeerId | None = None
    key: str | None = None


class SendData(Request, frozen=True):
    """Passing data that nobody keeps; ``to`` None is everybody in the room."""

    method = "send-data"
    payload: str
    label: str = "data"
    to: list[PeerId] | None = None


REQUESTS: dict[str, type[Request]] = {
    kind.method: kind
    for kind in sorted(Request.__subclasses__(), key=lambda kind: kind.__module__ != __name__)
}
"""Every request by its name on the wire, coming and going first."""
