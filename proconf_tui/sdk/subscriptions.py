"""Which peer's stream each m-line of the subscribing connection carries, and where it goes.

The server switches slots between peers (the ``slots`` notification). Nothing of one peer may be
played or shown as another's: what a slot still had in its buffers from the one before is thrown
away. It knows no negotiation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

import av
from aiortc import MediaStreamTrack
from av.frame import Frame
from av.packet import Packet

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.playout import Playout
from proconf_tui.media.receive import AudioReceiver, VideoReceiver
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.messages import SlotFeed
from proconf_tui.sdk.tracks import Kind

ShowFrame = Callable[[PeerId, Label, av.VideoFrame], None]

# aiortc's jitter buffer keeps the last frames of a stream until more packets come, which are
# then another peer's: four of 20 ms of sound, one picture; and some may be on their way.
LEFT_OVER_FRAMES: Final[dict[Kind, int]] = {"audio": 8, "video": 3}


class _Slot:
    """One m-line: its track, who feeds it, and whoever drains it now."""

    def __init__(self, track: MediaStreamTrack) -> None:
        self.track = track
        self.feed: SlotFeed | None = None
        self.heard: PeerId | None = None
        """Whose media came last, be it long ago."""
        self.receiver: AudioReceiver | VideoReceiver | None = None


class Subscriptions:
    """The slots of one subscribing connection, each drained at all times.

    Sound goes to the mixer under its peer's id, pictures to ``show``. ``on_subscribed`` is told
    each time a stream begins to come.
    """

    def __init__(
        self, mixer: Mixer, show: ShowFrame, on_subscribed: Callable[[PeerId, Label], None]
    ) -> None:
        self._mixer = mixer
        self._show = show
        self._on_subscribed = on_subscribed
        self._slots: dict[Mid, _Slot] = {}
        self._feeds: dict[Mid, SlotFeed] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def add_track(self, mid: Mid, track: MediaStreamTrack) -> None:
        """Take the track of one m-line."""
        self._slots[mid] = _Slot(track)
        self._drain(self._slots[mid])
        self._follow(mid)

    def apply(self, feeds: Iterable[SlotFeed]) -> None:
        """Take the whole map of what feeds the slots now."""
        self._feeds = {feed.mid: feed for feed in feeds}
        for mid in self._slots:
            self._follow(mid)

    def reset(self) -> None:
        """Forget all slots: their connection is over."""
        for slot in self._slots.values():
            self._let_go(slot)
        self._slots.clear()
        self._feeds = {}

    async def aclose(self) -> None:
        """Stop draining."""
        self.reset()
        if self._closing:
            await asyncio.wait(self._closing)

    def _follow(self, mid: Mid) -> None:
        slot, feed = self._slots[mid], self._feeds.get(mid)
        if slot.feed == feed:
            return
        self._let_go(slot)
        slot.feed = feed
        if feed is None:
            self._drain(slot)
        else:
            self._listen(slot, feed)
            self._on_subscribed(feed.peer_id, feed.label)

    def _drain(self, slot: _Slot) -> None:
        if slot.track.kind == "audio":
            slot.receiver = AudioReceiver(slot.track, Playout())
        else:
            slot.receiver = VideoReceiver(slot.track)

    def _listen(self, slot: _Slot, feed: SlotFeed) -> None:
        track = slot.track
        if slot.heard not in (None, feed.peer_id):
            track = _Skipping(track, LEFT_OVER_FRAMES[feed.kind])
        slot.heard = feed.peer_id
        if feed.kind == "audio":
            slot.receiver = AudioReceiver(track, self._mixer.add(feed.peer_id))
            return
        receiver = VideoReceiver(track)
        receiver.on_frame = lambda frame: self._show(feed.peer_id, feed.label, frame)
        slot.receiver = receiver

    def _let_go(self, slot: _Slot) -> None:
        receiver, slot.receiver = slot.receiver, None
        if receiver is not None:
            task = asyncio.create_task(receiver.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


class _Skipping(MediaStreamTrack):
    """``track`` without its next ``count`` frames."""

    def __init__(self, track: MediaStreamTrack, count: int) -> None:
        super().__init__()
        self.kind = track.kind
        self._track = track
        self._left = count

    async def recv(self) -> Frame | Packet[Any]:
        while self._left:
            await self._track.recv()
            self._left -= 1
        return await self._track.recv()
