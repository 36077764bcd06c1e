"""What happens between connecting to a room and being out of it: one handler for each message.

It owns the link, the view and the media of one participant and frees them together. What of all
this a program may use is `proconf_tui.sdk.room`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import msgspec

from proconf_tui.control import events as told
from proconf_tui.control.screen import RoomStateName
from proconf_tui.control.sound import MediaStatistics
from proconf_tui.errors import ConnectionLost, InvalidMessage, ProconfError
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Joined, Notification, Request
from proconf_tui.sdk import renewal
from proconf_tui.sdk.admission import AWAITING_START, Admission, failure_of, refusal_of, until_there
from proconf_tui.sdk.incoming import Incoming, Speakers
from proconf_tui.sdk.link import Link, Seat
from proconf_tui.sdk.local_peer import LocalPeer
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.meetings import Meeting
from proconf_tui.sdk.own_streams import OwnStreams
from proconf_tui.sdk.statistics import voices_of
from proconf_tui.sdk.subscriptions import Subscriptions
from proconf_tui.sdk.tasks import Tasks
from proconf_tui.sdk.transports import IceServers
from proconf_tui.sdk.view import RoomView
from proconf_tui.sdk.ways_in import WayIn

LEAVE_S: Final = 2.0
"""How long the server may take to answer a farewell."""


class RoomSession:
    """One participant's time in one room; `emit` and `on_changed` are told as it goes.

    With ``will_wait`` a meeting that is not there yet is looked for again and again.
    """

    def __init__(
        self,
        way_in: WayIn,
        *,
        will_wait: bool,
        has_media: bool,
        emit: Callable[[told.Event], None],
        on_changed: Callable[[], None],
        seat: Seat | None = None,
        mixer: Mixer | None = None,
        ice_servers: IceServers = (),
    ) -> None:
        self.state: RoomStateName = "idle"
        self.mixer = mixer or Mixer()
        self.meeting: Meeting | None = None
        self._way_in = way_in
        self._will_wait = will_wait
        self._seat = seat
        self._link: Link | None = None
        self.view = view = RoomView(self.request, self.mixer)
        subscriptions = Subscriptions(self.mixer, view.show, view.subscribed, view.unsubscribed)
        self.media: MediaLink | None = None
        if has_media:
            self.media = MediaLink(self.request, subscriptions, self._media_told, ice_servers)
        self.own_streams = OwnStreams(view, self.request, self.media)
        self.local_peer = LocalPeer(view, self.request, self.own_streams, self.until_back)
        self.speakers = Speakers(emit)
        self._incoming = Incoming(view, self.own_streams, self.speakers, self.media, emit, self)
        self._emit = emit
        self._on_changed = on_changed
        self._admission: Admission | None = None
        self._ending: asyncio.Task[None] | None = None
        self._is_view_broken = False
        self._is_renewing = False
        self._tasks = Tasks()

    async def request(self, request: Request) -> msgspec.Struct:
        """Ask the server and return its answer; see `proconf_tui.sdk.calls.Call`."""
        if self._link is None:
            raise ConnectionLost("There is no connection to the meeting yet; try again.")
        return await self._link.request(request)

    async def until_back(self) -> None:
        """Wait until a connection that broke is made again; at once if none did.

        Raises:
            ConnectionLost: there is no way back.
        """
        if self._link is None or self._ending is not None:
            raise ConnectionLost
        await self._link.until_back()

    @property
    def seat(self) -> Seat | None:
        """The seat that the server keeps."""
        return self._link.seat if self._link else self._seat

    @property
    def version(self) -> int:
        """The room's version that was seen last; 0 if what is known must be told afresh."""
        if self.view.state is None or self._is_view_broken:
            return 0
        return self.view.state.version

    async def statistics(self) -> MediaStatistics:
        """Return how the others' voices arrive, and how one's own is sent."""
        sending = await self.media.sending_statistics() if self.media else None
        return MediaStatistics(voices_of(self.view.peers), sending)

    # --- coming in ------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect, join, and wait until one is in; cancelling it leaves.

        Raises:
            ProconfError: one is not let in, has left meanwhile, or the server is not there.
        """
        self._admission = Admission()
        self._become("connecting")
        self._emit(told.RoomConnecting())
        self._tasks.start(self._come_in(), "come-in").add_done_callback(self._came_in)
        try:
            await self._admission.wait()
        except ProconfError as error:
            await self._failed(error)
            raise
        except asyncio.CancelledError:
            await self.leave()
            raise
        finally:
            self._admission = None

    async def _come_in(self) -> None:
        if self._will_wait:
            await until_there(self._join, self._await_start)
        else:
            await self._join()

    def _await_start(self) -> None:
        if self.state != "waiting":
            self.awaiting(AWAITING_START)

    def _came_in(self, attempt: asyncio.Task[None]) -> None:
        error = None if attempt.cancelled() else attempt.exception()
        if error is not None:
            self._refuse_entry(error)

    async def _join(self) -> None:
        self.meeting, join = await self._way_in()
        self._link = Link(self.meeting.server, join, self, self._seat)
        await self._link.open()

    async def _failed(self, error: ProconfError) -> None:
        if self.state != "left":
            self._emit(failure_of(error))
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
        self._refuse_entry(ConnectionLost("You have left before you were let in."))
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
        await self._tasks.aclose()
        if self._link is not None:
            await self._link.aclose()
        if self.media is not None:
            await self.media.aclose()
        await self.own_streams.aclose()
        self.view.clear()

    # --- what the link tells --------------------------------------------------------------------

    def seated(self, joined: Joined) -> None:
        if self.view.me is not None and self.view.me != joined.peer_id:
            self.view.forget()
        self.view.me = joined.peer_id
        if not self._is_renewing and self._link is not None:
            self._is_renewing = True
            self._tasks.start(renewal.keep_fresh(self._link), "renew-token")

    def take(self, notification: Notification) -> None:
        if self._ending is not None:
            return
        try:
            self._incoming.take(notification)
        except InvalidMessage:
            # Told the same once more, it would make no more sense.
            self._is_view_broken = True
            raise
        self._on_changed()

    def lost(self) -> None:
        # The link is closed a moment after the room.
        if self._ending is None:
            if self.media is not None:
                self.media.went_away()
            self._become("reconnecting")
            self._emit(told.RoomReconnecting())

    def back(self) -> None:
        if self._ending is not None:
            return
        if self.state == "reconnecting":
            self._become("connected" if self.view.state is not None else "waiting")
        self._emit(told.RoomReconnected())

    def gave_up(self, error: ProconfError) -> None:
        self._refuse_entry(error)
        self._end("closed", told.RoomClosed("LOST", error.message))

    def _media_told(self, event: told.RoomNotification) -> None:
        self._emit(event)
        self._on_changed()

    # --- what the server tells of oneself -------------------------------------------------------

    def awaiting(self, message: messages.Awaiting) -> None:
        if self._ending is None:
            self._become("waiting")
            self._emit(told.RoomAwaiting(message.reason, message.message))

    def welcomed(self, *, is_new: bool, is_resumed: bool) -> None:
        self._is_view_broken = False
        self._become("connected")
        if self._admission is not None and self._admission.grant():
            self._emit(told.RoomJoined())
            self.own_streams.prepare()
        elif is_new or is_resumed:
            self._return(is_new=is_new)

    def closed(self, message: messages.Closed) -> None:
        self._refuse_entry(refusal_of(message))
        self._end("closed", told.RoomClosed(message.reason, message.message))

    # --------------------------------------------------------------------------------------------

    def _become(self, state: RoomStateName) -> None:
        self.state = state
        self._on_changed()

    def _refuse_entry(self, error: BaseException) -> None:
        if self._admission is not None:
            self._admission.refuse(error)

    def _return(self, *, is_new: bool) -> None:
        """Bring the media back after a gap: the server has begun the connections anew."""
        if self.media is not None:
            self.media.rebuild_publishing()
        self._tasks.start(self.own_streams.come_back(is_new=is_new), "come-back")
