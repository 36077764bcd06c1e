"""What the server tells a participant, message by message: folded, passed on, or played.

One handler for each notification. What of it changes one's own standing (waiting, in, out) goes
to whoever minds that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from proconf_tui.control import events as told
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Notification
from proconf_tui.room.wire import decode_event, decode_state
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.own_streams import OwnStreams
from proconf_tui.sdk.qualities import Qualities
from proconf_tui.sdk.view import RoomView

_GAP: Final = told.RoomNotification(
    "HISTORY_GAP",
    "You were away for longer than the server keeps what happened; some of it is missing here.",
)

_LEVELS_LAST_S: Final = 1.0
"""So long what was told last is still so: it is told five times a second while anybody is heard."""

Emit = Callable[[told.Event], None]


class Standing(Protocol):
    """Who minds where one stands."""

    def awaiting(self, message: messages.Awaiting) -> None:
        """Learn that one waits, and for what."""

    def welcomed(self, *, is_new: bool, is_resumed: bool) -> None:
        """Learn that one is in; ``is_new`` is for the first time in this seat."""

    def closed(self, message: messages.Closed) -> None:
        """Learn that one is out."""


class Speakers:
    """Who speaks, as the server hears it."""

    def __init__(self, emit: Emit, clock: Callable[[], float] = time.monotonic) -> None:
        self.active: list[PeerId] = []
        self.dominant: PeerId | None = None
        self._emit = emit
        self._clock = clock
        self._levels: Mapping[PeerId, float] = {}
        self._told_at = float("-inf")

    @property
    def levels(self) -> Mapping[PeerId, float]:
        """How loud who is, -127 to 0, while the server tells; it says nothing of silence."""
        is_new = self._clock() - self._told_at < _LEVELS_LAST_S
        return self._levels if is_new else {}

    def take(self, message: messages.Levels) -> None:
        """Take who speaks now, and tell if that has changed."""
        before = (self.active, self.dominant)
        self.active, self.dominant = message.active_speakers, message.dominant_speaker
        self._levels, self._told_at = message.levels, self._clock()
        if before != (self.active, self.dominant):
            self._emit(told.ActiveSpeakersChange(self.active, self.dominant))


class Incoming:
    """The handlers of all notifications; ``media`` is None for who joined without."""

    def __init__(
        self,
        view: RoomView,
        own_streams: OwnStreams,
        speakers: Speakers,
        media: MediaLink | None,
        emit: Emit,
        standing: Standing,
    ) -> None:
        self._view = view
        self._own_streams = own_streams
        self._media = media
        self._emit = emit
        self._standing = standing
        self._qualities = Qualities(emit)
        self._handlers: dict[type[Notification], Callable[[Any], None]] = {
            messages.Awaiting: standing.awaiting,
            messages.Welcome: self._welcome,
            messages.Resumed: self._resumed,
            messages.RoomEvents: self._events,
            messages.SubscriptionOffer: self._offer,
            messages.Slots: self._slots,
            messages.Wanted: self._wanted,
            messages.Levels: speakers.take,
            messages.Data: self._data,
            messages.PeerQuality: self._qualities.take,
            messages.MediaLost: self._media_lost,
            messages.Notice: self._notice,
            messages.Closed: standing.closed,
        }

    def take(self, notification: Notification) -> None:
        """Do what follows from ``notification``.

        Raises:
            InvalidMessage: it does not follow from what was told before.
        """
        self._handlers[type(notification)](notification)

    def _welcome(self, message: messages.Welcome) -> None:
        is_new = self._view.state is None
        self._qualities.forget()
        self._tell(self._view.replace(decode_state(message.state)))
        if message.has_gap:
            self._emit(_GAP)
        self._came_in(is_new=is_new, is_resumed=message.is_resumed)

    def _resumed(self, message: messages.Resumed) -> None:
        self._qualities.forget()
        self._events(message)
        self._came_in(is_new=False, is_resumed=True)

    def _came_in(self, *, is_new: bool, is_resumed: bool) -> None:
        self._standing.welcomed(is_new=is_new, is_resumed=is_resumed)
        if self._media is not None:
            self._media.came_in()

    def _events(self, message: messages.RoomEvents | messages.Resumed) -> None:
        happened = [decode_event(raw) for raw in message.events]
        self._tell(self._view.apply(happened, message.version))

    def _tell(self, heard: list[told.Event]) -> None:
        for event in heard:
            if isinstance(event, told.StreamClosed) and event.peer_id == self._view.me:
                self._own_stream_closed(event)
            self._emit(event)
        self._qualities.follow(self._view.state)

    def _own_stream_closed(self, event: told.StreamClosed) -> None:
        # What one stopped oneself may have been started again since.
        if event.reason != "STOPPED":
            self._own_streams.closed(event.label)

    def _offer(self, message: messages.SubscriptionOffer) -> None:
        if self._media is not None:
            self._media.take_offer(message.sdp)

    def _slots(self, message: messages.Slots) -> None:
        if self._media is not None:
            self._media.take_slots(message.feeds)

    def _wanted(self, message: messages.Wanted) -> None:
        if self._media is not None:
            self._media.take_wanted(message.streams)

    def _data(self, message: messages.Data) -> None:
        self._emit(told.ReceiveData(message.from_peer_id, message.payload, message.label))

    def _media_lost(self, _: messages.MediaLost) -> None:
        if self._media is not None:
            self._media.rebuild_all()

    def _notice(self, message: messages.Notice) -> None:
        self._emit(told.RoomNotification(message.code, message.message))
