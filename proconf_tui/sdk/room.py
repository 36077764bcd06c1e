"""A meeting as a program holds it: one's own part in it, the others, and what can be asked of it.

Names are the seed's in snake_case. Properties are live views of what the server has told; nothing
here decides what anybody may do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal, cast

from proconf_tui.control.events import Event, RoomClosed, RoomNotification
from proconf_tui.control.screen import RoomStateName
from proconf_tui.control.sound import MediaStatistics
from proconf_tui.errors import ConnectionLost, Kicked, PermissionDenied
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.messages import Json, ServerReport, Stats, WatchedStream
from proconf_tui.room.model import ChatLine, RoomState
from proconf_tui.room.permissions import Controls
from proconf_tui.sdk.address import Invite
from proconf_tui.sdk.emitter import EventSource
from proconf_tui.sdk.link import Seat
from proconf_tui.sdk.local_peer import LocalPeer
from proconf_tui.sdk.moderation import Moderation
from proconf_tui.sdk.people import People
from proconf_tui.sdk.session import RoomSession
from proconf_tui.sdk.tracks import LocalTrack
from proconf_tui.sdk.transports import IceServers
from proconf_tui.sdk.ways_in import MintInvite, WayIn

_OVER: Final = ("failed", "left", "closed")
_OUT: Final = "You are out of this meeting; join it anew."


class Room(EventSource, People, Moderation):
    """One room of one server, entered as one participant; made by a `ProconfManager`."""

    def __init__(
        self,
        way_in: WayIn,
        *,
        will_wait: bool = False,
        has_media: bool = True,
        seat: Seat | None = None,
        mint_invite: MintInvite | None = None,
        mixer: Mixer | None = None,
        ice_servers: IceServers = (),
    ) -> None:
        EventSource.__init__(self)
        self._session = RoomSession(
            way_in,
            will_wait=will_wait,
            has_media=has_media,
            emit=self._emit,
            on_changed=self._changed,
            seat=seat,
            mixer=mixer,
            ice_servers=ice_servers,
        )
        People.__init__(self, self._session.view, self._session.speakers)
        Moderation.__init__(self, self._session.request)
        self.on_view_changed: Callable[[], None] | None = None
        """Called after every change of anything here, be it one that has no event."""
        self._mint_invite = mint_invite
        self._invite: Invite | None = None
        self._has_tried = False
        self._is_kicked = False

    # --- life -----------------------------------------------------------------------------------

    async def connect(self) -> Room:
        """Come in; returns once admitted. Cancelling it leaves the lobby.

        Raises:
            Denied: a moderator refused; and others for other reasons.
            ServerUnreachable: nothing answers there.
            Kicked: a moderator removed one from it.
            ConnectionLost: one is out for another reason; such a room is over for good.
        """
        if self.state in _OVER:
            raise Kicked if self._is_kicked else ConnectionLost(_OUT)
        if self.state == "idle":
            await self._come_in()
        return self

    async def close(self, reason: Literal["LEFT", "CLOSED"] = "LEFT") -> None:
        """Leave, or with ``CLOSED`` end the meeting for everybody; frees everything.

        Raises:
            ValueError: for a reason that only ever arrives.
            PermissionDenied: one may not end it; then one is still in.
        """
        if reason not in ("LEFT", "CLOSED"):
            raise ValueError(f"a room is closed with LEFT or CLOSED, not {reason!r}")
        if reason == "CLOSED" and self.state in ("connected", "reconnecting"):
            await self._session.end_for_everyone()
        elif self.state in ("connecting", "waiting", "connected", "reconnecting"):
            await self._session.leave()
        await self._session.aclose()
        await self.aclose()

    async def publish(self, tracks: Sequence[LocalTrack]) -> None:
        """Publish ``tracks``; one that is forbidden becomes a ``room-notification``.

        Who is muted stays so.
        """
        for track in tracks:
            try:
                await self.local_peer.produce(track.label, track, stays_muted=True)
            except PermissionDenied as error:
                await self.local_peer.replace_track(track)
                self._emit(RoomNotification(error.code, error.message))
        await self._session.own_streams.drop_unfed()

    def watch(self, streams: Iterable[WatchedStream] | None) -> None:
        """Receive these pictures and no others from now on, each in the size it is shown in.

        None is all, as they come; so it is until this is called. The server hears of it soon, and
        again whenever one comes back. What nobody looks at is not sent at all.
        """
        if self._session.media is not None:
            self._session.media.watch(streams)

    # --- the room -------------------------------------------------------------------------------

    @property
    def room_id(self) -> RoomId:
        """The room's name; empty until the meeting was found."""
        meeting = self._session.meeting
        return meeting.room_id if meeting else RoomId("")

    @property
    def state(self) -> RoomStateName:
        """Where one stands."""
        return self._session.state

    @property
    def media_trouble(self) -> str | None:
        """Why neither sound nor pictures get through, for people; None while they do."""
        return self._session.media.trouble if self._session.media else None

    @property
    def state_view(self) -> RoomState | None:
        """All that is known of the room; None until one is in."""
        return self._session.view.state

    @property
    def seat(self) -> Seat | None:
        """What takes one's place again after a crash; None before the server gave one."""
        return self._session.seat

    @property
    def is_moderator(self) -> bool:
        """Whether one may moderate now; False until one is in."""
        rights = self._session.view.rights
        return rights is not None and rights.is_moderator

    @property
    def invite_url(self) -> str | None:
        """The link that brings others here, with a token where one can be made.

        None until the meeting was found.
        """
        meeting = self._session.meeting
        if meeting is None:
            return None
        if self._mint_invite is not None:
            self._invite, self._mint_invite = self._mint_invite(meeting), None
        return str(self._invite or Invite(meeting.server, meeting.room_id))

    @property
    def config(self) -> Controls:
        """The room's controls."""
        return self.state_view.controls if self.state_view else Controls()

    @property
    def metadata(self) -> Json:
        """The room's metadata, as a copy; empty until one is in."""
        return dict(self.state_view.metadata) if self.state_view else {}

    def get_metadata(self) -> Json:
        """Return the room's metadata."""
        return self.metadata

    @property
    def chat(self) -> Sequence[ChatLine]:
        """The lines one may read, one's own among them, oldest first."""
        return self.state_view.chat if self.state_view else ()

    @property
    def mixer(self) -> Mixer:
        """The others' voices, for a loudspeaker to play."""
        return self._session.mixer

    async def statistics(self) -> MediaStatistics:
        """Return how the others' voices arrive and are played, and how one's own is sent."""
        return await self._session.statistics()

    async def server_statistics(self, *, with_peers: bool = False) -> ServerReport:
        """Return what the server knows of the media: one's own line, the room, its own load.

        Rates are None until one asks again, half a second later or more.

        Raises:
            PermissionDenied: ``with_peers``, everybody's line, is for moderators.
        """
        return cast("ServerReport", await self._session.request(Stats(with_peers)))

    @property
    def local_peer(self) -> LocalPeer:
        """Oneself."""
        return self._session.local_peer

    # --------------------------------------------------------------------------------------------

    async def _come_in(self) -> None:
        try:
            await self._session.connect()
        finally:
            self._has_tried = True
            self._end_streams_if_out()

    def _emit(self, event: Event) -> None:
        self.emit_event(event)
        self._is_kicked |= isinstance(event, RoomClosed) and event.reason == "KICKED"
        # While one is coming in, the failure to do so is still to be told.
        if self._has_tried:
            self._end_streams_if_out()

    def _end_streams_if_out(self) -> None:
        if self.state in _OVER:
            self.end_streams()

    def _changed(self) -> None:
        if self.on_view_changed is not None:
            self.on_view_changed()
