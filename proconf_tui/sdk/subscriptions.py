"""Which peer's stream each m-line of the subscribing connection carries, and where it goes.

The server switches slots between peers (the ``slots`` notification). Nothing of one peer may be
played or shown as another's: what may still come of the one before is thrown away. It knows no
negotiation.
"""

from __future__ import annotations

import abc
import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final

import av
from aiortc import RTCRtpReceiver

from proconf_tui.media.aiortc_receiving import follow_clock
from proconf_tui.media.lip_sync import (
    AUDIO_CLOCK_HZ,
    VIDEO_CLOCK_HZ,
    SenderReport,
    StreamClock,
)
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.receive import AudioReceiver, VideoReceiver
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.messages import SlotFeed
from proconf_tui.sdk.lip_sync import LipSync, ShowPicture, SyncedPictures
from proconf_tui.sdk.tracks import Kind

ShowFrame = Callable[[PeerId, Label, av.VideoFrame, float | None], None]
"""Told whose picture under which label, and how far it is behind its sound in ms, if known."""

TellOfStream = Callable[[PeerId, Label], None]
"""Told whose stream under which label."""

# Packets of sound and pictures that may be on their way; aiortc keeps the last picture of a
# stream until more packets come, which are then another peer's.
LEFT_OVER: Final[dict[Kind, int]] = {"audio": 3, "video": 3}
# At 30 a second three pictures are only 0.1 s; one that had to be repaired comes later than that.
SETTLING_S: Final[dict[Kind, float]] = {"audio": 0.0, "video": 0.2}
# Of the same stream that picture is an old one, and sound that is late is thrown away anyway.
OLD: Final[dict[Kind, int]] = {"audio": 0, "video": 1}
_CLOCK_HZ: Final[dict[Kind, int]] = {"audio": AUDIO_CLOCK_HZ, "video": VIDEO_CLOCK_HZ}


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
        self._show = show
        self._on_subscribed = on_subscribed
        self._on_gone = on_gone
        self._slots: dict[Mid, _Slot] = {}
        self._feeds: dict[Mid, SlotFeed] = {}
        self._watched: frozenset[tuple[PeerId, Label]] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def add_receiver(self, mid: Mid, receiver: RTCRtpReceiver) -> None:
        """Take what receives one m-line, before media flows."""
        if receiver.track.kind == "audio":
            self._slots[mid] = _VoiceSlot(receiver, self._mixer, self._lip_sync)
        else:
            self._slots[mid] = _PictureSlot(receiver, self._lip_sync, self._show_watched)
        self._follow(mid)

    def watch(self, streams: Iterable[tuple[PeerId, Label]] | None) -> None:
        """Show the pictures of these streams and no others from now on; None is all."""
        self._watched = None if streams is None else frozenset(streams)

    def apply(self, feeds: Iterable[SlotFeed]) -> None:
        """Take the whole map of what feeds the slots now."""
        before, self._feeds = self._feeds, {feed.mid: feed for feed in feeds}
        for mid in self._slots:
            self._follow(mid)
        for peer_id, label in _streams(before) - _streams(self._feeds):
            self._on_gone(peer_id, label)

    def reset(self) -> None:
        """Forget all slots: their connection is over."""
        self.apply(())
        for slot in self._slots.values():
            task = asyncio.create_task(slot.receiver.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        self._slots.clear()

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
        if feed is not None:
            self._on_subscribed(feed.peer_id, feed.label)


def _streams(feeds: dict[Mid, SlotFeed]) -> set[tuple[PeerId, Label]]:
    return {(feed.peer_id, feed.label) for feed in feeds.values()}


class _Slot(abc.ABC):
    """One m-line, who feeds it now, and how much of what comes may still be from before."""

    receiver: AudioReceiver | VideoReceiver

    def __init__(self, receiver: RTCRtpReceiver, kind: Kind) -> None:
        self.feed: SlotFeed | None = None
        self._kind: Kind = kind
        self._heard: tuple[PeerId, Label] | None = None
        """Whose media came last, be it long ago."""
        self._left_over = 0
        self._settled_at = 0.0
        self._clock = StreamClock(_CLOCK_HZ[kind])
        follow_clock(receiver, self._take_report)

    def follow(self, feed: SlotFeed | None) -> None:
        """Be fed by ``feed`` from now on."""
        if self.feed is not None:
            self._stop(self.feed)
        self.feed = feed
        if feed is None:
            return
        stream = feed.peer_id, feed.label
        if self._heard is not None:
            left_over = OLD if self._heard == stream else LEFT_OVER
            self._left_over = max(self._left_over, left_over[self._kind])
            if self._heard != stream:
                self._settled_at = time.monotonic() + SETTLING_S[self._kind]
        self._heard = stream
        self._clock = StreamClock(_CLOCK_HZ[self._kind])
        self._start(feed)

    @abc.abstractmethod
    def _start(self, feed: SlotFeed) -> None: ...

    @abc.abstractmethod
    def _stop(self, feed: SlotFeed) -> None: ...

    def _is_usable(self) -> bool:
        """Tell whether what comes now belongs to the feed."""
        if self.feed is None:
            return False
        if self._left_over:
            self._left_over -= 1
            return False
        return self._is_settled

    @property
    def _is_settled(self) -> bool:
        return not self._left_over and time.monotonic() >= self._settled_at

    def _take_report(self, report: SenderReport) -> None:
        # Another peer's clock is another computer's.
        if self.feed is not None and self._is_settled:
            self._clock.take(report)


class _VoiceSlot(_Slot):
    def __init__(self, receiver: RTCRtpReceiver, mixer: Mixer, lip_sync: LipSync) -> None:
        super().__init__(receiver, "audio")
        self._mixer = mixer
        self._lip_sync = lip_sync
        self._voice: Voice | None = None
        self.receiver = AudioReceiver(receiver, self._take)

    def _start(self, feed: SlotFeed) -> None:
        self._voice = self._mixer.add(feed.peer_id)
        self._voice.restart()
        self._lip_sync.voice_began(feed.peer_id, self._clock)

    def _stop(self, feed: SlotFeed) -> None:
        self._voice = None
        self._lip_sync.voice_ended(feed.peer_id, self._clock)

    def _take(self, packet: AudioPacket) -> None:
        if self._is_usable() and self._voice is not None:
            self._voice.push(packet, time.monotonic())


class _PictureSlot(_Slot):
    def __init__(self, receiver: RTCRtpReceiver, lip_sync: LipSync, show: ShowFrame) -> None:
        super().__init__(receiver, "video")
        self._lip_sync = lip_sync
        self._show = show
        self._synced: SyncedPictures | None = None
        self.receiver = VideoReceiver(receiver.track)
        self.receiver.on_frame = self._take

    def _start(self, feed: SlotFeed) -> None:
        # A screen is read, and shown at once.
        if feed.label == "video":
            show = self._show_of(feed)
            self._synced = SyncedPictures(self._lip_sync, feed.peer_id, self._clock, show)

    def _stop(self, feed: SlotFeed) -> None:
        if self._synced is not None:
            self._synced.drop()
            self._synced = None

    def _take(self, frame: av.VideoFrame) -> None:
        if not self._is_usable() or self.feed is None:
            return
        if self._synced is not None:
            self._synced.take(frame)
        else:
            self._show(self.feed.peer_id, self.feed.label, frame, None)

    def _show_of(self, feed: SlotFeed) -> ShowPicture:
        def show(frame: av.VideoFrame, offset_ms: float | None) -> None:
            self._show(feed.peer_id, feed.label, frame, offset_ms)

        return show
