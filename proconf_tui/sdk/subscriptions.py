"""Which peer's stream each m-line of the subscribing connection carries, and where it goes.

The server switches slots between peers (the ``slots`` notification). It knows no negotiation, and
leaves to ``slots`` what of a slot belongs to whom.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable

import av
from aiortc import RTCRtpReceiver

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.repairs import Repairs
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.messages import SlotFeed
from proconf_tui.sdk.lip_sync import LipSync
from proconf_tui.sdk.slots import PictureSlot, ShowFrame, Slot, VoiceSlot
from proconf_tui.sdk.voices import Voices

TellOfStream = Callable[[PeerId, Label], None]
"""Told whose stream under which label."""


class Subscriptions:
    """The slots of one subscribing connection, each drained at all times.

    Sound goes to the mixer under its peer's id, pictures to ``show``. ``on_subscribed`` is told
    each time a stream begins to come, ``on_gone`` when one no longer comes by any slot.
    """

    def __init__(
        self, mixer: Mixer, show: ShowFrame, on_subscribed: TellOfStream, on_gone: TellOfStream
    ) -> None:
        self._mixer = mixer
        self._lip_sync = LipSync(mixer)
        self._voices = Voices(mixer)
        self._repairs = Repairs()
        self._show = show
        self._on_subscribed = on_subscribed
        self._on_gone = on_gone
        self._slots: dict[Mid, Slot] = {}
        self._feeds: dict[Mid, SlotFeed] = {}
        self._coming: set[tuple[PeerId, Label]] = set()
        self._watched: frozenset[tuple[PeerId, Label]] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def add_receiver(self, mid: Mid, receiver: RTCRtpReceiver) -> None:
        """Take what receives one m-line, before media flows."""
        if receiver.track.kind == "audio":
            self._slots[mid] = VoiceSlot(
                mid, receiver, self._repairs, self._mixer, self._lip_sync, self._voices
            )
        else:
            self._slots[mid] = PictureSlot(
                receiver, self._repairs, self._lip_sync, self._show_watched
            )
        self._follow(mid)

    def watch(self, streams: Iterable[tuple[PeerId, Label]] | None) -> None:
        """Show the pictures of these streams and no others from now on; None is all."""
        self._watched = None if streams is None else frozenset(streams)

    def apply(self, feeds: Iterable[SlotFeed]) -> None:
        """Take the whole map of what feeds the slots now."""
        self._feeds = {feed.mid: feed for feed in feeds}
        now = time.monotonic()
        for feed in self._feeds.values():
            if feed.kind == "audio" and feed.source:
                self._voices.name(feed.source, feed.peer_id, now)
        for mid in self._slots:
            self._follow(mid)
        for peer_id, label in self._coming - _streams(self._feeds):
            self._coming.remove((peer_id, label))
            self._on_gone(peer_id, label)

    def reset(self) -> None:
        """Forget all slots: their connection is over."""
        self.apply(())
        self._voices.forget()
        for slot in self._slots.values():
            self._close(slot.receiver.aclose())
        self._slots.clear()
        self._close(self._repairs.aclose())
        self._repairs = Repairs()

    def _close(self, closing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(closing)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """Stop draining."""
        self.reset()
        if self._closing:
            await asyncio.wait(self._closing)

    def _show_watched(
        self, peer_id: PeerId, label: Label, frame: av.VideoFrame, offset_ms: float | None
    ) -> None:
        # Where the map has not come yet, what comes now may be of who is watched instead.
        if self._watched is None or (peer_id, label) in self._watched:
            self._show(peer_id, label, frame, offset_ms)

    def _follow(self, mid: Mid) -> None:
        slot, feed = self._slots[mid], self._feeds.get(mid)
        if slot.feed == feed:
            return
        slot.follow(feed)
        if feed is not None and (stream := (feed.peer_id, feed.label)) not in self._coming:
            self._coming.add(stream)
            self._on_subscribed(*stream)


def _streams(feeds: dict[Mid, SlotFeed]) -> set[tuple[PeerId, Label]]:
    return {(feed.peer_id, feed.label) for feed in feeds.values()}
