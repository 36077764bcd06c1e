"""What happens between connecting to a room and being out of it: one handler for each message.

It owns the link, the view and the media of one participant and frees them together. What of all
this a program may use is `proconf_tui.sdk.room`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Final, cast, get_args

import av
import msgspec

from proconf_tui.control import events as told
from proconf_tui.control.screen import RoomStateName
from proconf_tui.errors import (
    ConnectionLost,
    Denied,
    Kicked,
    ProconfError,
    RoomFull,
    RoomNotFound,
)
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import SOURCE_OF, Label, PeerId
from proconf_tui.protocol.messages import Join, Joined, Notification, Request
from proconf_tui.room.wire import decode_event, decode_state
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.link import Link, Seat
from proconf_tui.sdk.local_peer import LocalPeer
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.subscriptions import Subscriptions
from proconf_tui.sdk.transports import IceServers
from proconf_tui.sdk.view import RoomView

LEAVE_S: Final = 2.0
"""How long the server may take to answer a farewell."""

_PREPARED: Final[tuple[Label, ...]] = ("audio", "video")
_ERROR_OF: Final[dict[str, type[ProconfError]]] = {
    "DENIED": Denied,
    "KICKED": Kicked,
    "FULL": RoomFull,
    "CLOSED": RoomNotFound,
    "EXPIRED": RoomNotFound,
    "LOST": ConnectionLost,
}
_JOIN_STATUSES: Final = get_args(msgspec.structs.fields(told.RoomJoinedFailed)[1].type)


class RoomSession:
    """One participant's time in one room; `emit` and `on_changed` are told as it goes."""

    def __init__(
        self,
        server: ServerAddress,
        join: Join,
        *,
        emit: Callable[[told.Event], None],
        on_changed: Callable[[], None],
        seat: Seat | None = None,
        mixer: Mixer | None = None,
        ice_servers: IceServers = (),
    ) -> None:
        self.state: RoomStateName = "idle"
        self.mixer = mixer or Mixer()
        self.active_speakers: list[PeerId] = []
        self.dominant_speaker: PeerId | None = None
        self.levels_dbov: dict[PeerId, float] = {}
        self.link = Link(server, join, self, seat)
        self.view = RoomView(self.request, self.mixer)
        self._subscriptions = Subscriptions(self.mixer, self._show, self._subscribed)
        self._media: MediaLink | None = None
        if join.has_media:
            self._media = MediaLink(self.request, self._subscriptions, ice_servers)
        self.local_peer = LocalPeer(self.view, self.request, self._media)
        self._emit = emit
        self._on_changed = on_changed
        self._admitted: asyncio.Future[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._handlers: dict[type[Notification], Callable[[Any], None]] = {
            messages.Awaiting: self._awaiting,
            messages.Welcome: self._welcome,
            messages.RoomEvents: self._events,
            messages.SubscriptionOffer: self._offer,
            messages.Slots: self._slots,
            messages.Levels: self._levels,
            messages.Data: self._data,
            messages.MediaLost: self._media_lost,
            messages.Notice: self._notice,
            messages.Closed: self._closed,
        }

    async def request(self, request: Request) -> msgspec.Struct:
        """Ask the server and return its answer; see `proconf_tui.sdk.calls.Call`."""
        return await self.link.request(request)

    # --- coming in ------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect, join, and wait until one is in; cancelling it leaves.

        Raises:
            ProconfError: one is not let in, or the server is not there.
        """
        self._admitted = asyncio.get_running_loop().create_future()
        self._become("connecting")
        self._emit(told.RoomConnecting())
        try:
            await self.link.open()
            await self._admitted
        except ProconfError as error:
            await self._failed(error)
            raise
        except asyncio.CancelledError:
            await self.leave()
            raise

    async def _failed(self, error: ProconfError) -> None:
        status = error.code if error.code in _JOIN_STATUSES else "ERROR"
        self._emit(told.RoomJoinedFailed(error.message, cast("Any", status)))
        if self._ending is None:
            self._become("failed")
        await self.aclose()

    # --- going ----------------------------------------------------------------------------------

    async def leave(self) -> None:
        """Go; it is done even if the server does not answer."""
        if self._ending is None:
            with contextlib.suppress(ProconfError, TimeoutError):
                async with asyncio.timeout(LEAVE_S):
                    await self.request(messages.Leave())
        self._end("left", told.RoomLeft())
        await self.aclose()

    async def end_for_everyone(self) -> None:
        """End the room.

        Raises:
            PermissionDenied: one is no moderator; nothing has changed.
        """
        await self.request(messages.EndRoom())
        self._end("closed", told.RoomClosed("CLOSED", "You have ended the meeting."))
        await self.aclose()

    async def aclose(self) -> None:
        """Free everything; when it returns nothing of this room runs any more."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._free(), name="room-close")
        await asyncio.shield(self._ending)

    def _end(self, state: RoomStateName, last: told.Event) -> None:
        if self._ending is None:
            self._become(state)
            self._emit(last)
            self._ending = asyncio.create_task(self._free(), name="room-close")

    async def _free(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.link.aclose()
        if self._media is not None:
            await self._media.aclose()
        await self.local_peer.aclose()
        self.view.clear()

    # --- what the link tells --------------------------------------------------------------------

    def seated(self, joined: Joined) -> None:
        if self.view.me is not None and self.view.me != joined.peer_id:
            self.view.forget()
        self.view.me = joined.peer_id

    def take(self, notification: Notification) -> None:
        if self._ending is None:
            self._handlers[type(notification)](notification)
            self._on_changed()

    def lost(self) -> None:
        self._become("reconnecting")
        self._emit(told.RoomReconnecting())

    def back(self) -> None:
        if self.state == "reconnecting":
            self._become("connected" if self.view.state is not None else "waiting")
        self._emit(told.RoomReconnected())

    def gave_up(self, error: ProconfError) -> None:
        self._refuse_entry(error)
        self._end("closed", told.RoomClosed("LOST", error.message))

    # --- what the server tells ------------------------------------------------------------------

    def _awaiting(self, message: messages.Awaiting) -> None:
        self._become("waiting")
        self._emit(told.RoomAwaiting(message.reason, message.message))

    def _welcome(self, message: messages.Welcome) -> None:
        is_new = self.view.state is None
        state = decode_state(message.state)
        self.link.version = state.version
        self._tell(self.view.replace(state))
        self._become("connected")
        if self._admitted is not None and not self._admitted.done():
            self._admitted.set_result(None)
            self._emit(told.RoomJoined())
            self._prepare_media()
        elif is_new or message.is_resumed:
            self._return(is_new)

    def _events(self, message: messages.RoomEvents) -> None:
        happened = [decode_event(raw) for raw in message.events]
        heard = self.view.apply(happened, message.version)
        self.link.version = message.version
        for event in heard:
            if isinstance(event, told.StreamClosed) and event.peer_id == self.view.me:
                self._stream_closed(event)
        self._tell(heard)

    def _stream_closed(self, event: told.StreamClosed) -> None:
        if event.reason != "STOPPED":
            self.local_peer.stream_closed(event.label)

    def _offer(self, message: messages.SubscriptionOffer) -> None:
        if self._media is not None:
            self._media.take_offer(message.sdp)

    def _slots(self, message: messages.Slots) -> None:
        self._subscriptions.apply(message.feeds)

    def _levels(self, message: messages.Levels) -> None:
        self.levels_dbov = message.levels
        before = (self.active_speakers, self.dominant_speaker)
        self.active_speakers = message.active_speakers
        self.dominant_speaker = message.dominant_speaker
        if before != (self.active_speakers, self.dominant_speaker):
            self._emit(told.ActiveSpeakersChange(self.active_speakers, self.dominant_speaker))

    def _data(self, message: messages.Data) -> None:
        self._emit(told.ReceiveData(message.from_peer_id, message.payload, message.label))

    def _media_lost(self, _: messages.MediaLost) -> None:
        if self._media is not None:
            self._media.rebuild_all()

    def _notice(self, message: messages.Notice) -> None:
        self._emit(told.RoomNotification(message.code, message.message))

    def _closed(self, message: messages.Closed) -> None:
        self._refuse_entry(_ERROR_OF[message.reason](message.message))
        self._end("closed", told.RoomClosed(message.reason, message.message))

    # --------------------------------------------------------------------------------------------

    def _become(self, state: RoomStateName) -> None:
        self.state = state
        self._on_changed()

    def _tell(self, heard: list[told.Event]) -> None:
        for event in heard:
            self._emit(event)

    def _refuse_entry(self, error: ProconfError) -> None:
        if self._admitted is not None and not self._admitted.done():
            self._admitted.set_exception(error)

    def _prepare_media(self) -> None:
        me = self.view.participant
        if self._media is None or me is None or not me.permissions.can_produce:
            return
        sources = me.permissions.can_produce_sources
        allowed = [label for label in _PREPARED if sources.allows(SOURCE_OF[label])]
        self._media.prepare(allowed)

    def _return(self, is_new: bool) -> None:
        """Bring the media back after a gap: the server has begun the connections anew."""
        if self._media is not None:
            self._media.rebuild_publishing()
        self._start(self.local_peer.come_back(is_new=is_new), "come-back")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _show(self, peer_id: PeerId, label: Label, frame: av.VideoFrame) -> None:
        track = self.view.find_track(peer_id, label)
        if track is not None and track.is_enabled:
            track.show(frame)

    def _subscribed(self, peer_id: PeerId, label: Label) -> None:
        peer = self.view.peers.get(peer_id)
        if peer is not None:
            peer.emit("track-subscribed", {"label": label})
