"""One m-line of the subscribing connection: who feeds it, and what of what comes is theirs.

Nothing of one peer may be played or shown as another's. Where packets name their source, that
tells; where they do not, what may still come of the one before is thrown away.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Callable
from typing import Final

import av
from aiortc import RTCRtpReceiver

from proconf_tui.media.aiortc_receiving import follow_clock, repair_pictures, repair_voice
from proconf_tui.media.lip_sync import (
    AUDIO_CLOCK_HZ,
    VIDEO_CLOCK_HZ,
    SenderReport,
    StreamClock,
)
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.picture_packets import Picture
from proconf_tui.media.receive import AudioReceiver, VideoReceiver
from proconf_tui.media.repairs import Repairs
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playout import Voice
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.messages import SlotFeed
from proconf_tui.sdk.lip_sync import LipSync, ShowPicture, SyncedPictures
from proconf_tui.sdk.sources import SourceLog
from proconf_tui.sdk.tracks import Kind
from proconf_tui.sdk.voices import Voices

ShowFrame = Callable[[PeerId, Label, av.VideoFrame, float | None], None]
"""Told whose picture under which label, and how far it is behind its sound in ms, if known."""

# Without sources. Packets of sound and pictures that may be on their way from the one before.
LEFT_OVER: Final[dict[Kind, int]] = {"audio": 3, "video": 3}
# At 30 a second three pictures are only 0.1 s; one that had to be repaired comes later than that.
SETTLING_S: Final[dict[Kind, float]] = {"audio": 0.0, "video": 0.2}
# A picture that came before its map is shown with it, unless it is an old one by then.
EARLY_S: Final = 1.0
# Of the same stream that picture is an old one, and sound that is late is thrown away anyway.
OLD: Final[dict[Kind, int]] = {"audio": 0, "video": 1}
_CLOCK_HZ: Final[dict[Kind, int]] = {"audio": AUDIO_CLOCK_HZ, "video": VIDEO_CLOCK_HZ}


class Slot(abc.ABC):
    """One m-line, who feeds it now, and how much of what comes may still be from before."""

    receiver: AudioReceiver | VideoReceiver

    def __init__(self, receiver: RTCRtpReceiver, kind: Kind) -> None:
        self.feed: SlotFeed | None = None
        self._kind: Kind = kind
        self._log = SourceLog()
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
        """Tell whether what comes now and names no source belongs to the feed."""
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
        if self.feed is None:
            return
        source = self._log.at(report.timestamp)
        if source == self.feed.source if source else self._is_settled:
            self._clock.take(report)


class VoiceSlot(Slot):
    """One that brings sound."""

    def __init__(
        self,
        mid: Mid,
        receiver: RTCRtpReceiver,
        repairs: Repairs,
        mixer: Mixer,
        lip_sync: LipSync,
        voices: Voices,
    ) -> None:
        super().__init__(receiver, "audio")
        self._mid = mid
        self._mixer = mixer
        self._lip_sync = lip_sync
        self._voices = voices
        self._voice: Voice | None = None
        repair_voice(receiver, repairs)
        self.receiver = AudioReceiver(receiver, self._take)

    def _start(self, feed: SlotFeed) -> None:
        self._voice = self._mixer.add(feed.peer_id)
        if not feed.source:
            self._voice.restart()
        self._lip_sync.voice_began(feed.peer_id, self._clock)

    def _stop(self, feed: SlotFeed) -> None:
        self._voice = None
        self._lip_sync.voice_ended(feed.peer_id, self._clock)

    def _take(self, packet: AudioPacket) -> None:
        now = time.monotonic()
        if packet.source:
            self._voices.take(self._mid, self._log, packet, now)
        elif self._is_usable() and self._voice is not None:
            self._voice.push(packet, now)


class PictureSlot(Slot):
    """One that brings pictures."""

    def __init__(
        self, receiver: RTCRtpReceiver, repairs: Repairs, lip_sync: LipSync, show: ShowFrame
    ) -> None:
        super().__init__(receiver, "video")
        self._lip_sync = lip_sync
        self._show = show
        self._synced: SyncedPictures | None = None
        # The newest of a source that no map has told of yet, and when it came.
        self._early: av.VideoFrame | None = None
        self._early_at = 0.0
        self._former_source = 0
        repair_pictures(receiver, repairs, self._note)
        self.receiver = VideoReceiver(receiver.track)
        self.receiver.on_frame = self._take

    def _start(self, feed: SlotFeed) -> None:
        # A screen is read, and shown at once.
        if feed.label == "video":
            show = self._show_of(feed)
            self._synced = SyncedPictures(self._lip_sync, feed.peer_id, self._clock, show)
        early, self._early = self._early, None
        if early is not None and time.monotonic() - self._early_at <= EARLY_S:
            self._take(early)

    def _stop(self, feed: SlotFeed) -> None:
        self._former_source = feed.source
        if self._synced is not None:
            self._synced.drop()
            self._synced = None

    def _note(self, picture: Picture) -> None:
        self._log.note(picture.timestamp, picture.source)

    def _take(self, frame: av.VideoFrame) -> None:
        source = self._log.at(frame.pts or 0)
        if self.feed is not None and source == self.feed.source and source:
            self._deliver(self.feed, frame)
        elif source:
            self._keep(frame, source)
        elif self._is_usable() and self.feed is not None:
            self._deliver(self.feed, frame)

    def _keep(self, frame: av.VideoFrame, source: int) -> None:
        # A stream that goes on after a pause begins with a keyframe; before that is left over.
        is_fresh = source != self._former_source or frame.key_frame or self._early is not None
        if is_fresh and source == self._log.newest:
            self._early, self._early_at = frame, time.monotonic()

    def _deliver(self, feed: SlotFeed, frame: av.VideoFrame) -> None:
        if self._synced is not None:
            self._synced.take(frame)
        else:
            self._show(feed.peer_id, feed.label, frame, None)

    def _show_of(self, feed: SlotFeed) -> ShowPicture:
        def show(frame: av.VideoFrame, offset_ms: float | None) -> None:
            self._show(feed.peer_id, feed.label, frame, offset_ms)

        return show
